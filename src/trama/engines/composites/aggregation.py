"""From indicators to pillars to one number, and from numbers to ranks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
GEOMETRIC, ARITHMETIC = "geometrica", "aritmetica"
RULES = (GEOMETRIC, ARITHMETIC)
TIE = 1e9
"""Indices closer than a billionth are the same rank: libraries may differ in the last digit."""


@dataclass(frozen=True)
class Composite:
    """The structure of an index.

    Attributes
    ----------
    pillar_of
        Pillar of each indicator, shape ``(indicators,)``, numbered from 0 without holes.
    floor
        What a pillar counts at least in the geometric mean, so that one nil pillar does not erase the others.
    """

    pillar_of: NDArray[np.intp]
    floor: float = 0.01

    @property
    def pillars(self) -> int:
        """Number of pillars."""
        return int(self.pillar_of.max()) + 1

    def pillar_scores(self, shares: Floats, weights: Floats) -> Floats:
        """Return the weighted arithmetic means inside the pillars.

        Parameters
        ----------
        shares
            Shape ``(units, indicators)``.
        weights
            Shape ``(indicators,)`` or ``(draws, indicators)``, not negative, on any scale.

        Returns
        -------
        Shape ``(units, pillars)`` or ``(draws, units, pillars)``; NaN where a pillar has no weight.
        """
        member = (self.pillar_of[:, None] == np.arange(self.pillars)).astype(np.float64)
        spread = weights[..., :, None] * member
        total = spread.sum(axis=-2, keepdims=True)
        with np.errstate(invalid="ignore"):
            return np.asarray(shares @ (spread / total))

    def index(self, scores: Floats, pillar_weights: Floats, rule: str) -> Floats:
        """Return the index from pillar scores; pillars that are NaN everywhere are left out.

        ``geometrica`` prod(p^w), with p not under the floor; ``aritmetica`` sum(w·p); weights sum to 1.

        Parameters
        ----------
        scores
            Shape ``(..., units, pillars)``.
        pillar_weights
            Shape ``(..., pillars)``.
        """
        present = np.isfinite(scores)
        weights = pillar_weights[..., None, :] * present
        weights = weights / weights.sum(axis=-1, keepdims=True)
        if rule == ARITHMETIC:
            return np.asarray((np.where(present, scores, 0.0) * weights).sum(axis=-1))
        logs = np.log(np.where(present, np.maximum(scores, self.floor), 1.0))
        return np.asarray(np.exp((logs * weights).sum(axis=-1)))


def ranks(index: Floats) -> NDArray[np.int64]:
    """Return the rank of each unit along the last axis: 1 the highest, equal indices share the better rank.

    >>> ranks(np.array([0.2, 0.9, 0.9, 0.1])).tolist()
    [3, 1, 1, 4]
    """
    keys = -np.rint(index * TIE)
    order = np.argsort(keys, axis=-1, kind="stable")
    ordered = np.take_along_axis(keys, order, axis=-1)
    first = np.ones(ordered.shape, dtype=bool)
    first[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
    place = np.where(first, np.arange(1, keys.shape[-1] + 1), 0)
    found = np.empty(keys.shape, dtype=np.int64)
    np.put_along_axis(found, order, np.maximum.accumulate(place, axis=-1), axis=-1)
    return found
