"""Surfaces, classes, limits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trama.engines.invariance import (
    Classes,
    ClassRow,
    Surface,
    emptying_time_h,
    limit_discharge_l_s,
    minimum_volume_m3,
    volume_ready_again_m3,
)
from trama.engines.invariance.errors import BadLimit, BadSurface, NothingDrains, SurfacesDoNotSum
from trama.engines.invariance.intervention import check_surfaces, mean_runoff_coefficient

ROWS = Classes(
    (
        ClassRow("piccolo", 0, 0, 300, None, None),
        ClassRow("poco", 1, 300, None, None, 0.4),
        ClassRow("molto", 2, 300, None, 0.4, None),
    )
)


def test_surfaces_that_do_not_make_the_total_are_refused_with_the_gap() -> None:
    with pytest.raises(
        SurfacesDoNotSum, match=r"sommano 8\.900\sm², ma l'intervento misura 9\.000\sm²: 100\sm² in meno"
    ):
        check_surfaces([Surface("tetto", 8900, 1.0)], 9000)


def test_a_gap_is_told_to_the_centimetre_on_large_areas_too() -> None:
    with pytest.raises(SurfacesDoNotSum, match=r"sommano 1\.234\.567,25\sm².*: 0,25\sm² in più"):
        check_surfaces([Surface("tetto", 1_234_567.25, 1.0)], 1_234_567)


def test_the_rounding_of_a_decimetre_is_not_an_error() -> None:
    check_surfaces([Surface("tetto", 33.33, 1.0), Surface("prato", 66.66, 0.3)], 100)


@pytest.mark.parametrize("area_m2", [-1, float("nan"), float("inf")])
def test_a_surface_that_cannot_be_is_refused(area_m2: float) -> None:
    with pytest.raises(BadSurface, match="«tetto»"):
        check_surfaces([Surface("tetto", area_m2, 1.0)], 100)


def test_an_intervention_of_left_out_land_alone_has_nothing_to_compute() -> None:
    with pytest.raises(NothingDrains):
        check_surfaces([Surface("campo", 100, None)], 100)


@given(st.lists(st.tuples(st.floats(1, 1e6), st.sampled_from([0.3, 0.7, 1.0])), min_size=1))
def test_the_mean_coefficient_stays_between_those_of_the_surfaces(parts: list[tuple[float, float]]) -> None:
    found = mean_runoff_coefficient([Surface("s", area, runoff) for area, runoff in parts])
    assert min(r for _, r in parts) - 1e-9 <= found <= max(r for _, r in parts) + 1e-9


@pytest.mark.parametrize(
    ("area_m2", "coefficient", "row"),
    [(300, 1, "piccolo"), (300.5, 0.4, "poco"), (301, 0.1 + 0.3, "poco"), (301, 0.4001, "molto")],
)
def test_the_upper_end_belongs_to_the_class_whatever_binary_noise(
    area_m2: float, coefficient: float, row: str
) -> None:
    assert ROWS.row(area_m2, coefficient).id == row


def test_a_table_with_a_hole_is_the_fault_of_the_norms() -> None:
    with pytest.raises(LookupError):
        Classes(ROWS.rows[:2]).row(301, 0.9)


def test_the_stricter_discharge_holds() -> None:
    assert limit_discharge_l_s(2, 10) == 20
    assert limit_discharge_l_s(2, 10, 5) == 5
    assert limit_discharge_l_s(2, 10, 50) == 20


@pytest.mark.parametrize("declared", [0, -3, float("nan")])
def test_a_discharge_of_nothing_is_refused(declared: float) -> None:
    with pytest.raises(BadLimit):
        limit_discharge_l_s(2, 10, declared)


def test_the_minimum_takes_p_and_the_reduction() -> None:
    """800 * 0.8 * 0.5 * 0.7 = 224."""
    assert minimum_volume_m3(0.5, 800, 0.8, 0.3) == pytest.approx(224)


def test_a_second_event_finds_room_after_the_longest_emptying() -> None:
    """V 1000 m3, 2 l/s for 48 h carry 345.6 away: 654.4 stay, plus a second event of 1000."""
    assert emptying_time_h(1000, 2) == pytest.approx(138.9, abs=0.05)
    assert volume_ready_again_m3(1000, 2, 48, 2) == pytest.approx(1654.4)


def test_what_empties_in_time_asks_nothing_more() -> None:
    assert volume_ready_again_m3(100, 2, 48, 2) == 100
