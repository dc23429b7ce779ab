"""The walking network as arrays: a compressed sparse graph, undirected, lengths in whole millimetres."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from trama.engines.network.compiled import kernel

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Arrays = tuple[Longs, Ints, Ints]
"""`start`, `target` and `length_mm` of a graph."""

UNREACHED = 2**31 - 1
"""What a distance says of a node that is not reached [mm]."""
LONGEST_MM = UNREACHED - 1
"""Largest length, distance and cut-off [mm]: 2,147 kilometres."""


@dataclass(frozen=True, eq=False)
class Graph:
    """Nodes 0..nodes-1 and, for each, its neighbours in growing order.

    Attributes
    ----------
    start
        Where the neighbours of each node begin; shape (nodes + 1,), int64.
    target, length_mm
        Neighbours, and the shortest edge to each; shape (arcs,), each undirected edge twice.
    """

    nodes: int
    start: Longs
    target: Ints
    length_mm: Ints

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
        arrays = _compressed(nodes, *(end.astype(np.int32) for end in ends), lengths.astype(np.int32))
        return cls(nodes, *arrays)

    @property
    def edges(self) -> int:
        """Undirected edges, once each."""
        return len(self.target) // 2

    @property
    def arrays(self) -> Arrays:
        """What the kernels take."""
        return self.start, self.target, self.length_mm

    @cached_property
    def mean_mm(self) -> float:
        """Mean length of an edge; 0 without edges."""
        return float(self.length_mm.mean()) if len(self.length_mm) else 0.0


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
    found: Ints = _components(graph.start, graph.target)
    return found


@kernel
def _compressed(nodes: int, u: Ints, v: Ints, length: Ints) -> Arrays:
    """Two counting sorts: by target, then by source; neighbours come out in order, the parallel ones together."""
    edges = len(u)
    begin = np.zeros(nodes + 1, np.int64)
    for edge in range(edges):
        if u[edge] != v[edge]:
            begin[u[edge] + 1] += 1
            begin[v[edge] + 1] += 1
    for node in range(nodes):
        begin[node + 1] += begin[node]
    arcs = begin[nodes]
    source, weight = np.empty(arcs, np.int32), np.empty(arcs, np.int32)
    place = begin[:-1].copy()
    for edge in range(edges):
        a, b = u[edge], v[edge]
        if a != b:
            source[place[b]], weight[place[b]] = a, length[edge]
            source[place[a]], weight[place[a]] = b, length[edge]
            place[b] += 1
            place[a] += 1
    return _by_source(nodes, begin, source, weight)


@kernel
def _by_source(nodes: int, begin: Longs, source: Ints, weight: Ints) -> Arrays:
    """Sort the arcs, grouped by target, by source: in each group targets grow; equal ones keep the shortest."""
    arcs = len(source)
    target, length = np.empty(arcs, np.int32), np.empty(arcs, np.int32)
    place = begin[:-1].copy()
    for node in range(nodes):
        for arc in range(begin[node], begin[node + 1]):
            a = source[arc]
            last = place[a] - 1
            if last >= begin[a] and target[last] == node:
                length[last] = min(length[last], weight[arc])
            else:
                target[place[a]], length[place[a]] = node, weight[arc]
                place[a] += 1
    start = np.zeros(nodes + 1, np.int64)
    for node in range(nodes):
        start[node + 1] = start[node] + place[node] - begin[node]
    for node in range(nodes):
        for arc in range(place[node] - begin[node]):
            target[start[node] + arc] = target[begin[node] + arc]
            length[start[node] + arc] = length[begin[node] + arc]
    return start, target[: start[nodes]].copy(), length[: start[nodes]].copy()


@kernel
def _components(start: Longs, target: Ints) -> Ints:
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
                other = target[arc]
                if island[other] < 0:
                    island[other] = count
                    stack[height] = other
                    height += 1
        count += 1
    return island
