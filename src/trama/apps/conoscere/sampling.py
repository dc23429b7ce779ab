"""Reading a grid where a web-Mercator tile needs it: one window, decimated by the overviews, nearest cell.

The position of the tile's pixels in the grid's own system is computed exactly on 9 x 9 points and
interpolated between them: within a tile of zoom 7 or more the error is far below a pixel. Open files are kept
in a pool, because a file must not be read by two threads at once and opening it for each tile costs more
than reading.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray
from pyproj import Transformer
from rasterio.io import DatasetReader
from rasterio.windows import Window

SIZE = 256
KNOTS = 9
WORLD_M = 2 * math.pi * 6378137.0
_MOST_IDLE = 12


@dataclass(frozen=True)
class OpenGrid:
    """A raster open for reading, with the way from web Mercator to its cells."""

    path: Path
    dataset: DatasetReader
    to_grid: Transformer

    def tile(self, z: int, x: int, y: int) -> tuple[NDArray[np.generic], NDArray[np.bool_]] | None:
        """Return the cells under a tile, shape (256, 256), and which of them hold a value; None outside."""
        columns, rows = self._positions(z, x, y)
        left, right = math.floor(columns.min()), math.ceil(columns.max())
        top, bottom = math.floor(rows.min()), math.ceil(rows.max())
        left, top = max(left, 0), max(top, 0)
        right, bottom = min(right, self.dataset.width), min(bottom, self.dataset.height)
        if right <= left or bottom <= top:
            return None
        step = max(1.0, abs(float(columns[SIZE // 2, -1] - columns[SIZE // 2, 0])) / SIZE)
        shape = (max(1, math.ceil((bottom - top) / step)), max(1, math.ceil((right - left) / step)))
        window = Window(left, top, right - left, bottom - top)
        cells = self.dataset.read(1, window=window, out_shape=shape)
        column = np.floor((columns - left) * (shape[1] / (right - left))).astype(np.int32)
        row = np.floor((rows - top) * (shape[0] / (bottom - top))).astype(np.int32)
        inside = (column >= 0) & (column < shape[1]) & (row >= 0) & (row < shape[0])
        found = cells[row.clip(0, shape[0] - 1), column.clip(0, shape[1] - 1)]
        return found, inside & self._known(found)

    def _positions(self, z: int, x: int, y: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the column and row, with decimals, of the centre of each pixel of the tile."""
        east, north = metres_under(z, x, y, self.to_grid)
        to_cell = ~self.dataset.transform
        columns = to_cell.a * east + to_cell.b * north + to_cell.c
        rows = to_cell.d * east + to_cell.e * north + to_cell.f
        return columns, rows

    def _known(self, cells: NDArray[np.generic]) -> NDArray[np.bool_]:
        known = np.isfinite(cells) if np.issubdtype(cells.dtype, np.floating) else np.ones(cells.shape, bool)
        nodata = self.dataset.nodata
        if nodata is not None and not math.isnan(nodata):
            known &= cells != nodata
        return known


def metres_under(
    z: int, x: int, y: int, to_grid: Transformer
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the east and the north, in the system of `to_grid`, of the centre of each pixel of a tile."""
    side = WORLD_M / 2**z
    along = (np.arange(KNOTS) / (KNOTS - 1)) * side
    mercator = np.meshgrid(x * side - WORLD_M / 2 + along, WORLD_M / 2 - y * side - along)
    east, north = to_grid.transform(*mercator)
    return _WEIGHTS @ east @ _WEIGHTS.T, _WEIGHTS @ north @ _WEIGHTS.T


def _weights() -> NDArray[np.float64]:
    """Return the matrix, shape (256, 9), that interpolates linearly from the knots to pixel centres."""
    at = (np.arange(SIZE) + 0.5) / SIZE * (KNOTS - 1)
    before = np.minimum(at.astype(int), KNOTS - 2)
    weights = np.zeros((SIZE, KNOTS))
    weights[np.arange(SIZE), before] = 1 - (at - before)
    weights[np.arange(SIZE), before + 1] = at - before
    return weights


_WEIGHTS = _weights()


class Pool:
    """Open grids waiting to be used again; each is lent to one thread at a time."""

    def __init__(self) -> None:
        self._idle: list[OpenGrid] = []
        self._lock = threading.Lock()

    @contextmanager
    def lend(self, path: Path) -> Iterator[OpenGrid]:
        """Lend an open grid, opening the file if none is idle."""
        grid = self._take(path) or _open(path)
        try:
            yield grid
        finally:
            self._give(grid)

    def _take(self, path: Path) -> OpenGrid | None:
        with self._lock:
            at = next((n for n, grid in enumerate(self._idle) if grid.path == path), None)
            return None if at is None else self._idle.pop(at)

    def _give(self, grid: OpenGrid) -> None:
        with self._lock:
            self._idle.append(grid)
            spare = self._idle.pop(0) if len(self._idle) > _MOST_IDLE else None
        if spare:
            spare.dataset.close()


def _open(path: Path) -> OpenGrid:
    dataset = rasterio.open(path)
    return OpenGrid(path, dataset, Transformer.from_crs(3857, dataset.crs, always_xy=True))


POOL = Pool()
