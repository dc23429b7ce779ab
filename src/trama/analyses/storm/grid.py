"""A grid, a coarser raster laid on it, and how much the raster library may keep in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from affine import Affine

STRIP_ROWS = 512
CACHE_MB = 128


def frugal() -> Any:
    """Return a context in which the raster library keeps few blocks in memory, not its usual 5 %."""
    import rasterio

    return rasterio.Env(GDAL_CACHEMAX=CACHE_MB)


@dataclass(frozen=True)
class Grid:
    """A north-up grid in the metric reference system."""

    transform: Affine
    shape: tuple[int, int]

    @property
    def cell_area_m2(self) -> float:
        """Area of a cell."""
        return float(abs(self.transform.a * self.transform.e))

    def below(self, row: int) -> Affine:
        """Return the transform of the grid that starts at `row`."""
        from affine import Affine

        t = self.transform
        return Affine(t.a, t.b, t.c + t.b * row, t.d, t.e, t.f + t.e * row)

    def centres(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the x of each column and the y of each row, at cell centres."""
        rows, columns = self.shape
        x = self.transform.c + self.transform.a * (np.arange(columns, dtype=np.float64) + 0.5)
        y = self.transform.f + self.transform.e * (np.arange(rows, dtype=np.float64) + 0.5)
        return np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)

    def strips(self) -> Iterator[slice]:
        """Yield slices of rows that cover the grid."""
        for start in range(0, self.shape[0], STRIP_ROWS):
            yield slice(start, min(start + STRIP_ROWS, self.shape[0]))


@dataclass(frozen=True)
class Laid:
    """A coarser raster's positions, with the coarse row and column of each fine row and column."""

    positions: NDArray[np.uint8]
    row: NDArray[np.intp]
    column: NDArray[np.intp]

    def strip(self, rows: slice) -> NDArray[np.uint8]:
        """Return the positions on the fine grid, for some of its rows."""
        coarse, back = np.unique(self.row[rows], return_inverse=True)
        return np.take(self.positions[coarse], self.column, axis=1)[back]
