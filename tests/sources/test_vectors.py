"""Layers of features: columns by name, what can be measured measured, what is missing asked for."""

from __future__ import annotations

import geopandas
import pytest
from shapely.geometry import Point, Polygon, box

from tests.fixtures_territory import EAST, NORTH, small_lake
from trama.norms import load_book
from trama.sources.errors import MissingField, NoValues
from trama.sources.original import Original
from trama.sources.readers import Said, add_original

SOUTH = NORTH - 40


@pytest.fixture
def lake(tmp_path):
    return small_lake(tmp_path / "casa")


def part(west, south, east, north):
    return box(EAST + west, SOUTH + south, EAST + east, SOUTH + north)


def save(path, shapes, **columns):
    geopandas.GeoDataFrame(columns, geometry=shapes, crs=32632).to_file(path)
    return path


def add(lake, layer, original):
    return add_original(lake, load_book().manifests[layer], original, Said(licence="IODL 2.0"))


def test_a_delivery_becomes_rows_with_key_comune_and_area(lake, tmp_path):
    path = save(tmp_path / "tuc.gpkg", [part(0, 0, 30, 10), part(40, 0, 50, 10)], DESCR=["a", "b"])
    reading, version = add(lake, "tessuto_urbano_consolidato", Original(path))
    table = version.table()
    assert list(table["id"]) == ["tessuto_urbano_consolidato-00001", "tessuto_urbano_consolidato-00002"]
    assert list(table["istat"]) == ["015146", "015009"]
    assert list(table["area_m2"]) == [300.0, 100.0]
    assert not version.synthetic
    assert version.tiles is not None
    assert any("parte maggiore" in note for note in reading.notes)


def test_columns_are_matched_whatever_their_case_or_named_by_hand(lake, tmp_path):
    path = save(tmp_path / "pozzi.gpkg", [part(0, 0, 20, 20)], ID=["p1"], RESPECT=[200.0])
    with pytest.raises(MissingField, match="--map raggio_m=COLONNA"):
        add(lake, "zone_rispetto_pozzi", Original(path))
    _, version = add(lake, "zone_rispetto_pozzi", Original(path, columns={"raggio_m": "respect"}))
    assert version.table()[["id", "raggio_m"]].to_numpy().tolist() == [["p1", 200.0]]
    _, version = add(lake, "zone_rispetto_pozzi", Original(path, columns={"raggio_m": ""}))
    assert version.table()["raggio_m"].isna().all()


def test_repeated_keys_stop_the_version_and_are_named(lake, tmp_path):
    path = save(tmp_path / "s.gpkg", [part(0, 0, 20, 20), part(20, 0, 40, 20)], id=["a", "a"])
    reading, version = add(lake, "siti_contaminati", Original(path))
    assert version is None
    assert (reading.stopping[0].check, reading.stopping[0].where[0]["id"]) == ("unique_id", "a")


def test_a_broken_polygon_stops_the_version_until_it_is_repaired(lake, tmp_path):
    tie = Polygon([(EAST, SOUTH), (EAST + 20, SOUTH + 20), (EAST + 20, SOUTH), (EAST, SOUTH + 20)])
    path = save(tmp_path / "s.gpkg", [tie, part(20, 0, 40, 20)], id=["a", "b"])
    reading, version = add(lake, "siti_contaminati", Original(path))
    assert version is None
    assert reading.stopping[0].where[0]["at"] == [EAST + 10, SOUTH + 10]
    reading, version = add(lake, "siti_contaminati", Original(path, repair=True))
    assert version.table()["area_m2"].tolist() == [200.0, 400.0]
    assert version.table().geometry.is_valid.all()


def test_gaps_of_a_layer_that_must_cover_the_territory_are_told_and_recorded(lake, tmp_path):
    path = save(tmp_path / "upa.gpkg", [part(0, 0, 30, 40)], codice=["2a"], nome=["x"], tipo=["pianura"])
    reading, version = add(lake, "upa", Original(path))
    gap = next(finding for finding in reading.findings if finding.check == "no_gap")
    assert (gap.ok, gap.count) == (False, 1)
    assert "vuoto di 1200 m2" in gap.where[0]["why"]
    assert version is not None, "a gap is an advice, kept with the version"


def test_points_are_not_taken_for_areas(lake, tmp_path):
    path = save(tmp_path / "s.gpkg", [Point(EAST + 5, SOUTH + 5)], id=["a"])
    with pytest.raises(NoValues, match="servono poligoni"):
        add(lake, "siti_contaminati", Original(path))


def test_features_far_from_the_territory_are_left_out_and_counted(lake, tmp_path):
    path = save(tmp_path / "s.gpkg", [part(0, 0, 20, 20), part(90_000, 0, 90_020, 20)], id=["a", "b"])
    reading, version = add(lake, "siti_contaminati", Original(path))
    assert version.rows == 1
    assert any("1 elementi su 2" in note for note in reading.notes)
