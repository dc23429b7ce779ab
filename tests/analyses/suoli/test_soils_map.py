"""The soils map on the territory of tests/fixtures_territory.py, computed by hand.

At 61.4 mm, lambda 0.2: fields (DUSAF 2111) on group A, CN 67: S 125.104, Q 8.1955 mm, 4.3326 points;
on group D, CN 89: S 31.393, Q 35.1197 mm, 2.1401 points. K-dren (proposal k2): group A, 3 m of water table:
1 · 1.00 · 0.80, 4 points; group D, 1.5 m: 1 · 0.55 · 0.50, 1.375 points. Weights 1 and 0.5.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
import rasterio

from tests.fixtures_territory import put_raster, small_lake
from trama.analyses.storm import run_storm
from trama.analyses.suoli import map_soils_whole
from trama.analyses.suoli.errors import NoService, WrongGrid
from trama.lake import Lake
from trama.norms import load_book

DAY = date(2026, 1, 15)
ON_A = (4.3326 + 0.5 * 4.0) / 1.5
ON_D = (2.1401 + 0.5 * 1.375) / 1.5


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    lake = small_lake(tmp_path_factory.mktemp("suoli"))
    run_storm(lake, load_book(), day=DAY, event_mm=61.4)
    return lake


@pytest.fixture(scope="module")
def result(lake: Lake):
    return map_soils_whole(lake, load_book(), day=DAY)


def test_the_attitude_is_the_weighted_mean_of_the_services_there_are(result) -> None:
    middle = next(one for one in result.places["comuni"] if one.key == "015002")
    assert middle.attitudine == pytest.approx((ON_A + ON_D) / 2, abs=1e-3)
    assert middle.offerta["eventi_estremi"] == pytest.approx((4.3326 + 2.1401) / 2, abs=1e-3)
    assert middle.offerta["ricarica"] == pytest.approx((4.0 + 1.375) / 2, abs=1e-3)
    assert (middle.classe, middle.classe_nome) == (4, "alta")


def test_a_service_without_a_layer_is_missing_and_named_never_zero(result) -> None:
    assert all(one.offerta["microclima"] is None for one in result.places["comuni"])
    assert ("microclima", "Regolazione del microclima", "trama warm run") in result.absent
    node = result.trace.root.find("comuni/015002/offerta_microclima")
    assert node.value is None
    assert "offerta_microclima" in node.note


def test_hectares_are_counted_by_class_of_the_cells(result) -> None:
    """Four cells of 100 m2 at 4.22 points (class 5), four at 1.89 (class 2)."""
    middle = next(one for one in result.places["comuni"] if one.key == "015002")
    assert middle.ha == pytest.approx({1: 0, 2: 0.04, 3: 0, 4: 0, 5: 0.04})


def test_cells_that_lack_a_service_count_in_the_coverage_only(result) -> None:
    """In the east four cells of eight have both cover and soil group."""
    east = next(one for one in result.places["comuni"] if one.key == "015009")
    assert east.copertura_attitudine == pytest.approx(0.5)
    assert "50" in result.trace.root.find("comuni/015009/attitudine").note


def test_the_capacity_matrix_stands_beside_it(result) -> None:
    """Fields (2 + 1)/2 = 1.5; in the east four cells of fabric at 0 and two of river at (1 + 2)/2."""
    of = {one.key: one for one in result.places["comuni"]}
    assert of["015002"].attitudine_matrice == pytest.approx(1.5)
    assert of["015009"].attitudine_matrice == pytest.approx(0.5)
    assert of["015002"].scarto_matrice == pytest.approx((ON_A + ON_D) / 2 - 1.5, abs=1e-3)


def test_the_raster_holds_what_the_table_sums(lake: Lake, result) -> None:
    with rasterio.open(result.versions["attitudine_suoli"].raster) as source:
        cells = source.read(1)
    assert cells[0, 2] == pytest.approx(ON_A, abs=1e-3)
    assert np.isnan(cells[2, 4])
    assert lake.version("suoli_comuni").provenance.asked["servizi"] == ["eventi_estremi", "ricarica"]


def test_the_same_map_drawn_again_is_the_same_version(lake: Lake, result) -> None:
    again = map_soils_whole(lake, load_book(), day=DAY)
    assert {name: one.id for name, one in again.versions.items()} == {
        name: one.id for name, one in result.versions.items()
    }


def test_without_any_service_it_says_which_commands_make_them(tmp_path: Path) -> None:
    with pytest.raises(NoService, match="trama storm run"):
        map_soils_whole(small_lake(tmp_path), load_book(), day=DAY)


def test_a_service_on_another_grid_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    lake = small_lake(tmp_path)
    run_storm(lake, load_book(), day=DAY, event_mm=61.4)
    put_raster(lake, "offerta_microclima", np.ones((2, 3), np.float32), cell_m=20, nodata=float("nan"))
    with pytest.raises(WrongGrid, match="offerta_microclima"):
        map_soils_whole(lake, load_book(), day=DAY)
    assert not lake.has("attitudine_suoli")


def test_a_new_service_layer_enters_the_attitude(tmp_path: Path) -> None:
    """Microclimate 2 points everywhere, weight 1: on group A (4.3326 + 2 + 2) / 2.5."""
    lake = small_lake(tmp_path)
    run_storm(lake, load_book(), day=DAY, event_mm=61.4)
    put_raster(lake, "offerta_microclima", np.full((4, 6), 2, np.float32), cell_m=10, nodata=float("nan"))
    found = map_soils_whole(lake, load_book(), day=DAY)
    with rasterio.open(found.versions["attitudine_suoli"].raster) as source:
        assert source.read(1)[0, 2] == pytest.approx((4.3326 + 2.0 + 2.0) / 2.5, abs=1e-3)
