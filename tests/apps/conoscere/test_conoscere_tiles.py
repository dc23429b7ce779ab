"""Tiles and files: the right bytes, the right colours, kept by browsers for ever."""

from __future__ import annotations

import io
import shutil
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import rasterio
from django.test import Client, RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer
from rasterio.transform import Affine

from tests.fixtures_territory import CELL, COVER, EAST, NORTH
from trama.analyses.storm import run_storm
from trama.apps.conoscere import files
from trama.apps.conoscere.landcover import GROUPS, group_of
from trama.apps.conoscere.sampling import SIZE, WORLD_M, OpenGrid, Pool
from trama.apps.conoscere.scale import PALETTES, quantile_classes
from trama.lake import Lake
from trama.norms import load_book

BODY = bytes(range(100))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "dato.bin"
    path.write_bytes(BODY)
    return path


def _serve(file: Path, **headers: str):
    request = RequestFactory().get(
        "/", headers={name.replace("_", "-"): value for name, value in headers.items()}
    )
    return files.serve(request, file, "impronta", kind="application/octet-stream")


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [("bytes=0-9", 0, 10), ("bytes=90-", 90, 100), ("bytes=-5", 95, 100), ("bytes=95-500", 95, 100)],
)
def test_a_range_gives_just_those_bytes(file: Path, asked: str, start: int, end: int) -> None:
    """Ranges and answers as in RFC 9110, section 14."""
    answer = _serve(file, Range=asked)
    assert answer.status_code == 206
    assert answer.content == BODY[start:end]
    assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/100"
    assert answer.headers["Content-Length"] == str(end - start)


@pytest.mark.parametrize("asked", ["bytes=100-", "bytes=200-300", "bytes=5-2", "bytes=-0"])
def test_a_range_outside_the_file_is_416_and_says_the_size(file: Path, asked: str) -> None:
    answer = _serve(file, Range=asked)
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == "bytes */100"


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "lines=1-2", "bytes=-", "sciocchezze"])
def test_what_is_not_one_range_gives_the_whole_file(file: Path, asked: str) -> None:
    answer = _serve(file, Range=asked)
    assert (answer.status_code, answer.content) == (200, BODY)


def test_a_known_tag_is_not_sent_again_and_another_tag_voids_the_range(file: Path) -> None:
    assert _serve(file, If_None_Match='"impronta"').status_code == 304
    assert _serve(file, Range="bytes=0-9", If_Range='"altra"').status_code == 200
    answer = _serve(file)
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["ETag"] == '"impronta"'


@pytest.mark.parametrize("asked", ["boh", "boh-comuni", "idren-boh", "idren", "", "x" * 500])
def test_a_theme_that_does_not_exist_is_404_and_names_those_that_do(site: Client, asked: str) -> None:
    pages = [site.get("/conoscere/tabella.csv", {"tema": asked})]
    if asked:
        told = site.get(f"/conoscere/temi/{asked}.json")
        assert told.status_code == 404
        assert "idren-comuni" in told.json()["errore"]
        pages.append(site.get(f"/conoscere/mappa/tema/{asked}"))
    for page in pages:
        assert page.status_code == 404
        assert "Indicare uno di questi: " in page.content.decode()
        assert "idren-comuni" in page.content.decode()


def test_a_version_that_does_not_exist_is_404_in_words(site: Client) -> None:
    answer = site.get("/conoscere/piastrelle/storm_comuni/v0099.pmtiles")
    assert answer.status_code == 404
    assert "v0099" in answer.json()["errore"]


def test_the_archive_of_a_table_starts_as_pmtiles_do(site: Client) -> None:
    answer = site.get("/conoscere/piastrelle/storm_comuni/v0001.pmtiles", headers={"Range": "bytes=0-6"})
    assert (answer.status_code, answer.content) == (206, b"PMTiles")


def test_a_download_is_the_file_of_the_lake(site: Client, lake) -> None:
    version = lake.version("storm_comuni")
    answer = site.get("/conoscere/livelli/storm_comuni/v0001/dati")
    assert answer.content == version.data.read_bytes()
    assert "storm_comuni-v0001.parquet" in answer.headers["Content-Disposition"]


