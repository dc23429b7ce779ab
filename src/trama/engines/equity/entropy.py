"""Theil, which splits exactly into between and within groups, and Atkinson."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trama.engines.equity.missing import checked

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Parts:
    """Theil's T split by groups.

    Attributes
    ----------
    total, between, within
        ``total = between + within``, exactly but for rounding.
    share
        Part between groups, 0 to 1; NaN where there is no inequality at all.
    of_group
        Theil within each group, by its number; NaN where nobody lives.
    weight
        Share of all access that each group has: ``within = Σ weight · of_group``.
    """

    total: float
    between: float
    within: float
    share: float
    of_group: Floats
    weight: Floats


def theil(values: Floats, people: Floats) -> float:
    """Return Theil's T, Σ (p/P)(a/μ) ln(a/μ); values above zero.

    >>> round(theil(np.array([1.0, 3.0]), np.array([1.0, 1.0])), 6)
    0.130812
    """
    v, p = checked(values, people, least=0.0)
    if not v.size:
        return float("nan")
    share = p / p.sum()
    ratio = v / float(share @ v)
    return float(max(0.0, share @ (ratio * np.log(ratio))))


def theil_parts(values: Floats, people: Floats, group: NDArray[np.integer], groups: int) -> Parts:
    """Return Theil's T split between and within groups.

    Parameters
    ----------
    group
        Group of each place, 0 to `groups` − 1, shape ``(places,)``.
    """
    lived = np.asarray(people) > 0
    v, p = checked(values, people, least=0.0)
    of = np.asarray(group)[lived]
    if not v.size:
        empty = np.full(groups, np.nan)
        return Parts(np.nan, np.nan, np.nan, np.nan, empty, empty)
    heads = np.bincount(of, weights=p, minlength=groups)
    sums = np.bincount(of, weights=p * v, minlength=groups)
    weight = sums / sums.sum()
    there = heads > 0
    mean = np.divide(sums, heads, out=np.ones(groups), where=there)
    ratio = v / mean[of]
    inside = np.bincount(of, weights=p * ratio * np.log(ratio), minlength=groups)
    of_group = np.divide(inside, heads, out=np.full(groups, np.nan), where=there)
    whole = mean[there] / (sums.sum() / heads.sum())
    between = float((heads[there] / heads.sum()) @ (whole * np.log(whole)))
    within = float(weight[there] @ of_group[there])
    total = between + within
    share = between / total if total > 1e-15 else float("nan")
    return Parts(total, between, within, share, of_group, weight)


def atkinson(values: Floats, people: Floats, epsilon: float) -> float:
    """Return Atkinson's index, 1 − [Σ (p/P)(a/μ)^(1−ε)]^(1/(1−ε)); at ε = 1, by the geometric mean.

    >>> round(atkinson(np.array([1.0, 3.0]), np.array([1.0, 1.0]), 1.0), 6)
    0.133975
    """
    if epsilon <= 0:
        raise ValueError("the aversion is above zero")
    v, p = checked(values, people, least=0.0)
    if not v.size:
        return float("nan")
    share = p / p.sum()
    ratio = v / float(share @ v)
    if epsilon == 1:
        return float(1.0 - np.exp(share @ np.log(ratio)))
    return float(1.0 - (share @ ratio ** (1.0 - epsilon)) ** (1.0 / (1.0 - epsilon)))
