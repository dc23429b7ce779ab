"""The territory an original is checked against, and the cells it is written on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from trama.kernel.places import METRIC_EPSG
from trama.lake import Lake
from trama.sources.errors import NoGrid

if TYPE_CHECKING:
    from affine import Affine

COMUNI = "comuni"


@dataclass(frozen=True)
class Grid:
    """Cells in the metric reference system: `transform` of the upper left corner, rows, columns."""

    transform: Affine
    rows: int
    columns: int

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns)."""
        return self.rows, self.columns

    @property
    def cell_m2(self) -> float:
        """Area of a cell."""
        return abs(self.transform.a * self.transform.e)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        west, north = self.transform.c, self.transform.f
        return west, north + self.rows * self.transform.e, west + self.columns * self.transform.a, north


@dataclass(frozen=True)
class Territory:
    """The union of the comuni; `shape` is None where they are not in the lake yet."""

    shape: shapely.Geometry | None = None

    def mask(self, grid: Grid) -> np.ndarray:
        """Tell which cells have their centre in the territory; all of them where it is not known."""
        if self.shape is None:
            return np.ones(grid.shape, dtype=bool)
        from rasterio.features import rasterize

        inside = rasterize(
            [(self.shape, 1)], out_shape=grid.shape, transform=grid.transform, fill=0, dtype="uint8"
        )
        return np.asarray(inside, dtype=bool)


def find_territory(lake: Lake) -> Territory:
    """Return the territory as the current version of the comuni draws it."""
    if not lake.has(COMUNI):
        return Territory()
    comuni = lake.version(COMUNI).table(columns=["istat"])
    return Territory(shapely.union_all(shapely.make_valid(comuni.to_crs(METRIC_EPSG).geometry.to_numpy())))


def find_grid(lake: Lake, layer: str, territory: Territory, cell_m: float) -> Grid:
    """Return the cells to write `layer` on: those of its current version, or new ones over the territory.

    Parameters
    ----------
    cell_m
        Side of the cell where the layer has no version yet; edges fall on its multiples.

    Raises
    ------
    NoGrid
        Neither the layer nor the comuni are in the lake.
    """
    import rasterio
    from affine import Affine

    if lake.has(layer):
        with rasterio.open(lake.version(layer).raster) as current:
            return Grid(current.transform, current.height, current.width)
    if territory.shape is None:
        raise NoGrid(what=layer, layer=layer, hint="")
    west, south, east, north = territory.shape.bounds
    left, top = math.floor(west / cell_m) * cell_m, math.ceil(north / cell_m) * cell_m
    columns, rows = math.ceil((east - left) / cell_m), math.ceil((top - south) / cell_m)
    return Grid(Affine(cell_m, 0, left, 0, -cell_m, top), rows, columns)
