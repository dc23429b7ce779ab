"""Open the two rasters and lay one on the other, as InVEST does.

The rule, that of InVEST 3.20: results live on the land cover's own grid (its system, cell and origin), on the
cells touched by the box common to land cover, other raster and zones. A raster of codes on another grid or in
another system gives each cell its commonest code (`mode`), one of measures a cubic spline; one on the same
grid is read as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from trama.analyses.rasters.errors import (
    ComplexNumbers,
    GeographicCrs,
    ManyBands,
    MissingCrs,
    NoOverlap,
    NotCodes,
    RotatedGrid,
    unreadable,
)

if TYPE_CHECKING:
    from affine import Affine
    from rasterio.crs import CRS
    from rasterio.io import DatasetReader

Block = tuple[int, int, int, int]
Box = tuple[float, float, float, float]
NO_DATA = -(2**31)
"""Stands for "no data" where a raster of codes is made of real numbers."""
CACHE_BYTES = 32 * 2**20
NEARLY = 1e-6
"""Share of a cell within which two grids are the same."""


@dataclass(frozen=True)
class Grid:
    """Where results live: a window of the land cover's grid."""

    crs: CRS
    transform: Affine
    row: int
    column: int
    height: int
    width: int

    @property
    def cells(self) -> int:
        """How many cells."""
        return self.height * self.width

    @property
    def cell_area_m2(self) -> float:
        """Area of one cell, whatever the unit of the system."""
        metres: float = self.crs.linear_units_factor[1]
        return float(abs(self.transform.a * self.transform.e) * metres**2)

    @property
    def box(self) -> Box:
        """West, south, east, north."""
        return self.box_of(0, 0, self.height, self.width)

    def box_of(self, row: int, column: int, height: int, width: int) -> Box:
        """West, south, east, north of a block of cells."""
        west = self.transform.c + column * self.transform.a
        north = self.transform.f + row * self.transform.e
        return west, north + height * self.transform.e, west + width * self.transform.a, north

    def bands(self, height: int) -> Iterator[Block]:
        """Cut the grid into bands across its whole width: (row, column, height, width)."""
        for row in range(0, self.height, height):
            yield row, 0, min(height, self.height - row), self.width

    def spans(self, side: int, cells: int) -> Iterator[slice]:
        """Cut the width of a band `side` cells high into whole tiles, of about `cells` cells each."""
        across = max(cells // side // side, 1) * side
        for column in range(0, self.width, across):
            yield slice(column, min(column + across, self.width))


@contextmanager
def reading() -> Iterator[None]:
    """Set how rasters are read: a small cache, and coordinate systems as their code says. For each thread."""
    import rasterio

    with rasterio.Env(GDAL_CACHEMAX=CACHE_BYTES, GTIFF_SRS_SOURCE="EPSG"):
        yield


def open_codes(path: Path, stack: ExitStack) -> DatasetReader:
    """Open a raster of class codes, closed with `stack`.

    Raises
    ------
    UnreadableFile, ManyBands, ComplexNumbers, MissingCrs, RotatedGrid
        Each says what to do.
    """
    import rasterio
    from rasterio.errors import RasterioError

    try:
        dataset = stack.enter_context(rasterio.open(path))
    except (RasterioError, OSError) as error:
        raise unreadable(path, "raster", error) from error
    if dataset.count != 1:
        raise ManyBands(path=path, bands=dataset.count)
    if "complex" in dataset.dtypes[0]:
        raise ComplexNumbers(path=path)
    if dataset.crs is None:
        raise MissingCrs(path=path)
    grid = dataset.transform
    if grid.is_identity or grid.b or grid.d or grid.a <= 0 or grid.e >= 0:
        raise RotatedGrid(path=path)
    return dataset


def files_of(*datasets: DatasetReader) -> tuple[Path, ...]:
    """Return the files that rasters are made of: a virtual one has others behind it."""
    return tuple(Path(name) for dataset in datasets for name in dataset.files)


def refuse_degrees(path: Path, dataset: DatasetReader) -> None:
    """Refuse a land cover in degrees."""
    if not dataset.crs.is_projected:
        raise GeographicCrs(path=path, crs=dataset.crs.to_string())


def common_grid(land_cover: DatasetReader, soils: DatasetReader, zones: Box) -> Grid:
    """Return the cells of the land cover touched by the box common to all three inputs.

    Raises
    ------
    NoOverlap
        There is no such box.
    """
    from rasterio.warp import transform_bounds

    box = tuple(soils.bounds)
    if soils.crs != land_cover.crs:
        box = transform_bounds(soils.crs, land_cover.crs, *box, densify_pts=21)
    boxes = [tuple(land_cover.bounds), box, zones]
    west, south = (max(b[i] for b in boxes) for i in (0, 1))
    east, north = (min(b[i] for b in boxes) for i in (2, 3))
    if not (west < east and south < north):
        raise NoOverlap()
    origin, wide, high = land_cover.transform, land_cover.transform.a, -land_cover.transform.e
    left = int((west - origin.c) / wide + NEARLY)
    right = max(ceil((east - origin.c) / wide - NEARLY), left + 1)
    top = int((origin.f - north) / high + NEARLY)
    bottom = max(ceil((origin.f - south) / high - NEARLY), top + 1)
    transform = type(origin)(wide, 0.0, origin.c + left * wide, 0.0, -high, origin.f - top * high)
    return Grid(land_cover.crs, transform, top, left, bottom - top, right - left)


class Codes:
    """Reads blocks of whole-number codes on a grid, from a raster that lies on it or not."""

    def __init__(self, path: Path, dataset: DatasetReader, grid: Grid, stack: ExitStack) -> None:
        self.path = path
        self._whole = np.dtype(dataset.dtypes[0]).kind in "iu"
        self._declared = dataset.nodata
        self._source: Any = dataset
        self._row, self._column, self.aligned = _place(dataset, grid)
        if not self.aligned:
            self._source = stack.enter_context(_resampled(dataset, grid))
            self._declared = self._source.nodata
        self.nodata = _code_of_nodata(self._declared, np.dtype(dataset.dtypes[0]))
        self.states_nodata = dataset.nodata is not None

    def read(self, row: int, column: int, height: int, width: int) -> npt.NDArray[np.generic]:
        """Return the codes of a block of the grid, shape (height, width), integers.

        Raises
        ------
        UnreadableFile
            The file breaks off.
        NotCodes
            A value has a fraction.
        """
        from rasterio.errors import RasterioError
        from rasterio.windows import Window

        window = Window(self._column + column, self._row + row, width, height)
        try:
            block: npt.NDArray[np.generic] = self._source.read(1, window=window)
        except (RasterioError, OSError) as error:
            raise unreadable(self.path, "raster", error) from error
        return block if self._whole else self._rounded(block)

    def _rounded(self, block: npt.NDArray[np.generic]) -> npt.NDArray[np.int64]:
        empty = ~np.isfinite(block)
        if self._declared is not None:
            empty |= block == np.asarray(self._declared, dtype=block.dtype)
        codes = np.where(empty, NO_DATA, block).astype(np.float64)
        if not np.array_equal(codes, np.round(codes)) or np.abs(codes).max(initial=0) > 2**53:
            raise NotCodes(path=self.path)
        return codes.astype(np.int64)


class Values:
    """Reads blocks of measures on a grid, from a raster that lies on it or not; NaN is no data."""

    def __init__(self, path: Path, dataset: DatasetReader, grid: Grid, stack: ExitStack) -> None:
        self.path = path
        self._source: Any = dataset
        self._row, self._column, self.aligned = _place(dataset, grid)
        self.states_nodata = dataset.nodata is not None
        if not self.aligned:
            self._row = self._column = 0
            self._source = stack.enter_context(_splined(dataset, grid))
        self._nodata = self._source.nodata

    def read(self, row: int, column: int, height: int, width: int) -> npt.NDArray[np.float32]:
        """Return the values of a block of the grid, shape (height, width).

        Raises
        ------
        UnreadableFile
            The file breaks off.
        """
        from rasterio.errors import RasterioError
        from rasterio.windows import Window

        window = Window(self._column + column, self._row + row, width, height)
        try:
            block = self._source.read(1, window=window)
        except (RasterioError, OSError) as error:
            raise unreadable(self.path, "raster", error) from error
        values: npt.NDArray[np.float32] = block.astype(np.float32, copy=False)
        if self._nodata is not None and not np.isnan(self._nodata):
            values[block == np.asarray(self._nodata, dtype=block.dtype)] = np.nan
        return values


def _place(dataset: DatasetReader, grid: Grid) -> tuple[int, int, bool]:
    """Return row and column of the grid's corner in a raster, and whether the raster lies on the grid."""
    own, wanted = dataset.transform, grid.transform
    row, column = (own.f - wanted.f) / -own.e, (wanted.c - own.c) / own.a
    same = (
        dataset.crs == grid.crs
        and abs(own.a - wanted.a) * grid.width < NEARLY * own.a
        and abs(own.e - wanted.e) * grid.height < NEARLY * -own.e
        and abs(row - round(row)) < NEARLY
        and abs(column - round(column)) < NEARLY
        and 0 <= round(row) <= dataset.height - grid.height
        and 0 <= round(column) <= dataset.width - grid.width
    )
    return (round(row), round(column), True) if same else (0, 0, False)


def _resampled(dataset: DatasetReader, grid: Grid) -> Any:
    """Lay a raster on the grid: each cell takes its commonest code."""
    kind = np.dtype(dataset.dtypes[0])
    return _laid(dataset, grid, "mode", np.iinfo(kind).max if kind.kind in "iu" else NO_DATA)


def _splined(dataset: DatasetReader, grid: Grid) -> Any:
    """Lay a raster on the grid by cubic spline; what it does not reach is no data."""
    kind = np.dtype(dataset.dtypes[0])
    return _laid(dataset, grid, "cubic_spline", np.iinfo(kind).min if kind.kind in "iu" else NO_DATA)


def _laid(dataset: DatasetReader, grid: Grid, resampling: str, nodata: float) -> Any:
    """Lay a raster on the grid; `nodata` stands for "no data" where the raster declares none."""
    from rasterio.enums import Resampling
    from rasterio.vrt import WarpedVRT

    return WarpedVRT(
        dataset,
        crs=grid.crs,
        transform=grid.transform,
        width=grid.width,
        height=grid.height,
        resampling=Resampling[resampling],
        nodata=float(nodata) if dataset.nodata is None else dataset.nodata,
    )


def _code_of_nodata(declared: float | None, kind: np.dtype[Any]) -> int | None:
    """Return the integer that means "no data" in the blocks read; None where no cell can hold it."""
    if kind.kind not in "iu":
        return NO_DATA
    if declared is None or not float(declared).is_integer():
        return None
    return int(declared)
