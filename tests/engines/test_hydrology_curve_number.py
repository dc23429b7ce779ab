"""Runoff by curve number: values worked by hand, and what must hold for every value."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trama.engines.hydrology import (
    class_labels,
    composite_curve_number,
    draining_share,
    kdren_of_cells,
    retained_volume_m3,
    retention_index,
    runoff_mm,
    step_weights,
    supply_of_regulation,
)

CURVE_NUMBERS = st.floats(0, 100)
RAINS = st.floats(0.1, 500)
LAMBDAS = st.floats(0, 1)


@pytest.mark.parametrize(
    ("cn", "rain_mm", "expected"),
    [
        # hand: S = 63.5, Ia = 12.7, Q = 37.3² / 100.8
        (80.0, 50.0, 13.80248),
        # hand: S = 254, Ia = 50.8 > 50: nothing runs off
        (50.0, 50.0, 0.0),
        # hand: S = 0: all runs off
        (100.0, 50.0, 50.0),
    ],
)
def test_runoff_is_that_of_the_hand(cn: float, rain_mm: float, expected: float) -> None:
    assert float(runoff_mm(rain_mm, cn, lambda_=0.2)) == pytest.approx(expected, abs=1e-5)


def test_runoff_is_that_of_tr55() -> None:
    # TR-55, table 2-1: curve number 90, 3.0 inches of rain, 1.98 inches of runoff (two decimals)
    assert float(runoff_mm(76.2, 90.0, lambda_=0.2)) / 25.4 == pytest.approx(1.98, abs=0.005)


def test_retention_of_good_grass_is_the_published_table() -> None:
    # derived table of the domain defaults: grass good 39/61/74/80 at 61.4 and 100 mm
    grass = [39.0, 61.0, 74.0, 80.0]
    at_61 = retention_index(61.4, runoff_mm(61.4, grass, lambda_=0.2))
    at_100 = retention_index(100.0, runoff_mm(100.0, grass, lambda_=0.2))
    assert at_61.round(3).tolist() == [1.0, 0.929, 0.767, 0.656]
    assert at_100.round(3).tolist() == [0.990, 0.802, 0.606, 0.495]


def test_a_curve_number_of_zero_keeps_everything() -> None:
    assert runoff_mm(6000.0, [0.0], lambda_=0.2).tolist() == [0.0]
    assert runoff_mm(6000.0, [0.0], lambda_=0.0).tolist() == [0.0]


def test_missing_curve_number_stays_missing() -> None:
    assert np.isnan(runoff_mm(50.0, [np.nan], lambda_=0.2)).all()


def test_no_rain_gives_no_runoff() -> None:
    assert runoff_mm(0.0, [30.0, 100.0], lambda_=0.2).tolist() == [0.0, 0.0]


@pytest.mark.parametrize("cn", [-0.1, 100.1])
def test_a_curve_number_outside_its_scale_is_refused(cn: float) -> None:
    with pytest.raises(ValueError, match="0-100"):
        runoff_mm(50.0, cn, lambda_=0.2)


@pytest.mark.parametrize(("rain", "lambda_"), [(-1.0, 0.2), (float("nan"), 0.2), (50.0, 1.5), (50.0, -0.1)])
def test_an_impossible_event_is_refused(rain: float, lambda_: float) -> None:
    with pytest.raises(ValueError, match=r"event|lambda"):
        runoff_mm(rain, 80.0, lambda_=lambda_)


def test_retention_of_no_rain_is_refused() -> None:
    with pytest.raises(ValueError, match="above zero"):
        retention_index(0.0, 0.0)


@given(RAINS, CURVE_NUMBERS, LAMBDAS)
def test_runoff_lies_between_nothing_and_the_rain(rain: float, cn: float, lambda_: float) -> None:
    runoff = float(runoff_mm(rain, cn, lambda_))
    assert 0 <= runoff <= rain * (1 + 1e-12)


@given(RAINS, RAINS, CURVE_NUMBERS, LAMBDAS)
def test_more_rain_never_gives_less_runoff(one: float, other: float, cn: float, lambda_: float) -> None:
    low, high = sorted((one, other))
    assert runoff_mm(low, cn, lambda_) <= runoff_mm(high, cn, lambda_) + 1e-9


@given(RAINS, CURVE_NUMBERS, CURVE_NUMBERS, LAMBDAS)
def test_a_higher_curve_number_never_gives_less_runoff(
    rain: float, one: float, other: float, lambda_: float
) -> None:
    low, high = sorted((one, other))
    assert runoff_mm(rain, low, lambda_) <= runoff_mm(rain, high, lambda_) + 1e-9


@given(RAINS, CURVE_NUMBERS, LAMBDAS, st.floats(1, 1e6))
def test_what_is_kept_and_what_runs_off_make_the_rain(
    rain: float, cn: float, lambda_: float, area: float
) -> None:
    runoff = float(runoff_mm(rain, cn, lambda_))
    kept = float(retained_volume_m3(retention_index(rain, runoff), rain, area))
    assert kept + runoff * area / 1000 == pytest.approx(rain * area / 1000)


@given(st.floats(0, 1), st.floats(0, 100))
def test_a_composite_number_lies_between_its_parts(share: float, pervious: float) -> None:
    composite = float(composite_curve_number(share, pervious, sealed_curve_number=98.0))
    assert min(pervious, 98.0) - 1e-9 <= composite <= max(pervious, 98.0) + 1e-9


def test_a_composite_number_refuses_an_impossible_share() -> None:
    with pytest.raises(ValueError, match="share"):
        composite_curve_number(1.2, 60.0, sealed_curve_number=98.0)


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_kdren_never_exceeds_idren(sealed: float, soil: float, depth: float) -> None:
    draining = float(draining_share(sealed))
    assert 0 <= float(kdren_of_cells(draining, soil, depth)) <= draining


def test_kdren_is_missing_where_the_soil_is_missing() -> None:
    assert np.isnan(kdren_of_cells(0.5, np.nan, 1.0))


def test_depth_weights_step_where_the_breaks_say() -> None:
    # the defaults' K2: > 10 m 1.00, 5-10 m 0.95, 2-5 m 0.80, 1-2 m 0.50, < 1 m 0.20
    depths = [0.5, 1.5, 4.0, 10.0, 10.1, np.nan]
    weights = step_weights(depths, breaks=[1, 2, 5, 10], weights=[0.2, 0.5, 0.8, 0.95, 1.0])
    assert weights[:5].tolist() == [0.2, 0.5, 0.8, 0.95, 1.0]
    assert np.isnan(weights[5])


@pytest.mark.parametrize(("breaks", "weights"), [([1.0], [1.0]), ([2.0, 1.0], [1.0, 2.0, 3.0])])
def test_steps_that_make_no_sense_are_refused(breaks: list[float], weights: list[float]) -> None:
    with pytest.raises(ValueError, match="breaks"):
        step_weights([1.0], breaks, weights)


def test_a_missing_value_has_no_class() -> None:
    assert class_labels([0.1, 0.15, np.nan], [0.15], ["molto alta", "alta"]) == ["molto alta", "alta", None]


def test_full_retention_gives_the_full_mark() -> None:
    assert supply_of_regulation([1.0, 0.5], full_supply=5.0).tolist() == [5.0, 2.5]
