"""A network with a few paths more: a footbridge, a gate, between places that may lie along an edge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trama.engines.network.graph import LONGEST_MM, LOW, Graph, Ints, Longs


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the network: a node, or a point along the edge between two.

    Attributes
    ----------
    u, v
        Ends of the edge; the same node twice for a node.
    from_u_mm
        How far along the edge it stands, from u.
    length_mm
        Length of the edge; 0 for a node.
    """

    u: int
    v: int
    from_u_mm: int = 0
    length_mm: int = 0

    @classmethod
    def node(cls, node: int) -> Spot:
        """Return the place of a node."""
        return cls(node, node)


@dataclass(frozen=True, slots=True)
class Path:
    """A new path between two places, with its length."""

    start: Spot
    end: Spot
    length_mm: int


def extended(graph: Graph, paths: Sequence[Path]) -> tuple[Graph, Ints]:
    """Return the graph with some paths more, and the nodes whose arcs are new.

    A place along an edge becomes a node, after those that are there; the edge stays, its two parts are as
    long. What was there keeps its numbers; arrays are copied, not sorted again.

    Raises
    ------
    ValueError
        A place that is not on the network, or a length that is none.
    """
    nodes, edges = graph.nodes, []
    made: dict[Spot, int] = {}
    for path in paths:
        if not 0 <= path.length_mm <= LONGEST_MM:
            raise ValueError("the length of a path is negative or beyond LONGEST_MM")
        ends = []
        for spot in (path.start, path.end):
            if not (0 <= spot.u < graph.nodes and 0 <= spot.v < graph.nodes):
                raise ValueError("a place is not on the network")
            if not 0 <= spot.from_u_mm <= spot.length_mm <= LONGEST_MM:
                raise ValueError("a place lies beyond its edge")
            if spot in made or spot.from_u_mm in {0, spot.length_mm}:
                ends.append(made.get(spot, spot.u if spot.from_u_mm == 0 else spot.v))
                continue
            made[spot] = nodes
            ends.append(nodes)
            edges += [(spot.u, nodes, spot.from_u_mm), (nodes, spot.v, spot.length_mm - spot.from_u_mm)]
            nodes += 1
        edges.append((ends[0], ends[1], path.length_mm))
    table = np.array([edge for edge in edges if edge[0] != edge[1]], np.int64).reshape(-1, 3)
    return _inserted(graph, nodes, table), np.unique(table[:, :2]).astype(np.int32)


def _inserted(graph: Graph, nodes: int, edges: Longs) -> Graph:
    """Insert the arcs of some edges among those that are there, neighbours still growing.

    Long runs are copied as they are: at a million nodes it takes the time of moving 30 MB.
    """
    fresh: dict[tuple[int, int], int] = {}
    for u, v, mm in edges.tolist():
        for pair in ((u, v), (v, u)):
            fresh[pair] = min(mm, fresh.get(pair, mm))
    cuts: list[tuple[int, int]] = []
    runs, done = [], 0
    for node, other in sorted(fresh):
        low, high = (int(graph.start[min(place, graph.nodes)]) for place in (node, node + 1))
        place = low + int(np.searchsorted(graph.arcs[low:high] & LOW, other))
        arc, there = (fresh[node, other] << 32) | other, 0
        if place < high and graph.arcs[place] & LOW == other:
            arc, there = min(arc, int(graph.arcs[place])), 1
        runs += [graph.arcs[done:place], np.array([arc], np.int64)]
        done = place + there
        cuts.append((node, 1 - there))
    arcs = np.concatenate([*runs, graph.arcs[done:]])
    start = np.empty(nodes + 1, np.int64)
    start[: graph.nodes + 1], start[graph.nodes + 1 :] = graph.start, graph.start[-1]
    shift, begin = 0, 0
    for node, more in cuts:
        start[begin : node + 1] += shift
        shift, begin = shift + more, node + 1
    start[begin:] += shift
    return Graph(nodes, start, arcs)
