"""What `storm raster` and `warm raster` are given may be made of other files: no result takes their place."""

from __future__ import annotations

import errno
import os
import zipfile
from pathlib import Path
from typing import Any

import geopandas
import pytest
from click.testing import CliRunner

from tests.analyses.storm_files import StormFiles, square
from tests.analyses.test_raster_inputs import FIRST, Files, content, run, second
from tests.analyses.warm_files import WarmFiles
from trama.analyses.rasters import errors
from trama.analyses.rasters.made_of import files_behind
from trama.analyses.rasters.outputs import whole_folder
from trama.cli.main import main


@pytest.fixture(params=[StormFiles, WarmFiles], ids=["storm", "warm"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Files:
    made: Files = request.param(tmp_path / "in").write()
    return made


def recipe(source: str, relative: bool = False, warped: bool = False) -> str:
    named = f'<SourceFilename relativeToVRT="{int(relative)}">{source}</SourceFilename>'
    if warped:
        named = named.replace("SourceFilename", "SourceDataset")
    return (
        '<VRTDataset rasterXSize="3" rasterYSize="2"><SRS>EPSG:32632</SRS>'
        "<GeoTransform>510000,10,0,5030000,0,-10</GeoTransform>"
        '<VRTRasterBand dataType="Byte" band="1"><NoDataValue>255</NoDataValue><SimpleSource>'
        f"{named}<SourceBand>1</SourceBand></SimpleSource></VRTRasterBand></VRTDataset>"
    )


def layered(source: Path | str, layer: str = "zones") -> str:
    return (
        f'<OGRVRTDataSource><OGRVRTLayer name="{layer}"><SrcDataSource relativeToVRT="1">{source}'
        f"</SrcDataSource><SrcLayer>{layer}</SrcLayer></OGRVRTLayer></OGRVRTDataSource>"
    )


@pytest.mark.parametrize("depth", [2, 3])
@pytest.mark.parametrize("relative", [True, False], ids=["relative", "absolute"])
@pytest.mark.parametrize("which", ["first", "second"])
def test_recipes_are_followed_to_the_bottom(
    depth: int, relative: bool, which: str, files: Files, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    result = out / FIRST[type(files)]
    given = files.lulc if which == "first" else second(files)
    given.rename(result)
    below = result
    for level in reversed(range(depth)):
        above = given if level == 0 else files.folder / f"{level}.vrt"
        name = os.path.relpath(below, above.parent) if relative else str(below)
        above.write_text(recipe(name, relative))
        below = above
    before = result.read_bytes()
    with pytest.raises(errors.OverInput, match=result.name):
        run(files, out)
    assert result.read_bytes() == before
    assert [path.name for path in out.iterdir()] == [result.name]


@pytest.mark.parametrize("depth", [1, 2])
def test_the_sources_of_the_zones_are_spared(depth: int, files: Files, tmp_path: Path) -> None:
    """A table of outlines named `zones.csv`, behind an OGR virtual layer."""
    out = tmp_path / "out"
    out.mkdir()
    table = out / "zones.csv"
    frame = geopandas.read_file(files.zones)
    frame["WKT"] = frame.geometry.to_wkt()
    frame.drop(columns="geometry").to_csv(table, index=False)
    below: Path = table
    for level in range(depth):
        above = files.folder / f"zones{level}.vrt"
        above.write_text(layered(os.path.relpath(below, above.parent)))
        below = above
    files.zones = below
    before = table.read_bytes()
    with pytest.raises(errors.OverInput, match=r"zones\.csv"):
        run(files, out)
    assert table.read_bytes() == before


@pytest.mark.parametrize("part", [".dbf", ".shx"])
def test_every_part_of_a_shapefile_is_spared(part: str, files: Files, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    files.write_zones({"a": square(0, 0, 20, 20)}, ".shp")
    beside = files.zones.with_suffix(part)
    beside.rename(out / "zones.csv")
    beside.symlink_to(out / "zones.csv")
    before = (out / "zones.csv").read_bytes()
    with pytest.raises(errors.OverInput, match=r"zones\.csv"):
        run(files, out)
    assert (out / "zones.csv").read_bytes() == before


def test_a_folder_of_layers_is_all_its_files(files: Files, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "zones.csv").write_text("fid\n1\n")
    files.zones = out
    with pytest.raises(errors.OverInput, match=r"zones\.csv"):
        run(files, out)


def test_what_lies_beside_and_is_no_source_may_be_written_again(files: Files) -> None:
    """Zones and results in one folder, twice: `zones.csv` is no part of `zones.shp`."""
    files.write_zones({"a": square(0, 0, 20, 20)}, ".shp")
    assert run(files, files.folder).zones == run(files, files.folder).zones


@pytest.mark.parametrize(
    "name",
    [
        "/vsizip/{bottom}/in.tif",
        "/vsizip/{{{bottom}}}/in.tif",
        "/vsisubfile/10_20,{bottom}",
        "/vsigzip//vsizip/{bottom}/a/b.gz",
        'NETCDF:"{bottom}":rain',
        "GTIFF_DIR:2:{bottom}",
        "vrt://{bottom}?bands=1",
        "<![CDATA[{bottom}]]>",
        "&lt;VRTDataset&gt;&lt;SourceFilename&gt;{bottom}&lt;/SourceFilename&gt;&lt;/VRTDataset&gt;",
    ],
)
@pytest.mark.parametrize("warped", [True, False])
def test_names_of_the_library_lead_to_their_file(name: str, warped: bool, tmp_path: Path) -> None:
    bottom = tmp_path / "con spazi, e virgola" / "fondo.bin" if "{{" in name else tmp_path / "fondo.bin"
    bottom.parent.mkdir(exist_ok=True)
    bottom.write_bytes(b"x")
    top = tmp_path / "top.vrt"
    top.write_text(recipe(name.format(bottom=bottom), warped=warped))
    assert files_behind([top]) == {top, bottom}
    assert bottom in files_behind([name.format(bottom=bottom)]) or name[0] in "<&"


def test_a_recipe_in_an_archive_and_one_that_names_itself_are_followed(tmp_path: Path) -> None:
    bottom, top, circle = tmp_path / "fondo.tif", tmp_path / "a.zip", tmp_path / "giro.vrt"
    bottom.write_bytes(b"x")
    with zipfile.ZipFile(top, "w") as archive:
        archive.writestr("in.vrt", recipe(str(bottom)))
    circle.write_text(recipe("giro.vrt", relative=True).replace("</VRT", f"<a>{top}</a></VRT", 1))
    assert files_behind([circle]) == {circle, top, bottom}


@pytest.mark.parametrize("what", ["out", "lulc", "zones", "table", "result"])
def test_links_that_turn_in_a_circle(what: str, files: Files, tmp_path: Path) -> None:
    out = tmp_path / "out"
    if what == "result":
        out.mkdir()
    link = {"out": out, "result": out / FIRST[type(files)]}.get(what) or getattr(files, what)
    link.unlink(missing_ok=True)
    link.symlink_to(link)
    if what == "result":
        assert set(run(files, out).files) == {path.name for path in out.iterdir()}
        return
    wanted = errors.CannotWrite if what == "out" else errors.UnreadableFile
    with pytest.raises(wanted, match="torna su se stesso"):
        run(files, out)
    assert link.is_symlink()


def test_a_link_in_a_circle_is_one_sentence_on_the_command_line(tmp_path: Path) -> None:
    given = StormFiles(tmp_path / "in").write()
    out = tmp_path / "out"
    out.symlink_to(out)
    words = ["storm", "raster", "--lulc", given.lulc, "--soil-groups", given.soils, "--biophysical"]
    words += [given.table, "--rain-mm", "50", "--zones", given.zones, "--out", out, "--lambda", "0.2"]
    done = CliRunner().invoke(main, [str(word) for word in words])
    assert (done.exit_code, done.stderr.splitlines()[1:]) == (2, [])
    assert "torna su se stesso" in done.stderr


def test_a_result_named_as_a_folder_stops_before_anything_is_moved(files: Files, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / "zones.csv").mkdir(parents=True)
    with pytest.raises(errors.CannotWrite, match="è una cartella"):
        run(files, out)
    assert [path.name for path in out.iterdir()] == ["zones.csv"]


def test_a_folder_made_meanwhile_under_the_name_of_a_result(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()

    def work() -> None:
        with whole_folder(out) as draft:
            (draft / "cc.tif").write_bytes(b"1")
            (draft / "zones.csv").write_bytes(b"2")
            (out / "zones.csv").mkdir()

    with pytest.raises(errors.CannotWrite, match=r"zones\.csv.*è una cartella"):
        work()
    assert [path.name for path in out.iterdir()] == ["zones.csv"]


def test_the_second_of_two_at_once_is_told_of_the_first(tmp_path: Path) -> None:
    out = tmp_path / "out"

    def work() -> None:
        with whole_folder(out) as draft:
            (draft / "cc.tif").write_bytes(b"1")
            out.mkdir()
            (out / "altro").write_bytes(b"2")

    with pytest.raises(errors.CannotWrite) as caught:
        work()
    assert "un altro comando vi ha scritto" in caught.value.text("it")
    assert "liberare spazio" not in caught.value.text("it")
    assert "another command" in caught.value.text("en")
    assert content(out) == {"altro": b"2"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "iberare spazio"),
        (errno.EACCES, "permess"),
        (errno.EROFS, "sola lettura"),
        (errno.ENAMETOOLONG, "troppo lungo"),
        (errno.EIO, "il sistema non lo permette"),
    ],
)
def test_each_refusal_of_the_system_has_its_remedy(number: int, words: str, tmp_path: Path) -> None:
    wrapped: Any = RuntimeError("Write failed")
    wrapped.__cause__ = OSError(number, os.strerror(number))

    def work() -> None:
        with whole_folder(tmp_path / "out"):
            raise OSError("see previous") from wrapped

    with pytest.raises(errors.CannotWrite) as caught:
        work()
    assert words in caught.value.text("it")
    assert os.strerror(number) not in caught.value.text("it")
