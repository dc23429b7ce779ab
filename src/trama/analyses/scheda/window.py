"""Raster cells under a polygon, each with the share of it that the polygon covers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
import shapely
from rasterio.windows import Window, from_bounds
from rasterio.windows import transform as window_transform

from trama.lake.stored import stored

EXACT_CELLS = 60_000
"""Up to this many cells the covered share of each is exact; beyond, a cell counts whole by its centre."""


@dataclass(frozen=True, slots=True)
class Covered:
    """Cells of a raster that a polygon touches.

    Attributes
    ----------
    values
        Cell values, one-dimensional.
    area_m2
        Square metres of each cell inside the polygon.
    missing_m2
        Square metres of the polygon that have no value.
    """

    values: np.ndarray[Any, Any]
    area_m2: np.ndarray[Any, np.dtype[np.float64]]
    missing_m2: float

    @property
    def total_m2(self) -> float:
        """Square metres with a value."""
        return float(self.area_m2.sum())

    def mean(self, of: np.ndarray[Any, Any] | None = None) -> float | None:
        """Return the area-weighted mean of `of` (the values, if not given); None where no cell has one."""
        values = self.values if of is None else of
        return float(np.average(values, weights=self.area_m2)) if self.total_m2 > 0 else None

    def area_by_value(self) -> dict[Any, float]:
        """Return square metres by distinct value, largest first."""
        values, index = np.unique(self.values, return_inverse=True)
        areas = np.bincount(index, weights=self.area_m2, minlength=len(values))
        order = np.argsort(-areas, kind="stable")
        return {values[i].item(): float(areas[i]) for i in order}


def read_covered(path: Path, polygon: shapely.Geometry) -> Covered:
    """Read the cells of the raster at `path` under `polygon` (in the raster's own, projected, CRS)."""
    raster = stored(path)
    window = window_of(raster, polygon)
    cells = raster.read(window)
    transform = window_transform(window, raster.transform)
    nodata = raster.nodata
    area = covered_area(polygon, cells.shape, transform)
    known = np.isfinite(cells) if cells.dtype.kind == "f" else np.ones(cells.shape, bool)
    if nodata is not None and not np.isnan(nodata):
        known &= cells != nodata
    inside = area > 0
    chosen = inside & known
    missing = max(0.0, polygon.area - float(area[chosen].sum()))
    return Covered(cells[chosen], area[chosen], missing if missing > 1e-6 * polygon.area else 0.0)


def read_at(path: Path, grid: Path, polygon: shapely.Geometry) -> tuple[Covered, Covered]:
    """Read two rasters cell by cell on the finer one's grid (`grid`); `path` by nearest neighbour.

    Returns
    -------
    The cells of `grid` and those of `path`, aligned one to one; cells missing in either are left out of both.
    """
    fine = stored(grid)
    window = window_of(fine, polygon)
    first = fine.read(window)
    transform = window_transform(window, fine.transform)
    missing_first = fine.nodata
    rows, columns = np.indices(first.shape)
    x, y = _on_map(transform, columns + 0.5, rows + 0.5)
    second, known_second = _sample(path, x, y)
    area = covered_area(polygon, first.shape, transform)
    chosen = (area > 0) & known_second
    if missing_first is not None:
        chosen &= first != missing_first
    missing = max(0.0, polygon.area - float(area[chosen].sum()))
    return Covered(first[chosen], area[chosen], missing), Covered(second[chosen], area[chosen], missing)


@lru_cache(maxsize=16)
def covered_area(polygon: shapely.Geometry, shape: tuple[int, ...], transform: Any) -> np.ndarray[Any, Any]:
    """Return the square metres of each cell of a grid (`shape`, `transform`) inside `polygon`; read only.

    The last ones are kept: sheets read many layers of one grid under the same polygon.
    """
    rows, columns = np.indices(shape)
    left, top = _on_map(transform, columns, rows)
    right, bottom = _on_map(transform, columns + 1, rows + 1)
    whole = np.abs((right - left) * (bottom - top))
    if whole.size > EXACT_CELLS:
        centres = shapely.contains_xy(polygon, (left + right) / 2, (top + bottom) / 2)
        return _read_only(np.where(centres, whole, 0.0))
    boxes = shapely.box(left, bottom, right, top)
    shapely.prepare(polygon)
    inside = shapely.contains_properly(polygon, boxes)
    area = np.where(inside, whole, 0.0)
    edge = ~inside & shapely.intersects(polygon, boxes)
    area[edge] = shapely.area(shapely.intersection(polygon, boxes[edge]))
    return _read_only(area)


def _read_only(area: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    area.flags.writeable = False
    return area


def _on_map(transform: Any, columns: Any, rows: Any) -> tuple[Any, Any]:
    """Apply an affine transform to arrays of columns and rows (or of x and y, for an inverse one)."""
    return (
        transform.a * columns + transform.b * rows + transform.c,
        transform.d * columns + transform.e * rows + transform.f,
    )


def window_of(raster: Any, polygon: shapely.Geometry) -> Window:
    """Return the window of a raster that holds `polygon`; of no size where they do not meet."""
    west, south, east, north = polygon.bounds
    exact = from_bounds(west, south, east, north, raster.transform)
    whole = Window.from_slices(
        (int(np.floor(exact.row_off)), int(np.ceil(exact.row_off + exact.height))),
        (int(np.floor(exact.col_off)), int(np.ceil(exact.col_off + exact.width))),
        boundless=True,
    )
    try:
        return whole.intersection(Window(0, 0, raster.width, raster.height))
    except rasterio.errors.WindowError:
        return Window(0, 0, 0, 0)


def _sample(path: Path, x: np.ndarray[Any, Any], y: np.ndarray[Any, Any]) -> tuple[Any, Any]:
    raster = stored(path)
    columns, rows = _on_map(~raster.transform, x, y)
    columns, rows = np.floor(columns).astype(int), np.floor(rows).astype(int)
    inside = (columns >= 0) & (rows >= 0) & (columns < raster.width) & (rows < raster.height)
    if not inside.any():
        return np.zeros(x.shape, raster.dtype), inside
    low_row, low_column = rows[inside].min(), columns[inside].min()
    window = Window.from_slices((low_row, rows[inside].max() + 1), (low_column, columns[inside].max() + 1))
    block, nodata = raster.read(window), raster.nodata
    values = np.zeros(x.shape, block.dtype)
    values[inside] = block[rows[inside] - low_row, columns[inside] - low_column]
    known = inside.copy()
    if block.dtype.kind == "f":
        known &= np.isfinite(values)
    if nodata is not None and not np.isnan(nodata):
        known &= values != nodata
    return values, known
