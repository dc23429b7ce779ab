"""Normalisation, aggregation, ranks, missing values: on values small enough for a pencil."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from trama.engines.composites import (
    ARITHMETIC,
    GEOMETRIC,
    MIN_MAX,
    RANKS,
    Z_SCORES,
    Composite,
    Scales,
    coherence,
    fill_by_group,
    leave_one_out,
    ranks,
    winsorise,
)

SCALES = Scales(np.array([0.0, 10.0]), np.array([1.0, 20.0]), np.array([True, False]))
VALUES = np.array([[0.25, 10.0], [0.5, 15.0], [2.0, 20.0]])


def test_goalposts_are_fixed_and_direction_is_turned() -> None:
    assert SCALES.normalise(VALUES, MIN_MAX).tolist() == [[0.25, 1.0], [0.5, 0.5], [1.0, 0.0]]


def test_z_scores_are_centred_on_a_half() -> None:
    """By hand: second column, mean 15, sample deviation 5, so z = -1, 0, 1 and 1/2 + z/6, turned."""
    assert SCALES.normalise(VALUES, Z_SCORES)[:, 1] == pytest.approx([2 / 3, 1 / 2, 1 / 3])


def test_ranks_become_the_middle_of_their_step_and_ties_share_it() -> None:
    assert SCALES.normalise(VALUES, RANKS)[:, 0] == pytest.approx([1 / 6, 3 / 6, 5 / 6])
    tied = SCALES.normalise(np.array([[1.0, 10], [1.0, 15], [2.0, 20]]), RANKS)
    assert tied[:, 0] == pytest.approx([2 / 6, 2 / 6, 5 / 6])


def test_an_indicator_that_does_not_vary_says_nothing_by_z_or_rank() -> None:
    flat = np.array([[0.3, 12.0], [0.3, 13.0]])
    assert SCALES.normalise(flat, Z_SCORES)[:, 0].tolist() == [0.5, 0.5]
    assert SCALES.normalise(flat, RANKS)[:, 0].tolist() == [0.5, 0.5]


def test_the_index_is_the_formula_of_vulnerability() -> None:
    """By hand: P = 0.2, I = 0.5, 1 - A = 0.8: cube root of 0.08, and the mean 0.5."""
    three = Composite(np.arange(3))
    scores = np.array([[0.2, 0.5, 0.8]])
    assert three.index(scores, np.ones(3), GEOMETRIC)[0] == pytest.approx(0.08 ** (1 / 3))
    assert three.index(scores, np.ones(3), ARITHMETIC)[0] == pytest.approx(0.5)


def test_a_nil_pillar_counts_the_floor_and_a_pillar_without_weights_is_left_out() -> None:
    two = Composite(np.array([0, 0, 1]), floor=0.01)
    assert two.index(np.array([[0.0, 1.0]]), np.ones(2), GEOMETRIC)[0] == pytest.approx(0.1)
    scores = two.pillar_scores(np.array([[0.2, 0.6, 0.9]]), np.array([1.0, 3.0, 0.0]))
    assert scores[0, 0] == pytest.approx(0.5)
    assert np.isnan(scores[0, 1])
    assert two.index(scores, np.ones(2), GEOMETRIC)[0] == pytest.approx(0.5)


def test_a_missing_value_takes_the_median_of_its_group_and_says_so() -> None:
    values = np.array([[1.0, np.nan], [3.0, np.nan], [np.nan, np.nan], [100.0, np.nan], [np.nan, np.nan]])
    filled, estimated = fill_by_group(values, np.array([0, 0, 0, 1, 2]))
    assert filled[:, 0].tolist() == [1, 3, 2, 100, 3]  # group 2 has none: median of 1, 3, 100
    assert estimated[:, 0].tolist() == [False, False, True, False, True]
    assert np.isnan(filled[:, 1]).all()


def test_winsorising_leaves_what_would_need_more_points_than_allowed() -> None:
    values = np.array([*np.zeros(50), 1.0, 2.0, 50.0, 60.0])
    _treated, changed = winsorise(values, most=1, skew_limit=2, kurtosis_limit=3.5)
    assert changed.sum() == 1


def test_taking_an_indicator_out_moves_the_unit_it_held_up() -> None:
    """By hand, means of two and of one: without the first indicator the first unit falls by two places."""
    one = Composite(np.zeros(2, dtype=np.intp))
    shares = np.array([[1.0, 0.0], [0.2, 0.6], [0.1, 0.4]])
    removal = leave_one_out(one, shares, np.ones(2), np.ones(1), ARITHMETIC)
    assert removal.shift.tolist() == [[2, -1, -1], [0, 0, 0]]
    assert removal.mean.tolist() == [pytest.approx(4 / 3), 0]
    assert removal.mover.tolist() == [0, 0, 0]


def test_coherence_tells_opposed_and_redundant_pairs_of_one_pillar_only() -> None:
    up = np.linspace(0, 1, 9)
    shares = np.stack([up, up**1.01, 1 - up, up], axis=1)
    found = coherence(shares, np.array([0, 0, 0, 1]), weak_under=0.3, redundant_over=0.92)
    assert {(one.first, one.second): one.finding for one in found} == {
        (0, 1): "ridondanti",
        (0, 2): "opposti",
        (1, 2): "opposti",
    }


shares_strategy = arrays(np.float64, (6, 4), elements=st.floats(0, 1))
weights_strategy = arrays(np.float64, 4, elements=st.floats(0.1, 5))


@given(shares_strategy, weights_strategy)
def test_the_index_lies_between_its_pillars_and_weights_have_no_scale(
    shares: np.ndarray, weights: np.ndarray
) -> None:
    two = Composite(np.array([0, 0, 1, 1]), floor=0.01)
    scores = two.pillar_scores(shares, weights)
    for rule in (GEOMETRIC, ARITHMETIC):
        index = two.index(scores, np.ones(2), rule)
        assert (index <= np.maximum(scores.max(axis=1), 0.01) + 1e-12).all()
        assert (index >= np.maximum(scores.min(axis=1), 0.0) - 1e-12).all()
        again = two.index(two.pillar_scores(shares, weights * 7), np.full(2, 3.0), rule)
        assert again == pytest.approx(index)


@given(shares_strategy, st.permutations(range(6)))
def test_ranks_do_not_depend_on_the_order_of_the_units(shares: np.ndarray, order: list[int]) -> None:
    index = shares.mean(axis=1)
    assert ranks(index[order]).tolist() == ranks(index)[order].tolist()
