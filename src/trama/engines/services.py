"""Ecosystem services of the ground: supply in points, and the attitude that sums it up. Arrays in and out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]


def supply_points(values: Floats, points_per_unit: float, full: float) -> Floats:
    """Return the supply of a service: the value times its points per unit, held between 0 and `full`.

    Parameters
    ----------
    values
        Any shape, in the unit of the layer; NaN (no data) stays NaN.

    >>> supply_points(np.array([0.3, 1.2, np.nan]), points_per_unit=5.0, full=5.0).tolist()
    [1.5, 5.0, nan]
    """
    points: Floats = np.clip(values * values.dtype.type(points_per_unit), 0.0, values.dtype.type(full))
    return points


def attitude(supplies: Sequence[Floats], weights: Sequence[float]) -> Floats:
    """Return the weighted mean of the supplies; NaN where any of them is missing.

    Only cells that have all the services compare with each other, so a cell that lacks one has no attitude.

    Parameters
    ----------
    supplies
        One array per service, of one shape, in points.
    weights
        One weight per service, not negative, not all zero.

    Raises
    ------
    ValueError
        No services, weights of another number, or that sum to nothing.

    >>> attitude([np.array([4.0, 2.0]), np.array([1.0, np.nan])], [1.0, 0.5]).tolist()
    [3.0, nan]
    """
    if not supplies or len(supplies) != len(weights) or min(weights) < 0 or sum(weights) <= 0:
        raise ValueError("one weight per service, not negative, and not all zero")
    total: Floats = np.zeros_like(supplies[0])
    for points, weight in zip(supplies, weights, strict=True):
        total = total + points * points.dtype.type(weight / sum(weights))
    return total
