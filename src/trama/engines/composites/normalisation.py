"""Onto one scale: 0-1, where 1 raises the index."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
MIN_MAX, Z_SCORES, RANKS = "minmax", "zscore", "rank"
METHODS = (MIN_MAX, Z_SCORES, RANKS)


def outside_band(values: Floats, low: float, best_from: float, best_to: float, high: float) -> Floats:
    """Return how far each value is from the best band: 0 inside, 1 at `low` or `high` and beyond.

    >>> outside_band(np.array([40.0, 80, 100, 200, 400]), 0, 80, 150, 250).tolist()
    [0.5, 0.0, 0.0, 0.5, 1.0]
    """
    below = (best_from - values) / (best_from - low)
    above = (values - best_to) / (high - best_to)
    return np.clip(np.maximum(below, above), 0.0, 1.0)


@dataclass(frozen=True)
class Scales:
    """How each indicator becomes comparable.

    Attributes
    ----------
    low, high
        Fixed goalposts, shape ``(indicators,)``; what lies beyond counts as the goalpost.
    rising
        Whether more of the indicator raises the index.
    z_reach
        Standard deviations from the mean at which the z-score counts 0 or 1.
    """

    low: Floats
    high: Floats
    rising: NDArray[np.bool_]
    z_reach: float = 3.0

    def normalise(self, values: Floats, method: str) -> Floats:
        """Return `values` of shape ``(units, indicators)``, complete, as oriented shares of the same shape.

        ``minmax`` (x - low) / (high - low), cut at 0 and 1; ``zscore`` 1/2 + z / (2·reach), z with the sample
        standard deviation, cut likewise; ``rank`` (r - 1/2) / n, r the average rank. An indicator that does
        not vary says nothing by z or rank: it counts 1/2.
        """
        share = {MIN_MAX: self._min_max, Z_SCORES: self._z_scores, RANKS: _rank_shares}[method](values)
        return np.where(self.rising, share, 1.0 - share)

    def all_methods(self, values: Floats) -> Floats:
        """Return the three normalisations, shape ``(3, units, indicators)``, in the order of `METHODS`."""
        return np.stack([self.normalise(values, method) for method in METHODS])

    def _min_max(self, values: Floats) -> Floats:
        return np.clip((values - self.low) / (self.high - self.low), 0.0, 1.0)

    def _z_scores(self, values: Floats) -> Floats:
        spread = values.std(axis=0, ddof=1) if len(values) > 1 else np.zeros(values.shape[1])
        steady = spread < 1e-12
        z = (values - values.mean(axis=0)) / np.where(steady, 1.0, spread)
        return np.where(steady, 0.5, np.clip(0.5 + z / (2.0 * self.z_reach), 0.0, 1.0))


def _rank_shares(values: Floats) -> Floats:
    """Return (average rank - 1/2) / n, column by column."""
    shares = np.empty(values.shape)
    for column in range(values.shape[1]):
        _distinct, place, ties = np.unique(values[:, column], return_inverse=True, return_counts=True)
        shares[:, column] = (np.cumsum(ties) - ties / 2.0)[place] / len(values)
    return shares
