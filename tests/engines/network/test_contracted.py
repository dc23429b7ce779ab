"""Searching the crossings alone gives what searching every node gives."""

from __future__ import annotations

from unittest.mock import patch

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.engines.network.graphs import all_distances, brute_nearest, networks, winding_networks
from trama.engines.network import LONGEST_MM, UNREACHED, Graph, contracted, nearest


@given(st.one_of(networks(), winding_networks()), st.data())
def test_chains_know_what_their_ends_know(network: tuple, data: st.DataObject) -> None:
    nodes, u, v, mm = network
    at = np.array(data.draw(st.lists(st.integers(-1, nodes - 1), max_size=9)), np.int32)
    k, cutoff = data.draw(st.integers(1, 5)), data.draw(st.sampled_from([0, 3, 12, 90_000, LONGEST_MM]))
    graph = Graph.from_edges(nodes, u, v, mm)
    with patch.object(contracted, "WORTH_IT", 0.0):
        distance, service = nearest(graph, at, k, cutoff)
    expected = brute_nearest(all_distances(*network), at, k, cutoff)
    assert np.array_equal(distance, expected[0])
    assert np.array_equal(service, expected[1])


@given(st.one_of(networks(), winding_networks()))
def test_every_node_is_a_crossing_or_on_one_chain(network: tuple) -> None:
    nodes, u, v, mm = network
    graph = Graph.from_edges(nodes, u, v, mm)
    short = graph.contracted
    assert sorted([*short.crossing.tolist(), *short.node.tolist()]) == list(range(nodes))
    assert short.place[short.crossing].tolist() == list(range(len(short.crossing)))
    assert (-1 - short.place[short.node]).tolist() == list(range(len(short.node)))
    away = all_distances(*network)
    whole = all_distances(
        len(short.crossing), short.ends[:, 0], short.ends[:, 1], short.length_mm.astype(np.int64)
    )
    assert np.array_equal(whole, away[np.ix_(short.crossing, short.crossing)])


def test_a_chain_too_long_for_one_edge_is_divided() -> None:
    far = LONGEST_MM - 10
    u, v = np.arange(4), np.arange(1, 5)
    graph = Graph.from_edges(5, u, v, np.full(4, far))
    assert len(graph.contracted.crossing) >= 4
    with patch.object(contracted, "WORTH_IT", 0.0):
        assert nearest(graph, np.array([2]), 1, LONGEST_MM)[0][:, 0].tolist() == [
            UNREACHED, far, 0, far, UNREACHED
        ]  # fmt: skip


def test_a_thousand_services_on_one_street() -> None:
    """A street of 200 nodes, 1 m apart, five services at each: those of the door first, by their rows."""
    graph = Graph.from_edges(200, np.arange(199), np.arange(1, 200), np.full(199, 1000))
    at = np.tile(np.arange(200), 5)
    distance, service = nearest(graph, at, 6, 50_000)
    assert graph.contracted.worth_it
    assert service[100].tolist() == [100, 300, 500, 700, 900, 99]
    assert distance[100].tolist() == [0, 0, 0, 0, 0, 1000]
