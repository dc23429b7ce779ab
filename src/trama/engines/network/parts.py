"""A large network in parts, each with a halo: what is within the cut-off of a part decides it, exactly.

The halo is measured on the network, not on the map: the nodes within one cut-off of a node of the part. The
ways that lead from the part to a service within the cut-off stay among them, whatever the coordinates.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trama.engines.network.balls import checked_cutoff, new_queue, spread_wide
from trama.engines.network.compiled import kernel
from trama.engines.network.graph import HIGH_BITS, LOW, UNREACHED, Graph, Ints
from trama.engines.network.queue import Array, bucket_bits

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Part:
    """A part of a network.

    Attributes
    ----------
    graph
        The part with its halo, numbered anew.
    nodes
        Their numbers in the whole, growing.
    inner
        Places in `nodes` of those of the part itself, without the halo.
    """

    graph: Graph
    nodes: Ints
    inner: Ints

    def local(self, at: Ints) -> tuple[Ints, npt.NDArray[np.intp]]:
        """Return those of some nodes of the whole that lie here, in the part's own numbers, and which."""
        place = np.searchsorted(self.nodes, at)
        here = np.flatnonzero(self.nodes[np.minimum(place, len(self.nodes) - 1)] == at)
        return place[here].astype(np.int32), here


def split(xy: Floats, largest: int) -> list[Ints]:
    """Divide nodes into compact parts of at most `largest` and nearly as many each; each one grows.

    Cuts go across the longer side, as many parts on either side as there are nodes for.
    """
    everything = np.arange(len(xy), dtype=np.int32)
    parts, waiting = [], [(everything, -(-len(xy) // max(1, largest)))]
    while waiting:
        nodes, count = waiting.pop()
        if count <= 1:
            parts.append(np.sort(nodes))
            continue
        here = xy[nodes]
        low = count // 2
        cut = len(nodes) * low // count
        order = np.argpartition(here[:, int(np.ptp(here, axis=0).argmax())], cut)
        waiting += [(nodes[order[cut:]], count - low), (nodes[order[:cut]], low)]
    return [nodes for nodes in parts if len(nodes)]


def parts_with_halo(graph: Graph, parts: list[Ints], cutoff_mm: int) -> Iterator[Part]:
    """Yield each part with the halo of one cut-off; beside the graph it takes 12 bytes a node.

    The time of a part is that of its own nodes and halo, however large the whole is.
    """
    limit = checked_cutoff(cutoff_mm)
    bits = bucket_bits(graph.mean_mm, limit)
    distance = np.full(graph.nodes, UNREACHED, np.int32)
    touched, number = np.empty(graph.nodes, np.int32), np.empty(graph.nodes, np.int32)
    for inner in parts:
        found = _halo(graph.start, graph.arcs, inner, limit, bits, distance, touched)
        nodes = np.sort(touched[:found])
        start, arcs = _induced(graph.start, graph.arcs, nodes, number, distance)
        distance[nodes] = UNREACHED
        yield Part(Graph(len(nodes), start, arcs), nodes, np.searchsorted(nodes, inner).astype(np.int32))


@kernel
def _halo(
    start: Array, arcs: Array, inner: Array, cutoff: int, bits: int, distance: Array, touched: Array
) -> int:
    first, pool = new_queue(cutoff, bits)
    found, _ = spread_wide(start, arcs, inner, cutoff, bits, distance, touched, first, pool)
    return found


@kernel
def _induced(start: Array, arcs: Array, nodes: Array, number: Array, distance: Array) -> tuple[Array, Array]:
    """Return the graph of some nodes alone: those with a distance, which `number` renumbers."""
    count = 0
    for i in range(len(nodes)):
        number[nodes[i]] = i
        count += start[nodes[i] + 1] - start[nodes[i]]
    begin, kept = np.zeros(len(nodes) + 1, np.int64), np.empty(count, np.int64)
    used = 0
    for i in range(len(nodes)):
        for arc in range(start[nodes[i]], start[nodes[i] + 1]):
            other = arcs[arc] & LOW
            if distance[other] != UNREACHED:
                kept[used] = (arcs[arc] >> HIGH_BITS << HIGH_BITS) | number[other]
                used += 1
        begin[i + 1] = used
    return begin, kept[:used].copy()
