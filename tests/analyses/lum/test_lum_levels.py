"""The level of an interchange: the rule of the norms, and the plan's word above it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.fixtures_lum import MIDDLE, at
from trama.analyses.lum.levels import NO_RULE, UNKNOWN, compute_level, interchanges
from trama.analyses.lum.lum import circle_of
from trama.analyses.lum.rules import read_rules
from trama.analyses.lum.stops import Stop, group
from trama.norms import load_book

RULES = read_rules(load_book(), date(2026, 1, 15))


def stop(key: str, mode: str, x: float = 0.0, **more: Any) -> Stop:
    plain = {"name": key, "node": "", "lines": (key,), "terminus": False, "daily": None, "per_hour": None}
    return Stop(id=key, mode=mode, point=at(x, 0), **{**plain, "declared": "", "istat": MIDDLE, **more})


def test_radii_are_those_of_the_plan() -> None:
    """Act: 400 m around metropolitan stops, 200 m around supra-municipal ones; local stops have no LUM."""
    assert [RULES.radius(level) for level in ("M", "S", "L", None, "X")] == [400.0, 200.0, None, None, None]


@pytest.mark.parametrize(
    ("stops", "level"),
    [
        ([stop("m", "metro")], "M"),
        ([stop("t", "treno", lines=("S1", "S2"))], "M"),
        ([stop("t", "treno"), stop("r", "tram")], "M"),
        ([stop("t", "treno")], "S"),
        ([stop("r", "tram", terminus=True)], "S"),
        ([stop("b", "bus", terminus=True, per_hour=20.0)], "S"),
        ([stop("b", "bus", terminus=True, per_hour=19.9)], "L"),
        ([stop("b", "bus", lines=tuple("abcd"), per_hour=20.0)], "S"),
        ([stop("b", "bus", lines=tuple("abc"), per_hour=20.0)], "L"),
        ([stop("b", "bus", per_hour=4.0)], "L"),
        ([stop("b", "bus", per_hour=3.9)], None),
    ],
)
def test_the_first_row_that_holds_gives_the_level(stops: list[Stop], level: str | None) -> None:
    assert compute_level(RULES, stops).level == level


def test_a_level_that_hangs_on_unknown_headways_is_missing_not_low() -> None:
    assert compute_level(RULES, [stop("b", "bus", terminus=True)]).reason == UNKNOWN
    assert compute_level(RULES, [stop("b", "bus", per_hour=1.0)]).reason == NO_RULE
    assert compute_level(RULES, [stop("t", "treno"), stop("b", "bus")]).level == "S"  # trains are enough


def test_what_the_plan_writes_wins_and_both_are_kept() -> None:
    [one] = interchanges(RULES, [stop("b", "bus", per_hour=1.0, declared="S")])
    assert (one.level, one.declared, one.computed) == ("S", "S", None)
    [one] = interchanges(RULES, [stop("m", "metro", declared="S")])
    assert (one.level, one.computed) == ("S", "M")
    assert interchanges(RULES, [stop("m", "metro", declared="L")]) == []  # the plan says it has none


def test_stops_of_one_station_or_one_name_are_together() -> None:
    stops = [stop("a", "bus", name="Mercato", x=0), stop("b", "bus", name="MERCATO ", x=100)]
    assert [len(one) for one in group(stops, 150)] == [2]
    assert [len(one) for one in group(stops, 99)] == [1, 1]
    far = [stop("a", "treno", node="FS", x=0), stop("b", "treno", node="FS", x=900)]
    assert [len(one) for one in group(far, 150)] == [2]


def test_interchanges_that_touch_are_one_with_the_level_of_both() -> None:
    """A train and a tram terminus 120 m apart: two lines on tracks, hence metropolitan."""
    found = interchanges(RULES, [stop("t", "treno", x=0), stop("r", "tram", x=120, terminus=True)])
    assert [(one.level, len(one.stops)) for one in found] == [("M", 2)]
    assert found[0].name == "t"
    assert found[0].reach_m == (400.0, 400.0)


def test_a_bus_terminus_beside_a_metro_keeps_its_own_radius() -> None:
    stops = [stop("m", "metro", x=0), stop("b", "bus", x=120, terminus=True, per_hour=30.0)]
    [found] = interchanges(RULES, stops)
    assert (found.level, dict(zip([one.id for one in found.stops], found.reach_m, strict=True))) == (
        "M",
        {"m": 400.0, "b": 200.0},
    )
    assert circle_of(found.points, found.reach_m).bounds[2] == pytest.approx(at(400, 0).x)


def test_a_bus_stop_nearby_does_not_widen_the_circle() -> None:
    found = interchanges(RULES, [stop("t", "treno", x=0), stop("b", "bus", x=60, per_hour=1.0)])
    assert [one.id for one in found[0].beside] == ["b"]
    assert circle_of(found[0].points, 200).bounds[2] == pytest.approx(at(200, 0).x)
