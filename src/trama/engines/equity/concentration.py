"""Who is favoured when people are ordered by something else: income, age, frailty."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trama.engines.equity.missing import checked

Floats = NDArray[np.float64]


def concentration_index(values: Floats, people: Floats, order_by: Floats) -> float:
    """Return the concentration index, 2 cov(a, R) / μ, with R the fractional rank by `order_by`.

    Between −1 and 1; below zero where those who come first in the order (the poorest, by income) have more of
    it. People of places that share a rank are ranked together, in the middle.

    >>> concentration_index(np.array([1.0, 3.0]), np.array([1.0, 1.0]), np.array([10.0, 20.0]))
    0.25
    """
    lived = np.asarray(people) > 0
    v, p = checked(values, people)
    by, _ = checked(order_by, people)
    if not v.size or lived.sum() != by.size:
        return float("nan")
    _levels, place = np.unique(by, return_inverse=True)
    heads = np.bincount(place, weights=p)
    rank = (np.cumsum(heads) - heads / 2.0) / heads.sum()
    share, mean = p / p.sum(), float(p @ v / p.sum())
    if mean <= 0:
        return float("nan")
    return float(2.0 * (share @ (v * rank[place]) - mean * (share @ rank[place])) / mean)
