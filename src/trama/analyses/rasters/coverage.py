"""How much of a zone the data cover, and which cells a zone smaller than a cell touches."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely

if TYPE_CHECKING:
    from trama.analyses.rasters.grid import Block, Grid

Counts = npt.NDArray[np.int64]


def covered_share(
    shapes: npt.NDArray[np.object_], grid: Grid, valid: Counts, cells: Counts
) -> npt.NDArray[np.float64]:
    """Return the share of each zone with data; what lies outside the grid has none; NaN for no cell."""
    outside = shapely.area(shapely.difference(shapes, shapely.box(*grid.box)))
    metres = grid.crs.linear_units_factor[1]
    beyond = np.nan_to_num(outside) * metres**2 / grid.cell_area_m2
    whole = cells + beyond
    return np.where(whole > 0, valid / np.where(whole > 0, whole, 1.0), np.nan)


def touched_block(shape: Any, grid: Grid) -> Block | None:
    """Return the cells that the box of a zone touches, as (row, column, height, width); None if none."""
    if shape is None:
        return None
    west, south, east, north = shape.bounds
    left, right = ((x - grid.transform.c) / grid.transform.a for x in (west, east))
    top, bottom = ((y - grid.transform.f) / grid.transform.e for y in (north, south))
    first_row, first_column = max(int(top), 0), max(int(left), 0)
    height = min(ceil(bottom), grid.height) - first_row
    width = min(ceil(right), grid.width) - first_column
    return (first_row, first_column, height, width) if height > 0 and width > 0 else None
