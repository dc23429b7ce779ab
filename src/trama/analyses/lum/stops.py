"""Stops, and the interchanges they make together."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from trama.analyses.lum.errors import MissingLayers
from trama.analyses.lum.rules import ON_TRACKS
from trama.lake import Lake
from trama.lake.version import Version

LAYER = "fermate"
T = TypeVar("T")
MODES = ("treno", "metro", "tram", "bus")
"""From the most capable."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop as the layer says it; `per_hour` and `daily` are None where no timetable tells."""

    id: str
    name: str
    node: str
    mode: str
    lines: tuple[str, ...]
    terminus: bool
    daily: float | None
    per_hour: float | None
    declared: str
    istat: str
    point: shapely.Point


@dataclass(frozen=True)
class Interchange:
    """Stops that are one place; `beside` are those close by that have no level of their own.

    Attributes
    ----------
    declared, computed
        Level written in the plan, level by the rule; None where there is none.
    reach_m
        Radius around each of `stops`, in their order: that of the level it has by itself.
    reason
        What gave the computed level, or what is missing.
    """

    stops: tuple[Stop, ...]
    declared: str | None = None
    computed: str | None = None
    reason: str = ""
    rule: str = ""
    beside: tuple[Stop, ...] = field(default=())
    reach_m: tuple[float, ...] = ()

    @property
    def level(self) -> str | None:
        """The level in force: the plan's always wins."""
        return self.declared or self.computed

    @property
    def name(self) -> str:
        """Name most of its stops of the most capable mode bear, as it is written."""
        first = min((stop.mode for stop in self.stops), key=_rank)
        names = Counter(stop.name for stop in self.stops if stop.mode == first)
        return max(sorted(names), key=lambda name: names[name])

    @property
    def istat(self) -> str:
        """Comune where most of its stops lie."""
        found = Counter(stop.istat for stop in self.stops)
        return max(sorted(found), key=lambda istat: found[istat])

    @property
    def points(self) -> list[shapely.Point]:
        """Where its facilities are known to be."""
        return [stop.point for stop in self.stops]

    @property
    def modes(self) -> list[str]:
        """Modes that stop here, from the most capable."""
        return sorted({stop.mode for stop in self.stops}, key=_rank)

    @property
    def lines(self) -> list[str]:
        """Lines that stop here, in order."""
        return lines_of(self.stops)

    @property
    def per_hour(self) -> float | None:
        """Departures an hour of all its stops; None where any is unknown."""
        return total(stop.per_hour for stop in self.stops)


def read_stops(lake: Lake, capital: str) -> tuple[list[Stop], list[Stop], Version]:
    """Read the stops.

    Returns
    -------
    Those of the territory outside the capital, and the others, in order of id; the version read.

    Raises
    ------
    MissingLayers
        There are no stops.
    """
    if not lake.has(LAYER):
        raise MissingLayers(layers=f"«{LAYER}»")
    version = lake.version(LAYER)
    stops = sorted((_stop(row) for row in _rows(version)), key=lambda stop: stop.id)
    ours = [stop for stop in stops if stop.istat not in ("", capital)]
    return ours, [stop for stop in stops if stop.istat in ("", capital)], version


def group(stops: Sequence[Stop], distance_m: float) -> list[tuple[Stop, ...]]:
    """Put together stops of the same station, and those with the same name within `distance_m`."""
    pairs = [(a, b) for a, b in _near(stops, distance_m) if _same_name(stops[a], stops[b])]
    seats: dict[str, int] = {}
    for at, stop in enumerate(stops):
        if stop.node:
            pairs.append((seats.setdefault(stop.node, at), at))
    return _together(stops, pairs)


def merge(groups: Sequence[Interchange], distance_m: float) -> list[tuple[int, ...]]:
    """Return which interchanges, by place in `groups`, are one because some of their stops are that near."""
    flat = [(at, stop) for at, one in enumerate(groups) for stop in one.stops]
    near = _near([stop for _, stop in flat], distance_m)
    pairs = [(flat[a][0], flat[b][0]) for a, b in near]
    return _together(range(len(groups)), pairs)


