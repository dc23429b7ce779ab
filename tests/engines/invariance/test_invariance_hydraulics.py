"""The hydraulics hold by themselves: maxima are maxima, and two ways to the same number agree."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trama.engines.invariance import (
    ChicagoStorm,
    ConstantStorm,
    RainCurve,
    critical_event,
    growth_factor,
    peak_storage_m3,
    rainfall_only,
)
from trama.engines.invariance.errors import BadCurve, BadLimit, BadReturnPeriod
from trama.engines.invariance.rainfall_only import stored_m3
from trama.engines.invariance.routing import stored_series_m3

MILAN = RainCurve(61.43, 0.3006, 0.5)
curves = st.builds(RainCurve, st.floats(5, 120), st.floats(0.15, 0.6), st.just(0.5))
areas_ha = st.floats(0.01, 50)
rates_l_s_ha = st.floats(1, 60)


def test_milan_is_as_computed_by_hand() -> None:
    """(8/(2.78*.8*61.43*.3006))^(1/-.6994) = 10.37; 8*61.43*10.37^.3006 - 28.8*10.37 = 694."""
    found = rainfall_only(0.8, MILAN, 8)
    assert found.duration_h == pytest.approx(10.37, abs=0.005)
    assert found.volume_m3 == pytest.approx(694, abs=0.5)


@given(curves, areas_ha, rates_l_s_ha)
def test_no_duration_stores_more_than_the_rainfall_only_volume(
    curve: RainCurve, area_ha: float, rate: float
) -> None:
    found = rainfall_only(area_ha, curve, rate * area_ha)
    durations = found.duration_h * np.geomspace(1e-3, 1e3, 600)
    depths = curve.a_mm * durations**found.exponent
    most = max(stored_m3(h, mm, area_ha, rate * area_ha) for h, mm in zip(durations, depths, strict=True))
    # the law rounds 10/3.6 to 2.78: one part in 1e5 of the rain is the room it takes
    assert most <= found.volume_m3 + 1e-4 * area_ha * curve.a_mm * found.duration_h**found.exponent


@given(curves.filter(lambda curve: curve.n <= 0.5), areas_ha, rates_l_s_ha)
def test_no_duration_of_the_curve_with_both_exponents_stores_more_either(
    curve: RainCurve, area_ha: float, rate: float
) -> None:
    found = rainfall_only(area_ha, curve, rate * area_ha)
    durations = found.duration_h * np.geomspace(1e-3, 1e3, 600)
    depths = curve.depths_mm(durations)
    most = max(stored_m3(h, mm, area_ha, rate * area_ha) for h, mm in zip(durations, depths, strict=True))
    assert most <= found.volume_m3 + 1e-4 * area_ha * curve.a_mm * found.duration_h**found.exponent


def test_a_short_critical_rain_repeats_the_computation_with_the_exponent_of_short_rains() -> None:
    """u 20 l/s ha, a 20, n .3: .77 h; with .5, (27.8/20)^2 = 1.9321 h and 160*1.39 - 57.6*1.9321 = 111.1."""
    found = rainfall_only(0.8, RainCurve(20, 0.3, 0.5), 16)
    assert found.repeated
    assert found.duration_h == pytest.approx(1.9321)
    assert found.volume_m3 == pytest.approx(111.111, abs=0.001)
    assert not rainfall_only(0.8, MILAN, 8).repeated


@given(curves.filter(lambda curve: curve.n <= 0.5), areas_ha, rates_l_s_ha, st.sampled_from([0, 0.4, 0.7]))
def test_routing_gives_the_rainfall_only_volume_while_discharge_is_constant(
    curve: RainCurve, area_ha: float, rate: float, peak_share: float
) -> None:
    """Of constant storms and (peak_share > 0) of Chicago ones.

    The window in which a Chicago storm exceeds the discharge is the critical duration, and holds its depth.
    Where the law repeats with another exponent, the true curve stores at most as much.
    """
    closed = rainfall_only(area_ha, curve, rate * area_ha)
    routed = critical_event(
        lambda hours: ChicagoStorm(curve, hours, peak_share) if peak_share else ConstantStorm(curve, hours),
        area_ha,
        curve,
        rate * area_ha,
    )
    if closed.repeated and closed.duration_h > 1:
        assert routed.volume_m3 <= closed.volume_m3 * (1 + 1e-3)
    else:
        assert routed.volume_m3 == pytest.approx(closed.volume_m3, rel=1e-3)


@given(st.floats(0.1, 0.9))
def test_the_peak_of_a_chicago_storm_may_stand_anywhere(peak_share: float) -> None:
    routed = critical_event(lambda hours: ChicagoStorm(MILAN, hours, peak_share), 0.8, MILAN, 8)
    assert routed.volume_m3 == pytest.approx(694.03, abs=0.05)


def test_the_critical_durations_of_routing_are_the_rainfall_only_one() -> None:
    for storm in (lambda h: ConstantStorm(MILAN, h), lambda h: ChicagoStorm(MILAN, h, 0.4)):
        assert critical_event(storm, 0.8, MILAN, 8).duration_h == pytest.approx(10.37, rel=0.005)


@pytest.mark.parametrize("duration_h", [0.5, 1, 3, 24])
def test_a_storm_drops_the_depth_of_its_curve_and_never_takes_it_back(duration_h: float) -> None:
    for storm in (ConstantStorm(MILAN, duration_h), ChicagoStorm(MILAN, duration_h, 0.4)):
        fallen = storm.fallen_mm(storm.times_h(1000))
        assert fallen[0] == pytest.approx(0, abs=1e-9)
        assert fallen[-1] == pytest.approx(MILAN.depth_mm(duration_h))
        assert (np.diff(fallen) >= -1e-9).all()


@pytest.mark.parametrize("window_h", [0.25, 1, 2, 6])
def test_the_worst_window_of_a_chicago_storm_holds_the_depth_of_the_curve(window_h: float) -> None:
    storm = ChicagoStorm(MILAN, 12, 0.4)
    starts = np.linspace(0, 12 - window_h, 4001)
    most = (storm.fallen_mm(starts + window_h) - storm.fallen_mm(starts)).max()
    assert most == pytest.approx(MILAN.depth_mm(window_h), rel=1e-3)


def test_a_storage_is_filled_and_emptied_as_by_hand() -> None:
    """10 mm in 1 h on 0.36 ha is 36 m3, 5 l/s carry 18 m3 away: 18 stay; half way, 9."""
    storm = ConstantStorm(RainCurve(10, 0.3, 0.5), 1)
    stored = stored_series_m3(storm, 0.36, 5, steps=2)
    assert stored == pytest.approx([0, 9, 18])


def test_a_rain_weaker_than_the_discharge_stores_nothing() -> None:
    assert peak_storage_m3(ConstantStorm(RainCurve(10, 0.3, 0.5), 1), 0.36, 20) == 0


@given(curves, areas_ha, rates_l_s_ha, st.floats(1.01, 3))
def test_more_rain_asks_more_and_more_discharge_asks_less(
    curve: RainCurve, area_ha: float, rate: float, factor: float
) -> None:
    """While the law's exponent is the same: where it repeats with the other, the volume jumps."""
    wetter = RainCurve(curve.a_mm * factor, curve.n, curve.n_below_one_hour)
    base = rainfall_only(area_ha, curve, rate * area_ha)
    rain = rainfall_only(area_ha, wetter, rate * area_ha)
    drain = rainfall_only(area_ha, curve, rate * area_ha * factor)
    slack = 1e-4 * base.volume_m3
    if rain.exponent == base.exponent:
        assert rain.volume_m3 > base.volume_m3 - slack
    if drain.exponent == base.exponent:
        assert drain.volume_m3 < base.volume_m3 + slack


