"""The k nearest services of every node: one search from all the services at once, k labels per node."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from trama.engines.network.balls import checked_cutoff, checked_nodes
from trama.engines.network.compiled import inlined, kernel
from trama.engines.network.graph import Graph, Ints
from trama.engines.network.queue import FIRST_ENTRIES, Array, bucket_bits, enqueue, longer

NEVER = np.int64(2**63 - 1)
"""The label that is not there: as two halves it reads distance UNREACHED, service -1."""
LOW = np.int64(2**32 - 1)
HIGH_BITS = 32


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
    Distances [mm] and services (rows of `at`), both of shape (nodes, k), closest first, of equal ones the lower
    row first; `UNREACHED` and -1 where there are no more.

    Raises
    ------
    ValueError
        k below 1, a negative cut-off, a node beyond the graph.
    """
    return unpacked(labels_of(graph, at, k, cutoff_mm))


def labels_of(graph: Graph, at: npt.NDArray[np.integer], k: int, cutoff_mm: int) -> npt.NDArray[np.int64]:
    """Return the labels of `nearest`, distance × 2³² + service, shape (nodes, k): they sort as the answer does."""
    if k < 1:
        raise ValueError("k is at least 1")
    limit = checked_cutoff(cutoff_mm)
    services = checked_nodes(graph, at)
    labels = np.full((graph.nodes, k), NEVER, np.int64)
    _search(*graph.arrays, services, limit, bucket_bits(graph.mean_mm, limit), labels)
    return labels


def unpacked(labels: npt.NDArray[np.int64]) -> tuple[Ints, Ints]:
    """Return distances and services of labels."""
    return (labels >> HIGH_BITS).astype(np.int32), labels.astype(np.int32)


@inlined
def offered(labels: Array, node: int, label: int) -> bool:
    """Put a label among those of a node, in order, if it is one of the k smallest; each service stands once."""
    last = labels.shape[1] - 1
    if label >= labels[node, last]:
        return False
    for i in range(last + 1):
        if labels[node, i] & LOW == label & LOW and labels[node, i] != NEVER:
            if labels[node, i] <= label:
                return False
            last = i
            break
    while last > 0 and labels[node, last - 1] > label:
        labels[node, last] = labels[node, last - 1]
        last -= 1
    labels[node, last] = label
    return True


@inlined
def standing(labels: Array, node: int, label: int) -> bool:
    """Tell whether a label is still among those of a node."""
    for i in range(labels.shape[1]):
        if labels[node, i] == label:
            return True
    return False


@kernel
def _search(
    start: Array, target: Array, length: Array, at: Array, cutoff: int, bits: int, labels: Array
) -> None:
    """Write the labels of all nodes; `labels` NEVER everywhere at first."""
    first = np.full((cutoff >> bits) + 1, -1, np.int32)
    last = np.empty_like(first)
    room = len(at) + FIRST_ENTRIES
    nodes, queued, after = np.empty(room, np.int32), np.empty(room, np.int64), np.empty(room, np.int32)
    used, free = 0, -1
    for row in range(len(at)):
        if at[row] >= 0 and offered(labels, at[row], np.int64(row)):
            nodes[used], queued[used] = at[row], row
            enqueue(first, last, after, 0, used)
            used += 1
    for bucket in range(len(first)):
        while first[bucket] >= 0:
            entry = first[bucket]
            node, label = nodes[entry], queued[entry]
            first[bucket], after[entry], free = after[entry], free, entry
            if not standing(labels, node, label):
                continue
            for arc in range(start[node], start[node + 1]):
                far = (label >> HIGH_BITS) + length[arc]
                further = (far << HIGH_BITS) | (label & LOW)
                if far > cutoff or not offered(labels, target[arc], further):
                    continue
                if free >= 0:
                    entry, free = free, after[free]
                else:
                    if used == len(nodes):
                        nodes, queued, after = longer(nodes), longer(queued), longer(after)
                    entry, used = used, used + 1
                nodes[entry], queued[entry] = target[arc], further
                enqueue(first, last, after, far >> bits, entry)
