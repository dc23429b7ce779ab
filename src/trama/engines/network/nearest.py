"""The k nearest services of every node: one search from all the services at once, k labels per node."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from trama.engines.network.balls import checked_cutoff, checked_nodes
from trama.engines.network.compiled import inlined, kernel
from trama.engines.network.graph import HIGH_BITS, LOW, Graph, Ints
from trama.engines.network.queue import FIRST_ENTRIES, Array, bucket_bits, longer

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
    services = checked_nodes(graph, at)
    labels = np.full(graph.nodes * k, NEVER, np.int64)
    search(graph.start, graph.arcs, services, limit, bucket_bits(graph.mean_mm, limit), k, labels)
    return labels.reshape(graph.nodes, k)


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


@kernel
def search(start: Array, arcs: Array, at: Array, cutoff: int, bits: int, k: int, labels: Array) -> None:
    """Write the labels of all nodes, k each; `labels`, shape (nodes x k,), is NEVER everywhere at first.

    An entry of the queue is its label, and node × 2³² + the entry that follows.
    """
    first = np.full((cutoff >> bits) + 1, -1, np.int32)
    pool = np.empty((len(at) + FIRST_ENTRIES, 2), np.int64)
    used, free = np.int64(0), np.int64(-1)
    for row in range(len(at)):
        if at[row] >= 0 and offered(labels, at[row] * k, k, row):
            pool[used, 0], pool[used, 1] = row, (np.int64(at[row]) << HIGH_BITS) | (first[0] & LOW)
            first[0] = used
            used += 1
    for bucket in range(len(first)):
        while first[bucket] >= 0:
            entry = np.int64(first[bucket])
            label, node = pool[entry, 0], pool[entry, 1] >> HIGH_BITS
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
                    if used == len(pool):
                        pool = longer(pool)
                    entry, used = used, used + 1
                pool[entry, 0], pool[entry, 1] = further, (other << HIGH_BITS) | (first[far >> bits] & LOW)
                first[far >> bits] = entry
