"""Measures of a burden, such as minutes: less is better."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trama.engines.equity.missing import checked

Floats = NDArray[np.float64]


def kolm_pollak_kappa(values: Floats, people: Floats, aversion: float) -> float:
    """Return κ = aversion · Σ p t / Σ p t², which makes the aversion free of the unit of `values`."""
    v, p = checked(values, people)
    squares = float(p @ v**2)
    return float(aversion * (p @ v) / squares) if squares > 0 else float("nan")


def kolm_pollak(values: Floats, people: Floats, kappa: float) -> float:
    """Return the equally distributed equivalent of a burden, (1/κ) ln Σ (p/P) exp(κ t), κ > 0.

    Everyone at that value would be as badly off as people are now: never below the mean. In the unit of
    `values`.

    >>> round(kolm_pollak(np.array([0.0, 10.0]), np.array([1.0, 1.0]), 0.1), 4)
    6.2011
    """
    if not kappa > 0:
        raise ValueError("κ is above zero for a burden")
    v, p = checked(values, people)
    if not v.size:
        return float("nan")
    most = float(v.max())
    return float(most + np.log((p / p.sum()) @ np.exp(kappa * (v - most))) / kappa)


def sufficiency_gap(values: Floats, people: Floats, threshold: float) -> float:
    """Return the burden above a threshold per person, Σ p max(0, t − T) / Σ p.

    >>> sufficiency_gap(np.array([10.0, 20.0]), np.array([3.0, 1.0]), 15.0)
    1.25
    """
    v, p = checked(values, people)
    return float(p @ np.maximum(0.0, v - threshold) / p.sum()) if v.size else float("nan")
