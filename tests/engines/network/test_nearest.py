"""Nearest services: against sorting all pairs on random networks, and small cases worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engines.network.graphs import all_distances, brute_nearest, city_grid, networks, scipy_distances
from trama.engines.network import (
    LONGEST_MM,
    UNREACHED,
    Graph,
    cumulative,
    distances,
    gathered,
    nearest,
    reached,
)


@given(networks(), st.data())
def test_equals_sorting_every_pair(network: tuple, data: st.DataObject) -> None:
    nodes, u, v, mm = network
    at = np.array(data.draw(st.lists(st.integers(-1, nodes - 1), max_size=8)), np.int32)
    k, cutoff = data.draw(st.integers(1, 5)), data.draw(st.sampled_from([0, 3, 12, 90_000, LONGEST_MM]))
    graph, away = Graph.from_edges(nodes, u, v, mm), all_distances(*network)
    distance, service = nearest(graph, at, k, cutoff)
    expected = brute_nearest(away, at, k, cutoff)
    assert np.array_equal(distance, expected[0])
    assert np.array_equal(service, expected[1])
    near = away[:, at[at >= 0]] <= cutoff
    assert np.array_equal(cumulative(graph, at, cutoff, threads=2), near.sum(axis=1))
    closest = np.where(near, away[:, at[at >= 0]], UNREACHED).min(axis=1, initial=UNREACHED)
    assert np.array_equal(distances(graph, at, cutoff), closest)


@given(networks(), st.integers(0, 13), st.integers(0, 200_000))
def test_a_ball_holds_what_lies_within_the_cut_off(network: tuple, origin: int, cutoff: int) -> None:
    nodes, u, v, mm = network
    away = all_distances(*network)[origin % nodes]
    found, far = reached(Graph.from_edges(nodes, u, v, mm), origin % nodes, cutoff)
    assert found.tolist() == np.flatnonzero(away <= cutoff).tolist()
    assert far.tolist() == away[away <= cutoff].tolist()


def test_a_city_agrees_with_scipy_to_the_millimetre() -> None:
    nodes, u, v, mm = city_grid(60)
    graph = Graph.from_edges(nodes, u, v, mm)
    at = np.random.default_rng(1).integers(0, nodes, 40).astype(np.int32)
    distance, service = nearest(graph, at, 5, 1_200_000)
    away = scipy_distances(graph, at).T
    best = np.sort(np.where(away <= 1_200_000, away, UNREACHED), axis=1)[:, :5]
    assert np.array_equal(distance, best)
    known = service >= 0
    rows = np.broadcast_to(np.arange(nodes)[:, None], service.shape)
    assert np.array_equal(away[rows[known], service[known]], distance[known])


LINE = Graph.from_edges(4, np.array([0, 1, 2]), np.array([1, 2, 3]), np.array([400_000, 600_000, 1]))
"""0 -400 m- 1 -600 m- 2 -1 mm- 3."""


def test_the_cut_off_is_inclusive_to_the_millimetre() -> None:
    at = np.array([0])
    assert nearest(LINE, at, 1, 1_000_000)[0][:, 0].tolist() == [0, 400_000, 1_000_000, UNREACHED]
    assert nearest(LINE, at, 1, 999_999)[0][:, 0].tolist() == [0, 400_000, UNREACHED, UNREACHED]
    assert cumulative(LINE, at, 1_000_001).tolist() == [1, 1, 1, 1]
    assert reached(LINE, 0, 999_999)[0].tolist() == [0, 1]


def test_of_equal_services_the_lower_row_comes_first() -> None:
    cross = Graph.from_edges(5, np.zeros(4, int), np.arange(1, 5), np.full(4, 100))
    distance, service = nearest(cross, np.array([4, 3, 2, 1]), 3, 1000)
    assert service[0].tolist() == [0, 1, 2]
    assert distance[0].tolist() == [100, 100, 100]


def test_services_at_one_node_count_each() -> None:
    distance, service = nearest(LINE, np.array([3, 0, 3]), 3, 700_000)
    assert service[2].tolist() == [0, 2, -1]
    assert distance[2].tolist() == [1, 1, UNREACHED]
    assert cumulative(LINE, np.array([3, 0, 3]), 700_000).tolist() == [1, 3, 2, 2]


def test_a_service_through_an_edge_of_no_length_wins_by_its_row() -> None:
    """Node 1 has service 1 at its door, and service 0 at the other end of an edge of 0 mm."""
    graph = Graph.from_edges(2, np.array([0]), np.array([1]), np.array([0]))
    assert nearest(graph, np.array([0, 1]), 2, 10)[1].tolist() == [[0, 1], [0, 1]]


def test_an_island_is_not_reached() -> None:
    graph = Graph.from_edges(4, np.array([0, 2]), np.array([1, 3]), np.array([5, 5]))
    assert nearest(graph, np.array([0]), 1, LONGEST_MM)[1][:, 0].tolist() == [0, 0, -1, -1]


def test_sums_beyond_what_an_int32_holds_do_not_turn_negative() -> None:
    graph = Graph.from_edges(3, np.array([0, 1]), np.array([1, 2]), np.array([LONGEST_MM, LONGEST_MM]))
    assert nearest(graph, np.array([0]), 2, LONGEST_MM)[0][:, 0].tolist() == [0, LONGEST_MM, UNREACHED]
    assert distances(graph, np.array([0]), LONGEST_MM).tolist() == [0, LONGEST_MM, UNREACHED]


def test_without_services_nobody_is_reached() -> None:
    empty = np.empty(0, np.int32)
    assert nearest(LINE, empty, 2, 1000)[1].tolist() == [[-1, -1]] * 4
    assert cumulative(LINE, np.array([-1]), 1000, threads=2).tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize("wrong", [(np.array([0]), 0, 10), (np.array([0]), 1, -1), (np.array([4]), 1, 10)])
def test_what_makes_no_sense_is_refused(wrong: tuple) -> None:
    with pytest.raises(ValueError, match=r"k is|cut-off|node"):
        nearest(LINE, *wrong)


def test_what_is_gathered_is_the_weight_of_all_within_reach() -> None:
    """A line of four nodes, 100 m apart: 5 and 7 at its ends, 2 and 1 together at the second node."""
    graph = Graph.from_edges(4, np.array([0, 1, 2]), np.array([1, 2, 3]), np.full(3, 100_000, np.int32))
    at, weight = np.array([0, 1, 3, 1, -1]), np.array([5, 2, 7, 1, 99])
    assert gathered(graph, at, weight, 100_000).tolist() == [8, 8, 10, 7]
    assert gathered(graph, at, weight, 99_999, threads=2).tolist() == [5, 3, 0, 7]
    with pytest.raises(ValueError, match="more than can be counted"):
        gathered(graph, at, np.full(5, 2**30), 100_000)
