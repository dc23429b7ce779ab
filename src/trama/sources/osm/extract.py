"""One pass over an extract: the walkable ways with the places of their nodes, in flat arrays."""

from __future__ import annotations

import tempfile
from array import array
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from trama.sources.opening import OSM_PBF, OSM_XML, Limits, opened
from trama.sources.osm.errors import DamagedExtract
from trama.sources.osm.walkable import STEPS, Walkability

EXTRACTS = frozenset({OSM_PBF, OSM_XML})
LIMITS = Limits(file_bytes=40_000_000_000)
_NOWHERE = 2**31 - 1
"""Coordinate of a node that the extract lacks."""
_PER_DEGREE = 10_000_000
_ON_DISK_BYTES = 300_000_000
"""Above this size the places of the nodes wait in a file, not in memory (16 bytes a node)."""


@dataclass
class Ways:
    """Walkable ways, one after the other.

    Attributes
    ----------
    ref, x, y
        Node id and place (degrees × 10⁷), one entry for each node of each way; `x` is 2³¹-1 where missing.
    start
        Where each way begins in `ref`; one more entry at the end.
    kind, name
        ``highway`` and ``name`` of each way.
    blocked
        Nodes that nobody passes on foot (a gate closed to the public).
    unknown
        Values of ``highway`` that the norms do not name → how many ways.
    refused
        How many ways with a known ``highway`` are not walked.
    """

    ref: Any = field(default_factory=lambda: array("q"))
    x: Any = field(default_factory=lambda: array("i"))
    y: Any = field(default_factory=lambda: array("i"))
    start: Any = field(default_factory=lambda: array("q", [0]))
    kind: list[str] = field(default_factory=list)
    name: list[str | None] = field(default_factory=list)
    blocked: set[int] = field(default_factory=set)
    unknown: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    ways: int = 0

    def frozen(self) -> Ways:
        """Return the same with numpy arrays."""
        self.ref, self.start = np.asarray(self.ref, np.int64), np.asarray(self.start, np.int64)
        self.x, self.y = np.asarray(self.x, np.int32), np.asarray(self.y, np.int32)
        return self

    @property
    def missing(self) -> np.ndarray:
        """Which entries have no place."""
        return np.asarray(self.x == _NOWHERE)

    @property
    def lon(self) -> np.ndarray:
        """Longitudes, degrees."""
        return np.asarray(self.x / _PER_DEGREE)

    @property
    def lat(self) -> np.ndarray:
        """Latitudes, degrees."""
        return np.asarray(self.y / _PER_DEGREE)


def read_ways(path: Path, rules: Walkability, limits: Limits = LIMITS) -> Ways:
    """Read the walkable ways of an extract (.osm.pbf, or .osm XML).

    Memory: 16 bytes for each node of a walkable way, and 16 for each node of the extract, which above 300 MB
    wait in a file.

    Raises
    ------
    DamagedExtract
        And what `trama.sources.opening.opened` raises.
    """
    import osmium

    ways = Ways()
    with opened(path, EXTRACTS, limits) as file, store_for(file.path) as store:
        source = osmium.io.File(str(file.path.resolve()), "pbf" if file.kind == OSM_PBF else "osm")
        wanted = osmium.filter.KeyFilter("highway", "barrier")
        try:
            found = osmium.FileProcessor(source, osmium.osm.NODE | osmium.osm.WAY).with_locations(store)
            every: Any = found.with_filter(wanted)
            for one in every:
                if one.is_node():
                    _take_barrier(one, rules, ways)
                elif one.is_way():
                    _take_way(one, rules, ways)
        except RuntimeError as error:
            raise DamagedExtract(name=path.name, why=" ".join(str(error).split())[:120]) from error
    return ways.frozen()


@contextmanager
def store_for(path: Path) -> Iterator[str]:
    """Yield where the places of the nodes wait: in memory, or for a large extract in a file."""
    with tempfile.TemporaryDirectory(prefix="trama-") as folder:
        large = path.stat().st_size > _ON_DISK_BYTES
        yield f"sparse_file_array,{folder}/nodi" if large else "sparse_mem_array"


def _take_barrier(node: Any, rules: Walkability, ways: Ways) -> None:
    if "barrier" in node.tags and rules.told(node.tags) is False:
        ways.blocked.add(node.id)


def _take_way(way: Any, rules: Walkability, ways: Ways) -> None:
    tags = way.tags
    kind = tags.get("highway")
    if kind is None:
        return
    ways.ways += 1
    if kind not in rules.kinds:
        ways.unknown[kind] += 1
        return
    if not rules.walked(tags):
        ways.refused += 1
        return
    before = len(ways.ref)
    for node in way.nodes:
        ways.ref.append(node.ref)
        place = node.location
        valid = place.valid()
        ways.x.append(place.x if valid else _NOWHERE)
        ways.y.append(place.y if valid else _NOWHERE)
    if len(ways.ref) > before:
        ways.start.append(len(ways.ref))
        ways.kind.append(kind)
        ways.name.append(tags.get("name"))


def is_steps(kinds: np.ndarray) -> np.ndarray:
    """Tell which kinds of way are stairs."""
    return np.asarray(kinds == STEPS)
