"""The kinds of vehicle of GTFS, basic and extended, as the modes of the layer."""

from __future__ import annotations

from trama.sources.timetables.numbers import whole_number

MODES = ("treno", "metro", "tram", "bus", "fune", "traghetto", "altro")
"""From the most capable."""
_BASIC = {0: "tram", 1: "metro", 2: "treno", 3: "bus", 4: "traghetto", 5: "tram", 6: "fune", 7: "fune"} | {
    11: "bus",
    12: "metro",
}
_EXTENDED = {1: "treno", 2: "bus", 4: "metro", 5: "metro", 6: "metro", 7: "bus", 8: "bus", 9: "tram"} | {
    10: "traghetto",
    12: "traghetto",
    13: "fune",
    14: "fune",
}
"""Hundreds of the extended codes → mode."""


def mode_of(route_type: str) -> str:
    """Return the mode of a route; ``altro`` where the code is not among those of the standard.

    >>> mode_of("1"), mode_of("109"), mode_of("900"), mode_of("1700"), mode_of(""), mode_of("²")
    ('metro', 'treno', 'tram', 'altro', 'altro', 'altro')
    """
    code = whole_number(route_type)
    if code is None:
        return "altro"
    if code < 100:
        return _BASIC.get(code, "altro")
    return _EXTENDED.get(code // 100, "altro")
