"""Heat mitigation: a cell cools as it is, or as the large green around it, whichever is more.

Source: InVEST Urban Cooling 3.20. Before 3.15 InVEST spread the presence of green instead of its capacity.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from trama.engines.heat.convolution import Inner, enough_around, mean_around
from trama.engines.heat.kernels import decay, disc

Floats = npt.NDArray[np.floating]
Mask = npt.NDArray[np.bool_]
WHOLE: Inner = (slice(None), slice(None))


def park_capacity(capacity: Floats, green: Mask, distance_cells: int, inner: Inner = WHOLE) -> Floats:
    """Return CCpark = Σ g·CC·exp(-d/d_cool) / Σ exp(-d/d_cool) over the cells with data within 5·d_cool.

    Parameters
    ----------
    capacity
        Cooling capacity CC, single or double precision; NaN is no data.
    green
        Whether the cell is a green area; same shape.
    distance_cells
        d_cool in cells (`distance_in_cells`).
    inner
        Rows and columns wanted.
    """
    missing = np.isnan(capacity)
    cooling = np.where(green & ~missing, capacity, capacity.dtype.type(0))
    around = decay(distance_cells, capacity.shape)
    return mean_around(cooling, missing if missing.any() else None, around, inner)


def large_green(green: Mask, covered: Mask, distance_cells: int, cells: float, inner: Inner = WHOLE) -> Mask:
    """Tell where the green within a distance is at least so many cells.

    Near borders and missing land cover the green found counts in proportion: (green / covered)·disc.

    Parameters
    ----------
    green, covered
        Whether the cell is a green area, and whether its land cover is known; same shape.
    cells
        The threshold, in cells.
    """
    missing = None if covered.all() else ~covered
    return enough_around(green & covered, missing, disc(distance_cells), cells, inner)


def heat_mitigation(
    capacity: Floats,
    green: Mask,
    *,
    cell_m: float,
    distance_cells: int,
    large_green_m2: float,
    covered: Mask | None = None,
    inner: Inner = WHOLE,
) -> Floats:
    """Return HM: CC where it is the larger or the green around is not large; else CCpark. NaN is no data.

    Parameters
    ----------
    capacity
        Cooling capacity CC, shape (rows, columns), single or double precision; NaN is no data.
    green
        Whether the cell is a green area; same shape.
    cell_m
        Side of a cell [m].
    distance_cells
        d_cool in cells (`distance_in_cells`).
    large_green_m2
        Green within d_cool from which it counts as large [m²]; InVEST: 20,000.
    covered
        Whether the land cover is known; where CC is, if not given.
    inner
        Rows and columns wanted: the result has their shape.
    """
    there = ~np.isnan(capacity) if covered is None else covered
    park = park_capacity(capacity, green, distance_cells, inner)
    large = large_green(green, there, distance_cells, large_green_m2 / cell_m**2, inner)
    own = capacity[inner]
    large &= park > own
    return np.where(large, park, own)
