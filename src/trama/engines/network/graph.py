"""The walking network as arrays: a compressed sparse graph, undirected, lengths in whole millimetres."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from trama.engines.network.compiled import inlined, prepared

if TYPE_CHECKING:
    from trama.engines.network.contracted import Contracted

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]

UNREACHED = 2**31 - 1
"""What a distance says of a node that is not reached [mm]."""
LONGEST_MM = UNREACHED - 1
"""Largest length, distance and cut-off [mm]: 2,147 kilometres."""
HIGH_BITS = 32
LOW = np.int64(2**32 - 1)
"""The half of a packed number that holds a node, or a service."""


@dataclass(frozen=True, eq=False)
class Graph:
    """Nodes 0..nodes-1 and, for each, its neighbours in growing order.

    Attributes
    ----------
    start
        Where the arcs of each node begin; shape (nodes + 1,), int64.
    arcs
        Length × 2³² + neighbour, each undirected edge twice; shape (arcs,). Together in one number, so that a
        search finds both in one line of the cache: half the time of two arrays.
    """

    nodes: int
    start: Longs
    arcs: Longs

    @classmethod
    def from_edges(
        cls, nodes: int, u: npt.NDArray[np.integer], v: npt.NDArray[np.integer], length_mm: Ints
    ) -> Graph:
        """Build the graph of undirected edges; of parallel edges the shortest counts, loops count nothing.

        Parameters
        ----------
        u, v
            Ends of each edge, from 0; shape (edges,).
        length_mm
            As from `to_mm`; zero is allowed.

        Raises
        ------
        ValueError
            Arrays of different lengths, an end that is not a node, or a negative or unreached length.
        """
        if not len(u) == len(v) == len(length_mm):
            raise ValueError("u, v and length_mm must have one value per edge")
        ends = [np.ascontiguousarray(end) for end in (u, v)]
        lengths = np.ascontiguousarray(length_mm)
        if len(u):
            if min(end.min() for end in ends) < 0 or max(end.max() for end in ends) >= nodes:
                raise ValueError("an edge ends at a node that is not there")
            if lengths.min() < 0 or lengths.max() > LONGEST_MM:
                raise ValueError("a length is negative or beyond LONGEST_MM")
        u, v = (end.astype(np.int32) for end in ends)
        start, arcs = _compressed(nodes, u, v, lengths.astype(np.int64))
        return cls(nodes, start, arcs)

    @property
    def edges(self) -> int:
        """Undirected edges, once each."""
        return len(self.arcs) // 2

    @property
    def target(self) -> Ints:
        """Neighbours; shape (arcs,)."""
        return self.arcs.astype(np.int32)

    @property
    def length_mm(self) -> Ints:
        """The shortest edge to each neighbour; shape (arcs,)."""
        return (self.arcs >> HIGH_BITS).astype(np.int32)

    @cached_property
    def contracted(self) -> Contracted:
        """The graph without the bends of its streets: made once, when first asked for."""
        from trama.engines.network.contracted import contract

        return contract(self)

    @cached_property
    def mean_mm(self) -> float:
        """Mean length of an edge; 0 without edges."""
        return float(self.length_mm.mean()) if len(self.arcs) else 0.0


def to_mm(length_m: npt.ArrayLike) -> Ints:
    """Round lengths in metres to whole millimetres, halves to even, once and for all.

    Raises
    ------
    ValueError
        One is negative, not a number or beyond `LONGEST_MM`.

    >>> to_mm([12.3456, 0.0]).tolist()
    [12346, 0]
    """
    millimetres = np.rint(np.asarray(length_m, np.float64) * 1000)
    if millimetres.size and not (millimetres.min() >= 0 and millimetres.max() <= LONGEST_MM):
        raise ValueError("a length is negative, not a number or beyond LONGEST_MM")
    return millimetres.astype(np.int32)


def components(graph: Graph) -> Ints:
    """Return the island of each node, numbered from 0 in the order of their first nodes; shape (nodes,)."""
    island, stack = np.full(graph.nodes, -1, np.int32), np.empty(graph.nodes, np.int32)
    _components(graph.start, graph.arcs, island, stack)
    return island


def _compressed(nodes: int, u: Ints, v: Ints, length: Longs) -> tuple[Longs, Longs]:
    """Return where the arcs of each node begin, and the arcs."""
    begin, start, place = (np.zeros(nodes + 1, np.int64) for _ in range(3))
    incoming, arcs = (np.empty(2 * len(u), np.int64) for _ in range(2))
    kept = _sorted(u, v, length, begin, place, incoming, arcs, start)
    return start, arcs if kept == len(arcs) else arcs[:kept].copy()


@prepared("i8(i4[::1], i4[::1], i8[::1], i8[::1], i8[::1], i8[::1], i8[::1], i8[::1])")
def _sorted(
    u: Ints, v: Ints, length: Longs, begin: Longs, place: Longs, incoming: Longs, arcs: Longs, start: Longs
) -> int:
    """Sort the arcs by target, then by source, counting: neighbours grow, parallel arcs stand together.

    `begin`, zero at first, tells where the arcs of each node begin, loops apart; `place` is room to count in.
    Returns how many arcs stay.
    """
    nodes = len(begin) - 1
    for edge in range(len(u)):
        if u[edge] != v[edge]:
            begin[u[edge] + 1] += 1
            begin[v[edge] + 1] += 1
    for node in range(nodes):
        begin[node + 1] += begin[node]
        place[node] = begin[node]
    for edge in range(len(u)):
        a, b, high = u[edge], v[edge], length[edge] << HIGH_BITS
        if a != b:
            incoming[place[b]], incoming[place[a]] = high | a, high | b
            place[b] += 1
            place[a] += 1
    return int(_by_source(begin, place, incoming, arcs, start))


@inlined
def _by_source(begin: Longs, place: Longs, incoming: Longs, arcs: Longs, start: Longs) -> int:
    """Sort arcs grouped by target by their source; of those between two nodes the shortest stays."""
    nodes = len(begin) - 1
    for node in range(nodes):
        place[node] = begin[node]
    for node in range(nodes):
        for arc in range(begin[node], begin[node + 1]):
            source = incoming[arc] & LOW
            outgoing = incoming[arc] - source + node
            last = place[source] - 1
            if last >= begin[source] and arcs[last] & LOW == node:
                arcs[last] = min(arcs[last], outgoing)
            else:
                arcs[place[source]] = outgoing
                place[source] += 1
    kept = 0
    for node in range(nodes):
        for arc in range(begin[node], place[node]):
            arcs[kept] = arcs[arc]
            kept += 1
        start[node + 1] = kept
    return kept


@prepared("void(i8[::1], i8[::1], i4[::1], i4[::1])")
def _components(start: Longs, arcs: Longs, island: Ints, stack: Ints) -> None:
    """Give each node the number of its island; `stack` is room for the nodes to be seen."""
    nodes = len(start) - 1
    count = 0
    for first in range(nodes):
        if island[first] >= 0:
            continue
        island[first], stack[0], height = count, first, 1
        while height:
            height -= 1
            node = stack[height]
            for arc in range(start[node], start[node + 1]):
                other = arcs[arc] & LOW
                if island[other] < 0:
                    island[other] = count
                    stack[height] = other
                    height += 1
        count += 1
