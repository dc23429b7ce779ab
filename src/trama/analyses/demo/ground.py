"""The ground the generator works on: real comuni, two grids, and distances from lines."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt
import shapely
from affine import Affine

from trama.analyses.demo.noise import Floats

if TYPE_CHECKING:
    import geopandas

CELL_M = 10
COARSE_M = 50
SNAP_M = 100
_T = TypeVar("_T", bound=np.generic)
Reals = npt.NDArray[np.floating[Any]]
FAR_M = np.float32(1e6)


@dataclass(frozen=True)
class Grid:
    """Square cells from the upper left corner.

    Attributes
    ----------
    west, north
        Corner, in metres.
    cell_m
        Side of a cell.
    """

    west: float
    north: float
    rows: int
    columns: int
    cell_m: float

    @property
    def transform(self) -> Affine:
        """Pixel to map."""
        return Affine(self.cell_m, 0, self.west, 0, -self.cell_m, self.north)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.rows, self.columns

    def centres(self, first: int = 0, last: int | None = None) -> tuple[Reals, Reals]:
        """Return x of the columns, and y of the rows from `first` to `last` (left out), at cell centres."""
        x = self.west + (np.arange(self.columns) + 0.5) * self.cell_m
        y = self.north - (np.arange(first, self.rows if last is None else last) + 0.5) * self.cell_m
        return x, y

    def mesh(self) -> tuple[Reals, Reals]:
        """Return x and y of every cell, each of shape (rows, columns)."""
        x, y = self.centres()
        across, down = np.meshgrid(x, y)
        return across, down

    def sample(self, field: npt.NDArray[_T], x: npt.ArrayLike, y: npt.ArrayLike) -> npt.NDArray[_T]:
        """Read `field` (rows, columns) at points; outside the grid the nearest border cell answers."""
        column = ((np.asarray(x) - self.west) / self.cell_m).astype(np.int32).clip(0, self.columns - 1)
        row = ((self.north - np.asarray(y)) / self.cell_m).astype(np.int32).clip(0, self.rows - 1)
        return np.asarray(field[row, column])

    def blend(self, field: Floats, x: npt.NDArray[np.floating], y: npt.NDArray[np.floating]) -> Floats:
        """Read `field` at points, bilinear between cell centres."""
        u = ((x - self.west) / self.cell_m - 0.5).astype(np.float32).clip(0, self.columns - 1.001)
        v = ((self.north - y) / self.cell_m - 0.5).astype(np.float32).clip(0, self.rows - 1.001)
        column, row = u.astype(np.int32), v.astype(np.int32)
        s, t = u - column, v - row
        flat, base = field.ravel(), row * self.columns + column
        top = flat[base] + s * (flat[base + 1] - flat[base])
        below = flat[base + self.columns] + s * (flat[base + self.columns + 1] - flat[base + self.columns])
        return np.asarray(top + t * (below - top), np.float32)

    def near(self, origin: tuple[float, float]) -> Grid:
        """Return the same grid in coordinates counted from `origin`: small numbers keep their centimetres."""
        return Grid(self.west - origin[0], self.north - origin[1], self.rows, self.columns, self.cell_m)

    def burn(
        self, shapes: list[tuple[shapely.Geometry, int]], *, touched: bool = False
    ) -> npt.NDArray[np.uint16]:
        """Write each shape's number in the cells it covers; later shapes win; 0 elsewhere."""
        from rasterio.features import rasterize

        kept = [(shape, number) for shape, number in shapes if not shape.is_empty]
        if not kept:
            return np.zeros(self.shape, np.uint16)
        return np.asarray(
            rasterize(
                kept,
                out_shape=self.shape,
                transform=self.transform,
                fill=0,
                dtype="uint16",
                all_touched=touched,
            )
        )

    def distance(self, shapes: list[shapely.Geometry]) -> Floats:
        """Distance in metres of every cell from the nearest shape; very far where there is none."""
        from scipy.ndimage import distance_transform_edt

        marked = self.burn([(shape, 1) for shape in shapes], touched=True)
        if not marked.any():
            return np.full(self.shape, FAR_M, np.float32)
        return np.asarray(distance_transform_edt(marked == 0) * self.cell_m, np.float32)


@dataclass(frozen=True)
class Ground:
    """The comuni of the territory, by ISTAT code, and the grids laid over them.

    Attributes
    ----------
    comuni
        Columns ``istat, nome, popolazione, geometry``, EPSG:32632.
    """

    comuni: geopandas.GeoDataFrame
    seed: int

    @cached_property
    def territory(self) -> shapely.Geometry:
        """The whole territory."""
        return shapely.union_all(self.comuni.geometry.to_numpy())

    @cached_property
    def fine(self) -> Grid:
        """Cells of 10 m over the territory, corners on whole hundreds of metres."""
        return self._grid(CELL_M)

    @cached_property
    def coarse(self) -> Grid:
        """Cells of 50 m on the same corner."""
        return self._grid(COARSE_M)

    @cached_property
    def comune_fine(self) -> npt.NDArray[np.uint16]:
        """Row number of the comune plus one in every fine cell; 0 outside."""
        return self.fine.burn([(shape, i + 1) for i, shape in enumerate(self.comuni.geometry)])

    @cached_property
    def comune_coarse(self) -> npt.NDArray[np.uint16]:
        """The same in every coarse cell."""
        return self.coarse.burn([(shape, i + 1) for i, shape in enumerate(self.comuni.geometry)])

    @cached_property
    def area_m2(self) -> npt.NDArray[np.float64]:
        """Area of each comune."""
        return np.asarray(self.comuni.geometry.area)

    @cached_property
    def people(self) -> npt.NDArray[np.float64]:
        """Residents of each comune."""
        return np.asarray(self.comuni["popolazione"], np.float64)

    @cached_property
    def density_km2(self) -> npt.NDArray[np.float64]:
        """Residents per square kilometre of each comune."""
        return np.asarray(self.people / self.area_m2 * 1e6)

    def _grid(self, cell_m: int) -> Grid:
        west, south, east, north = self.comuni.total_bounds
        left, bottom = np.floor(west / SNAP_M) * SNAP_M, np.floor(south / SNAP_M) * SNAP_M
        right, top = np.ceil(east / SNAP_M) * SNAP_M, np.ceil(north / SNAP_M) * SNAP_M
        return Grid(
            float(left), float(top), int((top - bottom) / cell_m), int((right - left) / cell_m), cell_m
        )
