"""Random networks, and the answers a plain Dijkstra gives on them (scipy's, in exact float64 of integers)."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import strategies as st
from scipy.sparse.csgraph import dijkstra

from trama.engines.network import UNREACHED, Graph


@st.composite
def networks(draw: st.DrawFn) -> tuple[int, np.ndarray, np.ndarray, np.ndarray]:
    """Nodes, u, v, millimetres: with loops, parallel edges, zero lengths and islands."""
    nodes = draw(st.integers(1, 14))
    ends = st.integers(0, nodes - 1)
    lengths = st.one_of(st.just(0), st.integers(0, 6), st.integers(0, 90_000))
    rows = draw(st.lists(st.tuples(ends, ends, lengths), max_size=30))
    table = np.array(rows, np.int32).reshape(-1, 3)
    return nodes, table[:, 0], table[:, 1], table[:, 2]


def all_distances(nodes: int, u: np.ndarray, v: np.ndarray, mm: np.ndarray) -> np.ndarray:
    """Distances of all pairs, infinite where there is no way; a dense matrix, zeros allowed."""
    matrix = np.full((nodes, nodes), np.inf)
    np.minimum.at(matrix, (u, v), mm)
    np.minimum.at(matrix, (v, u), mm)
    np.fill_diagonal(matrix, 0.0)
    for middle in range(nodes):
        matrix = np.minimum(matrix, matrix[:, middle, None] + matrix[None, middle])
    return matrix


def brute_nearest(away: np.ndarray, at: np.ndarray, k: int, cutoff: int) -> tuple[np.ndarray, np.ndarray]:
    """The k nearest services by sorting them all, of equal ones the lower row."""
    nodes = len(away)
    distance, service = np.full((nodes, k), UNREACHED), np.full((nodes, k), -1)
    for node in range(nodes):
        rows = sorted(
            (away[node, place], row)
            for row, place in enumerate(at)
            if place >= 0 and away[node, place] <= cutoff
        )
        for rank, (mm, row) in enumerate(rows[:k]):
            distance[node, rank], service[node, rank] = mm, row
    return distance, service


def city_grid(side: int, seed: int = 0) -> tuple[int, np.ndarray, np.ndarray, np.ndarray]:
    """A grid of streets of 20 to 120 m, some missing: nodes, u, v, millimetres."""
    rng = np.random.default_rng(seed)
    numbers = np.arange(side * side, dtype=np.int32).reshape(side, side)
    u = np.concatenate([numbers[:, :-1].ravel(), numbers[:-1].ravel()])
    v = np.concatenate([numbers[:, 1:].ravel(), numbers[1:].ravel()])
    kept = rng.random(len(u)) > 0.15
    mm = rng.integers(20_000, 120_000, int(kept.sum())).astype(np.int32)
    return side * side, u[kept], v[kept], mm


def scipy_distances(graph: Graph, sources: np.ndarray) -> np.ndarray:
    """Distances from each source by scipy's Dijkstra; the lengths must be positive (scipy drops zeros)."""
    from scipy.sparse import csr_matrix

    matrix = csr_matrix(
        (graph.length_mm.astype(float), graph.target, graph.start), shape=(graph.nodes, graph.nodes)
    )
    return dijkstra(matrix, indices=sources)


@st.composite
def winding_networks(draw: st.DrawFn) -> tuple[int, np.ndarray, np.ndarray, np.ndarray]:
    """A few crossings joined by streets with many bends: loops, dead ends, rings without a crossing."""
    nodes, rows = draw(st.integers(1, 4)), []
    crossings = nodes
    length = st.one_of(st.just(0), st.integers(0, 6), st.integers(0, 90_000))
    for _ in range(draw(st.integers(0, 5))):
        end = draw(st.integers(0, crossings - 1))
        bends = draw(st.integers(0, 4))
        path = [draw(st.integers(0, crossings - 1)), *range(nodes, nodes + bends), end]
        nodes += bends
        rows += [(a, b, draw(length)) for a, b in itertools.pairwise(path)]
    ring = draw(st.integers(0, 4))
    rows += [(nodes + i, nodes + (i + 1) % ring, draw(length)) for i in range(ring)]
    nodes += ring
    mixed = np.array(draw(st.permutations(range(nodes))), np.int32)
    table = np.array(rows, np.int32).reshape(-1, 3)
    return nodes, mixed[table[:, 0]], mixed[table[:, 1]], table[:, 2]
