"""The network without the bends of its streets: crossings, and the chains of nodes between them.

Three nodes of four in a street network only bend or divide a street. A search runs on the crossings alone;
the nodes of a chain then take what its two ends know and what stands on the chain itself, which is all there
can be.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trama.engines.network.compiled import inlined, prepared
from trama.engines.network.graph import HIGH_BITS, LONGEST_MM, LOW, Graph, Ints, Longs
from trama.engines.network.queue import Array

WORTH_IT = 0.3
"""Share of nodes on chains from which a search without them is quicker."""
_TWO = 2


@dataclass(frozen=True, eq=False)
class Contracted:
    """The crossings, and the chains between them.

    Attributes
    ----------
    graph
        The crossings, numbered anew, and the chains as edges.
    crossing
        The node of each crossing; shape (crossings,).
    begin
        Where the nodes of each chain begin in `node`; shape (chains + 1,).
    node, along_mm
        Nodes of the chains, one chain after the other, and how far along it each stands.
    ends, length_mm
        The crossings at the two ends of each chain, shape (chains, 2), and its length.
    place
        Of each node, its crossing, or -1 - its place in `node`; shape (nodes,).
    """

    graph: Graph
    crossing: Ints
    begin: Longs
    node: Ints
    along_mm: Ints
    ends: Ints
    length_mm: Ints
    place: Ints

    @property
    def worth_it(self) -> bool:
        """Whether so many nodes lie on chains that searching without them is quicker."""
        return len(self.node) >= WORTH_IT * len(self.place)


def contract(graph: Graph) -> Contracted:
    """Find the crossings (nodes with one neighbour, or three and more) and the chains between them."""
    begin, node, along, ends, length, place = _walked(graph)
    crossing = np.flatnonzero(place >= 0).astype(np.int32)
    place[crossing] = np.arange(len(crossing))
    tips = place[ends]
    return Contracted(
        Graph.from_edges(len(crossing), tips[:, 0], tips[:, 1], length),
        crossing,
        begin,
        node,
        along,
        tips,
        length,
        place,
    )


def _walked(graph: Graph) -> tuple[Longs, Ints, Ints, Ints, Ints, Ints]:
    """Return the chains, and of each node its place: 0 at a crossing, -1 - its place in a chain elsewhere."""
    nodes, arcs = graph.nodes, len(graph.arcs)
    place = np.full(nodes, -(2**31), np.int32)
    node, along = np.empty(nodes, np.int32), np.empty(nodes, np.int32)
    ends, length = np.empty((arcs, 2), np.int32), np.empty(arcs, np.int32)
    begin = np.zeros(arcs + 1, np.int64)
    chains = _chains(graph.start, graph.arcs, place, node, along, ends, length, begin)
    used = int(begin[chains])
    return (
        begin[: chains + 1].copy(),
        node[:used].copy(),
        along[:used].copy(),
        ends[:chains].copy(),
        length[:chains].copy(),
        place,
    )


@prepared("i8(i8[::1], i8[::1], i4[::1], i4[::1], i4[::1], i4[:,::1], i4[::1], i8[::1])")
def _chains(
    start: Array,
    arcs: Array,
    place: Array,
    node: Array,
    along: Array,
    ends: Array,
    length: Array,
    begin: Array,
) -> int:
    """Walk every chain once; returns how many there are."""
    nodes = len(start) - 1
    for one in range(nodes):
        if start[one + 1] - start[one] != _TWO:
            place[one] = 0
    chains = 0
    for round_ in range(2):
        for one in range(nodes):
            if round_ and place[one] == -(2**31):
                place[one] = 0  # a street that closes on itself, without a crossing
            elif round_ or place[one] != 0:
                continue
            chains = _from_crossing(one, start, arcs, place, node, along, ends, length, begin, chains)
    return chains


@inlined
def _from_crossing(  # noqa: PLR0913, PLR0917 - what lies in the registers of a kernel
    origin: int,
    start: Array,
    arcs: Array,
    place: Array,
    node: Array,
    along: Array,
    ends: Array,
    length: Array,
    begin: Array,
    chains: int,
) -> int:
    """Walk the chains that leave a crossing and were not walked from their other end."""
    used = begin[chains]
    for arc in range(start[origin], start[origin + 1]):
        before, here, mm = origin, arcs[arc] & LOW, arcs[arc] >> HIGH_BITS
        if (place[here] == 0 and here < origin) or (place[here] < 0 and place[here] != -(2**31)):
            continue
        first = origin
        while place[here] == -(2**31):
            onward = arcs[start[here]]
            if onward & LOW == before:
                onward = arcs[start[here] + 1]
            further = mm + (onward >> HIGH_BITS)
            if further > LONGEST_MM:  # too long to be one edge: it ends here, and goes on from here
                place[here] = 0
                ends[chains, 0], ends[chains, 1], length[chains] = first, here, mm
                chains += 1
                begin[chains] = used
                first, before, mm, here = here, here, onward >> HIGH_BITS, onward & LOW
                continue
            place[here] = -1 - used
            node[used], along[used] = here, mm
            used += 1
            before, here, mm = here, onward & LOW, further
        ends[chains, 0], ends[chains, 1], length[chains] = first, here, mm
        chains += 1
        begin[chains] = used
    return chains
