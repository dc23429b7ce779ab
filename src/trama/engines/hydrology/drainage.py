"""I-dren and K-dren: how much ground drains, and how well.

I-dren = Σ A·d / Σ A, the draining area over the whole. K-dren = Σ A·d·g·h / Σ A weighs it by soil (g) and by
depth of the water table (h), so 0 ≤ K-dren ≤ I-dren while weights lie in 0-1. On equal cells both are plain
means of the cell values below, taken by zone with `ZonalHistogram` or `ZonalSums`.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def draining_share(sealed_share: npt.ArrayLike) -> Floats:
    """Return d = 1 - sealed share.

    Raises
    ------
    ValueError
        A share lies outside 0-1.

    >>> draining_share([0.25, 1.0]).tolist()
    [0.75, 0.0]
    """
    sealed = np.asarray(sealed_share, dtype=np.float64)
    if np.any((sealed < 0) | (sealed > 1)):
        raise ValueError("a sealed share lies outside 0-1")
    return np.asarray(1.0 - sealed)


def step_weights(values: npt.ArrayLike, breaks: Sequence[float], weights: Sequence[float]) -> Floats:
    """Return a weight by steps: `weights[i]` where `breaks[i-1]` < value ≤ `breaks[i]`; NaN stays NaN.

    Parameters
    ----------
    values
        For instance the depth of the water table [m], any shape.
    breaks
        Increasing; one fewer than `weights`.

    Raises
    ------
    ValueError
        Breaks and weights do not fit each other, or breaks do not increase.

    >>> step_weights([0.5, 2.0, 12.0], breaks=[2.0, 10.0], weights=[0.2, 0.8, 1.0]).tolist()
    [0.2, 0.2, 1.0]
    """
    if len(weights) != len(breaks) + 1:
        raise ValueError("weights must be one more than breaks")
    if any(low >= high for low, high in itertools.pairwise(breaks)):
        raise ValueError("breaks must increase")
    numbers = np.asarray(values, dtype=np.float64)
    steps = np.searchsorted(breaks, numbers, side="left")
    return np.where(np.isnan(numbers), np.nan, np.asarray(weights, dtype=np.float64)[steps])


def kdren_of_cells(
    draining: npt.ArrayLike, soil_weight: npt.ArrayLike, depth_weight: npt.ArrayLike
) -> Floats:
    """Return d·g·h of each cell or surface; NaN where any of the three is missing.

    >>> float(kdren_of_cells(0.5, 0.8, 1.0))
    0.4
    """
    product = np.asarray(draining, dtype=np.float64) * np.asarray(soil_weight, dtype=np.float64)
    return np.asarray(product * np.asarray(depth_weight, dtype=np.float64))
