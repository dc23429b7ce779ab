"""Which interchanges are reached from one by public transport: walk on, wait half the headway, ride, change.

A search on mean headways of a weekday, not on a timetable. The wait is that of the access by public transport
(`trama.analyses.access.transit.Waiting`, same norm); a change within one place costs what the norms say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra

from trama.analyses.access.transit import Waiting
from trama.analyses.lum.rules import Rules
from trama.lake import Lake
from trama.lake.version import Version

LINKS = "collegamenti_tpl"
INSTANT = 1e-6
"""Minutes of a step that takes none: an edge of weight zero is no edge."""


@dataclass(frozen=True)
class Lines:
    """The links of every line, and the graph of boarding, riding, alighting, changing."""

    version: Version
    start: tuple[str, ...]
    end: tuple[str, ...]
    mode: tuple[str, ...]
    graph: csr_array
    stop_at: Mapping[str, int]

    def directions(self, stops: Sequence[str], modes: frozenset[str], place_of: Mapping[str, int]) -> int:
        """Return how many places follow next, by some modes, from some stops."""
        here = set(stops)
        nexts = {
            place_of.get(end, end)
            for start, end, mode in zip(self.start, self.end, self.mode, strict=True)
            if start in here and mode in modes and end not in here
        }
        return len(nexts)

    def reached(self, stops: Sequence[str], minutes: float) -> dict[str, float]:
        """Return stop → minutes for every stop reached within `minutes` from any of `stops`."""
        origins = [self.stop_at[stop] for stop in stops if stop in self.stop_at]
        if not origins:
            return {}
        found = dijkstra(self.graph, indices=origins, limit=minutes, min_only=True)
        return {stop: float(found[at]) for stop, at in self.stop_at.items() if np.isfinite(found[at])}


def open_lines(lake: Lake, rules: Rules, together: Mapping[str, int]) -> Lines | None:
    """Return the lines of the lake; None where no timetable was loaded.

    Parameters
    ----------
    together
        Stop → number of the place it belongs to: stops of one place are a change apart.
    """
    if not lake.has(LINKS):
        return None
    version = lake.version(LINKS)
    table = version.table()
    names = {name: [str(one) for one in table[name]] for name in ("linea", "verso", "modo", "da", "a")}
    stops = sorted({*names["da"], *names["a"]})
    stop_at = {stop: at for at, stop in enumerate(stops)}
    vehicles = [*zip(names["linea"], names["verso"], strict=True)]
    aboard: dict[Any, int] = {}
    for vehicle, start, end in zip(vehicles, names["da"], names["a"], strict=True):
        for stop in (start, end):
            aboard.setdefault((vehicle, stop), len(stops) + len(aboard))
    edges, waiting = _Edges(), _waiting(rules)
    rides = zip(vehicles, names["da"], names["a"], table["minuti"], table["passaggi_ora"], strict=True)
    for vehicle, start, end, minutes, per_hour in rides:
        if not (minutes >= 0) or not (per_hour > 0):
            continue
        wait = waiting.minutes(np.array([float(per_hour)]))
        edges.add(stop_at[start], aboard[vehicle, start], float(wait[0]))
        edges.add(aboard[vehicle, start], aboard[vehicle, end], float(minutes))
        edges.add(aboard[vehicle, end], stop_at[end], INSTANT)
    _changes(edges, stop_at, together, float(rules.transit.value["cambio_min"]))
    graph = edges.graph(len(stops) + len(aboard))
    return Lines(version, tuple(names["da"]), tuple(names["a"]), tuple(names["modo"]), graph, stop_at)


class _Edges:
    """Edges with their minutes; of two between the same nodes the shorter counts."""

    def __init__(self) -> None:
        self.best: dict[tuple[int, int], float] = {}

    def add(self, start: int, end: int, minutes: float) -> None:
        key, weight = (start, end), max(INSTANT, minutes)
        self.best[key] = min(self.best.get(key, weight), weight)

    def graph(self, size: int) -> csr_array:
        rows, columns = ([key[at] for key in self.best] for at in (0, 1))
        return coo_array((list(self.best.values()), (rows, columns)), shape=(size, size)).tocsr()


def _waiting(rules: Rules) -> Waiting:
    norm = rules.waiting.value
    return Waiting(
        *(float(norm[name]) for name in ("attesa_quota", "attesa_massima", "salita", "minuti_massimi"))
    )


def _changes(
    edges: _Edges, stop_at: Mapping[str, int], together: Mapping[str, int], change_min: float
) -> None:
    members: dict[int, list[int]] = {}
    for stop, place in together.items():
        if stop in stop_at:
            members.setdefault(place, []).append(stop_at[stop])
    for stops in members.values():
        for start in stops:
            for end in stops:
                if start != end:
                    edges.add(start, end, change_min)
