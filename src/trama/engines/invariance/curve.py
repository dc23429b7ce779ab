"""Rain: depth against duration, and how it grows with the return period."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trama.engines.invariance.errors import BadCurve, BadReturnPeriod

_GUMBEL = 1e-9
"""Below this shape the GEV is its own limit, the Gumbel."""


@dataclass(frozen=True, slots=True)
class RainCurve:
    """Depth of rain of one return period, ``h = a·D^n``, steeper or flatter below one hour.

    Attributes
    ----------
    a_mm
        Depth of one hour [mm] (the `a` in mm/h^n).
    n
        Exponent from one hour on.
    n_below_one_hour
        Exponent of shorter rains. Both branches give `a_mm` at one hour, so the curve has no jump.
    """

    a_mm: float
    n: float
    n_below_one_hour: float

    def __post_init__(self) -> None:
        """Refuse a curve that cannot be one; raises `BadCurve`."""
        if not (math.isfinite(self.a_mm) and self.a_mm > 0):
            raise BadCurve(name="a", value=self.a_mm)
        for name, exponent in (("n", self.n), ("n sotto l'ora", self.n_below_one_hour)):
            if not 0 < exponent < 1:
                raise BadCurve(name=name, value=exponent)

    def exponent(self, duration_h: float) -> float:
        """Return the exponent that holds at a duration."""
        return self.n if duration_h >= 1 else self.n_below_one_hour

    def depth_mm(self, duration_h: float) -> float:
        """Return the depth of rain of a duration [mm].

        >>> round(RainCurve(61.43, 0.3006, 0.5).depth_mm(24), 1)
        159.7
        """
        return float(self.a_mm * duration_h ** self.exponent(duration_h))

    def depths_mm(self, durations_h: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the depth of each duration, same shape [mm]."""
        exponents = np.where(durations_h >= 1, self.n, self.n_below_one_hour)
        return np.asarray(self.a_mm * np.power(durations_h, exponents), dtype=np.float64)


def growth_factor(return_period_year: float, alpha: float, kappa: float, epsilon: float) -> float:
    """Return the growth factor of a return period, a GEV of unit-mean scale.

    ``w_T = ε + (α/κ)·{1 − [ln(T/(T−1))]^κ}``: linee segnalatrici of ARPA Lombardia.

    Raises
    ------
    BadReturnPeriod
        The return period is not above one year.

    >>> round(growth_factor(50, 0.2958, -0.0358, 0.8179), 4)
    2.0566
    """
    if not (math.isfinite(return_period_year) and return_period_year > 1):
        raise BadReturnPeriod(value=return_period_year)
    reduced = math.log1p(1 / (return_period_year - 1))
    if abs(kappa) < _GUMBEL:
        return epsilon - alpha * math.log(reduced)
    return float(epsilon + alpha / kappa * (1 - reduced**kappa))
