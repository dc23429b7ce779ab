"""Works, outlets and their routing: hand cases, conservation, convergence, and EPA SWMM beside them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trama.engines.invariance import (
    Basin,
    ChicagoStorm,
    ConstantOutlet,
    ConstantStorm,
    Horton,
    NetRain,
    NoOutlet,
    Orifice,
    Pipe,
    Placed,
    Prism,
    RainCurve,
    convergence,
    emptying_h,
    left_m3,
    rainfall_only,
    reservoir,
    route,
    with_drain,
    worst_event,
)
from trama.engines.invariance.errors import BadHorton, BadLimit, BadOutlet, BadWork, Unsettled
from trama.engines.invariance.worst import route_storm

MILAN = RainCurve(61.43, 0.3006, 0.5)
SIZES = st.floats(0.5, 50)


def at(work, depth_m: float) -> float:
    return float(work.volumes_m3(np.array([depth_m]))[0])


def test_the_volume_of_a_basin_is_that_of_the_frustum() -> None:
    # bottom 10·20, banks 2:1, 1.5 m deep, top 16·26; by the prismoid's formula
    # h/6·(A + 4·M + B) with the middle section 13·23 = 299: 1.5/6·(200 + 1196 + 416) = 453
    assert at(Basin(10, 20, 1.5, 2), 1.5) == pytest.approx(453)
    assert at(Basin(10, 20, 1.5, 2), 0.5) == pytest.approx(200 * 0.5 + 2 * 30 * 0.25 + 4 / 3 * 4 * 0.125)


def test_a_pipe_half_full_holds_half_and_a_full_one_its_whole_section() -> None:
    pipe = Pipe(1.2, 150)
    assert at(pipe, 1.2) == pytest.approx(math.pi * 0.36 * 150)
    assert at(pipe, 0.6) == pytest.approx(math.pi * 0.36 * 150 / 2)


@given(SIZES, SIZES, st.floats(0.3, 5), st.floats(0, 4), st.floats(0, 1))
def test_a_deeper_water_is_never_less(
    length: float, width: float, depth: float, slope: float, share: float
) -> None:
    work = Basin(length, width, depth, slope)
    assert at(work, depth * share) <= at(work, depth) * (1 + 1e-12)


def test_voids_and_freeboard_take_their_part() -> None:
    placed = Placed(Prism(100, 40, 2.0, 0.35), count=3, freeboard_m=0.5)
    assert placed.useful_m3 == pytest.approx(3 * 100 * 1.5 * 0.35)
    assert placed.brim_m3 == pytest.approx(3 * 100 * 2.0 * 0.35)


def test_the_ground_is_wetted_by_the_bottom_and_by_half_the_useful_walls() -> None:
    # bottom 12 m², walls 14 m · 1.5 m useful of 2 m = 21 m², half of them 10.5
    assert Placed(Prism(12, 14, 2.0), 1, 0.5).soaking_m2(0.5) == pytest.approx(22.5)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Prism(0, 1, 1),
        lambda: Prism(1, 1, 1, 1.2),
        lambda: Basin(1, 1, 1, -1),
        lambda: Pipe(math.nan, 1),
        lambda: Placed(Prism(1, 1, 1), 1, 1.0),
        lambda: Placed(Prism(1, 1, 1), 0),
    ],
)
def test_a_measure_that_cannot_be_is_refused(make) -> None:
    with pytest.raises(BadWork):
        make()


def test_outlets_that_cannot_be_are_refused() -> None:
    with pytest.raises(BadLimit):
        ConstantOutlet(0)
    with pytest.raises(BadOutlet):
        Orifice(0, 0.6)
    with pytest.raises(BadHorton):
        Horton(2, 5, 2)


def test_an_opening_lets_out_what_torricelli_says_and_its_two_laws_meet_at_its_top() -> None:
    opening = Orifice(0.1, 0.6)
    # 0.6 · π·0.01/4 · √(2·9.81·0.95) = 0.0047124 · 4.3173 = 20.345 l/s
    assert opening.discharges_l_s(np.array([1.0]))[0] == pytest.approx(20.345, abs=0.001)
    below, above = opening.discharges_l_s(np.array([0.1 - 1e-9, 0.1 + 1e-9]))
    assert below == pytest.approx(above, rel=1e-6)
    assert opening.discharges_l_s(np.array([0.0]))[0] == 0


def test_three_steps_by_hand() -> None:
    # 100 m³ come in each of two hours, 10 l/s (36 m³/h) go out: 64, 128, then nothing comes: 92.
    held = reservoir([Placed(Prism(100, 0, 5))], ConstantOutlet(10))
    run = route(np.array([0.0, 1, 2, 3]), np.array([0.0, 100, 200, 200]), held)
    assert run.stored_m3 == pytest.approx([0, 64, 128, 92])
    assert run.receiver_m3 == pytest.approx([36, 36, 36])


def test_what_does_not_find_room_is_spilled() -> None:
    held = reservoir([Placed(Prism(10, 0, 5))], ConstantOutlet(10))
    run = route(np.array([0.0, 1, 2]), np.array([0.0, 100, 200]), held)
    assert run.stored_m3 == pytest.approx([0, 50, 50])
    assert run.spilled_m3 == pytest.approx([14, 64])


def test_the_ground_and_the_receiver_share_the_last_water() -> None:
    # 36 m³/h and 18 m³/h are wanted, 27 m³ are there: two thirds and one third of them.
    held = reservoir([Placed(Prism(100, 0, 5))], ConstantOutlet(10), soil_l_s=5)
    run = route(np.array([0.0, 1]), np.array([0.0, 27]), held)
    assert (run.receiver_m3[0], run.soil_m3[0], run.stored_m3[-1]) == pytest.approx((18, 9, 0))


OUTLETS = st.one_of(
    st.builds(ConstantOutlet, st.floats(0.5, 60)),
    st.builds(Orifice, st.floats(0.02, 0.4), st.floats(0.5, 0.8)),
)


@settings(max_examples=60, deadline=None)
@given(OUTLETS, st.floats(0.1, 10), st.floats(0.5, 30), st.floats(0, 20), st.booleans(), st.floats(5, 2000))
def test_the_balance_of_mass_closes(
    outlet, equivalent_ha: float, duration_h: float, soil_l_s: float, chicago: bool, area_m2: float
) -> None:
    held = reservoir([Placed(Prism(area_m2, 0, 2.5))], outlet, soil_l_s)
    storm = ChicagoStorm(MILAN, duration_h, 0.4) if chicago else ConstantStorm(MILAN, duration_h)
    times_h = storm.times_h(400)
    run = route(times_h, NetRain(equivalent_ha).entered_m3(storm, times_h), held)
    assert abs(run.imbalance_m3) <= 1e-9 * run.inflow_m3.sum()
    assert (run.stored_m3 >= 0).all()
    assert run.peak_m3 <= held.brim_m3 * (1 + 1e-12)


def test_with_a_constant_outlet_the_worst_event_is_that_of_the_rainfall_only_method() -> None:
    held = reservoir([Placed(Prism(3000, 0, 2))], ConstantOutlet(33))
    beside = rainfall_only(3.3, MILAN, 33)
    constant = worst_event(lambda hours: ConstantStorm(MILAN, hours), NetRain(3.3), held, 48)
    chicago = worst_event(lambda hours: ChicagoStorm(MILAN, hours, 0.4), NetRain(3.3), held, 48)
    assert constant.peak_m3 == pytest.approx(beside.volume_m3, rel=1e-5)
    assert chicago.peak_m3 == pytest.approx(beside.volume_m3, rel=1e-5)
    assert constant.duration_h == pytest.approx(beside.duration_h, rel=0.02)


def test_the_constant_storm_of_the_critical_duration_converges_to_the_rainfall_only_volume() -> None:
    beside = rainfall_only(0.8, MILAN, 8)
    held = reservoir([Placed(Prism(1000, 0, 2))], ConstantOutlet(8))
    errors = [
        abs(
            route_storm(
                lambda hours: ConstantStorm(MILAN, hours), beside.duration_h, NetRain(0.8), held, steps
            ).peak_m3
            / beside.volume_m3
            - 1
        )
        for steps in (50, 400, 1600)
    ]
    assert max(errors) < 1e-9  # a constant inflow and a constant outflow leave nothing to converge


def test_the_peak_no_longer_depends_on_the_time_step() -> None:
    held = reservoir([Placed(Prism(1000, 0, 3.3))], Orifice(0.12, 0.6))
    peaks = convergence(
        lambda hours: ChicagoStorm(MILAN, hours, 0.4), 24, NetRain(3.3), held, (100, 400, 1600, 6400)
    )
    gaps = [abs(peak / peaks[-1][1] - 1) for _, peak in peaks[:-1]]
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[-1] < 5e-6


@pytest.mark.parametrize("diameter_m", [20.0, 98.0])
def test_works_that_empty_in_seconds_are_routed_as_with_a_step_of_seconds(diameter_m: float) -> None:
    """Against sixteen times the steps; and the stronger rain asks more (a step of 54 s found less)."""
    held = reservoir([Placed(Prism(1600, 0, 2.5))], Orifice(diameter_m, 0.6))
    peaks = []
    for a_mm in (61.43, 68.0):
        curve = RainCurve(a_mm, 0.3, 0.5)
        worst = worst_event(lambda hours, of=curve: ChicagoStorm(of, hours, 0.4), NetRain(3.3), held, 24.0)
        fine = route_storm(
            lambda hours, of=curve: ChicagoStorm(of, hours, 0.4), worst.duration_h, NetRain(3.3), held, 25_600
        )
        assert worst.peak_m3 == pytest.approx(fine.peak_m3, rel=0.01)
        assert worst.run.imbalance_m3 == pytest.approx(0, abs=1e-6)
        peaks.append(worst.peak_m3)
    assert peaks[0] < peaks[1]


def test_what_depends_on_the_step_however_short_is_refused() -> None:
    """A shaft of a square metre with an opening of 98 m."""
    held = reservoir([Placed(Prism(1, 0, 2.5))], Orifice(98, 0.6))
    curve = RainCurve(61.43, 0.3, 0.5)
    with pytest.raises(Unsettled, match="passo di calcolo"):
        worst_event(lambda hours: ChicagoStorm(curve, hours, 0.4), NetRain(3.3), held, 24.0)


def _of_a_minute(storm, equivalent_ha: float, until_h: float) -> tuple[np.ndarray, np.ndarray]:
    """The inflow that SWMM was given, constant in each minute, at steps of six seconds."""
    minutes_h = np.arange(0, storm.duration_h + 1e-9, 1 / 60)
    entered = NetRain(equivalent_ha).entered_m3(storm, minutes_h)
    times_h = np.arange(0, until_h * 600 + 1) / 600
    return times_h, np.interp(times_h, np.append(minutes_h, 1e3), np.append(entered, entered[-1]))


@pytest.mark.parametrize(
    ("storm", "work", "outlet", "swmm"),
    [
        (
            ConstantStorm(MILAN, 12),
            Prism(1000, 0, 3.3),
            Orifice(0.12, 0.6),
            (2785.868, 49.6374, 1063.247, 80.240),
        ),
        (
            ChicagoStorm(MILAN, 24, 0.4),
            Prism(1200, 0, 3),
            Orifice(0.10, 0.62, 0.2),
            (3575.071, 35.6413, 3249.409, 1622.926),
        ),
    ],
)
def test_epa_swmm_finds_the_same(storm, work, outlet, swmm) -> None:
    # EPA SWMM 5.2.4 (swmm-toolkit 0.17.0, dynamic wave, 1 s): storage node, side orifice, free outfall,
    # the inflow as a series of one minute. Peak volume, greatest discharge, volume after 24 and 40 hours.
    times_h, entered = _of_a_minute(storm, 3.3, 48)
    run = route(times_h, entered, reservoir([Placed(work)], outlet))
    found = (run.peak_m3, run.receiver_m3.max() / 6 * 1000, run.stored_m3[24 * 600], run.stored_m3[40 * 600])
    assert found[:3] == pytest.approx(swmm[:3], rel=6e-4)
    assert found[3] == pytest.approx(swmm[3], rel=2e-3)


def test_horton_by_hand_on_a_constant_rain() -> None:
    # 20 mm/h for 2 h on a hectare of D soil: f falls below 20 at t = ln(73.5/17.5)/2 = 0.7176 h; from then
    # 20·1.2824 − [2.5·1.2824 + 36.75·(e^−1.4351 − e^−4)] = 25.648 − 3.206 − 8.0769 = 14.365 mm, 143.65 m³.
    curve = RainCurve(20, 0.999999, 0.999999)
    storm = ConstantStorm(curve, 2)
    times_h = storm.times_h(4000)
    entered = NetRain(0, 1, Horton(76, 2.5, 2)).entered_m3(storm, times_h)
    assert entered[-1] == pytest.approx(143.65, abs=0.05)


def test_a_full_tank_empties_in_volume_over_discharge() -> None:
    held = reservoir([Placed(Prism(100, 0, 2))], ConstantOutlet(10), soil_l_s=2)
    assert emptying_h(held, 200) == pytest.approx(200 / 43.2)
    assert left_m3(held, 200, 2) == pytest.approx(200 - 86.4)


def test_through_an_opening_the_depth_falls_as_torricelli_says() -> None:
    # from 2 m to the top of the opening, h − D/2 from 1.95 to 0.05 m: t = 2·A/(C·a·√(2g))·(√1.95 − √0.05)
    held = reservoir([Placed(Prism(100, 0, 2))], Orifice(0.1, 0.6))
    hours = (
        2 * 100 / (0.6 * math.pi * 0.01 / 4 * math.sqrt(19.62)) * (math.sqrt(1.95) - math.sqrt(0.05)) / 3600
    )
    assert left_m3(held, 200, hours) == pytest.approx(10, rel=0.01)


def test_without_a_way_out_it_never_empties() -> None:
    held = reservoir([Placed(Prism(100, 0, 2))], NoOutlet())
    assert emptying_h(held, 200) is None
    assert left_m3(held, 200, 48) == pytest.approx(200)
    raised = reservoir([Placed(Prism(100, 0, 2))], Orifice(0.1, 0.6, 0.5))
    assert emptying_h(raised, 200) is None


def test_after_the_rain_the_run_goes_on_until_empty() -> None:
    held = reservoir([Placed(Prism(3000, 0, 2))], ConstantOutlet(33))
    worst = worst_event(lambda hours: ConstantStorm(MILAN, hours), NetRain(3.3), held, 48)
    whole = with_drain(worst.run, held)
    assert whole.stored_m3[-1] <= 0.005 * whole.peak_m3
    assert abs(whole.imbalance_m3) < 1e-6


def test_works_of_different_depth_fill_in_step() -> None:
    held = reservoir([Placed(Prism(100, 0, 2)), Placed(Prism(50, 0, 1), freeboard_m=0.2)], ConstantOutlet(5))
    assert held.useful_m3 == pytest.approx(200 + 40)
    assert held.brim_m3 == pytest.approx(250)
    assert held.depth_at(120) == pytest.approx(1.0, rel=1e-3)  # half of the useful depth of the deeper
