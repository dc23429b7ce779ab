"""Where points stand on the network: the closest node, within a limit."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from trama.engines.network.graph import Ints

Floats = npt.NDArray[np.float64]

TOGETHER = 1_000_000
"""Points looked for at a time: their answers take 16 MB."""


def snap(xy: Floats, points: Floats, limit_m: float) -> tuple[Ints, Floats]:
    """Return the node closest to each point, and how far it is in a straight line.

    Parameters
    ----------
    xy
        Nodes, in metres; shape (nodes, 2).
    points
        In the same system; shape (points, 2). One that is not finite is nowhere.
    limit_m
        Inclusive.

    Returns
    -------
    Nodes, -1 where none is within the limit; distances [m], infinite there.
    """
    from scipy.spatial import KDTree

    node, away = np.full(len(points), -1, np.int32), np.full(len(points), np.inf)
    if not len(xy) or not len(points):
        return node, away
    tree = KDTree(xy, balanced_tree=False, compact_nodes=False)
    bound = np.nextafter(limit_m, np.inf)
    for low in range(0, len(points), TOGETHER):
        some = np.asarray(points[low : low + TOGETHER], np.float64)
        known = np.flatnonzero(np.isfinite(some).all(axis=1))
        far, found = tree.query(some[known], distance_upper_bound=bound)
        near = found < len(xy)
        node[low + known[near]], away[low + known[near]] = found[near], far[near]
    return node, away
