"""From what the engine finds to the rows of a table: category, node, rank, in order."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from trama.engines.network.compiled import kernel
from trama.engines.network.nearest import NEVER

Array = npt.NDArray[Any]


@kernel
def rows_of_labels(labels: Array, service: Array) -> tuple[Array, Array, Array, Array]:
    """Return the rows of a category: node, rank from 1, metres, service; in the order of nodes and ranks.

    Parameters
    ----------
    labels
        As from `trama.engines.network.nearest.labels_of`; shape (nodes, k).
    service
        Row in the file of each service of the category.
    """
    nodes, k = labels.shape
    count = 0
    for node in range(nodes):
        for rank in range(k):
            count += labels[node, rank] != NEVER
    at, place = np.empty(count, np.int32), np.empty(count, np.int32)
    metres, which = np.empty(count, np.float64), np.empty(count, np.int32)
    row = 0
    for node in range(nodes):
        for rank in range(k):
            label = labels[node, rank]
            if label == NEVER:
                break
            at[row], place[row] = node, rank + 1
            metres[row], which[row] = (label >> 32) / 1000.0, service[np.int32(label)]
            row += 1
    return at, place, metres, which
