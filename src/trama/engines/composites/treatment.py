"""Before comparing: outliers pulled in, missing values taken from the group, both told."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def skewness(values: Floats) -> float:
    """Return the sample skewness G1 (the one of SAS, SPSS and of COINr); NaN with fewer than three values.

    >>> round(skewness(np.array([1.0, 2, 3, 10])), 4)
    1.7636
    """
    n = len(values)
    deviation = values - values.mean() if n else values
    second = float((deviation**2).mean()) if n else 0.0
    if n < 3 or second == 0:
        return float("nan")
    plain: float = float((deviation**3).mean()) / second**1.5
    return plain * math.sqrt(n * (n - 1)) / (n - 2)


def kurtosis(values: Floats) -> float:
    """Return the sample excess kurtosis G2; NaN with fewer than four values.

    >>> round(kurtosis(np.array([1.0, 2, 3, 10])), 4)
    3.228
    """
    n = len(values)
    deviation = values - values.mean() if n else values
    second = float((deviation**2).mean()) if n else 0.0
    if n < 4 or second == 0:
        return float("nan")
    plain = float((deviation**4).mean()) / second**2 - 3
    return ((n + 1) * plain + 6) * (n - 1) / ((n - 2) * (n - 3))


def winsorise(
    values: Floats, *, most: int, skew_limit: float, kurtosis_limit: float
) -> tuple[Floats, NDArray[np.bool_]]:
    """Pull the farthest values to the next ones until skewness or kurtosis is within its limit.

    Each step takes every value tied at the end the skewness points to; the steps stop at `most` values.
    The rule of the JRC, as COINr applies it.

    Parameters
    ----------
    values
        One indicator, shape ``(units,)``; NaN stays NaN and counts for nothing.

    Returns
    -------
    treated, changed
        The values, and which of them were moved.
    """
    treated = values.copy()
    changed = np.zeros(len(values), dtype=bool)
    known = np.isfinite(values)
    while True:
        sample = treated[known]
        skew, peak = skewness(sample), kurtosis(sample)
        if not (abs(skew) > skew_limit and peak > kurtosis_limit):
            return treated, changed
        end = sample.max() if skew > 0 else sample.min()
        inner = sample[sample < end].max() if skew > 0 else sample[sample > end].min()
        moving = known & (treated == end)
        if int((changed | moving).sum()) > most:
            return treated, changed
        treated[moving] = inner
        changed |= moving


def fill_by_group(values: Floats, groups: NDArray[np.intp]) -> tuple[Floats, NDArray[np.bool_]]:
    """Give each missing value the median of its group; of all units, where the group has none.

    Parameters
    ----------
    values
        Shape ``(units, indicators)``, NaN where missing.
    groups
        Group number of each unit.

    Returns
    -------
    filled, estimated
        The values, and which of them were not known. A column without any value stays NaN.
    """
    estimated = ~np.isfinite(values)
    filled = values.copy()
    for column in np.flatnonzero(estimated.any(axis=0)):
        known = ~estimated[:, column]
        if not known.any():
            continue
        whole = float(np.median(values[known, column]))
        for unit in np.flatnonzero(~known):
            peers = values[known & (groups == groups[unit]), column]
            filled[unit, column] = float(np.median(peers)) if len(peers) else whole
    return filled, estimated
