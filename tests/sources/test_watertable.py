"""Water-table depth: an inclined plane must come back from its points and lines exactly."""

from __future__ import annotations

from datetime import date

import geopandas
import numpy as np
import pytest
import rasterio
from shapely.geometry import LineString, Point, box

from tests.fixtures_territory import EAST, NORTH, small_lake
from trama.norms import load_book
from trama.sources.errors import NoValues
from trama.sources.known import known_of
from trama.sources.original import Original
from trama.sources.readers import Said, add_original

SOUTH = NORTH - 40
DAY = date(2026, 11, 21)


@pytest.fixture
def lake(tmp_path):
    return small_lake(tmp_path / "casa")


def save(path, depths, shapes, column="SOGGIACENZA"):
    geopandas.GeoDataFrame({column: depths}, geometry=shapes, crs=32632).to_file(path)
    return path


def add(lake, original):
    book = load_book()
    manifest = book.manifests["soggiacenza"]
    reading, version = add_original(lake, manifest, original, Said(), known_of(book, manifest, DAY))
    if version is None:
        return reading, None
    with rasterio.open(version.raster) as source:
        return reading, source.read(1)


def plane(x):
    """Depth grows by 1 m every 10 m eastwards, from 2 m at the western edge."""
    return 2 + (x - EAST) / 10


CENTRES = [3.0, 5.0, 7.0]  # the plane at the centres of three cells of 20 m


def test_points_are_interpolated_linearly(lake, tmp_path):
    points = [Point(EAST + x, SOUTH + y) for x in (-10, 30, 70) for y in (-10, 50)]
    reading, cells = add(lake, Original(save(tmp_path / "p.gpkg", [plane(p.x) for p in points], points)))
    assert cells == pytest.approx(np.array([CENTRES, CENTRES]), abs=1e-4)
    assert "Delaunay" in reading.rule


def test_contour_lines_are_interpolated_between_their_vertices(lake, tmp_path):
    lines = [LineString([(EAST + x, SOUTH - 10), (EAST + x, NORTH + 10)]) for x in (-10, 30, 70)]
    depths = [plane(line.coords[0][0]) for line in lines]
    _, cells = add(lake, Original(save(tmp_path / "l.gpkg", depths, lines, "CONTOUR")))
    assert cells == pytest.approx(np.array([CENTRES, CENTRES]), abs=1e-4)


def test_nothing_is_invented_beyond_the_points(lake, tmp_path):
    points = [Point(EAST + x, SOUTH + y) for x in (-10, 25) for y in (-10, 50)]
    reading, cells = add(lake, Original(save(tmp_path / "p.gpkg", [1.0, 1.5, 2.0, 2.5], points)))
    assert np.isfinite(cells[:, 0]).all()
    assert np.isnan(cells[:, 1:]).all()
    assert next(finding for finding in reading.findings if finding.check == "no_gap").count == 4


def test_polygons_give_their_depth_to_the_cells_they_hold(lake, tmp_path):
    shapes = [box(EAST, SOUTH, EAST + 20, NORTH), box(EAST + 20, SOUTH, EAST + 60, NORTH)]
    _, cells = add(lake, Original(save(tmp_path / "a.gpkg", [1.5, 12.25], shapes)))
    assert cells.tolist() == [[1.5, 12.25, 12.25]] * 2


def test_a_raster_is_read_at_the_nearest_cell_and_its_missing_stay_missing(lake, tmp_path):
    from affine import Affine

    options = {"driver": "GTiff", "height": 2, "width": 3, "count": 1, "dtype": "float32", "crs": 32632}
    grid = Affine(20, 0, EAST, 0, -20, NORTH)
    with rasterio.open(tmp_path / "w.tif", "w", transform=grid, nodata=-9999, **options) as out:
        out.write(np.array([[1, 2, 3], [4, -9999, 6]], "float32"), 1)
    _, cells = add(lake, Original(tmp_path / "w.tif"))
    assert cells[0].tolist() == [1, 2, 3]
    assert np.isnan(cells[1, 1])


def test_an_ascii_grid_is_read_when_its_reference_system_is_declared(lake, tmp_path):
    head = f"ncols 3\nnrows 2\nxllcorner {EAST}\nyllcorner {SOUTH}\ncellsize 20\nNODATA_value -1\n"
    (tmp_path / "w.asc").write_text(f"{head}1 2 3\n4 -1 6\n")
    _, cells = add(lake, Original(tmp_path / "w.asc", crs=32632))
    assert cells[0].tolist() == [1, 2, 3]


def test_negative_depths_stop_the_version_and_repair_makes_them_missing(lake, tmp_path):
    shapes = [box(EAST + x, SOUTH, EAST + x + 20, NORTH) for x in (0, 20, 40)]
    path = save(tmp_path / "a.gpkg", [-1.5, 12.0, 13.0], shapes)
    reading, cells = add(lake, Original(path))
    assert cells is None
    assert (reading.stopping[0].count, reading.stopping[0].where[0]["why"]) == (2, "-1,5 m")
    _, cells = add(lake, Original(path, repair=True))
    assert np.isnan(cells[:, 0]).all()
    assert cells[0, 1] == 12.0


@pytest.mark.parametrize(
    ("depths", "places", "why"),
    [
        (["n.d.", "x", ""], [(0, 0), (50, 0), (0, 30)], "nessun numero"),
        ([1.0, 2.0, 3.0], [(0, 0), (10, 0), (20, 0)], "tre punti"),
        ([1.0, 2.0], [(0, 0), (10, 5)], "tre punti"),
    ],
)
def test_points_that_say_nothing_are_refused(lake, tmp_path, depths, places, why):
    points = [Point(EAST + x, SOUTH + y) for x, y in places]
    with pytest.raises(NoValues, match=why):
        add(lake, Original(save(tmp_path / "p.gpkg", depths, points)))


@pytest.mark.parametrize(
    ("depths", "check", "says"),
    [
        ([350.0, 1200.0], "usual_values", "fuori da 0-120 m"),  # centimetres
        ([12.0, 12.0], "varied_values", "ovunque lo stesso valore"),
    ],
)
def test_depths_unlike_those_of_the_territory_stop_unless_confirmed(lake, tmp_path, depths, check, says):
    shapes = [box(EAST, SOUTH, EAST + 20, NORTH), box(EAST + 20, SOUTH, EAST + 60, NORTH)]
    path = save(tmp_path / "a.gpkg", depths, shapes)
    reading, cells = add(lake, Original(path))
    assert cells is None
    assert [finding.check for finding in reading.stopping] == [check]
    assert says in reading.stopping[0].hint
    _, cells = add(lake, Original(path, confirm="piezometri di una cava"))
    assert cells[0].tolist() == [depths[0], depths[1], depths[1]]
