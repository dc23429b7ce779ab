"""The same question shared among the workers of a cluster, a part of the network each."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from trama.analyses.walking.files import FileServices
from trama.analyses.workers import Workers
from trama.engines.network import Graph, cumulative
from trama.engines.network.nearest import NEVER, labels_of
from trama.engines.network.parts import Part, parts_with_halo, split

Floats = npt.NDArray[np.float64]
Found = npt.NDArray[Any]

PART_NODES = 250_000
"""Nodes of a part, its halo apart: some 100 MB on a worker."""
IN_MEMORY_BYTES = 2**30
"""Beyond this the answers wait on the disk, beside the result, until the last part is there."""
LOW = np.int64(2**32 - 1)


@dataclass(frozen=True, eq=False)
class _Piece:
    """A part, and the services on it: by category, their nodes and their places in the category."""

    part: Part
    services: list[tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]]


def found_by_parts(
    graph: Graph,
    xy: Floats,
    placed: FileServices,
    question: tuple[int, int],
    workers: Workers,
    beside: Path,
    largest: int = PART_NODES,
) -> Iterator[Found]:
    """Yield for each category what the whole network would give, computed by parts.

    Parameters
    ----------
    question
        k, or 0 to count; the cut-off in millimetres.
    beside
        Where answers too large for memory wait.

    Yields
    ------
    Labels as of `trama.engines.network.nearest.labels_of`, or counts; one array per category, in order.
    """
    k, cutoff_mm = question
    at = [placed.node[placed.of(category)] for category in range(len(placed.categories))]
    with tempfile.TemporaryDirectory(dir=beside, prefix=".parti-") as folder:
        answers = _room(len(at), graph.nodes, k, Path(folder))
        parts = split(xy, largest)
        pieces = (_Piece(part, _on(part, at)) for part in parts_with_halo(graph, parts, cutoff_mm))
        for inner, found in zip(parts, workers.over(_search, question, pieces), strict=True):
            for category, values in enumerate(found):
                answers[category][inner] = values
        yield from answers


def _on(part: Part, at: list[npt.NDArray[np.int32]]) -> list[tuple[Any, Any]]:
    return [part.local(nodes) for nodes in at]


def _room(categories: int, nodes: int, k: int, folder: Path) -> list[Found]:
    """Return an array per category, in memory or on the disk."""
    shape, kind = ((nodes, k), np.int64) if k else ((nodes,), np.int32)
    if categories * int(np.prod(shape)) * np.dtype(kind).itemsize <= IN_MEMORY_BYTES:
        return [np.empty(shape, kind) for _ in range(categories)]
    return [np.memmap(folder / f"{one}.raw", kind, "w+", shape=shape) for one in range(categories)]


def _search(question: tuple[int, int], piece: _Piece) -> list[Found]:
    """Run on a worker: what the inner nodes of a part find, by category, in the numbers of the whole."""
    k, cutoff_mm = question
    found: list[Found] = []
    for nodes, which in piece.services:
        if not k:
            found.append(cumulative(piece.part.graph, nodes, cutoff_mm)[piece.part.inner])
            continue
        labels = labels_of(piece.part.graph, nodes, k, cutoff_mm)[piece.part.inner]
        known = labels != NEVER
        labels[known] = (labels[known] & ~LOW) | which[labels[known] & LOW]
        found.append(labels)
    return found