@given(curves, areas_ha, rates_l_s_ha, st.floats(0.1, 10))
def test_the_volume_is_proportional_to_the_area_when_the_discharge_is_too(
    curve: RainCurve, area_ha: float, rate: float, factor: float
) -> None:
    once = rainfall_only(area_ha, curve, rate * area_ha)
    scaled = rainfall_only(area_ha * factor, curve, rate * area_ha * factor)
    assert scaled.volume_m3 == pytest.approx(once.volume_m3 * factor, rel=1e-6)
    assert scaled.duration_h == pytest.approx(once.duration_h, rel=1e-6)


def test_the_growth_factor_is_continuous_where_the_gev_becomes_a_gumbel() -> None:
    gumbel = growth_factor(50, 0.3, 0.0, 0.82)
    assert growth_factor(50, 0.3, 1e-7, 0.82) == pytest.approx(gumbel, rel=1e-5)
    assert growth_factor(50, 0.3, -1e-7, 0.82) == pytest.approx(gumbel, rel=1e-5)


@given(st.floats(1.5, 1000), st.floats(1.01, 5))
def test_rain_grows_with_the_return_period(period: float, factor: float) -> None:
    args = (0.2958, -0.0358, 0.8179)
    assert growth_factor(period * factor, *args) > growth_factor(period, *args)


@pytest.mark.parametrize("period", [1, 0, -50, float("nan"), float("inf")])
def test_a_return_period_that_cannot_be_is_refused(period: float) -> None:
    with pytest.raises(BadReturnPeriod, match="maggiore di 1"):
        growth_factor(period, 0.3, -0.04, 0.82)


@pytest.mark.parametrize(("a", "n"), [(0, 0.3), (-5, 0.3), (30, 0), (30, 1), (30, 30), (float("nan"), 0.3)])
def test_a_curve_that_cannot_be_is_refused(a: float, n: float) -> None:
    with pytest.raises(BadCurve, match="esclusi"):
        RainCurve(a, n, 0.5)


def test_a_curve_too_near_to_a_straight_line_is_refused_rather_than_overflow() -> None:
    with pytest.raises(BadCurve):
        rainfall_only(1, RainCurve(30, 0.99999, 0.5), 10)


@pytest.mark.parametrize("limit", [0, -1, float("nan")])
def test_a_discharge_that_is_not_one_is_refused(limit: float) -> None:
    with pytest.raises(BadLimit, match="maggiore di zero"):
        rainfall_only(1, MILAN, limit)
    with pytest.raises(BadLimit):
        critical_event(lambda hours: ConstantStorm(MILAN, hours), 1, MILAN, limit)
