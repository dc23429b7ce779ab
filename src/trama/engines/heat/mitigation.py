"""Heat mitigation: a cell cools as it is, or as the large green around it, whichever is more.

Source: InVEST Urban Cooling 3.20. Before 3.15 InVEST spread the presence of green instead of its capacity.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from trama.engines.heat.convolution import count_around, mean_around
from trama.engines.heat.kernels import decay_kernel, disc_kernel

Floats = npt.NDArray[np.floating]
Mask = npt.NDArray[np.bool_]


def park_capacity(capacity: Floats, green: Mask, distance_cells: int) -> npt.NDArray[np.float64]:
    """Return CCpark = Σ g·CC·exp(-d/d_cool) / Σ exp(-d/d_cool) over the cells with data within 5·d_cool.

    Parameters
    ----------
    capacity
        Cooling capacity CC; NaN is no data.
    green
        Whether the cell is a green area; same shape.
    distance_cells
        d_cool in cells (`distance_in_cells`).
    """
    known = ~np.isnan(capacity)
    return mean_around(np.where(green, capacity, 0.0), known, decay_kernel(distance_cells))


def green_area_within(green: Mask, covered: Mask, distance_cells: int) -> npt.NDArray[np.float64]:
    """Return the cells of green within a distance; near borders, in proportion to the cells with land cover.

    The figure is (green / covered)·disc, in this order: it is exact, so that a threshold cuts where InVEST's
    does. Cells that reach no land cover hold NaN.

    Parameters
    ----------
    green, covered
        Whether the cell is a green area, and whether its land cover is known; same shape.
    """
    disc = disc_kernel(distance_cells)
    near, there = count_around(green, covered, disc)
    share = np.full(near.shape, np.nan)
    np.divide(near, there, out=share, where=there > 0)
    return np.asarray(share * disc.sum())


def heat_mitigation(
    capacity: Floats,
    green: Mask,
    *,
    cell_m: float,
    distance_cells: int,
    large_green_m2: float,
    covered: Mask | None = None,
) -> npt.NDArray[np.float64]:
    """Return HM: CC where it is the larger or the green around is not large; else CCpark. NaN is no data.

    Parameters
    ----------
    capacity
        Cooling capacity CC, shape (rows, columns); NaN is no data.
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
    """
    there = ~np.isnan(capacity) if covered is None else covered
    park = park_capacity(capacity, green, distance_cells)
    area = green_area_within(green, there, distance_cells)
    own = (capacity >= park) | (area < large_green_m2 / cell_m**2)
    return np.asarray(np.where(own, capacity, park))
