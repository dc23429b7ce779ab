"""A network in parts gives what the whole gives, to the millimetre and to the service."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.engines.network.graphs import all_distances, city_grid, networks
from trama.engines.network import Graph, cumulative, nearest
from trama.engines.network.parts import parts_with_halo, split


@given(networks(), st.data())
def test_the_halo_holds_what_lies_within_the_cut_off_of_the_part(network: tuple, data: st.DataObject) -> None:
    nodes, u, v, mm = network
    inner = np.unique(data.draw(st.lists(st.integers(0, nodes - 1), min_size=1))).astype(np.int32)
    cutoff = data.draw(st.integers(0, 100_000))
    (part,) = parts_with_halo(Graph.from_edges(nodes, u, v, mm), [inner], cutoff)
    away = all_distances(*network)
    assert part.nodes.tolist() == np.flatnonzero((away[inner] <= cutoff).any(axis=0)).tolist()
    assert part.nodes[part.inner].tolist() == inner.tolist()


def test_parts_are_a_partition_of_compact_pieces() -> None:
    xy = np.random.default_rng(0).random((1000, 2)) * [4000, 1000]
    parts = split(xy, 130)
    assert sorted(np.concatenate(parts).tolist()) == list(range(1000))
    assert {len(part) for part in parts} == {125}
    assert max(np.ptp(xy[part], axis=0).max() for part in parts) < 1000


def test_the_parts_together_are_the_whole() -> None:
    nodes, u, v, mm = city_grid(60)
    graph, rng = Graph.from_edges(nodes, u, v, mm), np.random.default_rng(4)
    at = rng.integers(0, nodes, 80).astype(np.int32)
    rows, columns = np.divmod(np.arange(nodes), 60)
    distance, service = nearest(graph, at, 3, 700_000)
    counts = cumulative(graph, at, 700_000)
    parts = split(np.column_stack([rows, columns]).astype(float), 500)
    for inner, part in zip(parts, parts_with_halo(graph, parts, 700_000), strict=True):
        here, which = part.local(at)
        mine, row = nearest(part.graph, here, 3, 700_000)
        assert np.array_equal(mine[part.inner], distance[inner])
        assert np.array_equal(np.where(row >= 0, which[row], -1)[part.inner], service[inner])
        assert np.array_equal(cumulative(part.graph, here, 700_000)[part.inner], counts[inner])
    assert len(parts) == 8
