"""Everything within a distance of one place, or of the closest of many: balls, isochrones, opportunities."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from trama.engines.network.compiled import inlined, kernel
from trama.engines.network.graph import HIGH_BITS, LONGEST_MM, LOW, UNREACHED, Graph, Ints
from trama.engines.network.queue import FIRST_ENTRIES, Array, bucket_bits, longer
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
    limit = checked_cutoff(cutoff_mm)
    places, services = np.unique(checked_nodes(graph, at), return_counts=True)
    known = places >= 0
    bits = bucket_bits(graph.mean_mm, limit)
    counts = shared_out(
        lambda part: _counted(
            graph.start, graph.arcs, places[known][part], services[known][part], limit, bits
        ),
        int(known.sum()),
        threads,
    )
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


@kernel
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
) -> tuple[int, Array]:
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
    How many nodes were found; the pool, which may have grown.
    """
    used, found = 0, 0
    if len(pool) < len(seeds):
        pool = np.empty((len(seeds) + FIRST_ENTRIES, 3), np.int32)
    for node in seeds:
        if node >= 0 and distance[node] != 0:
            distance[node], touched[found] = 0, node
            pool[used, 0], pool[used, 1], pool[used, 2] = node, 0, first[0]
            first[0] = used
            used, found = used + 1, found + 1
    for bucket in range(len(first)):
        while first[bucket] >= 0:
            node, mm = pool[first[bucket], 0], pool[first[bucket], 1]
            first[bucket] = pool[first[bucket], 2]
            if mm != distance[node]:
                continue
            for arc in range(start[node], start[node + 1]):
                far, other = mm + (arcs[arc] >> HIGH_BITS), arcs[arc] & LOW
                if far > cutoff or far >= distance[other]:
                    continue
                if distance[other] == UNREACHED:
                    touched[found] = other
                    found += 1
                distance[other] = far
                if used == len(pool):
                    pool = longer(pool)
                pool[used, 0], pool[used, 1], pool[used, 2] = other, far, first[far >> bits]
                first[far >> bits] = used
                used += 1
    return found, pool


@inlined
def new_queue(cutoff: int, bits: int) -> tuple[Array, Array]:
    """Return what `spread` needs beside distances: the buckets and the pool."""
    return np.full((cutoff >> bits) + 1, -1, np.int32), np.empty((FIRST_ENTRIES, 3), np.int32)


@kernel
def _distances(start: Array, arcs: Array, seeds: Array, cutoff: int, bits: int) -> Array:
    distance = np.full(len(start) - 1, UNREACHED, np.int32)
    first, pool = new_queue(cutoff, bits)
    spread(start, arcs, seeds, cutoff, bits, distance, np.empty_like(distance), first, pool)
    return distance


@kernel
def _reached(start: Array, arcs: Array, seeds: Array, cutoff: int, bits: int) -> tuple[Array, Array]:
    distance = np.full(len(start) - 1, UNREACHED, np.int32)
    touched = np.empty_like(distance)
    first, pool = new_queue(cutoff, bits)
    found, _ = spread(start, arcs, seeds, cutoff, bits, distance, touched, first, pool)
    nodes = touched[:found].copy()
    return nodes, distance[nodes]


@kernel
def _counted(start: Array, arcs: Array, places: Array, services: Array, cutoff: int, bits: int) -> Array:
    distance = np.full(len(start) - 1, UNREACHED, np.int32)
    touched, count = np.empty_like(distance), np.zeros_like(distance)
    first, pool = new_queue(cutoff, bits)
    for row in range(len(places)):
        seeds = places[row : row + 1]
        found, pool = spread(start, arcs, seeds, cutoff, bits, distance, touched, first, pool)
        for i in range(found):
            count[touched[i]] += services[row]
            distance[touched[i]] = UNREACHED
    return count
