"""The walking network as arrays: a compressed sparse graph, undirected, lengths in whole millimetres."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from trama.engines.network.compiled import kernel

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
    found: Ints = _components(graph.start, graph.arcs)
    return found


@kernel
def _compressed(nodes: int, u: Ints, v: Ints, length: Longs) -> tuple[Longs, Longs]:
    """Sort the arcs by target, then by source, counting: neighbours grow, parallel arcs stand together."""
    begin = np.zeros(nodes + 1, np.int64)
    for edge in range(len(u)):
        if u[edge] != v[edge]:
            begin[u[edge] + 1] += 1
            begin[v[edge] + 1] += 1
    for node in range(nodes):
        begin[node + 1] += begin[node]
    incoming = np.empty(begin[nodes], np.int64)
    place = begin[:-1].copy()
    for edge in range(len(u)):
        a, b, high = u[edge], v[edge], length[edge] << HIGH_BITS
        if a != b:
            incoming[place[b]], incoming[place[a]] = high | a, high | b
            place[b] += 1
            place[a] += 1
    return _by_source(nodes, begin, incoming)


@kernel
def _by_source(nodes: int, begin: Longs, incoming: Longs) -> tuple[Longs, Longs]:
    """Sort arcs grouped by target by their source; of those between two nodes the shortest stays."""
    arcs, place = np.empty_like(incoming), begin[:-1].copy()
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
    start, kept = np.zeros(nodes + 1, np.int64), 0
    for node in range(nodes):
        for arc in range(begin[node], place[node]):
            arcs[kept] = arcs[arc]
            kept += 1
        start[node + 1] = kept
    return start, arcs[:kept].copy()


@kernel
def _components(start: Longs, arcs: Longs) -> Ints:
    nodes = len(start) - 1
    island = np.full(nodes, -1, np.int32)
    stack = np.empty(nodes, np.int32)
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
    return island