def _tile_of(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    x, y = Transformer.from_crs(4326, 3857, always_xy=True).transform(lon, lat)
    side = WORLD_M / 2**zoom
    return int((x + WORLD_M / 2) // side), int((WORLD_M / 2 - y) // side)


def test_a_tile_shows_each_cell_in_the_colour_of_its_class(site: Client) -> None:
    """The cell under each pixel centre, by exact reprojection with PROJ, in the colour of its group."""
    zoom = 18
    x, y = _tile_of(9.0002, 45.4240, zoom)
    with rasterio.open(
        io.BytesIO(site.get(f"/conoscere/raster/uso-suolo-celle/v0001/{zoom}/{x}/{y}.png").content)
    ) as image:
        index, palette = image.read(1), image.colormap(1)
    classes = site.get("/conoscere/temi/uso-suolo-celle.json").json()["classes"]
    colours = {one["value"]: one["colour"] for one in classes}
    columns, rows = _exact_cells(x, y, zoom)
    inside = (columns >= 0) & (columns < 6) & (rows >= 0) & (rows < 4)
    assert inside.sum() > 500
    for pixel in zip(*np.nonzero(inside), strict=True):
        code = int(COVER[rows[pixel], columns[pixel]])
        row = group_of(code)
        drawn = "#{:02x}{:02x}{:02x}".format(*palette[int(index[pixel])][:3]) if index[pixel] else None
        assert drawn == (colours[GROUPS[row][0]] if row is not None else None)
    assert not index[~inside].any()


def _exact_cells(x: int, y: int, zoom: int) -> tuple[np.ndarray, np.ndarray]:
    """Column and row of the small territory under each pixel centre of a tile."""
    side = WORLD_M / 2**zoom
    centre = (np.arange(SIZE) + 0.5) / SIZE * side
    east, north = np.meshgrid(x * side - WORLD_M / 2 + centre, WORLD_M / 2 - y * side - centre)
    metres = Transformer.from_crs(3857, 32632, always_xy=True).transform(east, north)
    return (
        np.floor((metres[0] - EAST) / CELL).astype(int),
        np.floor((NORTH - metres[1]) / CELL).astype(int),
    )


@pytest.mark.parametrize("address", ["/conoscere/raster/idren-celle/v0001/5/20/3.png"])
def test_a_tile_outside_the_territory_is_whole_and_transparent(site: Client, address: str) -> None:
    answer = site.get(address)
    with rasterio.open(io.BytesIO(answer.content)) as image:
        assert not image.read(1).any()


@pytest.mark.parametrize(
    "address", ["idren-celle/v0001/3/9/0.png", "idren-comuni/v0001/3/1/1.png", "nulla/v0001/1/0/0.png"]
)
def test_a_tile_that_cannot_exist_is_404(site: Client, address: str) -> None:
    assert site.get(f"/conoscere/raster/{address}").status_code == 404


@given(zoom=st.integers(8, 17), east=st.floats(8.7, 9.5), north=st.floats(45.2, 45.6))
def test_interpolated_positions_stay_within_a_tenth_of_a_pixel(zoom: int, east: float, north: float) -> None:
    """Against exact reprojection of every pixel centre by PROJ."""
    transform = Affine(10, 0, 480_000, 0, -10, 5_060_000)

    class Fake:
        pass

    dataset = Fake()
    dataset.transform = transform  # type: ignore[attr-defined]
    to_grid = Transformer.from_crs(3857, 32632, always_xy=True)
    x, y = _tile_of(east, north, zoom)
    columns, rows = OpenGrid(Path(), dataset, to_grid)._positions(z=zoom, x=x, y=y)  # type: ignore[arg-type]
    side = WORLD_M / 2**zoom
    centre = (np.arange(SIZE) + 0.5) / SIZE * side
    exact_x, exact_y = np.meshgrid(x * side - WORLD_M / 2 + centre, WORLD_M / 2 - y * side - centre)
    metres = to_grid.transform(exact_x, exact_y)
    exact = (metres[0] - 480_000) / 10, (5_060_000 - metres[1]) / 10
    pixel_cells = side / SIZE / 10 * np.cos(np.radians(north))
    assert np.abs(columns - exact[0]).max() < 0.1 * max(pixel_cells, 1)
    assert np.abs(rows - exact[1]).max() < 0.1 * max(pixel_cells, 1)


def test_a_lent_grid_is_not_lent_twice(lake) -> None:
    pool, path = Pool(), lake.version("idren").raster
    with pool.lend(path) as one, pool.lend(path) as other:
        assert one.dataset is not other.dataset
    with pool.lend(path) as again:
        assert again.dataset in (one.dataset, other.dataset)


def test_classes_of_a_legend_have_round_bounds_and_count_everything() -> None:
    """By hand: 0, 1 ... 59; sixths at 9.83, 19.67 ... rounded to 10, 20, 30 (29.5 to even), 39, 49."""
    classes = quantile_classes(np.arange(60.0), "mm", "blue")
    assert [one.start for one in classes] == [0, 10, 20, 30, 39, 49]
    assert [one.count for one in classes] == [10, 10, 10, 9, 10, 11]
    assert classes[0].label == "meno di 10 mm"
    assert classes[1].label == "da 10 a 20 mm"
    assert classes[-1].label == "49 mm e oltre"


def test_classes_leave_missing_values_out_and_survive_a_single_value() -> None:
    assert quantile_classes(np.array([np.nan, np.nan]), "1", "green") == []
    (only,) = quantile_classes(np.array([0.4, 0.4, np.nan]), "1", "green")
    assert only.count == 2


@given(st.lists(st.floats(-1e6, 1e6, allow_nan=False), min_size=1, max_size=80))
def test_every_value_falls_in_exactly_one_class(values: list[float]) -> None:
    classes = quantile_classes(np.asarray(values), "1", "teal")
    assert sum(one.count or 0 for one in classes) == len(values)
    starts = [one.start for one in classes]
    assert starts == sorted(set(starts))


def test_palettes_darken_all_the_way_so_that_they_survive_a_grey_printer() -> None:
    for palette in PALETTES.values():
        grey = [
            sum(w * int(c[i : i + 2], 16) for w, i in ((0.299, 1), (0.587, 3), (0.114, 5))) for c in palette
        ]
        assert grey == sorted(grey, reverse=True)


def test_two_versions_compared_are_drawn_in_one_legend(site: Client, tmp_path, lake, monkeypatch) -> None:
    """An older raster asked in the classes of a newer one has its tiles in those colours too."""
    home = tmp_path / "casa"
    shutil.copytree(lake.root.parent, home)
    monkeypatch.setenv("TRAMA_HOME", str(home))
    wetter = run_storm(Lake(home / "lake"), load_book(), day=date(2026, 1, 15), event_mm=10.0)
    newer = wetter.versions["deflusso"].id
    theme = site.get(f"/conoscere/temi/deflusso-celle.json?versione=v0001&classi={newer}").json()
    alone = site.get("/conoscere/temi/deflusso-celle.json?versione=v0001").json()
    assert (
        theme["classes"]
        == site.get(f"/conoscere/temi/deflusso-celle.json?versione={newer}").json()["classes"]
    )
    assert theme["classes"] != alone["classes"]
    x, y = _tile_of(9.0002, 45.4240, 18)
    palettes = []
    for body in (theme, alone):
        address = body["tiles"].format(z=18, x=x, y=y)
        with rasterio.open(io.BytesIO(site.get(address).content)) as image:
            colours = image.colormap(1).values()
        palettes.append({"#{:02x}{:02x}{:02x}".format(*colour[:3]) for colour in colours})
    for body, drawn in zip((theme, alone), palettes, strict=True):
        assert {one["colour"] for one in body["classes"]} == drawn - {"#000000"}


def test_where_most_are_zero_the_others_are_told_apart() -> None:
    """130 zeros and three places that are not: zero is one class, the rest are divided."""
    values = np.array([0.0] * 130 + [0.004, 0.008, 0.013])
    classes = quantile_classes(values, "1", "violet")
    assert classes[0].count == 130
    assert sum(one.count or 0 for one in classes) == 133
    assert len(classes) >= 3
