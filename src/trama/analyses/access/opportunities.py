"""Cumulative opportunities: how many services of each category are within its threshold, on average."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trama.analyses.access.figures import Fifteen
from trama.analyses.access.ground import Ground
from trama.analyses.access.services import MISSING
from trama.engines.network import cumulative

Floats = NDArray[np.float64]


def opportunities(ground: Ground, found: Fifteen) -> dict[str, Floats]:
    """Return, by category, how many services a group reaches within the threshold from each cell.

    NaN where the datum is missing or the cell is off the network; at least, where a source is partial.
    """
    cells, counts = ground.cells, {}
    for walk in found.walks:
        rows = ground.services.of(walk.target.voci)
        reach_mm = found.group.reach_mm(walk.category.minutes)
        graph = ground.graph_of(walk.target.stairs)
        reached = cumulative(graph, ground.services.node[rows], reach_mm)[np.maximum(cells.node, 0)]
        known = (cells.node >= 0) & (walk.level > MISSING)
        counts[walk.category.id] = np.where(known, reached, np.nan).astype(np.float64)
    return counts


def mean_of(counts: Floats, people: Floats, rows: NDArray[np.intp]) -> float | None:
    """Return the mean over the residents of some cells; None where the datum of all of them is missing."""
    n, p = counts[rows], np.nan_to_num(people[rows])
    there = np.isfinite(n) & (p > 0)
    total = float(p[there].sum())
    return float(p[there] @ n[there] / total) if total else None
