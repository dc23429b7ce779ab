"""What changes when a service opens, moves or closes, or a path is added: only what is touched is searched.

The k labels of every node are kept. A new service, or a new path, offers its labels to the nodes it comes to
and goes on from those that take them; a service that closes leaves, where it stood, a place that the
neighbours' labels fill. What comes out is what a whole search would give, to the millimetre and to the row.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trama.engines.network.balls import checked_cutoff, checked_nodes
from trama.engines.network.compiled import inlined, kernel
from trama.engines.network.extension import Path, extended
from trama.engines.network.graph import HIGH_BITS, LOW, Graph, Ints
from trama.engines.network.nearest import NEVER, labels_of, offered, standing, unpacked
from trama.engines.network.queue import FIRST_ENTRIES, Array, bucket_bits, longer

Labels = npt.NDArray[np.int64]
NOWHERE = -1
SPARE = 64
"""Nodes that paths may make before the labels are moved."""


@dataclass(frozen=True, eq=False)
class Change:
    """What a gesture changes; nothing is kept until `Kept.keep`.

    Attributes
    ----------
    graph, at
        The network and the services after it.
    nodes
        Nodes whose answer changes, growing; those that the gesture made (the ends of a path, on the way) come
        last, and before it had no answer.
    before, after
        Their labels; shape (nodes, k). See `millimetres`.
    """

    graph: Graph
    at: Ints
    nodes: Ints
    before: Labels
    after: Labels

    def millimetres(self) -> tuple[Ints, Ints]:
        """Return the distances before and after; `UNREACHED` where there is none; shape (nodes, k)."""
        return unpacked(self.before)[0], unpacked(self.after)[0]

    def services(self) -> tuple[Ints, Ints]:
        """Return the services before and after, rows of `at`; -1 where there is none; shape (nodes, k)."""
        return unpacked(self.before)[1], unpacked(self.after)[1]


class Kept:
    """The k nearest services of every node, kept so that a change costs what it touches.

    Threads may ask at once. Memory: 8 bytes a node for each k, and 4.
    """

    def __init__(self, graph: Graph, at: npt.NDArray[np.integer], k: int, cutoff_mm: int) -> None:
        self.graph = graph
        self.at = checked_nodes(graph, at)
        self.k, self.cutoff_mm = k, checked_cutoff(cutoff_mm)
        self._bits = bucket_bits(graph.mean_mm, self.cutoff_mm)
        self._room, self._stamps = np.empty((0, k), np.int64), np.empty(0, np.int32)
        self._stamp, self._lock = 0, threading.Lock()
        self._make_room(labels_of(graph, self.at, k, cutoff_mm))

    def _make_room(self, labels: Labels) -> None:
        """Keep labels with some room after them, for the nodes that paths make."""
        self._room = np.concatenate([labels, np.full((SPARE, self.k), NEVER, np.int64)])
        self._stamps, self._stamp = np.zeros(len(self._room), np.int32), 0

    @property
    def labels(self) -> Labels:
        """The labels of every node: see `trama.engines.network.nearest.labels_of`."""
        return self._room[: self.graph.nodes]

    def copy(self) -> Kept:
        """Return another, to keep changes in without touching this one."""
        other = object.__new__(Kept)
        with self._lock:
            other.__dict__.update(self.__dict__)
            other._room = self._room.copy()
        other._stamps, other._stamp = np.zeros_like(self._stamps), 0
        other._lock = threading.Lock()
        return other

    def add(self, node: int) -> Change:
        """Tell what a new service at a node changes; its row is the next one."""
        return self._tried(np.append(self.at, np.int32(self._node(node))), None, len(self.at))

    def close(self, service: int) -> Change:
        """Tell what the closing of a service changes; its row stays, at no node."""
        return self.move(service, NOWHERE)

    def move(self, service: int, node: int) -> Change:
        """Tell what changes when a service goes to another node, keeping its row."""
        if not 0 <= service < len(self.at):
            raise ValueError("there is no such service")
        at = self.at.copy()
        at[service] = self._node(node)
        return self._tried(at, service, service)

    def connect(self, paths: Sequence[Path]) -> Change:
        """Tell what new paths change: see `trama.engines.network.extension`."""
        graph, ends = extended(self.graph, paths)
        with self._lock:
            if graph.nodes > len(self._room):
                self._make_room(self.labels)
            seeds, offers = _across(graph, self._room, ends, self.cutoff_mm)
            saved, count = self._settle(graph, seeds, offers, *self._begun())
            return self._undone(saved[:count], graph, self.at)

    def keep(self, change: Change) -> None:
        """Make a change the state from now on; it must be of this very state."""
        with self._lock:
            if change.graph.nodes > len(self._room):
                self._make_room(self.labels)
            self._room[change.nodes] = change.after
            self.graph, self.at = change.graph, change.at

    def _node(self, node: int) -> int:
        return int(checked_nodes(self.graph, np.array([node]))[0])

    def _tried(self, at: Ints, left: int | None, came: int) -> Change:
        """Take a service away from where it stood, and bring one where it goes; then put all back."""
        graph = self.graph
        with self._lock:
            saved, count = self._begun()
            if left is not None and self.at[left] >= 0:
                seeds, offers, saved, count = _vacated(
                    graph.start, graph.arcs, int(self.at[left]), left, *self._common(), saved, count
                )
                here = np.flatnonzero((at >= 0) & (self._stamps[at] == self._stamp))
                here = here[here != left]
                seeds, offers = np.concatenate([seeds, at[here]]), np.concatenate([offers, here])
                saved, count = self._settle(graph, seeds, offers, saved, count)
            if at[came] >= 0:
                offers = np.array([came], np.int64)
                saved, count = self._settle(graph, at[came : came + 1], offers, saved, count)
            return self._undone(saved[:count], graph, at)

    def _begun(self) -> tuple[Labels, int]:
        """Begin a gesture: room for the labels it will write over, none so far."""
        self._stamp += 1
        return np.empty((FIRST_ENTRIES, self.k + 1), np.int64), 0

    def _common(self) -> tuple[int, int, int, Labels, Ints, int]:
        return self.cutoff_mm, self._bits, self.k, self._room.reshape(-1), self._stamps, self._stamp

    def _settle(
        self, graph: Graph, seeds: Ints, offers: Labels, saved: Labels, count: int
    ) -> tuple[Labels, int]:
        """Offer labels to nodes, and return what those written over had before, and how many they are."""
        return _settled(graph.start, graph.arcs, seeds, offers, *self._common(), saved, count)

    def _undone(self, saved: Labels, graph: Graph, at: Ints) -> Change:
        """Return what differs from the rows saved before they were written, and put them back."""
        order = np.argsort(saved[:, 0])
        nodes, before = saved[order, 0], saved[order, 1:]
        after = self._room[nodes]
        self._room[nodes] = before
        other = (before != after).any(axis=1)
        return Change(graph, at, nodes[other].astype(np.int32), before[other], after[other])


def _across(graph: Graph, labels: Labels, ends: Ints, cutoff_mm: int) -> tuple[Ints, Labels]:
    """Return what the arcs of some nodes carry to their other ends: nodes and labels, within the cut-off."""
    seeds, offers = [], []
    for node in np.unique(ends):
        for arc in graph.arcs[graph.start[node] : graph.start[node + 1]]:
            here, there = int(arc & LOW), int(node)
            for source, into in ((here, there), (there, here)):
                known = labels[source][labels[source] != NEVER]
                far = (known >> HIGH_BITS) + (arc >> HIGH_BITS)
                near = far <= cutoff_mm
                offers.append((far[near] << HIGH_BITS) | (known[near] & LOW))
                seeds.append(np.full(int(near.sum()), into, np.int32))
    if not seeds:
        return np.empty(0, np.int32), np.empty(0, np.int64)
    return np.concatenate(seeds), np.concatenate(offers)


@inlined
def _save(
    node: int, k: int, labels: Array, stamps: Array, stamp: int, saved: Array, count: int
) -> tuple[Array, int]:
    """Keep the labels of a node as they were before this gesture, once."""
    if stamps[node] != stamp:
        stamps[node] = stamp
        if count == len(saved):
            saved = longer(saved)
        saved[count, 0] = node
        for i in range(k):
            saved[count, i + 1] = labels[node * k + i]
        count += 1
    return saved, count


@kernel
def _vacated(  # noqa: PLR0913, PLR0917 - what lies in the registers of a kernel
    start: Array,
    arcs: Array,
    origin: int,
    service: int,
    cutoff: int,
    bits: int,  # noqa: ARG001 - the same arguments as the search
    k: int,
    labels: Array,
    stamps: Array,
    stamp: int,
    saved: Array,
    count: int,
) -> tuple[Array, Array, Array, int]:
    """Take the labels of a service away, and return what the neighbours of those nodes offer in their place.

    The nodes that have one hang together: whatever leads to the service goes through nodes that have it too.
    """
    saved, count = _save(origin, k, labels, stamps, stamp, saved, count)
    _remove(labels, origin * k, k, service)
    done = 0
    while done < count:
        node = saved[done, 0]
        done += 1
        for arc in range(start[node], start[node + 1]):
            other = arcs[arc] & LOW
            if stamps[other] != stamp and _has(labels, other * k, k, service):
                saved, count = _save(other, k, labels, stamps, stamp, saved, count)
                _remove(labels, other * k, k, service)
    offers, used = np.empty((FIRST_ENTRIES, 2), np.int64), 0
    for row in range(count):
        node = saved[row, 0]
        for arc in range(start[node], start[node + 1]):
            base = (arcs[arc] & LOW) * k
            for i in range(base, base + k):
                far = (labels[i] >> HIGH_BITS) + (arcs[arc] >> HIGH_BITS)
                if labels[i] == NEVER or far > cutoff:
                    break
                if used == len(offers):
                    offers = longer(offers)
                offers[used, 0], offers[used, 1] = node, (far << HIGH_BITS) | (labels[i] & LOW)
                used += 1
    return offers[:used, 0].astype(np.int32), offers[:used, 1].copy(), saved, count


@inlined
def _has(labels: Array, base: int, k: int, service: int) -> bool:
    found = False
    for i in range(base, base + k):
        if labels[i] != NEVER and labels[i] & LOW == service:
            found = True
            break
    return found


@inlined
def _remove(labels: Array, base: int, k: int, service: int) -> None:
    kept = base
    for i in range(base, base + k):
        if labels[i] == NEVER or labels[i] & LOW != service:
            labels[kept] = labels[i]
            kept += 1
    for i in range(kept, base + k):
        labels[i] = NEVER


@kernel
def _settled(  # noqa: C901, PLR0913, PLR0917 - what lies in the registers of a kernel
    start: Array,
    arcs: Array,
    seeds: Array,
    offers: Array,
    cutoff: int,
    bits: int,
    k: int,
    labels: Array,
    stamps: Array,
    stamp: int,
    saved: Array,
    count: int,
) -> tuple[Array, int]:
    """Offer labels to nodes, and go on from those that take them; keep what every node had before."""
    first = np.full((cutoff >> bits) + 1, -1, np.int32)
    pool, used = np.empty((len(seeds) + FIRST_ENTRIES, 3), np.int64), 0
    for row in range(len(seeds)):
        node = seeds[row]
        if offers[row] < labels[node * k + k - 1]:
            saved, count = _save(node, k, labels, stamps, stamp, saved, count)
            if offered(labels, node * k, k, offers[row]):
                bucket = (offers[row] >> HIGH_BITS) >> bits
                pool[used, 0], pool[used, 1], pool[used, 2] = offers[row], node, first[bucket]
                first[bucket] = used
                used += 1
    for bucket in range(len(first)):
        while first[bucket] >= 0:
            label, node = pool[first[bucket], 0], pool[first[bucket], 1]
            first[bucket] = pool[first[bucket], 2]
            if not standing(labels, node * k, k, label):
                continue
            for arc in range(start[node], start[node + 1]):
                other = arcs[arc] & LOW
                far = (label >> HIGH_BITS) + (arcs[arc] >> HIGH_BITS)
                further = (far << HIGH_BITS) | (label & LOW)
                if far > cutoff or further >= labels[other * k + k - 1]:
                    continue
                saved, count = _save(other, k, labels, stamps, stamp, saved, count)
                if offered(labels, other * k, k, further):
                    if used == len(pool):
                        pool = longer(pool)
                    pool[used, 0], pool[used, 1], pool[used, 2] = further, other, first[far >> bits]
                    first[far >> bits] = used
                    used += 1
    return saved, count
