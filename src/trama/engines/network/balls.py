"""Everything within a distance of one place, or of the closest of many: balls, isochrones, opportunities."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from trama.engines.network.compiled import inlined, kernel, prepared
from trama.engines.network.graph import HIGH_BITS, LONGEST_MM, LOW, UNREACHED, Graph, Ints, Longs
from trama.engines.network.queue import FIRST_ENTRIES, Array, bucket_bits
from trama.engines.network.threads import shared_out


def distances(graph: Graph, origins: npt.NDArray[np.integer], cutoff_mm: int) -> Ints:
    """Return the distance of every node to the closest of the origins [mm]; shape (nodes,).

    Parameters
    ----------
    origins
        Nodes; negative ones stand for "no node" and are passed over.
    cutoff_mm
        Inclusive; beyond it a node is `UNREACHED`.
    """
    limit = checked_cutoff(cutoff_mm)
    starts = checked_nodes(graph, origins)
    found: Ints = _distances(graph.start, graph.arcs, starts, limit, bucket_bits(graph.mean_mm, limit))
    return found


def reached(graph: Graph, origin: int, cutoff_mm: int) -> tuple[Ints, Ints]:
    """Return the nodes within a distance of one, in growing order, and the distance of each [mm]."""
    limit = checked_cutoff(cutoff_mm)
    starts = checked_nodes(graph, np.array([origin]))
    nodes, far = _reached(graph.start, graph.arcs, starts, limit, bucket_bits(graph.mean_mm, limit))
    order = np.argsort(nodes)
    return nodes[order], far[order]


def cumulative(graph: Graph, at: npt.NDArray[np.integer], cutoff_mm: int, threads: int = 1) -> Ints:
    """Return how many services each node reaches; shape (nodes,).

    One bounded search per node with services, since walking is the same both ways: several at one node are
    searched once and count each.

    Parameters
    ----------
    at
        Node of each service; negative: nowhere.
    cutoff_mm
        Inclusive.
    """
    return gathered(graph, at, np.ones(len(at), np.int64), cutoff_mm, threads)


def gathered(
    graph: Graph,
    at: npt.NDArray[np.integer],
    weight: npt.NDArray[np.integer],
    cutoff_mm: int,
    threads: int = 1,
) -> Ints:
    """Return the weight that stands within a distance of each node; shape (nodes,).

    Parameters
    ----------
    at, weight
        Node of each thing, negative: nowhere; what it weighs, a whole number.
    cutoff_mm
        Inclusive.

    Raises
    ------
    ValueError
        The weights sum to more than an int32 holds.
    """
    limit = checked_cutoff(cutoff_mm)
    if int(np.abs(weight).sum()) >= UNREACHED:
        raise ValueError("the weights sum to more than can be counted")
    places, which = np.unique(checked_nodes(graph, at), return_inverse=True)
    sums = np.zeros(len(places), np.int64)
    np.add.at(sums, which, weight)
    known = places >= 0
    places, sums = places[known], sums[known]
    counts = shared_out(lambda part: _counted(graph, places[part], sums[part], limit), len(places), threads)
    total: Ints = next(counts, np.zeros(graph.nodes, np.int32))
    for more in counts:
        total += more
    return total


def checked_cutoff(cutoff_mm: int) -> int:
    """Return the cut-off, held to `LONGEST_MM`; raises `ValueError` for a negative one."""
    if cutoff_mm < 0:
        raise ValueError("the cut-off is negative")
    return min(int(cutoff_mm), LONGEST_MM)


def checked_nodes(graph: Graph, at: npt.NDArray[np.integer]) -> Ints:
    """Return nodes as int32; raises `ValueError` for one beyond the graph."""
    given = np.asarray(at)
    if given.size and int(given.max()) >= graph.nodes:
        raise ValueError("a node is not there")
    return np.maximum(given, -1).astype(np.int32)


@inlined
def spread(  # noqa: C901, PLR0913, PLR0917 - what lies in the registers of a kernel
    start: Array,
    arcs: Array,
    seeds: Array,
    cutoff: int,
    bits: int,
    distance: Array,
    touched: Array,
    first: Array,
    pool: Array,
) -> int:
    """Find what lies within `cutoff` of the seeds.

    Parameters
    ----------
    distance
        UNREACHED everywhere; written here.
    touched
        Written here: the nodes found, in the order of their first arrival.
    first
        First entry of each bucket: -1 everywhere, and again at the end.
    pool
        Room for the entries of the queue: node, distance, the entry that follows.

    Returns
    -------
    How many nodes were found; -1 where the pool is too short for them, and all is as it was.
    """
    used, found, full = 0, 0, len(pool) < len(seeds)
    for row in range(0 if full else len(seeds)):
        node = seeds[row]
        if node >= 0 and distance[node] != 0:
            distance[node], touched[found] = 0, node
            pool[used, 0], pool[used, 1], pool[used, 2] = node, 0, first[0]
            first[0] = used
            used, found = used + 1, found + 1
    for bucket in range(len(first)):
        while not full and first[bucket] >= 0:
            node, mm = pool[first[bucket], 0], pool[first[bucket], 1]
            first[bucket] = pool[first[bucket], 2]
            if mm != distance[node]:
                continue
            full = used + start[node + 1] - start[node] > len(pool)
            if full:
                break
            for arc in range(start[node], start[node + 1]):
                far, other = mm + (arcs[arc] >> HIGH_BITS), arcs[arc] & LOW
                if far > cutoff or far >= distance[other]:
                    continue
                if distance[other] == UNREACHED:
                    touched[found] = other
                    found += 1
                distance[other] = far
                pool[used, 0], pool[used, 1], pool[used, 2] = other, far, first[far >> bits]
                first[far >> bits] = used
                used += 1
    if full:
        for row in range(found):
            distance[touched[row]] = UNREACHED
        for bucket in range(len(first)):
            first[bucket] = -1
        found = -1
    return found


@kernel
def spread_wide(  # noqa: PLR0913, PLR0917 - what lies in the registers of a kernel
    start: Array,
    arcs: Array,
    seeds: Array,
    cutoff: int,
    bits: int,
    distance: Array,
    touched: Array,
    first: Array,
    pool: Array,
) -> tuple[int, Array]:
    """Find what lies within `cutoff` of the seeds, as `spread`; returns the pool too, grown if need be."""
    found = spread(start, arcs, seeds, cutoff, bits, distance, touched, first, pool)
    while found < 0:
        pool = np.empty((max(2 * len(pool), len(seeds) + FIRST_ENTRIES), 3), np.int32)
        found = spread(start, arcs, seeds, cutoff, bits, distance, touched, first, pool)
    return found, pool


@inlined
def new_queue(cutoff: int, bits: int) -> tuple[Array, Array]:
    """Return what `spread` needs beside distances: the buckets and the pool."""
    return np.full((cutoff >> bits) + 1, -1, np.int32), np.empty((FIRST_ENTRIES, 3), np.int32)


@kernel
def _distances(start: Array, arcs: Array, seeds: Array, cutoff: int, bits: int) -> Array:
    distance = np.full(len(start) - 1, UNREACHED, np.int32)
    first, pool = new_queue(cutoff, bits)
    spread_wide(start, arcs, seeds, cutoff, bits, distance, np.empty_like(distance), first, pool)
    return distance


@kernel
def _reached(start: Array, arcs: Array, seeds: Array, cutoff: int, bits: int) -> tuple[Array, Array]:
    distance = np.full(len(start) - 1, UNREACHED, np.int32)
    touched = np.empty_like(distance)
    first, pool = new_queue(cutoff, bits)
    found, _ = spread_wide(start, arcs, seeds, cutoff, bits, distance, touched, first, pool)
    nodes = touched[:found].copy()
    return nodes, distance[nodes]


def _counted(graph: Graph, places: Ints, services: Longs, cutoff: int) -> Ints:
    """Return how many services each node reaches, of those at some places; shape (nodes,)."""
    bits = bucket_bits(graph.mean_mm, cutoff)
    distance = np.full(graph.nodes, UNREACHED, np.int32)
    touched, count = np.empty_like(distance), np.zeros_like(distance)
    first = np.full((cutoff >> bits) + 1, -1, np.int32)
    room, row, seed = FIRST_ENTRIES, 0, np.empty(1, np.int32)
    while row < len(places):
        pool = np.empty((room, 3), np.int32)
        row = _count(
            graph.start, graph.arcs, places, services, cutoff, bits,
            distance, touched, first, pool, count, row, seed,
        )  # fmt: skip
        room *= 2
    return count


@prepared(
    "i8(i8[::1], i8[::1], i4[::1], i8[::1], i8, i8,"
    "i4[::1], i4[::1], i4[::1], i4[:,::1], i4[::1], i8, i4[::1])"
)
def _count(  # noqa: PLR0913, PLR0917 - what lies in the registers of a kernel
    start: Array,
    arcs: Array,
    places: Array,
    services: Array,
    cutoff: int,
    bits: int,
    distance: Array,
    touched: Array,
    first: Array,
    pool: Array,
    count: Array,
    row: int,
    seed: Array,
) -> int:
    """Count from the place at `row` on; returns where the pool is too short, or how many places there are."""
    for place in range(row, len(places)):
        seed[0] = places[place]
        found = spread(start, arcs, seed, cutoff, bits, distance, touched, first, pool)
        if found < 0:
            return place
        for i in range(found):
            count[touched[i]] += services[place]
            distance[touched[i]] = UNREACHED
    return len(places)
