"""The network of the lake: read once, said when it is not there or is not one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.fixtures_walking import grid_edges, grid_xy, put_edges, put_network, put_nodes
from trama.analyses.walking import network_of
from trama.analyses.walking.errors import NoNetwork, NotTogether
from trama.engines.network import reached
from trama.lake import Lake


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def test_the_rows_are_the_ids_whatever_the_order_of_the_file(lake: Lake) -> None:
    put_network(lake)
    network = network_of(lake)
    assert np.array_equal(network.xy, grid_xy())
    assert network.graph.edges == 170
    assert network.versions == ("v0001", "v0001")
    assert network.synthetic
    nodes, far = reached(network.graph, 0, 200_000)
    assert dict(zip(nodes.tolist(), far.tolist(), strict=True)) == {
        0: 0, 1: 100_000, 10: 100_000, 2: 200_000, 11: 200_000, 20: 200_000
    }  # fmt: skip
    assert np.bincount(network.islands).tolist() == [90, 10]
    assert network.snapped(np.array([[500_000.0 + 90, 5_030_000.0]]))[0].tolist() == [1]


def test_it_is_read_once_until_there_is_a_new_version(lake: Lake) -> None:
    put_network(lake)
    first = network_of(lake)
    assert network_of(lake) is first
    put_edges(lake, length_m=np.full(len(grid_edges()[0]), 90.0))
    assert network_of(lake).versions == ("v0001", "v0002")
    assert network_of(lake).graph.length_mm.max() == 90_000


def test_half_a_network_is_said(lake: Lake) -> None:
    with pytest.raises(NoNetwork, match="«rete_pedonale_nodi» e «rete_pedonale_archi»"):
        network_of(lake)
    put_nodes(lake)
    with pytest.raises(NoNetwork, match="Manca «rete_pedonale_archi»"):
        network_of(lake)


def test_layers_of_two_networks_are_refused(lake: Lake) -> None:
    put_nodes(lake, np.arange(1, 101))
    put_edges(lake)
    with pytest.raises(NotTogether, match="numerati da 0"):
        network_of(lake)
    put_nodes(lake)
    put_edges(lake, (np.array([0, 99]), np.array([1, 100])))
    with pytest.raises(NotTogether, match="i nodi sono 100"):
        network_of(lake)
    put_edges(lake, (np.array([0]), np.array([1])), np.array([np.nan]))
    with pytest.raises(NotTogether, match="lunghezza"):
        network_of(lake)
    put_edges(lake, (np.array([0]), np.array([1])), np.array([-3.0]))
    with pytest.raises(NotTogether, match="lunghezza"):
        network_of(lake)
