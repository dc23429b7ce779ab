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
        Exponent of the curve that was used.
    repeated
        Whether it is that of short rains, because the first duration was under an hour.
    """

    duration_h: float
    volume_m3: float
    exponent: float
    repeated: bool


def stored_m3(duration_h: float, depth_mm: float, equivalent_ha: float, limit_l_s: float) -> float:
    """Return what is in the storage at the end of a constant rain, ``W = 10·S·φ·h − 3.6·Q·D`` [m3].

    Negative where the discharge could have carried away more than fell.
    """
    return M3_PER_MM_HA * equivalent_ha * depth_mm - M3_H_PER_L_S * limit_l_s * duration_h


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

    Where the critical duration is shorter than an hour, the computation is repeated with the exponent of
    short rains. Repeated, the duration can come out longer than an hour: the rule is followed all the same,
    and while n is at most that exponent its volume is never less than that of the curve with both.

    Source: R.R. Lombardia 7/2017, Allegato G.

    Raises
    ------
    BadLimit
        The limit discharge is not above zero.
    """
    if not limit_l_s > 0:
        raise BadLimit(value=limit_l_s)
    exponent = curve.n
    duration_h = stationary_duration_h(equivalent_ha, curve.a_mm, exponent, limit_l_s)
    if duration_h < 1:
        exponent = curve.n_below_one_hour
        duration_h = stationary_duration_h(equivalent_ha, curve.a_mm, exponent, limit_l_s)
    depth_mm = curve.a_mm * duration_h**exponent
    return RainfallOnly(
        duration_h, stored_m3(duration_h, depth_mm, equivalent_ha, limit_l_s), exponent, exponent != curve.n
    )
