"""The limits the law sets around any method: discharge, least volume, time to empty."""

from __future__ import annotations

from trama.engines.invariance.errors import BadLimit
from trama.engines.invariance.rainfall_only import M3_H_PER_L_S


def limit_discharge_l_s(
    equivalent_ha: float, limit_l_s_ha: float, declared_l_s: float | None = None
) -> float:
    """Return the discharge allowed, the stricter of the regulation's and the receiver manager's [l/s].

    Raises
    ------
    BadLimit
        The declared one is not above zero.

    >>> limit_discharge_l_s(0.8, 10), limit_discharge_l_s(0.8, 10, 5), limit_discharge_l_s(0.8, 10, 50)
    (8.0, 5, 8.0)
    """
    if declared_l_s is not None and not declared_l_s > 0:
        raise BadLimit(value=declared_l_s)
    regulation_l_s = equivalent_ha * limit_l_s_ha
    return regulation_l_s if declared_l_s is None else min(regulation_l_s, declared_l_s)


def minimum_volume_m3(
    equivalent_ha: float, volume_m3_ha: float, coefficient: float = 1.0, reduction_share: float = 0.0
) -> float:
    """Return the least volume the law accepts whatever the method says [m3].

    Parameters
    ----------
    volume_m3_ha
        Volume for a hectare of equivalent impervious area.
    coefficient
        Regional coefficient of the comune, 0 to 1.
    reduction_share
        Share taken off, 0 to 1.

    >>> minimum_volume_m3(0.8, 800)
    640.0
    """
    return equivalent_ha * volume_m3_ha * coefficient * (1 - reduction_share)


def emptying_time_h(volume_m3: float, limit_l_s: float) -> float:
    """Return the time to empty a full storage at a constant discharge [h].

    >>> round(emptying_time_h(694, 8), 1)
    24.1
    """
    return volume_m3 / (M3_H_PER_L_S * limit_l_s)


def volume_ready_again_m3(volume_m3: float, limit_l_s: float, within_h: float, events: int) -> float:
    """Return the volume that leaves room for the design event again after `within_h` [m3].

    After the first event the storage loses ``3.6·Q·within_h``; the rest is still there when the next comes:
    ``events·V − (events − 1)·3.6·Q·within_h``, and never less than V.
    """
    emptied_m3 = M3_H_PER_L_S * limit_l_s * within_h
    return volume_m3 + (events - 1) * max(0.0, volume_m3 - emptied_m3)
