"""The k nearest services of every node: one search from all the services at once, k labels per node."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from trama.engines.network.balls import checked_cutoff, checked_nodes
from trama.engines.network.compiled import inlined, prepared
from trama.engines.network.contracted import Contracted
from trama.engines.network.graph import HIGH_BITS, LOW, Graph, Ints
from trama.engines.network.queue import FIRST_ENTRIES, Array, bucket_bits

NEVER = np.int64(2**63 - 1)
"""The label that is not there: as two halves it reads distance UNREACHED, service -1."""


def nearest(graph: Graph, at: npt.NDArray[np.integer], k: int, cutoff_mm: int) -> tuple[Ints, Ints]:
    """Find the k services closest to every node.

    Parameters
    ----------
    at
        Node of each service; several at one node count each; negative: nowhere, passed over.
    k
        How many, at least 1.
    cutoff_mm
        Inclusive.

    Returns
    -------
    Distances [mm] and services (rows of `at`), both of shape (nodes, k), closest first, of equal ones the
    lower row first; `UNREACHED` and -1 where there are no more.

    Raises
    ------
    ValueError
        k below 1, a negative cut-off, a node beyond the graph.
    """
    return unpacked(labels_of(graph, at, k, cutoff_mm))


def labels_of(graph: Graph, at: npt.NDArray[np.integer], k: int, cutoff_mm: int) -> npt.NDArray[np.int64]:
    """Return the labels of `nearest`, distance × 2³² + service, which sort as it does; shape (nodes, k)."""
    if k < 1:
        raise ValueError("k is at least 1")
    limit = checked_cutoff(cutoff_mm)
    nodes, rows = _most_useful(checked_nodes(graph, at), k)
    short = graph.contracted
    if not short.worth_it:
        labels = np.full(graph.nodes * k, NEVER, np.int64)
        search(graph, nodes, rows, limit, k, labels)
        return labels.reshape(graph.nodes, k)
    return _through(short, nodes, rows, limit, k).reshape(graph.nodes, k)


def _most_useful(at: Ints, k: int) -> tuple[Ints, npt.NDArray[np.int64]]:
    """Return nodes and rows of the services that are somewhere: at each node the k lowest rows."""
    rows = np.flatnonzero(at >= 0)
    if len(rows) <= k:
        return at[rows], rows
    order = rows[np.argsort(at[rows], kind="stable")]
    nodes = at[order]
    before = np.concatenate([np.full(k, -1, nodes.dtype), nodes[:-k]]) == nodes
    kept = np.sort(order[~before])
    return at[kept], kept


def _through(
    short: Contracted, nodes: Ints, rows: npt.NDArray[np.int64], cutoff: int, k: int
) -> npt.NDArray[np.int64]:
    """Search the crossings, then give the chains what their ends and their own services give."""
    place = short.place[nodes]
    on = np.flatnonzero(place < 0)
    spot = -1 - place[on]
    chain = np.searchsorted(short.begin, spot, side="right") - 1
    along = short.along_mm[spot].astype(np.int64)
    away = short.length_mm[chain] - along
    seeds = np.concatenate([place[place >= 0], short.ends[chain, 0], short.ends[chain, 1]])
    offers = [rows[place >= 0], along << HIGH_BITS | rows[on], away << HIGH_BITS | rows[on]]
    crossings = np.full(short.graph.nodes * k, NEVER, np.int64)
    search(short.graph, seeds, np.concatenate(offers), cutoff, k, crossings)
    labels = np.full(len(short.place) * k, NEVER, np.int64)
    order = np.lexsort((rows[on], along, chain))
    _filled(
        short.crossing, short.begin, short.node, short.along_mm, short.ends, short.length_mm,
        crossings, chain[order], along[order], rows[on][order], cutoff, k, labels,
    )  # fmt: skip
    return labels


@prepared(
    "void(i4[::1], i8[::1], i4[::1], i4[::1], i4[:,::1], i4[::1],"
    "i8[::1], i8[::1], i8[::1], i8[::1], i8, i8, i8[::1])"
)
def _filled(  # noqa: C901, PLR0912, PLR0913, PLR0917 - what lies in the registers of a kernel
    crossing: Array,
    begin: Array,
    node: Array,
    along: Array,
    ends: Array,
    length: Array,
    crossings: Array,
    own_chain: Array,
    own_along: Array,
    own_row: Array,
    cutoff: int,
    k: int,
    labels: Array,
) -> None:
    """Write the labels of all nodes from those of the crossings and the services on each chain, in order."""
    for one in range(len(crossing)):
        for i in range(k):
            labels[crossing[one] * k + i] = crossings[one * k + i]
    low = 0
    for chain in range(len(begin) - 1):
        high = low
        while high < len(own_chain) and own_chain[high] == chain:
            high += 1
        right = low
        for spot in range(begin[chain], begin[chain + 1]):
            base, mm = node[spot] * k, np.int64(along[spot])
            for tip in range(2):
                far, source = (length[chain] - mm if tip else mm), ends[chain, tip] * k
                for i in range(source, source + k):
                    if crossings[i] == NEVER or (crossings[i] >> HIGH_BITS) + far > cutoff:
                        break
                    label = crossings[i] + (far << HIGH_BITS)
                    if label >= labels[base + k - 1]:
                        break
                    offered(labels, base, k, label)
            while right < high and own_along[right] < mm:
                right += 1
            for i in range(right, high):
                label = ((own_along[i] - mm) << HIGH_BITS) | own_row[i]
                if own_along[i] - mm > cutoff or label >> HIGH_BITS > labels[base + k - 1] >> HIGH_BITS:
                    break
                offered(labels, base, k, label)
            for i in range(right - 1, low - 1, -1):
                label = ((mm - own_along[i]) << HIGH_BITS) | own_row[i]
                if mm - own_along[i] > cutoff or label >> HIGH_BITS > labels[base + k - 1] >> HIGH_BITS:
                    break
                offered(labels, base, k, label)
        low = high


def unpacked(labels: npt.NDArray[np.int64]) -> tuple[Ints, Ints]:
    """Return distances and services of labels."""
    return (labels >> HIGH_BITS).astype(np.int32), labels.astype(np.int32)


@inlined
def offered(labels: Array, base: int, k: int, label: int) -> bool:
    """Put a label among the k of a node, in order, if it is one of the smallest; each service stands once."""
    last = base + k - 1
    if label >= labels[last]:
        return False
    for i in range(base, base + k):
        if np.int32(labels[i]) == np.int32(label):
            if labels[i] <= label:
                return False
            last = i
            break
    while last > base and labels[last - 1] > label:
        labels[last] = labels[last - 1]
        last -= 1
    labels[last] = label
    return True


@inlined
def standing(labels: Array, base: int, k: int, label: int) -> bool:
    """Tell whether a label is still among the k of a node."""
    found = False
    for i in range(base, base + k):
        if labels[i] == label:
            found = True
            break
    return found


def search(graph: Graph, seeds: Array, offers: Array, cutoff: int, k: int, labels: Array) -> None:
    """Write the labels of all nodes, k each, from labels offered to some of them.

    Parameters
    ----------
    seeds, offers
        Nodes, and a label for each; shape (seeds,).
    labels
        NEVER everywhere at first; shape (nodes x k,).
    """
    bits = bucket_bits(graph.mean_mm, cutoff)
    first = np.full((cutoff >> bits) + 1, -1, np.int32)
    pool = np.empty((len(seeds) + FIRST_ENTRIES, 2), np.int64)
    state = np.array([0, -1, -1])
    nodes = seeds.astype(np.int64, copy=False)
    while _spread(graph.start, graph.arcs, nodes, offers, cutoff, bits, k, labels, first, pool, state):
        more = np.empty((2 * len(pool), 2), np.int64)
        more[: len(pool)] = pool
        pool = more


@prepared("i8(i8[::1], i8[::1], i8[::1], i8[::1], i8, i8, i8, i8[::1], i4[::1], i8[:,::1], i8[::1])")
def _spread(  # noqa: PLR0913, PLR0917 - what lies in the registers of a kernel
    start: Array,
    arcs: Array,
    seeds: Array,
    offers: Array,
    cutoff: int,
    bits: int,
    k: int,
    labels: Array,
    first: Array,
    pool: Array,
    state: Array,
) -> int:
    """Empty the queue, bucket after bucket; returns 1 where it needs a longer pool to go on, 0 at the end.

    An entry of the pool is its label, and node × 2³² + the entry that follows. `state` is what a call hands
    to the next: entries used, the first that is free again, the bucket (-1: nothing was done yet).
    """
    used, free = state[0], state[1]
    for row in range(len(seeds) if state[2] < 0 else 0):
        far = offers[row] >> HIGH_BITS
        if far <= cutoff and offered(labels, seeds[row] * k, k, offers[row]):
            pool[used, 0] = offers[row]
            pool[used, 1] = (np.int64(seeds[row]) << HIGH_BITS) | (first[far >> bits] & LOW)
            first[far >> bits] = used
            used += 1
    for bucket in range(max(state[2], 0), len(first)):
        while first[bucket] >= 0:
            entry = np.int64(first[bucket])
            label, node = pool[entry, 0], pool[entry, 1] >> HIGH_BITS
            if used + start[node + 1] - start[node] > len(pool):
                state[0], state[1], state[2] = used, free, bucket
                return 1
            first[bucket] = np.int32(pool[entry, 1])
            pool[entry, 1], free = free, entry
            if not standing(labels, node * k, k, label):
                continue
            for arc in range(start[node], start[node + 1]):
                other = arcs[arc] & LOW
                far = (label >> HIGH_BITS) + (arcs[arc] >> HIGH_BITS)
                further = (far << HIGH_BITS) | (label & LOW)
                if far > cutoff or not offered(labels, other * k, k, further):
                    continue
                if free >= 0:
                    entry, free = free, pool[free, 1]
                else:
                    entry, used = used, used + 1
                pool[entry, 0], pool[entry, 1] = further, (other << HIGH_BITS) | (first[far >> bits] & LOW)
                first[far >> bits] = entry
    return 0
