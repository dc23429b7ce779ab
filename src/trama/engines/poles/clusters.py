"""Density clusters of points."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def dbscan(xy: npt.NDArray[np.float64], reach_m: float, least: int) -> npt.NDArray[np.int64]:
    """Return the cluster of each point, from 0 by its first point; -1 for a point in none.

    A core point has at least `least` points within `reach_m`, itself among them; core points within reach of
    each other are one cluster; a point that is not core joins the cluster of its nearest core, the lower row
    where two are as near, so that the answer does not hang on the order of reading.

    Parameters
    ----------
    xy
        Coordinates in metres, shape (n, 2).

    Source: M. Ester and others, "A density-based algorithm for discovering clusters", KDD 1996.

    >>> dbscan(np.array([[0.0, 0], [1, 0], [2, 0], [9, 0]]), 1.5, 2).tolist()
    [0, 0, 0, -1]
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    count = len(xy)
    label = np.full(count, -1, np.int64)
    if not count:
        return label
    pairs = cKDTree(xy).query_pairs(reach_m, output_type="ndarray")
    degree = 1 + np.bincount(pairs.ravel(), minlength=count)
    core = degree >= least
    if not core.any():
        return label
    linked = pairs[core[pairs].all(axis=1)]
    graph = coo_matrix((np.ones(len(linked)), (linked[:, 0], linked[:, 1])), shape=(count, count))
    piece = connected_components(graph, directed=False)[1]
    cores = np.flatnonzero(core)
    away, near = cKDTree(xy[cores]).query(xy, k=min(2, len(cores)))
    if near.ndim == 2:
        tied = (away[:, 0] == away[:, 1]) & (cores[near[:, 1]] < cores[near[:, 0]])
        near, away = np.where(tied, near[:, 1], near[:, 0]), away[:, 0]
    joined = np.where(core, piece, np.where(away <= reach_m, piece[cores[near]], -1))
    found, first = np.unique(joined[joined >= 0], return_index=True)
    order = found[np.argsort(np.flatnonzero(joined >= 0)[first])]
    rank = np.full(int(piece.max()) + 1, -1, np.int64)
    rank[order] = np.arange(len(order))
    label[joined >= 0] = rank[joined[joined >= 0]]
    return label
