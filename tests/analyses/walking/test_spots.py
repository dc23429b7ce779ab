"""A footbridge drawn on the map: where it touches the streets, and what it changes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.fixtures_walking import EAST, NORTH, grid_edges, put_edges, put_network, put_nodes
from trama.analyses.walking import network_of
from trama.analyses.walking.errors import OffTheNetwork
from trama.analyses.walking.spots import path_between, touch
from trama.engines.network.change import Kept
from trama.engines.network.extension import Spot
from trama.lake import Lake


def test_a_point_touches_the_closest_street_where_it_stands(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    put_network(lake)
    found = touch(network_of(lake), EAST + 130, NORTH + 12, 50.0)
    assert found.spot == Spot(1, 2, 30_000, 100_000)
    assert (found.x, found.y, found.away_m) == (EAST + 130, NORTH, 12.0)


def test_a_line_drawn_the_other_way_is_measured_from_u(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    put_nodes(lake)
    u, v = grid_edges()
    put_edges(lake, (v, u))
    assert touch(network_of(lake), EAST + 130, NORTH + 12, 50.0).spot == Spot(2, 1, 70_000, 100_000)


def test_far_from_every_street_is_said(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    put_network(lake)
    with pytest.raises(OffTheNetwork, match="entro 50 m"):
        touch(network_of(lake), EAST - 50.01, NORTH, 50.0)
    assert touch(network_of(lake), EAST - 50, NORTH, 50.0).spot.from_u_mm == 0


def test_a_bridge_to_the_island_brings_it_within_reach(tmp_path: Path) -> None:
    """The last column, apart, is tied to the rest by 100 m, from the middle of a block to that of another.

    From node 8 (service) to the bridge 50 m up, 100 m across, 50 m down to node 9 or up to node 19.
    """
    lake = Lake(tmp_path / "lake")
    put_network(lake)
    network = network_of(lake)
    kept = Kept(network.graph, np.array([8]), 1, 250_000)
    ends = [touch(network, EAST + 100 * column + 1, NORTH + 50, 50.0) for column in (8, 9)]
    change = kept.connect([path_between(*ends)])
    assert change.nodes.tolist() == [9, 19, 100, 101]
    assert change.millimetres()[1][:, 0].tolist() == [200_000, 200_000, 50_000, 150_000]
