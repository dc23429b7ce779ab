"""Rank intervals: the vectorised draws equal a plain loop, the sequence is uniform, extremes are right."""

from __future__ import annotations

import numpy as np
import pytest

from trama.engines.composites import (
    Composite,
    Plan,
    Scales,
    draw,
    factor_shares,
    intervals,
    ranks,
    uniforms,
)
from trama.engines.composites.aggregation import RULES
from trama.engines.composites.normalisation import METHODS
from trama.engines.composites.uncertainty import drawn_ranks

PLAN = Plan(draws=200, seed=20240228, spread=0.25)


def _case() -> tuple[Composite, Scales, np.ndarray]:
    values = np.random.default_rng(1).gamma(2.0, 1.0, size=(30, 7))
    scales = Scales(np.zeros(7), np.full(7, 6.0), np.array([1, 1, 0, 1, 0, 1, 1], dtype=bool))
    return Composite(np.array([0, 0, 0, 1, 1, 2, 2])), scales, values


def test_the_draws_equal_a_plain_loop_over_draws_and_units() -> None:
    composite, scales, values = _case()
    weights, pillar_weights = np.ones(7), np.array([1.0, 2.0, 1.0])
    draws = draw(composite, PLAN, weights, pillar_weights)
    found = drawn_ranks(composite, scales.all_methods(values), draws)
    for at in range(0, PLAN.draws, 17):
        shares = scales.normalise(values, METHODS[draws.method[at]])
        index = np.zeros(30)
        for unit in range(30):
            total, weight_sum = 0.0, draws.pillar_weights[at].sum()
            for pillar in range(3):
                members = [i for i in range(7) if composite.pillar_of[i] == pillar]
                weight = [draws.weights[at, i] for i in members]
                score = sum(w * shares[unit, i] for w, i in zip(weight, members, strict=True)) / sum(weight)
                share = draws.pillar_weights[at, pillar] / weight_sum
                geometric = RULES[draws.rule[at]] == "geometrica"
                total += share * (np.log(max(score, 0.01)) if geometric else score)
            index[unit] = total
        assert found[at].tolist() == ranks(index).tolist()


def test_every_choice_is_drawn_about_as_often_and_weights_stay_within_the_spread() -> None:
    composite, _scales, _values = _case()
    draws = draw(composite, Plan(6000, 3, 0.25), np.full(7, 2.0), np.ones(3))
    assert np.bincount(draws.method) == pytest.approx([2000] * 3, rel=0.1)
    assert np.bincount(draws.rule) == pytest.approx([3000] * 2, rel=0.1)
    assert np.bincount(draws.out + 1) == pytest.approx([750] * 8, rel=0.15)
    kept = draws.weights[draws.weights > 0]
    assert kept.min() >= 1.5
    assert kept.max() <= 2.5


def test_an_indicator_alone_in_its_pillar_is_never_left_out() -> None:
    draws = draw(Composite(np.array([0, 0, 1])), PLAN, np.ones(3), np.ones(2))
    assert set(draws.out.tolist()) == {-1, 0, 1}


def test_the_sequence_is_uniform_and_uncorrelated() -> None:
    """Moments of the uniform: mean 1/2, variance 1/12; neighbours uncorrelated; chi-square over 64 boxes."""
    u = uniforms(20240228, 64_000)
    assert u.mean() == pytest.approx(0.5, abs=0.005)
    assert u.var() == pytest.approx(1 / 12, rel=0.02)
    assert abs(np.corrcoef(u[:-1], u[1:])[0, 1]) < 0.015
    counts = np.bincount((u * 64).astype(int), minlength=64)
    assert ((counts - 1000) ** 2 / 1000).sum() < 103.4  # 99.9 % point with 63 degrees of freedom


def test_a_unit_first_in_everything_is_first_in_every_draw() -> None:
    composite, scales, values = _case()
    values[0] = np.where(scales.rising, 100.0, -100.0)
    draws = draw(composite, PLAN, np.ones(7), np.ones(3))
    found = drawn_ranks(composite, scales.all_methods(values), draws)
    told = intervals(found, found[0], PLAN)
    assert (told.low[0], told.median[0], told.high[0]) == (1, 1, 1)
    assert (told.low <= told.median).all()
    assert (told.median <= told.high).all()


def test_the_interval_is_made_of_ranks_someone_had() -> None:
    """By hand: ranks 1..20 once each; 5 % is the first, the median the tenth, 95 % the nineteenth."""
    found = np.arange(1, 21)[:, None]
    told = intervals(found, np.array([1]), Plan(20, 1, 0.25))
    assert (told.low[0], told.median[0], told.high[0]) == (1, 10, 19)


def test_the_variance_belongs_to_the_choice_that_makes_it() -> None:
    composite, _scales, _values = _case()
    draws = draw(composite, Plan(1000, 5, 0.25), np.ones(7), np.ones(3))
    shares = factor_shares(draws, np.where(draws.method == 2, 5.0, 1.0))
    assert shares["normalizzazione"] == pytest.approx(1.0, abs=1e-6)
    assert shares["pesi"] == pytest.approx(0.0, abs=0.02)
    noise = factor_shares(draws, np.random.default_rng(2).normal(size=1000))
    assert noise["pesi"] > 0.95
