"""What `storm raster` and `warm raster` do alike with strange files and folders: refuse, or stay safe."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
import rasterio
from rasterio.transform import Affine, from_origin

from tests.analyses.storm_files import CRS, NODATA, StormFiles, square
from tests.analyses.warm_files import WarmFiles
from trama.analyses.rasters import errors
from trama.analyses.storm.raster import run_raster
from trama.kernel.errors import BadInput

Files = StormFiles | WarmFiles
COVER = np.array([[1, 1, 2], [1, 2, 255]], dtype=np.uint8)
FIRST = {StormFiles: "runoff_mm.tif", WarmFiles: "cc.tif"}


@pytest.fixture(params=[StormFiles, WarmFiles], ids=["storm", "warm"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Files:
    made: Files = request.param(tmp_path / "in").write()
    return made


def run(files: Files, out: Path, **given: Any) -> Any:
    if isinstance(files, WarmFiles):
        return files.run(out, **given)
    return run_raster(files.lulc, files.soils, files.table, 50.0, files.zones, out, lambda_=0.2, **given)


def second(files: Files) -> Path:
    return files.eto if isinstance(files, WarmFiles) else files.soils


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def write(path: Path, cells: np.ndarray, place: Affine | None = None, **options: Any) -> None:
    place = place or from_origin(510_000, 5_030_000, 10, 10)
    size = {"width": cells.shape[1], "height": cells.shape[0], "count": 1, "dtype": cells.dtype}
    with rasterio.open(path, "w", "GTiff", crs=CRS, transform=place, **size, **options) as out:
        out.write(cells, 1)


def cut_off(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


def large(files: Files) -> Files:
    """600 x 600 cells of noise, which no compression shortens."""
    noise = np.random.default_rng(1).choice([1, 2], (600, 600)).astype(np.uint8)
    files.write_lulc(noise)
    if isinstance(files, WarmFiles):
        files.write_eto(4 + np.random.default_rng(2).random(noise.shape))
    else:
        files.write_soils(noise)
    return files.write_zones({"a": square(0, -5980, 6000, 20)})


CASES: dict[str, tuple[Callable[[Files], object], type[BadInput], str]] = {
    "a rotated land cover": (
        lambda f: write(f.lulc, COVER, Affine(10, 2, 510_000, 2, -10, 5_030_000), nodata=255),
        errors.RotatedGrid,
        "con il nord in alto",
    ),
    "a second raster rotated": (
        lambda f: write(second(f), COVER, Affine(10, 2, 510_000, 2, -10, 5_030_000), nodata=255),
        errors.RotatedGrid,
        "con il nord in alto",
    ),
    "a land cover with the south up": (
        lambda f: write(f.lulc, COVER, Affine(10, 0, 510_000, 0, 10, 5_029_980), nodata=255),
        errors.RotatedGrid,
        "capovolta",
    ),
    "a land cover of complex numbers": (
        lambda f: write(f.lulc, COVER.astype(np.complex64)),
        errors.ComplexNumbers,
        "numeri complessi",
    ),
    "a second raster of complex numbers": (
        lambda f: write(second(f), COVER.astype(np.complex64)),
        errors.ComplexNumbers,
        "numeri complessi",
    ),
    "a land cover cut off in the middle": (
        lambda f: cut_off(large(f).lulc),
        errors.UnreadableFile,
        "lulc.tif» non si legge come raster",
    ),
    "a second raster cut off in the middle": (
        lambda f: cut_off(second(large(f))),
        errors.UnreadableFile,
        "è interrotto, danneggiato o di un altro formato",
    ),
    "a land cover without any data": (
        lambda f: f.write_lulc(np.full((2, 3), 255, dtype=np.uint8)),
        errors.NoData,
        "nessuna cella ha dati insieme in",
    ),
    "an empty land cover": (lambda f: f.lulc.write_bytes(b""), errors.UnreadableFile, "è vuoto"),
    "a second raster that is not there": (lambda f: second(f).unlink(), errors.UnreadableFile, "non c'è"),
    "a table that is a raster": (
        lambda f: f.table.write_bytes(f.lulc.read_bytes()),
        errors.UnreadableFile,
        "non è un testo in UTF-8",
    ),
    "a table with an endless cell": (
        lambda f: f.table.write_text(f.table.read_text() + "9," + "x" * 200_000),
        errors.BadTable,
        "non si leggono come CSV",
    ),
    "a table with an infinite code": (
        lambda f: f.table.write_text(f.table.read_text().replace("\n2,", "\ninf,")),
        errors.BadTable,
        "non è intero",
    ),
    "one code that no table has": (
        lambda f: f.write_lulc(np.array([[7, 7, 2], [1, 1, 255]], dtype=np.uint8)),
        errors.MissingCodes,
        "manca 1 codice di uso del suolo presente nel raster: 7 (2 celle)",
    ),
    "zones in metres that say they are in degrees": (
        lambda f: geopandas.read_file(f.zones).set_crs(4326, allow_override=True).to_file(f.zones),
        errors.FarZones,
        "controllare il sistema che dichiarano",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_strange_files_are_refused_and_nothing_is_written(case: str, files: Files, tmp_path: Path) -> None:
    spoil, expected, words = CASES[case]
    spoil(files)
    before = content(files.folder)
    with pytest.raises(expected) as caught:
        run(files, tmp_path / "out")
    assert words in caught.value.text("it")
    assert caught.value.text("en") != caught.value.text("it")
    assert content(files.folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_inputs_that_lie_in_the_output_folder_stay_as_they_are(files: Files, tmp_path: Path) -> None:
    elsewhere = run(files, tmp_path / "out")
    before = content(files.folder)
    done = run(files, files.folder)
    after = content(files.folder)
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == set(done.files)
    assert done.zones == elsewhere.zones


@pytest.mark.parametrize("way", ["name", "symbolic link", "virtual raster"])
def test_a_result_never_takes_the_place_of_what_is_read(way: str, files: Files, tmp_path: Path) -> None:
    """The land cover bears the name of a result, is what one leads to, or is made of one."""
    out = tmp_path / "out"
    out.mkdir()
    result = out / FIRST[type(files)]
    given = files.lulc
    if way == "symbolic link":
        result.symlink_to(files.lulc)
    else:
        result.write_bytes(files.lulc.read_bytes())
        files.lulc.unlink()
    if way == "name":
        files.lulc.symlink_to(result)
    elif way == "virtual raster":
        text = (
            '<VRTDataset rasterXSize="3" rasterYSize="2"><SRS>EPSG:32632</SRS>'
            "<GeoTransform>510000,10,0,5030000,0,-10</GeoTransform>"
            '<VRTRasterBand dataType="Byte" band="1"><NoDataValue>255</NoDataValue><SimpleSource>'
            f"<SourceFilename>{result}</SourceFilename><SourceBand>1</SourceBand>"
            "</SimpleSource></VRTRasterBand></VRTDataset>"
        )
        given.write_text(text)
    before = result.read_bytes()
    with pytest.raises(errors.OverInput, match=result.name):
        run(files, out)
    assert result.read_bytes() == before
    assert [path.name for path in out.iterdir()] == [result.name]


def test_a_hard_link_under_the_name_of_a_result_leaves_the_input_whole(files: Files, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    os.link(files.lulc, out / FIRST[type(files)])
    before = content(files.folder)
    run(files, out)
    assert content(files.folder) == before


@pytest.mark.parametrize("there", [True, False], ids=["empty", "not there"])
def test_the_output_folder_may_be_a_link(there: bool, files: Files, tmp_path: Path) -> None:
    if there:
        (tmp_path / "vero").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "vero")
    done = run(files, tmp_path / "out")
    assert {path.name for path in (tmp_path / "vero").iterdir()} == set(done.files)


def test_a_folder_that_is_there_is_written_without_its_parent(
    files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the mount of another disk: nothing can be renamed into it from beside it."""
    out = tmp_path / "out"
    out.mkdir()
    rename = Path.replace

    def replace(self: Path, target: Path) -> Path:
        assert self.is_relative_to(out)
        assert Path(target).is_relative_to(out)
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    done = run(files, out)
    assert {path.name for path in out.iterdir()} == set(done.files)


