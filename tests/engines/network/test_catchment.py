"""Floating catchments: a case worked by hand, and the sum that must hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engines.network.graphs import all_distances, city_grid, networks
from trama.engines.network import Graph, catchment
from trama.engines.network.decay import Decay, exponential, gaussian, linear, logistic, power, zones

LINE = Graph.from_edges(4, np.array([0, 1, 2]), np.array([1, 2, 3]), np.array([400_000, 300_000, 900_000]))
STEPS = zones([500_000, 1_000_000], [1.0, 0.5])


def test_the_worked_case() -> None:
    """0 -400 m- 1 -300 m- 2 -900 m- 3; weight 1 to 500 m, 0.5 to 1 km; people 100, 50, 80, 20.

    Service a, 60 places at 0: demand 100 + 50 + 0.5 x 80 = 190, R = 60/190. Service b, 30 places at 2: demand
    0.5 x 100 + 50 + 80 + 0.5 x 20 = 190, R = 30/190. Access: 0 → 60/190 + 0.5 x 30/190 = 75/190; 1 → 90/190;
    2 → 0.5 x 60/190 + 30/190 = 60/190; 3 → 0.5 x 30/190 = 15/190.
    """
    people = np.array([100.0, 50.0, 80.0, 20.0])
    access, ratio = catchment(LINE, np.array([0, 2]), np.array([60.0, 30.0]), people, STEPS, 1_000_000)
    assert ratio.tolist() == pytest.approx([60 / 190, 30 / 190])
    assert access.tolist() == pytest.approx([75 / 190, 90 / 190, 60 / 190, 15 / 190])
    assert access @ people == pytest.approx(90.0)


@given(networks(), st.data())
def test_equals_the_two_steps_on_all_pairs(network: tuple, data: st.DataObject) -> None:
    nodes, u, v, mm = network
    at = np.array(data.draw(st.lists(st.integers(-1, nodes - 1), max_size=6)), np.int32)
    some = st.floats(0, 100, allow_subnormal=False)
    supply = np.array(data.draw(st.lists(some, min_size=len(at), max_size=len(at))), float)
    people = np.array(data.draw(st.lists(some, min_size=nodes, max_size=nodes)), float)
    away = all_distances(*network)[:, at]
    weight = np.where((away <= 60_000) & (at >= 0), STEPS.of(np.where(np.isfinite(away), away, 0)), 0.0)
    demand = people @ weight
    due = np.divide(supply, demand, out=np.zeros(len(at)), where=demand > 0)
    access, ratio = catchment(Graph.from_edges(nodes, u, v, mm), at, supply, people, STEPS, 60_000)
    assert np.allclose(access, weight @ due, rtol=1e-9)
    assert np.array_equal(np.isnan(ratio), demand <= 0)
    assert np.isclose(access @ people, supply[demand > 0].sum(), rtol=1e-9)


@pytest.mark.parametrize(
    "decay",
    [linear(1e6), exponential(5e5), gaussian(4e11), logistic(1e5, 9e5), power(1.5, 1e5), STEPS],
)
def test_supply_is_conserved_by_every_decay_and_by_any_number_of_threads(decay: Decay) -> None:
    nodes, u, v, mm = city_grid(30)
    rng = np.random.default_rng(2)
    at, supply, people = rng.integers(0, nodes, 50), rng.random(50) * 100, rng.random(nodes)
    graph = Graph.from_edges(nodes, u, v, mm)
    access, ratio = catchment(graph, at, supply, people, decay, 800_000, threads=1)
    again, _ = catchment(graph, at, supply, people, decay, 800_000, threads=2)
    assert np.array_equal(access, again)
    assert access @ people == pytest.approx(supply[~np.isnan(ratio)].sum(), rel=1e-9)
    assert (np.diff(decay.of(np.arange(0, 2e6, 1000.0))) <= 1e-12).all()


def test_the_weight_in_the_kernel_is_the_one_that_is_drawn() -> None:
    pair = Graph.from_edges(2, np.array([0]), np.array([1]), np.array([300_000]))
    for decay in (linear(1e6), exponential(5e5), gaussian(4e11), logistic(1e5, 9e5), power(1.5, 1e5), STEPS):
        access, _ = catchment(pair, np.array([0]), np.array([1.0]), np.array([1.0, 0.0]), decay, 400_000)
        assert access[1] / access[0] == pytest.approx(decay.of(300_000) / decay.of(0))


@pytest.mark.parametrize("supply", [[-1.0], [float("nan")], [1.0, 2.0]])
def test_supply_that_is_none_is_refused(supply: list[float]) -> None:
    with pytest.raises(ValueError, match="supply"):
        catchment(LINE, np.array([0]), np.array(supply), np.ones(4), STEPS, 1000)
