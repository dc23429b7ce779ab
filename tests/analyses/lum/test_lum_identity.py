"""Which LUM is which: by its stops and its place. Coordinates are metres from a corner of the territory."""

from __future__ import annotations

from itertools import permutations

import shapely

from tests.fixtures_lum import MIDDLE, at
from trama.analyses.lum.identity import Known, codes, recognise, stem_of
from trama.analyses.lum.stops import Interchange, Stop, plain_name

STEM = f"{MIDDLE}-mezzo-centro"


def place(key: str, x: float, y: float, name: str = "Mezzo Centro") -> Interchange:
    stop = Stop(key, name, "", "metro", ("M9",), False, None, None, "", MIDDLE, at(x, y))
    return Interchange((stop,))


def known(one: Interchange, code: str, radius_m: float = 400, **more: object) -> Known:
    stops = frozenset(stop.id for stop in one.stops)
    area = one.stops[0].point.buffer(radius_m)
    return Known(code, stops, stem_of(one.istat, one.name), area, one.stops[0].point, **more)


ONE, TWIN = place("m1", 1700, 1000), place("a0", 2300, 400)


def test_a_name_that_one_stop_bears_is_its_code() -> None:
    assert codes([ONE]) == [STEM]
    assert plain_name("Trezzano S/N — Stazione") == "trezzano s n stazione"


def test_twins_are_told_apart_by_where_they_are_whatever_their_order() -> None:
    """The corner of the territory is at 500,000 east and 5,030,000 north: cells of 100 m."""
    third = place("z9", 1200, 1800)
    expected = {"m1": f"{STEM}-5017-50310", "a0": f"{STEM}-5023-50304", "z9": f"{STEM}-5012-50318"}
    for order in permutations([ONE, TWIN, third]):
        assert dict(zip((one.stops[0].id for one in order), codes(order), strict=True)) == expected


def test_a_twin_that_appears_or_goes_changes_nobody_elses_code() -> None:
    before = [known(ONE, STEM)]
    assert codes([TWIN, ONE], before) == [f"{STEM}-5023-50304", STEM]
    both = [*before, known(TWIN, f"{STEM}-5023-50304")]
    assert codes([TWIN], both) == [f"{STEM}-5023-50304"]
    assert codes([ONE], both) == [STEM]


def test_a_stop_renamed_or_renumbered_in_its_place_is_the_same() -> None:
    before = [known(ONE, STEM)]
    assert codes([place("m1", 1700, 1000, "Nuovo Nome")], before) == [STEM]
    assert codes([place("t77", 1710, 1000)], before, near_m=150) == [STEM]


def test_the_code_of_a_stop_that_is_gone_goes_to_no_other() -> None:
    """Another of its name 300 m away, within the old circle; and one that took its id, 1 km away."""
    before = [known(ONE, STEM)]
    assert codes([place("n5", 2000, 1000)], before, near_m=150) == [f"{STEM}-5020-50310"]
    assert codes([place("m1", 2700, 1000)], before, near_m=150) == [f"{STEM}-5027-50310"]
    assert codes([place("n5", 2000, 1000)], waiting={STEM}) == [f"{STEM}-5020-50310"]


def test_where_nothing_but_the_name_of_two_stops_speaks_for_a_perimeter_it_goes_to_none() -> None:
    wide = shapely.box(*(value for point in (at(1000, 0), at(2500, 2000)) for value in (point.x, point.y)))
    old = Known(STEM, frozenset(), STEM, wide, binding=True)
    assert recognise([ONE, TWIN], [old], 150) == [None, None]
    assert recognise([ONE], [old], 150) == [STEM]
    told = Known(STEM, frozenset({"a0"}), STEM, wide, binding=True)
    assert recognise([ONE, TWIN], [told], 150) == [None, STEM]
