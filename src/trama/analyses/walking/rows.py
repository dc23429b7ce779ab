"""From what the engine finds to the rows of a table: category, node, rank, in order."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from trama.engines.network.compiled import prepared
from trama.engines.network.nearest import NEVER

Array = npt.NDArray[Any]


def rows_of_labels(labels: Array, service: Array) -> tuple[Array, Array, Array, Array]:
    """Return the rows of a category: node, rank from 1, metres, service; in the order of nodes and ranks.

    Parameters
    ----------
    labels
        As from `trama.engines.network.nearest.labels_of`; shape (nodes, k).
    service
        Row in the file of each service of the category.
    """
    count = int(np.count_nonzero(labels != NEVER))
    at, place = np.empty(count, np.int32), np.empty(count, np.int32)
    metres, which = np.empty(count, np.float64), np.empty(count, np.int32)
    _written(labels, service.astype(np.int64, copy=False), at, place, metres, which)
    return at, place, metres, which


@prepared("void(i8[:,::1], i8[::1], i4[::1], i4[::1], f8[::1], i4[::1])")
def _written(labels: Array, service: Array, at: Array, place: Array, metres: Array, which: Array) -> None:
    nodes, k = labels.shape
    row = 0
    for node in range(nodes):
        for rank in range(k):
            label = labels[node, rank]
            if label == NEVER:
                break
            at[row], place[row] = node, rank + 1
            metres[row], which[row] = (label >> 32) / 1000.0, service[np.int32(label)]
            row += 1
