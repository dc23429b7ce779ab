"""Goalposts, weighted means, ranks and their spread, on numbers done by hand."""

from __future__ import annotations

import numpy as np
import pytest

from trama.engines.priority import between_goalposts, ranks, under_other_weights, weighted
from trama.engines.services import attitude, supply_points


def test_goalposts_hold_values_between_and_may_run_backwards() -> None:
    assert between_goalposts(np.array([-1.0, 1.0, 3.0, 9.0]), 1, 5).tolist() == [0, 0, 0.5, 1]
    assert between_goalposts(np.array([5.0, 4.0]), 5, 0).tolist() == pytest.approx([0, 0.2])
    with pytest.raises(ValueError, match="goalposts"):
        between_goalposts(np.array([1.0]), 2, 2)


def test_a_missing_score_leaves_the_place_without_index_and_rank() -> None:
    index = weighted(np.array([[0.5, np.nan], [0.2, 0.4], [0.9, 0.9]]), np.array([1.0, 1.0]))
    assert np.isnan(index[0])
    assert ranks(index).tolist() == [0, 2, 1]


def test_weights_that_weigh_nothing_are_refused() -> None:
    for weights in ([0.0, 0.0], [1.0], [-1.0, 2.0]):
        with pytest.raises(ValueError, match="weight"):
            weighted(np.ones((1, 2)), np.array(weights))


def test_ranks_that_depend_on_the_weights_spread_and_those_that_do_not_stay() -> None:
    """The first two places are each the best in one indicator, almost level; the third is worst in both."""
    scores = np.array([[1.0, 0.0], [0.0, 1.01], [0.0, 0.0]])
    spread = under_other_weights(scores, np.array([1.0, 1.0]), 0.25, 400, seed=1)
    assert (spread.low[0], spread.high[0]) == (1, 2)
    assert spread.low[2] == spread.median[2] == spread.high[2] == 3
    again = under_other_weights(scores, np.array([1.0, 1.0]), 0.25, 400, seed=1)
    assert np.array_equal(spread.index, again.index)


def test_without_spread_every_draw_is_the_same() -> None:
    spread = under_other_weights(np.array([[0.3, 0.6]]), np.array([1.0, 2.0]), 0.0, 5, seed=7)
    assert np.allclose(spread.index, 0.5)


def test_supply_stays_between_nothing_and_full_and_missing_stays_missing() -> None:
    points = supply_points(np.array([-0.1, 0.5, 2.0, np.nan], dtype=np.float32), 5.0, 5.0)
    assert points[:3].tolist() == [0, 2.5, 5]
    assert np.isnan(points[3])


def test_attitude_refuses_weights_that_do_not_fit() -> None:
    with pytest.raises(ValueError, match="weight"):
        attitude([np.ones(2)], [0.0])
    with pytest.raises(ValueError, match="weight"):
        attitude([], [])
