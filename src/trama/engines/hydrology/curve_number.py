"""Runoff of one event by the curve-number method of the United States' Soil Conservation Service.

Source of the formulas: USDA NRCS, National Engineering Handbook part 630, chapters 9 and 10; TR-55. They are
also those of InVEST's Urban Flood Risk Mitigation. Everything is computed in double precision: meant for
tables of a few hundred rows, that `CellLookup` then spreads over millions of cells.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

MM_PER_INCH = 25.4
"""The method was written in inches (S = 1000/CN - 10); in millimetres S = 25400/CN - 254."""


def potential_retention_mm(curve_number: npt.ArrayLike) -> Floats:
    """Return the potential maximum retention S = 25400/CN - 254 [mm].

    Parameters
    ----------
    curve_number
        Any shape, 0 to 100; NaN stays NaN. Zero means that nothing ever runs off: S is infinite.

    Raises
    ------
    ValueError
        A curve number lies outside 0-100.

    >>> potential_retention_mm([100.0, 80.0, 0.0]).tolist()
    [0.0, 63.5, inf]
    """
    cn = np.asarray(curve_number, dtype=np.float64)
    if np.any((cn < 0) | (cn > 100)):
        raise ValueError("a curve number lies outside 0-100")
    with np.errstate(divide="ignore", over="ignore"):
        return np.asarray(1000 * MM_PER_INCH / cn - 10 * MM_PER_INCH)


def runoff_mm(rain_mm: float, curve_number: npt.ArrayLike, lambda_: float) -> Floats:
    """Return the runoff of an event: Q = (P - Ia)² / (P - Ia + S) where P > Ia, else 0; Ia = lambda·S [mm].

    Parameters
    ----------
    rain_mm
        Depth P of the event, not negative.
    curve_number
        Any shape, 0 to 100; NaN (no data) stays NaN.
    lambda_
        Initial abstraction over potential retention, 0 to 1.

    Raises
    ------
    ValueError
        P is negative or not a number, or lambda is outside 0-1.

    >>> float(runoff_mm(50.0, 80.0, lambda_=0.2).round(4))   # (50 - 12.7)² / (50 - 12.7 + 63.5)
    13.8025
    """
    if not 0 <= rain_mm < np.inf:
        raise ValueError("the depth of the event must be a number, not negative")
    if not 0 <= lambda_ <= 1:
        raise ValueError("lambda lies outside 0-1")
    retention = potential_retention_mm(curve_number)
    soaks_all = np.isinf(retention)
    finite = np.where(soaks_all, 0.0, retention)
    excess = np.maximum(rain_mm - lambda_ * finite, 0.0)
    total = excess + finite
    runoff = np.divide(excess**2, total, out=np.zeros_like(total), where=total != 0)
    return np.asarray(np.where(soaks_all, 0.0, runoff))


def retention_index(rain_mm: float, runoff: npt.ArrayLike) -> Floats:
    """Return the share of the event that stays on the ground, R = 1 - Q/P.

    Raises
    ------
    ValueError
        P is not above zero: the share of nothing is not a number.

    >>> float(retention_index(50.0, 12.5))
    0.75
    """
    if not 0 < rain_mm < np.inf:
        raise ValueError("the depth of the event must be above zero")
    return np.asarray(1.0 - np.asarray(runoff, dtype=np.float64) / rain_mm)


def retained_volume_m3(retention: npt.ArrayLike, rain_mm: float, area_m2: float) -> Floats:
    """Return the volume kept by a cell or a surface, R·P·A/1000 [m³].

    >>> float(retained_volume_m3(0.75, rain_mm=50.0, area_m2=100.0))
    3.75
    """
    return np.asarray(np.asarray(retention, dtype=np.float64) * (rain_mm * area_m2 / 1000.0))


def composite_curve_number(
    sealed_share: npt.ArrayLike, pervious_curve_number: npt.ArrayLike, sealed_curve_number: float
) -> Floats:
    """Return CN = f·CN_sealed + (1 - f)·CN_pervious, for connected impervious surfaces (TR-55, chapter 2).

    It rebuilds the number of a class when a measured sealed share replaces the default one.

    Raises
    ------
    ValueError
        A share lies outside 0-1.

    >>> float(composite_curve_number(0.5, 69.0, sealed_curve_number=98.0))
    83.5
    """
    share = np.asarray(sealed_share, dtype=np.float64)
    if np.any((share < 0) | (share > 1)):
        raise ValueError("a sealed share lies outside 0-1")
    pervious = np.asarray(pervious_curve_number, dtype=np.float64)
    return np.asarray(share * sealed_curve_number + (1.0 - share) * pervious)


def supply_of_regulation(retention: npt.ArrayLike, full_supply: float) -> Floats:
    """Return the supply of the ecosystem service that tempers extreme rain: R times the full mark.

    >>> float(supply_of_regulation(0.5, full_supply=5.0))
    2.5
    """
    return np.asarray(np.asarray(retention, dtype=np.float64) * full_supply)
