"""How sure a rank is: the index made again under many other reasonable choices.

The draws come from a counter, not from a library's generator: the browser draws the very same ones.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trama.engines.composites.aggregation import RULES, Composite, ranks
from trama.engines.composites.normalisation import METHODS

Floats = NDArray[np.float64]
_STEP, _FIRST, _SECOND = np.uint32(0x9E3779B9), np.uint32(0x21F0AAAD), np.uint32(0xD35A2D97)
CHOICES = 3
"""Draws that come before those of the weights: normalisation, aggregation, indicator left out."""


def uniforms(seed: int, count: int) -> Floats:
    """Return `count` numbers in [0, 1) that depend on `seed` and on their place alone.

    A Weyl sequence of step 2^32/golden ratio through a 32-bit mixer (SplitMix, Steele and others 2014, with
    the constants of Wellons' search): 32-bit integers only, so that any language gives the same numbers.

    >>> uniforms(7, 3).round(6).tolist()
    [0.893696, 0.855387, 0.186606]
    """
    with np.errstate(over="ignore"):
        x = np.uint32(seed & 0xFFFFFFFF) + np.arange(1, count + 1, dtype=np.uint32) * _STEP
        x ^= x >> np.uint32(16)
        x *= _FIRST
        x ^= x >> np.uint32(15)
        x *= _SECOND
        x ^= x >> np.uint32(15)
    return x / 2.0**32


@dataclass(frozen=True)
class Plan:
    """What may vary.

    Attributes
    ----------
    draws
        How many times the index is made again.
    spread
        Each weight is multiplied by a number between 1 - spread and 1 + spread.
    low, high
        Shares of the draws below the ends of the interval (0.05, 0.95).
    """

    draws: int
    seed: int
    spread: float
    low: float = 0.05
    high: float = 0.95


@dataclass(frozen=True)
class Draws:
    """The choices of each draw.

    Attributes
    ----------
    method, rule
        Position in `METHODS` and in `RULES`, shape ``(draws,)``.
    out
        Indicator left out; -1 for none. One that is alone in its pillar is never left out.
    weights, pillar_weights
        Shapes ``(draws, indicators)`` and ``(draws, pillars)``; the weight of what is out is 0.
    """

    method: NDArray[np.intp]
    rule: NDArray[np.intp]
    out: NDArray[np.intp]
    weights: Floats
    pillar_weights: Floats


@dataclass(frozen=True)
class RankIntervals:
    """Where each unit may stand, shape ``(units,)`` each; and the mean rank shift of every draw."""

    median: NDArray[np.int64]
    low: NDArray[np.int64]
    high: NDArray[np.int64]
    shift: Floats


def droppable(composite: Composite, weights: Floats) -> NDArray[np.intp]:
    """Return the indicators that count and are not alone in their pillar."""
    counted = np.bincount(composite.pillar_of[weights > 0], minlength=composite.pillars)
    return np.flatnonzero((weights > 0) & (counted[composite.pillar_of] > 1))


def draw(composite: Composite, plan: Plan, weights: Floats, pillar_weights: Floats) -> Draws:
    """Draw the choices around the declared weights.

    Normalisation, aggregation and the indicator left out (or none) have equal chances.
    """
    indicators, pillars = len(weights), len(pillar_weights)
    u = uniforms(plan.seed, plan.draws * (CHOICES + indicators + pillars)).reshape(plan.draws, -1)
    candidates = np.concatenate([[-1], droppable(composite, weights)]).astype(np.intp)
    out = candidates[(u[:, 2] * len(candidates)).astype(np.intp)]
    factors = 1.0 + plan.spread * (2.0 * u[:, CHOICES:] - 1.0)
    drawn = weights * factors[:, :indicators]
    drawn[np.flatnonzero(out >= 0), out[out >= 0]] = 0.0
    return Draws(
        method=(u[:, 0] * len(METHODS)).astype(np.intp),
        rule=(u[:, 1] * len(RULES)).astype(np.intp),
        out=out,
        weights=drawn,
        pillar_weights=pillar_weights * factors[:, indicators:],
    )


def drawn_ranks(composite: Composite, shares: Floats, draws: Draws) -> NDArray[np.int64]:
    """Return the ranks of every draw, shape ``(draws, units)``.

    Parameters
    ----------
    shares
        The three normalisations, shape ``(3, units, indicators)``.
    """
    index = np.empty((len(draws.method), shares.shape[1]))
    for method in range(len(METHODS)):
        for rule, name in enumerate(RULES):
            some = np.flatnonzero((draws.method == method) & (draws.rule == rule))
            if len(some):
                scores = composite.pillar_scores(shares[method], draws.weights[some])
                index[some] = composite.index(scores, draws.pillar_weights[some], name)
    return ranks(index)


def intervals(found: NDArray[np.int64], reference: NDArray[np.int64], plan: Plan) -> RankIntervals:
    """Return the median and the interval of each unit's rank, and how far each draw is from `reference`.

    A quantile q is the smallest rank that at least q of the draws do not exceed: always a rank someone had.

    Parameters
    ----------
    found
        Ranks of the draws, shape ``(draws, units)``.
    reference
        Ranks of the declared choices, shape ``(units,)``.
    """
    ordered = np.sort(found, axis=0)
    return RankIntervals(
        median=ordered[position(0.5, len(found))],
        low=ordered[position(plan.low, len(found))],
        high=ordered[position(plan.high, len(found))],
        shift=np.abs(found - reference).mean(axis=1),
    )


def position(quantile: float, count: int) -> int:
    """Return the place, from 0, of a quantile among `count` ordered values."""
    return max(math.ceil(quantile * count - 1e-9), 1) - 1
