"""The Lorenz curve and what is read off it: Gini, Palma; weighted quantiles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trama.engines.equity.missing import checked

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Lorenz:
    """Cumulated shares, from (0, 0) to (1, 1), the worst served first; both of shape ``(places + 1,)``."""

    people: Floats
    access: Floats

    def at(self, share: float) -> float:
        """Return the share of access of the worst served `share` of people, even within a place."""
        return float(np.interp(share, self.people, self.access))

    def thinned(self, points: int) -> Lorenz:
        """Return the curve read at `points` + 1 even shares of people, for drawing."""
        share = np.linspace(0.0, 1.0, points + 1)
        return Lorenz(share, np.interp(share, self.people, self.access))


def lorenz(values: Floats, people: Floats) -> Lorenz:
    """Return the Lorenz curve of access; values must not be negative, their sum positive, or all is NaN.

    >>> lorenz(np.array([1.0, 3.0]), np.array([1.0, 1.0])).access.tolist()
    [0.0, 0.25, 1.0]
    """
    v, p = checked(values, people)
    if (v < 0).any():
        raise ValueError("access is not negative")
    order = np.argsort(v, kind="stable")
    heads, parts = np.cumsum(p[order]), np.cumsum((v * p)[order])
    if not heads.size or parts[-1] <= 0:
        return Lorenz(np.array([0.0, 1.0]), np.array([np.nan, np.nan]))
    zero = np.zeros(1)
    return Lorenz(np.r_[zero, heads / heads[-1]], np.r_[zero, parts / parts[-1]])


def gini(values: Floats, people: Floats) -> float:
    """Return the Gini index, Σi Σj pi pj |ai − aj| / (2 P² μ): 0 all alike, towards 1 one has all.

    Computed as one less twice the area under the Lorenz curve, which is the same number.

    >>> gini(np.array([1.0, 3.0]), np.array([1.0, 1.0]))
    0.25
    """
    curve = lorenz(values, people)
    return float(1.0 - np.trapezoid(curve.access, curve.people) * 2.0)


def palma(values: Floats, people: Floats) -> float:
    """Return the access of the best served 10 % over that of the worst 40 %; infinite where they have none.

    Of access, never of minutes. Equality gives 0.25.

    >>> round(palma(np.ones(10), np.ones(10)), 6)
    0.25
    """
    curve = lorenz(values, people)
    poor, rich = curve.at(0.4), 1.0 - curve.at(0.9)
    if np.isnan(rich):
        return float("nan")
    return float(rich / poor) if poor > 0 else float("inf")


def quantiles(values: Floats, people: Floats, shares: Floats) -> Floats:
    """Return the value that a share of people does not exceed: the lowest v with P(value ≤ v) ≥ share.

    >>> quantiles(np.array([5.0, 10.0, 30.0]), np.array([8.0, 1.0, 1.0]), np.array([0.5, 0.9])).tolist()
    [5.0, 10.0]
    """
    v, p = checked(values, people)
    if not v.size:
        return np.full(np.shape(shares), np.nan)
    order = np.argsort(v, kind="stable")
    reached = np.cumsum(p[order]) / p.sum()
    place = np.searchsorted(reached, np.asarray(shares) - 1e-12)
    return np.asarray(v[order][np.minimum(place, v.size - 1)])
