"""What-if on kept answers: always what a whole search would give."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engines.network.graphs import city_grid, networks
from trama.engines.network import Graph, nearest
from trama.engines.network.change import Change, Kept
from trama.engines.network.extension import Path, Spot, extended


def same_as_a_whole_search(kept: Kept, change: Change) -> None:
    """Apply the change to a copy, compare it with a whole search, and see that nothing moved here."""
    before = kept.labels.copy()
    other = kept.copy()
    other.keep(change)
    distance, service = nearest(change.graph, change.at, kept.k, kept.cutoff_mm)
    assert np.array_equal(other.labels >> 32, distance)
    assert np.array_equal(other.labels.astype(np.int32), service)
    assert np.array_equal(kept.labels, before)
    old = np.pad(before, ((0, change.graph.nodes - len(before)), (0, 0)), constant_values=2**63 - 1)
    assert change.nodes.tolist() == np.flatnonzero((old != other.labels).any(axis=1)).tolist()
    assert np.array_equal(old[change.nodes], change.before)


@given(networks(), st.data())
def test_every_gesture_equals_a_whole_search(network: tuple, data: st.DataObject) -> None:
    nodes, u, v, mm = network
    node = st.integers(0, nodes - 1)
    at = np.array(data.draw(st.lists(node, min_size=1, max_size=6)), np.int32)
    cutoff = data.draw(st.sampled_from([0, 4, 12, 90_000, 200_000]))
    kept = Kept(Graph.from_edges(nodes, u, v, mm), at, data.draw(st.integers(1, 4)), cutoff)
    for _ in range(3):
        gesture = data.draw(st.sampled_from(["add", "close", "move", "connect"]))
        service = data.draw(st.integers(0, len(kept.at) - 1))
        if gesture == "add":
            change = kept.add(data.draw(node))
        elif gesture == "close":
            change = kept.close(service)
        elif gesture == "move":
            change = kept.move(service, data.draw(node))
        else:
            spots = [data.draw(_spots(nodes, u, v, mm)) for _ in range(2)]
            change = kept.connect([Path(*spots, data.draw(st.integers(0, 50_000)))])
        same_as_a_whole_search(kept, change)
        kept.keep(change)


def _spots(nodes: int, u: np.ndarray, v: np.ndarray, mm: np.ndarray) -> st.SearchStrategy[Spot]:
    at_nodes = st.integers(0, nodes - 1).map(Spot.node)
    if not len(u):
        return at_nodes
    edges = st.integers(0, len(u) - 1)
    along = edges.flatmap(
        lambda row: st.integers(0, int(mm[row])).map(
            lambda far: Spot(int(u[row]), int(v[row]), far, int(mm[row]))
        )
    )
    return at_nodes | along


def test_a_footbridge_worked_by_hand() -> None:
    """0 -400 m- 1, 2 -300 m- 3 across a river; a bridge of 50 m from 100 m past 0 to 3. Service at 0.

    Before, 2 and 3 are not reached. After: the near end 100 m, 3 at 150 m, 2 at 450 m; 1 stays at 400 m.
    """
    graph = Graph.from_edges(4, np.array([0, 2]), np.array([1, 3]), np.array([400_000, 300_000]))
    kept = Kept(graph, np.array([0]), 1, 500_000)
    change = kept.connect([Path(Spot(0, 1, 100_000, 400_000), Spot.node(3), 50_000)])
    assert change.nodes.tolist() == [2, 3, 4]
    assert change.millimetres()[1][:, 0].tolist() == [450_000, 150_000, 100_000]
    assert change.services()[0][:, 0].tolist() == [-1, -1, -1]
    same_as_a_whole_search(kept, change)


def test_a_city_block_after_block() -> None:
    nodes, u, v, mm = city_grid(60)
    rng = np.random.default_rng(9)
    kept = Kept(Graph.from_edges(nodes, u, v, mm), rng.integers(0, nodes, 40), 3, 1_200_000)
    for _ in range(10):
        service, node = int(rng.integers(0, 40)), int(rng.integers(0, nodes))
        for change in (kept.add(node), kept.close(service), kept.move(service, node)):
            same_as_a_whole_search(kept, change)
        bridge = Path(Spot.node(node), Spot.node(int(rng.integers(0, nodes))), 30_000)
        change = kept.connect([bridge])
        same_as_a_whole_search(kept, change)
        kept.keep(change)


def test_neighbours_still_grow_and_the_shorter_way_counts() -> None:
    graph = Graph.from_edges(3, np.array([0, 1]), np.array([1, 2]), np.array([10, 20]))
    more, ends = extended(graph, [Path(Spot.node(2), Spot.node(0), 5), Path(Spot.node(0), Spot.node(1), 7)])
    whole = Graph.from_edges(3, np.array([0, 1, 0, 0]), np.array([1, 2, 2, 1]), np.array([10, 20, 5, 7]))
    assert np.array_equal(more.start, whole.start)
    assert np.array_equal(more.arcs, whole.arcs)
    assert ends.tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    "path",
    [
        Path(Spot.node(9), Spot.node(0), 1),
        Path(Spot(0, 1, 11, 10), Spot.node(0), 1),
        Path(Spot.node(0), Spot.node(1), -1),
    ],
)
def test_paths_that_make_no_sense_are_refused(path: Path) -> None:
    graph = Graph.from_edges(3, np.array([0, 1]), np.array([1, 2]), np.array([10, 20]))
    with pytest.raises(ValueError, match=r"place|length"):
        extended(graph, [path])


def test_a_service_that_is_not_there_cannot_close() -> None:
    graph = Graph.from_edges(2, np.array([0]), np.array([1]), np.array([10]))
    kept = Kept(graph, np.array([0]), 1, 100)
    with pytest.raises(ValueError, match="service"):
        kept.close(1)
    with pytest.raises(ValueError, match="node"):
        kept.add(2)
    gone = kept.close(0)
    kept.keep(gone)
    assert kept.close(0).nodes.tolist() == []
