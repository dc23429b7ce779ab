"""Soil groups and grain size: words, numbers, dual groups, class tables, onto cells of 20 m."""

from __future__ import annotations

import geopandas
import numpy as np
import pytest
import rasterio
from affine import Affine
from shapely.geometry import box

from tests.fixtures_territory import EAST, NORTH, small_lake
from trama.norms import load_book
from trama.sources.errors import MissingField
from trama.sources.original import Original
from trama.sources.readers import Said, add_original

SOUTH = NORTH - 40


@pytest.fixture
def lake(tmp_path):
    return small_lake(tmp_path / "casa")


def soils(path, groups, column="HSG"):
    """Three soils side by side, each 20 m wide."""
    shapes = [box(EAST + 20 * n, SOUTH, EAST + 20 * n + 20, NORTH) for n in range(len(groups))]
    geopandas.GeoDataFrame({column: groups}, geometry=shapes, crs=32632).to_file(path)
    return path


def add(lake, layer, original):
    reading, version = add_original(lake, load_book().manifests[layer], original, Said(licence="x"))
    cells = None
    if version:
        with rasterio.open(version.raster) as source:
            cells = source.read(1)
    return reading, version, cells


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        (["A", "C", "D"], [1, 3, 4]),
        (["b", " c", "d "], [2, 3, 4]),
        (["1", "2", "4"], [1, 2, 4]),
        ([1, 3, 4], [1, 3, 4]),
        (["A/D", "B/D", "C"], [4, 4, 3]),
    ],
)
def test_polygons_of_soil_groups_become_numbers(lake, tmp_path, groups, expected):
    _, version, cells = add(lake, "gruppo_idrologico", Original(soils(tmp_path / "suoli.gpkg", groups)))
    assert cells.tolist() == [expected, expected]
    assert not version.synthetic
    assert "A/D" in version.provenance.asked["rule"]


def test_words_of_grain_size_become_classes(lake, tmp_path):
    original = Original(soils(tmp_path / "t.shp", ["Grossolana", "media", "fine"], "TESSITURA"))
    assert add(lake, "tessitura", original)[2].tolist() == [[1, 2, 3], [1, 2, 3]]


def test_an_unknown_word_is_named_with_its_area_until_a_table_explains_it(lake, tmp_path):
    path = soils(tmp_path / "s.gpkg", ["A", "roccia", "D"])
    reading, version, _ = add(lake, "gruppo_idrologico", Original(path))
    assert version is None
    assert reading.stopping[0].where[0] == {
        "id": "roccia", "at": None, "why": "classe sconosciuta: 0,08 ha", "area_m2": 800.0,
    }  # fmt: skip
    (tmp_path / "c.csv").write_text("valore,codice\nroccia,D\n", encoding="utf-8")
    explained = Original(path, classes=tmp_path / "c.csv")
    assert add(lake, "gruppo_idrologico", explained)[2][0].tolist() == [1, 4, 4]
    assert add(lake, "gruppo_idrologico", Original(path, repair=True))[2][0].tolist() == [1, 0, 4]


def test_a_raster_of_groups_is_read_by_value(lake, tmp_path):
    cells = np.array([[1, 2, 3], [4, 255, 1]], "uint8")
    grid = Affine(20, 0, EAST, 0, -20, NORTH)
    options = {"driver": "GTiff", "height": 2, "width": 3, "count": 1, "dtype": "uint8"}
    with rasterio.open(tmp_path / "g.tif", "w", crs=32632, transform=grid, nodata=255, **options) as out:
        out.write(cells, 1)
    reading, _, got = add(lake, "gruppo_idrologico", Original(tmp_path / "g.tif"))
    assert got.tolist() == [[1, 2, 3], [4, 0, 1]]
    assert next(finding for finding in reading.findings if finding.check == "no_gap").count == 1


def test_a_column_with_an_unusual_name_can_be_named(lake, tmp_path):
    path = soils(tmp_path / "s.gpkg", ["A", "B", "C"], "pippo")
    with pytest.raises(MissingField, match=r"pippo.*--field"):
        add(lake, "gruppo_idrologico", Original(path))
    assert add(lake, "gruppo_idrologico", Original(path, value_field="PIPPO"))[2][0].tolist() == [1, 2, 3]


def test_a_layer_that_is_computed_has_no_original(lake, tmp_path):
    from trama.sources.readers import NoReader

    with pytest.raises(NoReader, match="lo calcola Trama"):
        add(lake, "idren", Original(soils(tmp_path / "s.gpkg", ["A"])))