def beside(stops: Sequence[Stop], one: Sequence[Stop], distance_m: float) -> tuple[Stop, ...]:
    """Return those of `stops` within `distance_m` of any stop of `one`, its own left out."""
    own = {stop.id for stop in one}
    here = shapely.multipoints([stop.point for stop in one])
    return tuple(stop for stop in stops if stop.id not in own and stop.point.distance(here) <= distance_m)


def lines_of(stops: Iterable[Stop], modes: frozenset[str] | None = None) -> list[str]:
    """Return the lines of some stops, each once, in order; of some modes only, where given."""
    kept = (stop for stop in stops if modes is None or stop.mode in modes)
    return sorted({line for stop in kept for line in stop.lines})


def rail_lines(stops: Iterable[Stop]) -> list[str]:
    """Return the lines on tracks: trains, metro, trams."""
    return lines_of(stops, ON_TRACKS)


def total(values: Iterable[float | None]) -> float | None:
    """Sum; None where there is nothing or anything is missing.

    >>> total([2.0, 3.5]), total([2.0, None]), total([])
    (5.5, None, None)
    """
    found = list(values)
    known = [value for value in found if value is not None]
    return float(sum(known)) if known and len(known) == len(found) else None


def plain_name(name: str) -> str:
    """Return a name to compare with: no case, accents, signs.

    >>> plain_name("Cormano - Cusano M.no FN"), plain_name("Sesto 1° Maggio")
    ('cormano cusano m no fn', 'sesto 1 maggio')
    """
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign))
    return " ".join(re.findall(r"[a-z0-9]+", bare.lower()))


def _rank(mode: str) -> int:
    return MODES.index(mode) if mode in MODES else len(MODES)


def _same_name(one: Stop, other: Stop) -> bool:
    name = plain_name(one.name)
    return bool(name) and name == plain_name(other.name)


def _near(stops: Sequence[Stop], distance_m: float) -> list[tuple[int, int]]:
    if not stops:
        return []
    points = np.array([stop.point for stop in stops])
    one, other = shapely.STRtree(points).query(points, predicate="dwithin", distance=distance_m)
    return [(int(a), int(b)) for a, b in zip(one, other, strict=True) if a < b]


def _together(things: Sequence[T], pairs: list[tuple[int, int]]) -> list[tuple[T, ...]]:
    """Return the connected sets, in the order of their first member."""
    size = len(things)
    rows = [a for a, _ in pairs]
    columns = [b for _, b in pairs]
    links = coo_array((np.ones(len(pairs), np.int8), (rows, columns)), shape=(size, size))
    _, label = connected_components(links, directed=False)
    sets: dict[int, list[T]] = {}
    for at, thing in enumerate(things):
        sets.setdefault(int(label[at]), []).append(thing)
    return [tuple(members) for members in sets.values()]


def _rows(version: Version) -> Iterable[dict[str, Any]]:
    table = version.table()
    shapes = table.geometry
    plain = table.drop(columns="geometry").to_dict("records")
    return ({**row, "geometry": shape} for row, shape in zip(plain, shapes, strict=True) if shape is not None)


def _stop(row: dict[str, Any]) -> Stop:
    return Stop(
        id=str(row["id"]),
        name=_text(row["nome"]) or str(row["id"]),
        node=_text(row["nodo"]),
        mode=_text(row["modo"]).lower(),
        lines=tuple(_text(row["linee"]).split()),
        terminus=row["capolinea"] is not None and not _missing(row["capolinea"]) and bool(row["capolinea"]),
        daily=_number(row["partenze"]),
        per_hour=_number(row["partenze_ora"]),
        declared=_text(row["livello"]).upper(),
        istat=_text(row["istat"]),
        point=shapely.centroid(row["geometry"]),
    )


def _missing(value: Any) -> bool:
    return value is None or value != value or str(value) == "<NA>"  # noqa: PLR0124 - NaN is not itself


def _text(value: Any) -> str:
    return "" if _missing(value) else str(value).strip()


def _number(value: Any) -> float | None:
    if _missing(value):
        return None
    number = float(value)
    return number if math.isfinite(number) else None
