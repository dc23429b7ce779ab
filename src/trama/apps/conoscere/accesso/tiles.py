"""The map of access as tiles: each inhabited cell in its class; missing data hatched."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer

from trama.analyses.access.residents import CELL_M, Cells
from trama.apps.conoscere.raster import empty_tile, png
from trama.apps.conoscere.sampling import SIZE, WORLD_M, metres_under
from trama.kernel.places import METRIC_EPSG

HATCH = ("#7f8b97", "#e9edf1")
"""Colours of the hatch that says «dato mancante»."""
HATCH_PX, LINE_PX = 8, 3
LEVELS = 5
MERCATOR = 3857


@dataclass(frozen=True)
class ClassGrid:
    """The class of every inhabited cell, on a grid of 100 m and on coarser ones for small scales.

    Attributes
    ----------
    classes
        Of each cell: 0 nothing, 1... a class of the legend, one more than the last where data are missing.
    people
        Residents of each cell: of a block the cell with most of them is drawn.
    """

    cells: Cells
    classes: NDArray[np.uint8]
    people: NDArray[np.float64]
    colours: tuple[str, ...]

    @cached_property
    def _origin(self) -> tuple[int, int]:
        return int(self.cells.east.min()), int(self.cells.north.min())

    @cached_property
    def _levels(self) -> list[NDArray[np.uint8]]:
        west, south = self._origin
        order = np.argsort(self.people, kind="stable")
        found = []
        for level in range(LEVELS):
            column = (self.cells.east[order] - west) >> level
            row = (self.cells.north[order] - south) >> level
            grid = np.zeros((int(row.max()) + 1, int(column.max()) + 1), np.uint8)
            grid[row, column] = self.classes[order]
            found.append(grid)
        return found

    def tile(self, z: int, x: int, y: int) -> bytes:
        """Return a tile as PNG."""
        east, north = metres_under(z, x, y, _to_metres())
        pixel_m = WORLD_M / 2**z / SIZE * 0.7
        level = int(np.clip(np.floor(np.log2(max(1.0, pixel_m / CELL_M)) + 0.5), 0, LEVELS - 1))
        grid, (west, south), side = self._levels[level], self._origin, CELL_M << level
        column = np.floor((east - west * CELL_M) / side).astype(np.int64)
        row = np.floor((north - south * CELL_M) / side).astype(np.int64)
        inside = (column >= 0) & (row >= 0) & (column < grid.shape[1]) & (row < grid.shape[0])
        if not inside.any():
            return empty_tile()
        index = np.where(inside, grid[np.where(inside, row, 0), np.where(inside, column, 0)], 0)
        if not index.any():
            return empty_tile()
        return png(self._hatched(index.astype(np.uint8)), ["#000000", *self.colours, *HATCH])

    def _hatched(self, index: NDArray[np.uint8]) -> NDArray[np.uint8]:
        missing = index == len(self.colours) + 1
        across = np.add.outer(np.arange(SIZE), np.arange(SIZE)) % HATCH_PX
        return np.where(missing & (across >= LINE_PX), len(self.colours) + 2, index).astype(np.uint8)


_kept: list[Transformer] = []


def _to_metres() -> Transformer:
    """Return the way from web Mercator to metres, kept."""
    if not _kept:
        _kept.append(Transformer.from_crs(MERCATOR, METRIC_EPSG, always_xy=True))
    return _kept[0]
