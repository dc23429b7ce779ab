"""The services on the network, entry by entry, and how far their sources cover each comune."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from trama.analyses.access.layers import COVERAGE, SERVICES, STOPS
from trama.analyses.access.rules import Rules
from trama.analyses.services.coverage import COLUMNS
from trama.analyses.services.coverage import read_coverage as covered_by_sources
from trama.analyses.walking import Shelf
from trama.lake.version import Version

ACTIVE = "attivo"
MISSING, PARTIAL, WHOLE = 0, 1, 2
"""How far a source covers an entry in a comune: not at all (the datum is missing), in part, wholly."""
WORDS = {MISSING: "mancante", PARTIAL: "parziale", WHOLE: "completa"}
Floats = NDArray[np.float64]
Snapper = Callable[[Floats, float], tuple[NDArray[np.int32], Floats]]


class Taken:
    """Versions taken once, in the shape of a lake: a layer replaced meanwhile changes nothing."""

    def __init__(self, versions: dict[str, Version]) -> None:
        self._versions = versions

    def has(self, layer: str) -> bool:
        """Tell whether a layer was taken."""
        return layer in self._versions

    def version(self, layer: str) -> Version:
        """Return the version taken."""
        return self._versions[layer]


@dataclass(frozen=True)
class Services:
    """Active services, and the stops that answer for entries of transport.

    Attributes
    ----------
    id, name, voce
        Of each service; object arrays.
    xy
        Metres; shape ``(services, 2)``.
    node
        Node of the network; -1 where none is within the limit.
    capacity
        As declared; NaN where not known.
    unit
        Of the capacity; empty where there is none.
    from_stops
        Entries read from the stops.
    """

    id: NDArray[np.object_]
    name: NDArray[np.object_]
    voce: NDArray[np.object_]
    xy: Floats
    node: NDArray[np.int32]
    capacity: Floats
    unit: NDArray[np.object_]
    from_stops: frozenset[str]

    def of(self, voci: Iterable[str]) -> NDArray[np.intp]:
        """Return the rows of the services of some entries."""
        return np.flatnonzero(np.isin(self.voce, list(voci)))

    @cached_property
    def present(self) -> frozenset[str]:
        """Entries with at least a service."""
        return frozenset(str(voce) for voce in self.voce)

    @property
    def detached(self) -> int:
        """Services too far from the network to be reached."""
        return int((self.node < 0).sum())


@dataclass(frozen=True)
class Coverage:
    """How far sources cover each comune: `level` of shape ``(comuni, voci)``."""

    voci: dict[str, int]
    level: NDArray[np.int8]

    def of(self, voci: Iterable[str]) -> NDArray[np.int8]:
        """Return how far a category is covered in each comune, from that of its entries.

        `WHOLE` where all entries are; `MISSING` where no source covers any; in part otherwise.
        """
        columns = [self.voci[voce] for voce in voci if voce in self.voci]
        lost = any(voce not in self.voci for voce in voci)
        if not columns:
            return np.full(len(self.level), MISSING, np.int8)
        level = self.level[:, columns]
        some = np.where((level > MISSING).any(axis=1), PARTIAL, MISSING)
        whole = (level == WHOLE).all(axis=1) & (not lost)
        return np.where(whole, WHOLE, some).astype(np.int8)


def read_services(lake: Shelf, rules: Rules, snapped: Snapper) -> Services:
    """Read the active services and the stops, each on its node.

    Parameters
    ----------
    snapped
        Given points and a limit in metres, their nodes and distances.
    """
    table = lake.version(SERVICES).table(
        columns=["id", "nome", "voce", "stato", "capienza", "capienza_unita"]
    )
    table = table[table["stato"].fillna(ACTIVE) == ACTIVE]
    modes = rules.norms["voci_fermate"].value
    from_stops = frozenset(modes.values()) if lake.has(STOPS) else frozenset()
    table = table[~table["voce"].isin(from_stops)]
    parts: list[tuple[Any, ...]] = [
        (
            table["id"].astype(str).to_numpy(dtype=object),
            table["nome"].fillna("").astype(str).to_numpy(dtype=object),
            table["voce"].astype(str).to_numpy(dtype=object),
            shapely.get_coordinates(table.geometry.to_numpy()),
            table["capienza"].to_numpy(dtype=float),
            table["capienza_unita"].fillna("").astype(str).to_numpy(dtype=object),
        )
    ]
    if from_stops:
        parts.append(_stops(lake.version(STOPS), modes))
    ids, names, voci, xy, capacity, unit = (
        np.concatenate([part[column] for part in parts]) for column in range(6)
    )
    node, _gap = snapped(xy, rules.snap_m)
    return Services(ids, names, voci, xy, node, capacity, unit, from_stops)


def _stops(version: Version, modes: dict[str, str]) -> tuple[Any, ...]:
    table = version.table(columns=["id", "nome", "modo"])
    table = table[table["modo"].isin(list(modes))]
    empty = np.full(len(table), "", dtype=object)
    return (
        table["id"].astype(str).to_numpy(dtype=object),
        table["nome"].fillna("").astype(str).to_numpy(dtype=object),
        table["modo"].map(modes).to_numpy(dtype=object),
        shapely.get_coordinates(table.geometry.to_numpy()),
        np.full(len(table), np.nan),
        empty,
    )


def read_coverage(lake: Shelf, voci: list[str], codes: list[str], from_stops: frozenset[str]) -> Coverage:
    """Read how far each entry is covered in each comune; no row is missing data.

    An entry read from the stops is covered in part everywhere, whatever its own list says, which is not
    read: a line without a timetable is not there.
    """
    place = {voce: number for number, voce in enumerate(voci)}
    level = np.zeros((len(codes), len(voci)), np.int8)
    if lake.has(COVERAGE):
        rows = {code: number for number, code in enumerate(codes)}
        found = covered_by_sources(lake.version(COVERAGE).table(columns=list(COLUMNS)), rows, place)
        level[found.told] = PARTIAL
        level[found.whole] = WHOLE
    for voce in from_stops & set(place):
        level[:, place[voce]] = PARTIAL
    return Coverage(place, level)
