"""The graph as arrays: parallel edges, loops, islands, rounding, snapping."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from tests.engines.network.graphs import all_distances, networks
from trama.engines.network import LONGEST_MM, Graph, components, snap, to_mm


def test_neighbours_grow_and_of_parallel_edges_the_shortest_counts() -> None:
    u, v = np.array([2, 0, 1, 0, 1, 1]), np.array([0, 2, 0, 1, 0, 1])
    graph = Graph.from_edges(4, u, v, np.array([9, 7, 5, 4, 6, 1]))
    assert graph.start.tolist() == [0, 2, 3, 4, 4]
    assert graph.target.tolist() == [1, 2, 0, 0]
    assert graph.length_mm.tolist() == [4, 7, 4, 7]
    assert graph.edges == 2


@given(networks())
def test_islands_are_those_of_all_the_pairs(network: tuple) -> None:
    nodes, u, v, mm = network
    found, together = components(Graph.from_edges(nodes, u, v, mm)), np.isfinite(all_distances(*network))
    assert np.array_equal(found[:, None] == found[None], together)
    assert found.tolist() == np.unique(found, return_index=True)[1].argsort()[found].tolist()


@pytest.mark.parametrize(
    ("u", "v", "mm"),
    [([0], [2], [1]), ([-1], [0], [1]), ([0], [1], [-1]), ([0, 1], [1], [1])],
)
def test_edges_that_are_none_are_refused(u: list[int], v: list[int], mm: list[int]) -> None:
    with pytest.raises(ValueError, match=r"edge|length"):
        Graph.from_edges(2, np.array(u), np.array(v), np.array(mm))


def test_metres_are_rounded_once_to_millimetres() -> None:
    assert to_mm([0.0004, 0.0006, 1.2345, 2_147_483.646]).tolist() == [0, 1, 1234, LONGEST_MM]


@pytest.mark.parametrize("metres", [-1.0, float("nan"), float("inf"), 2_147_483.647])
def test_lengths_that_are_none_are_refused(metres: float) -> None:
    with pytest.raises(ValueError, match="length"):
        to_mm([metres])


def test_points_snap_to_the_closest_node_within_the_limit_inclusive() -> None:
    xy = np.array([[0.0, 0.0], [100.0, 0.0]])
    points = np.array([[40.0, 0.0], [100.0, 50.0], [100.0, 50.001], [np.nan, 0.0]])
    node, away = snap(xy, points, 50.0)
    assert node.tolist() == [0, 1, -1, -1]
    assert away.tolist() == [40.0, 50.0, np.inf, np.inf]
    assert snap(np.empty((0, 2)), points, 50.0)[0].tolist() == [-1] * 4
