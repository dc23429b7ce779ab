"""The detailed procedure: design storms routed through the storage, and the duration that fills it most."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from trama.engines.invariance.curve import RainCurve
from trama.engines.invariance.errors import BadCurve, BadLimit
from trama.engines.invariance.rainfall_only import M3_H_PER_L_S, M3_PER_MM_HA
from trama.engines.invariance.storms import Series, Storm

STEPS = 4_000
_PER_OCTAVE = 4
_OCTAVES = 10
_SAME = 1e-6
"""Two volumes closer than this, relative, are the same: below the error of the time step."""


@dataclass(frozen=True, slots=True)
class Routed:
    """The duration that fills the storage most, and how much."""

    duration_h: float
    volume_m3: float


def stored_series_m3(storm: Storm, equivalent_ha: float, limit_l_s: float, steps: int = STEPS) -> Series:
    """Return what is in the storage at each of the storm's moments, one value a moment [m3].

    The balance ``dV/dt = inflow − outflow``: the outflow is the limit while there is something to let out,
    the inflow where that is less. With X the running sum of inflow minus limit, ``V = X − min(0, min X)``
    with the minimum so far. Depths are exact at each moment: the only error is that of a maximum between two.
    """
    times_h = storm.times_h(steps)
    balance_m3 = M3_PER_MM_HA * equivalent_ha * storm.fallen_mm(times_h) - M3_H_PER_L_S * limit_l_s * times_h
    return np.asarray(balance_m3 - np.minimum(np.minimum.accumulate(balance_m3), 0.0), dtype=np.float64)


def peak_storage_m3(storm: Storm, equivalent_ha: float, limit_l_s: float, steps: int = STEPS) -> float:
    """Return the most that is ever in the storage [m3]."""
    return float(stored_series_m3(storm, equivalent_ha, limit_l_s, steps).max())


def balanced_duration_h(equivalent_ha: float, curve: RainCurve, limit_l_s: float) -> float:
    """Return the duration whose mean rate of rain the limit discharge carries away whole [h].

    A constant rain as long as this stores nothing, a longer one neither: the critical duration is shorter.
    """
    ratio = M3_PER_MM_HA * equivalent_ha * curve.a_mm / (M3_H_PER_L_S * limit_l_s)
    exponent = curve.n if ratio >= 1 else curve.n_below_one_hour
    try:
        return float(ratio ** (1 / (1 - exponent)))
    except OverflowError:
        raise BadCurve(name="n", value=curve.n) from None


def critical_event(
    storm_of: Callable[[float], Storm], equivalent_ha: float, curve: RainCurve, limit_l_s: float
) -> Routed:
    """Return the shortest duration that fills the storage most, and the volume.

    Parameters
    ----------
    storm_of
        Makes the storm of a duration [h], for instance ``lambda h: ChicagoStorm(curve, h, 0.4)``.
    equivalent_ha, curve, limit_l_s
        As everywhere in this package.

    Notes
    -----
    Durations are first tried four to the octave over ten octaves below `balanced_duration_h`; then the
    interval around the best is narrowed by golden section. Where longer storms fill no more (the Chicago
    storm holds the shorter ones inside), the shortest of the equals is the answer.

    Raises
    ------
    BadLimit
        The limit discharge is not above zero.
    """
    if not limit_l_s > 0:
        raise BadLimit(value=limit_l_s)

    def volume_m3(duration_h: float) -> float:
        return peak_storage_m3(storm_of(duration_h), equivalent_ha, limit_l_s)

    longest_h = balanced_duration_h(equivalent_ha, curve, limit_l_s)
    tried_h = [longest_h * 2 ** (step / _PER_OCTAVE) for step in range(-_PER_OCTAVE * _OCTAVES, 1)]
    volumes_m3 = [volume_m3(duration_h) for duration_h in tried_h]
    best = _first_best(volumes_m3)
    low_h, high_h = tried_h[max(best - 1, 0)], tried_h[min(best + 1, len(tried_h) - 1)]
    return _narrowed(volume_m3, low_h, high_h)


def _first_best(values: list[float]) -> int:
    most = max(values)
    return next(index for index, value in enumerate(values) if value >= most * (1 - _SAME))


def _narrowed(value_of: Callable[[float], float], low: float, high: float) -> Routed:
    """Golden section for a maximum; of equals, leftwards."""
    golden = (5**0.5 - 1) / 2
    left, right = high - golden * (high - low), low + golden * (high - low)
    at_left, at_right = value_of(left), value_of(right)
    while high - low > 1e-4 * high:
        if at_left >= at_right * (1 - _SAME / 100):
            high, right, at_right = right, left, at_left
            left = high - golden * (high - low)
            at_left = value_of(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + golden * (high - low)
            at_right = value_of(right)
    middle = (low + high) / 2
    return Routed(middle, value_of(middle))