@pytest.mark.parametrize("out", ["in/lulc.tif/sotto", "in/lulc.tif", "x" * 300])
def test_a_folder_that_cannot_be_is_refused(out: str, files: Files, tmp_path: Path) -> None:
    before = content(files.folder)
    with pytest.raises(errors.CannotWrite, match=r"[Ss]cegliere un'altra cartella") as caught:
        run(files, tmp_path / out)
    assert ("troppo lungo" if out.startswith("x") else "serve una cartella") in caught.value.text("it")
    assert content(files.folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_tiles_without_any_data_are_empty_and_the_others_as_ever(
    files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole tiles of missing land cover in the middle: the cells with data are those that have one."""
    files = large(files)
    with rasterio.open(files.lulc, "r+") as out:
        cover = out.read(1)
        cover[150:450, 100:] = 255
        out.write(cover, 1)
    monkeypatch.setattr("trama.analyses.warm.raster_tiles.TILE_CELLS", 20_000)
    monkeypatch.setattr("trama.analyses.storm.raster.TILE", 64)
    monkeypatch.setattr("trama.analyses.storm.raster.BLOCK_CELLS", 64 * 64)
    done = run(files, tmp_path / "out")
    assert done.valid_cells == 600 * 600 - 300 * 500
    for name, path in done.files.items():
        if name.endswith(".tif"):
            with rasterio.open(path) as result:
                assert np.array_equal(result.read(1) == NODATA, cover == 255)


def test_cells_larger_than_the_zones_are_one_cell(files: Files, tmp_path: Path) -> None:
    """A cell of a thousand kilometres: the box common to all is a small part of one."""
    place = from_origin(files.east - 5e5, files.north + 5e5, 1e6, 1e6)
    write(files.lulc, np.array([[1, 2]], dtype=np.uint8), place, nodata=255)
    if isinstance(files, WarmFiles):
        write(files.eto, np.array([[5.0, 5.0]], dtype=np.float32), place)
        done = run(files, tmp_path / "out", green_area_cooling_distance=0.0, t_air_average_radius=0.0)
    else:
        write(files.soils, np.array([[2, 2]], dtype=np.uint8), place, nodata=255)
        done = run(files, tmp_path / "out")
    assert (done.cells, done.valid_cells) == (1, 1)
