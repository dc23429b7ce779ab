"""A window of the lake's rasters around what is drawn, kept while the hand moves."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray
from rasterio.windows import Window

from trama.analyses.scheda.window import covered_area
from trama.kernel.trace import LayerUse
from trama.lake import Lake
from trama.lake.stored import stored

SNAP_CELLS = 64
"""Windows begin and end at multiples of this many cells, so that a corner that moves finds the same one."""
COVER, SOIL = "uso_suolo", "gruppo_idrologico"
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Ground:
    """Land cover and soil group on a window of the land cover's grid; 0 where there is none.

    Attributes
    ----------
    codes, groups
        Same shape (rows, columns).
    """

    codes: NDArray[np.uint16]
    groups: NDArray[np.uint8]
    transform: Affine
    layers: tuple[LayerUse, ...]

    @property
    def cell_m(self) -> float:
        """Side of a cell."""
        return float(self.transform.a)

    @property
    def key(self) -> tuple[Any, ...]:
        """What tells this window from any other."""
        return (self.layers, self.transform.c, self.transform.f, self.codes.shape)

    def part(self, polygon: shapely.Geometry) -> tuple[tuple[slice, slice], Floats]:
        """Return the cells that `polygon` touches, as slices of the window, and its square metres in each."""
        if polygon.is_empty:
            return (slice(0, 0), slice(0, 0)), np.zeros((0, 0))
        west, south, east, north = polygon.bounds
        rows, columns = self.codes.shape
        first = (
            max(0, _cell(self.transform.f - north, self.cell_m)),
            max(0, _cell(west - self.transform.c, self.cell_m)),
        )
        last = (
            min(rows, _cell(self.transform.f - south, self.cell_m) + 1),
            min(columns, _cell(east - self.transform.c, self.cell_m) + 1),
        )
        where = (slice(first[0], max(first[0], last[0])), slice(first[1], max(first[1], last[1])))
        shape = (where[0].stop - where[0].start, where[1].stop - where[1].start)
        corner = self.transform @ Affine.translation(where[1].start, where[0].start)
        return where, covered_area(polygon, shape, corner)

    def spread(self, polygon: shapely.Geometry) -> Floats:
        """Return the square metres of `polygon` in every cell of the window."""
        whole = np.zeros(self.codes.shape)
        where, area = self.part(polygon)
        whole[where] = area
        return whole


def read_ground(lake: Lake, around: shapely.Geometry, margin_m: float) -> Ground | None:
    """Return the window that holds `around` and `margin_m` beyond it; None where a layer is not there.

    Soil is read under the centre of each land-cover cell, as STORM does.
    """
    if not (lake.has(COVER) and lake.has(SOIL)):
        return None
    cover, soil = lake.version(COVER), lake.version(SOIL)
    west, south, east, north = around.bounds
    box = (west - margin_m, south - margin_m, east + margin_m, north + margin_m)
    grid = stored(cover.raster)
    transform, cell = grid.transform, float(grid.transform.a)
    first_row, last_row = _snapped(transform.f - box[3], transform.f - box[1], cell, grid.height)
    first_column, last_column = _snapped(box[0] - transform.c, box[2] - transform.c, cell, grid.width)
    place = (first_row, last_row, first_column, last_column)
    codes, groups, transform = _read(cover.raster, cover.sha256, soil.raster, soil.sha256, place)
    return Ground(codes, groups, transform, (cover.use(), soil.use()))


def _snapped(low_m: float, high_m: float, cell: float, most: int) -> tuple[int, int]:
    step = SNAP_CELLS * cell
    first, last = int(np.floor(low_m / step)) * SNAP_CELLS, int(np.ceil(high_m / step)) * SNAP_CELLS
    return min(max(first, 0), most), min(max(last, 0), most)


@lru_cache(maxsize=6)
def _read(
    cover: Path, _cover_sha256: str, soil: Path, _soil_sha256: str, place: tuple[int, int, int, int]
) -> tuple[NDArray[np.uint16], NDArray[np.uint8], Affine]:
    """Read one window of both rasters; what has been read is shared, hence never written to."""
    first_row, last_row, first_column, last_column = place
    window = Window.from_slices((first_row, last_row), (first_column, last_column))
    raster = stored(cover)
    codes = raster.read(window)
    if raster.nodata:
        codes = np.where(codes == raster.nodata, 0, codes)
    transform = raster.transform @ Affine.translation(first_column, first_row)
    groups = _beneath(soil, transform, codes.shape)
    codes = codes.astype(np.uint16)
    codes.flags.writeable = groups.flags.writeable = False
    return codes, groups, transform


def _beneath(path: Path, transform: Affine, shape: tuple[int, int]) -> NDArray[np.uint8]:
    """Return the soil group under each cell's centre, 1 to 4; 0 where there is none."""
    raster = stored(path)
    x = transform.c + transform.a * (np.arange(shape[1]) + 0.5)
    y = transform.f + transform.e * (np.arange(shape[0]) + 0.5)
    columns = np.floor((x - raster.transform.c) / raster.transform.a).astype(int)
    rows = np.floor((y - raster.transform.f) / raster.transform.e).astype(int)
    in_rows, in_columns = (rows >= 0) & (rows < raster.height), (columns >= 0) & (columns < raster.width)
    found = np.zeros(shape, np.uint8)
    if not (in_rows.any() and in_columns.any()):
        return found
    low_row, low_column = rows[in_rows].min(), columns[in_columns].min()
    window = Window.from_slices(
        (low_row, rows[in_rows].max() + 1), (low_column, columns[in_columns].max() + 1)
    )
    block = raster.read(window)
    known = (block >= 1) & (block <= 4)
    if raster.nodata is not None and not np.isnan(raster.nodata):
        known &= block != raster.nodata
    block = np.where(known, block, 0).astype(np.uint8)
    found[np.ix_(in_rows, in_columns)] = block[
        np.ix_(rows[in_rows] - low_row, columns[in_columns] - low_column)
    ]
    return found


def _cell(distance_m: float, cell_m: float) -> int:
    return int(np.floor(distance_m / cell_m))
