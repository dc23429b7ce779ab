"""Every measure, on a territory of 24 cells: what is expected was counted by hand on the drawing."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.fixtures_indices import DAY
from trama.analyses.indices.matrix import Matrix, read_matrix
from trama.analyses.indices.places import read_places
from trama.analyses.indices.rules import read_index_rules
from trama.analyses.indices.run import read_field
from trama.lake import Lake
from trama.norms import NormBook

CHIEF, MIDDLE, EAST = "015146", "015002", "015009"


@pytest.fixture
def matrix(lake: Lake, book: NormBook):
    rules = {name: read_index_rules(book, name, DAY) for name in book.indices}
    field = read_field(lake, book, DAY, list(rules.values()))

    def of(index: str, grain: str) -> Matrix:
        return read_matrix(field, rules[index], read_places(lake, book, grain, DAY))

    return of


def value(matrix: Matrix, name: str, place: str) -> float:
    return float(matrix.values[matrix.places.keys.index(place), matrix.rules.order.index(name)])


def sealed(book: NormBook, code: str) -> float:
    return float(book.value("sttm1/storm/suolo_dusaf", DAY).value[code]["sealed_share"])


def test_sealed_soil_is_the_mean_of_the_covers_known(matrix, book: NormBook) -> None:
    """Chief town: six cells of 1111, two of 1411. East: four of 1121, two of 511, two without cover."""
    comuni = matrix("vulnerabilita", "comuni")
    chief = (6 * sealed(book, "1111") + 2 * sealed(book, "1411")) / 8
    east = (4 * sealed(book, "1121") + 2 * sealed(book, "511")) / 6
    assert value(comuni, "suolo_impermeabile", CHIEF) == pytest.approx(100 * chief)
    assert value(comuni, "suolo_impermeabile", EAST) == pytest.approx(100 * east)
    taken = comuni.taken["suolo_impermeabile"]
    assert taken.coverage[comuni.places.keys.index(EAST)] == pytest.approx(6 / 8)


def test_density_is_missing_where_residents_are(matrix) -> None:
    """Eight cells of 100 m2 and 100 residents: 125,000 a km2."""
    comuni = matrix("vulnerabilita", "comuni")
    assert value(comuni, "densita", CHIEF) == pytest.approx(125_000)
    assert math.isnan(value(comuni, "densita", EAST))
    assert matrix("vulnerabilita", "upa").taken["densita"] is None  # no WARM here: residents of UPA unknown


def test_the_shallow_water_table_is_a_share_of_the_cells_that_have_one(matrix) -> None:
    """Depths 12 and 7 m; 3 and 1.5 m; 0.5 m and none."""
    comuni = matrix("vulnerabilita", "comuni")
    assert [value(comuni, "falda_alta", key) for key in (CHIEF, MIDDLE, EAST)] == [0, 100, 100]
    assert comuni.taken["falda_alta"].coverage[comuni.places.keys.index(EAST)] == pytest.approx(0.5)


def test_the_mesh_crosses_borders_and_is_cut_by_housing(matrix) -> None:
    """One unbuilt patch of 12 cells, 1,200 m2; 2, 8 and 2 of the cells of the three comuni are in it."""
    comuni = matrix("vulnerabilita", "comuni")
    expected = {CHIEF: 2 * 1200 / 8, MIDDLE: 8 * 1200 / 8, EAST: 2 * 1200 / 8}
    for key, area_m2 in expected.items():
        assert value(comuni, "frammentazione", key) == pytest.approx(area_m2 / 1e6)


def test_the_edge_of_the_fabric_is_counted_on_its_cells(matrix) -> None:
    """2 x 3 cells: ten sides of 10 m around 0.06 ha; elsewhere there is no fabric, so no sprawl."""
    comuni = matrix("qualita", "comuni")
    assert value(comuni, "dispersione", CHIEF) == pytest.approx(100 / 0.06)
    assert math.isnan(value(comuni, "dispersione", MIDDLE))
    assert value(comuni, "densita_tuc", CHIEF) == pytest.approx(100 / 0.06)


def test_draining_share_and_kdren_of_the_fabric_are_of_its_cells_alone(matrix, book: NormBook) -> None:
    comuni = matrix("qualita", "comuni")
    assert value(comuni, "idren_tuc", CHIEF) == pytest.approx(1 - sealed(book, "1111"))
    assert math.isnan(value(comuni, "idren_tuc", MIDDLE))
    assert 0 < value(comuni, "kdren_tuc", CHIEF) <= value(comuni, "idren_tuc", CHIEF)


def test_green_per_person_counts_parks(matrix) -> None:
    """Two cells of park and 100 residents; no park and 8 residents: zero, which is a value."""
    comuni = matrix("qualita", "comuni")
    assert value(comuni, "verde_abitante", CHIEF) == pytest.approx(2.0)
    assert value(comuni, "verde_abitante", MIDDLE) == 0


def test_the_design_rain_is_that_of_the_regional_table(matrix, book: NormBook) -> None:
    """By hand for Milano, T = 50: w = e + a/k (1 - ln(50/49)^k), h = a1 w = 61.4 mm."""
    comuni, upa = matrix("vulnerabilita", "comuni"), matrix("vulnerabilita", "upa")
    row = book.value("regionali/invarianza/criticita_piogge_comuni", DAY).value[CHIEF]
    growth = row["epsilon"] + row["alfa"] / row["kappa"] * (1 - math.log(50 / 49) ** row["kappa"])
    assert value(comuni, "pioggia_progetto", CHIEF) == pytest.approx(row["a1"] * growth)
    assert value(comuni, "pioggia_progetto", CHIEF) == pytest.approx(61.4, abs=0.1)
    by_cells = np.mean([value(comuni, "pioggia_progetto", key) for key in (CHIEF, MIDDLE, EAST)])
    assert value(upa, "pioggia_progetto", "2a") == pytest.approx(by_cells)  # four cells of each comune


def test_the_runoff_coefficient_rests_on_cells_with_cover_and_soil(matrix) -> None:
    comuni = matrix("vulnerabilita", "comuni")
    assert 0 < value(comuni, "deflusso_t10", MIDDLE) < value(comuni, "deflusso_t10", CHIEF) < 1
    assert comuni.taken["deflusso_t10"].coverage[comuni.places.keys.index(EAST)] == pytest.approx(4 / 8)


def test_a_figure_of_storm_is_taken_as_it_is(matrix, lake: Lake) -> None:
    comuni = matrix("vulnerabilita", "comuni")
    table = lake.version("storm_comuni").table().set_index("istat")
    assert value(comuni, "kdren", CHIEF) == table.loc[CHIEF, "kdren"]


def test_what_nobody_measures_is_missing_everywhere_and_never_zero(matrix) -> None:
    comuni = matrix("vulnerabilita", "comuni")
    for name in ("pm25", "alluvioni", "anomalia_notte", "reddito"):
        assert np.isnan(comuni.values[:, comuni.rules.order.index(name)]).all()
