"""The rainfall-only method ("sole piogge"): a constant rain, a constant discharge, the worst duration."""

from __future__ import annotations

from dataclasses import dataclass

from trama.engines.invariance.curve import RainCurve
from trama.engines.invariance.errors import BadCurve, BadLimit

M3_PER_MM_HA = 10.0
M3_H_PER_L_S = 3.6
L_S_PER_MM_H_HA = 2.78
"""1 mm/h on 1 ha is 10/3.6 = 2.7778 l/s; the regulation's formula prints it rounded, and so it is here.
The rounding moves the critical duration by one part in a thousand and the volume by one in a million."""


@dataclass(frozen=True, slots=True)
class RainfallOnly:
    """What the method finds.

    Attributes
    ----------
    duration_h
        Critical duration.
    volume_m3
        Volume to store.
    exponent
        Exponent of the curve that governed: the one below the hour where the critical rain is shorter.
    """

    duration_h: float
    volume_m3: float
    exponent: float


def stored_m3(duration_h: float, equivalent_ha: float, curve: RainCurve, limit_l_s: float) -> float:
    """Return what is in the storage at the end of a constant rain, ``W = 10·S·φ·h(D) − 3.6·Q·D`` [m3].

    Negative where the discharge could have carried away more than fell.
    """
    return M3_PER_MM_HA * equivalent_ha * curve.depth_mm(duration_h) - M3_H_PER_L_S * limit_l_s * duration_h


def stationary_duration_h(equivalent_ha: float, a_mm: float, n: float, limit_l_s: float) -> float:
    """Return where the stored volume is stationary, ``D = (Q/(2.78·S·φ·a·n))^(1/(n−1))`` [h].

    >>> round(stationary_duration_h(0.8, 61.43, 0.3006, 8), 2)
    10.37
    """
    try:
        return float((limit_l_s / (L_S_PER_MM_H_HA * equivalent_ha * a_mm * n)) ** (1 / (n - 1)))
    except OverflowError:
        raise BadCurve(name="n", value=n) from None


def rainfall_only(equivalent_ha: float, curve: RainCurve, limit_l_s: float) -> RainfallOnly:
    """Return the critical duration and the volume of the rainfall-only method.

    The stored volume is stationary at the law's critical duration; where that is shorter than an hour, the
    exponent of short rains takes its place. The two branches of the curve meet at one hour with a corner, so
    the largest volume can also stand exactly there. All three are weighed: the answer is the maximum over
    every duration.

    Source: R.R. Lombardia 7/2017, Allegato G.

    Raises
    ------
    BadLimit
        The limit discharge is not above zero.
    """
    if not limit_l_s > 0:
        raise BadLimit(value=limit_l_s)
    long_h = stationary_duration_h(equivalent_ha, curve.a_mm, curve.n, limit_l_s)
    short_h = stationary_duration_h(equivalent_ha, curve.a_mm, curve.n_below_one_hour, limit_l_s)
    candidates = [
        (max(long_h, 1.0), curve.n),
        (min(short_h, 1.0), curve.n_below_one_hour),
    ]
    found = [
        RainfallOnly(duration_h, stored_m3(duration_h, equivalent_ha, curve, limit_l_s), exponent)
        for duration_h, exponent in candidates
    ]
    return max(found, key=lambda each: each.volume_m3)
