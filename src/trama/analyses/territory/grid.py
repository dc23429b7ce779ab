"""The one grid of the territory, that of the land cover, and how layers are laid on it.

Rules of overlay, the same for every analysis: the land cover gives the grid; a coarser raster gives each cell
the value of its own cell that contains the cell's centre; a polygon owns the cells whose centre it contains.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from trama.analyses.territory.errors import MissingLayers, NoOverlap, UnknownClasses, WrongGrid
from trama.kernel.places import METRIC_EPSG
from trama.lake import Lake
from trama.lake.version import Version

if TYPE_CHECKING:
    import geopandas
    from affine import Affine

STRIP_ROWS = 512
CACHE_MB = 128
MISSING = 0
"""Position of a cell without a class; the classes of a table count from 1."""
UNKNOWN = 65535
"""Position of a code that is in no table."""
_SHOWN = 8


def open_versions(lake: Lake, layers: Sequence[str], analysis: str) -> dict[str, Version]:
    """Return the current version of each layer; raises `MissingLayers` naming all that are not there."""
    missing = [layer for layer in layers if not lake.has(layer)]
    if missing:
        listed = ", ".join(f"«{layer}»" for layer in missing)
        raise MissingLayers(analysis=analysis, layers=listed, first=missing[0])
    return {layer: lake.version(layer) for layer in layers}


@dataclass(frozen=True)
class Grid:
    """A north-up grid in the metric reference system."""

    transform: Affine
    shape: tuple[int, int]

    @property
    def cell_area_m2(self) -> float:
        """Area of a cell."""
        return float(abs(self.transform.a * self.transform.e))

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

    def below(self, row: int) -> Affine:
        """Return the transform of the grid that starts at `row`."""
        from affine import Affine

        t = self.transform
        return Affine(t.a, t.b, t.c + t.b * row, t.d, t.e, t.f + t.e * row)

    def window(self, rows: slice) -> Any:
        """Return the rasterio window of some whole rows."""
        from rasterio.windows import Window

        return Window(0, rows.start, self.shape[1], rows.stop - rows.start)

    def under(self, own: Grid) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the row and the column of `own` under each row and column of this grid.

        Beyond the edges of `own` they are its number of rows, or of columns: one past the last.
        """
        x, y = self.centres()
        rows, columns = own.shape
        column = np.floor((x - own.transform.c) / own.transform.a).astype(np.intp)
        row = np.floor((y - own.transform.f) / own.transform.e).astype(np.intp)
        row[(row < 0) | (row >= rows)] = rows
        column[(column < 0) | (column >= columns)] = columns
        return row, column


def frugal() -> Any:
    """Return a context in which the raster library keeps few blocks in memory, not its usual 5 %."""
    import rasterio

    return rasterio.Env(GDAL_CACHEMAX=CACHE_MB)


def refuse_empty(covered_cells: int) -> None:
    """Raise `NoOverlap` where not one cell of the territory has a land cover."""
    if not covered_cells:
        raise NoOverlap()


def polygons(version: Version) -> geopandas.GeoDataFrame:
    """Return the rows of a polygon layer, ordered by their key, which is named ``key``."""
    table = version.table()
    key = version.manifest.key or str(table.columns[0])
    return table.rename(columns={key: "key"}).sort_values("key", ignore_index=True)


def zones(shapes: Iterable[Any], grid: Grid, rows: slice | None = None) -> NDArray[np.uint16]:
    """Return the number (from 1) of the polygon that contains each cell's centre; 0 for none.

    Parameters
    ----------
    rows
        Rows of the grid to lay them on; all where None.
    """
    from rasterio.features import rasterize

    first, last = (rows.start, rows.stop) if rows else (0, grid.shape[0])
    laid: NDArray[np.uint16] = rasterize(
        [(shape, number) for number, shape in enumerate(shapes, start=1) if shape],
        out_shape=(last - first, grid.shape[1]),
        transform=grid.below(first),
        fill=0,
        dtype="uint16",
    )
    return laid


def grid_of(version: Version) -> Grid:
    """Return the grid of a raster; raises `WrongGrid` unless it is metric and north-up."""
    import rasterio

    with rasterio.open(version.raster) as source:
        if source.crs is None or source.crs.to_epsg() != METRIC_EPSG:
            raise WrongGrid(
                layer=version.layer, why=f"deve essere in EPSG:{METRIC_EPSG}. Ricaricare il livello."
            )
        t = source.transform
        if t.b or t.d or t.a <= 0 or t.e >= 0:
            raise WrongGrid(layer=version.layer, why="non è orientata a nord. Ricaricare il livello.")
        return Grid(t, (source.height, source.width))


def read_whole(version: Version) -> tuple[NDArray[Any], NDArray[np.bool_], Grid]:
    """Return the cells of a raster, which of them are missing, and its grid."""
    import rasterio

    grid = grid_of(version)
    with rasterio.open(version.raster) as source:
        cells = source.read(1)
        missing = source.read_masks(1) == 0
    return cells, missing, grid


def read_classes(
    version: Version, codes: list[str], table: str, grid: Grid
) -> Iterator[tuple[slice, NDArray[np.uint16]]]:
    """Yield, strip by strip, the rows and the position (from 1) in `codes` of each cell; 0 is missing.

    Raises
    ------
    UnknownClasses
        At the end, if the raster holds codes that `table` does not know, with their cell counts.
    WrongGrid
        The values are not codes.
    """
    import rasterio

    unknown: dict[int, int] = {}
    with rasterio.open(version.raster) as source:
        positions = code_positions(codes, source.nodata, source.dtypes[0], version.layer)
        for rows in grid.strips():
            found = source.read(1, window=grid.window(rows))
            cover = positions[found.astype(np.int64)]
            strange = cover == UNKNOWN
            if strange.any():
                for code, cells in zip(*np.unique(found[strange], return_counts=True), strict=True):
                    unknown[int(code)] = unknown.get(int(code), 0) + int(cells)
                cover[strange] = MISSING
            yield rows, cover
    if unknown:
        raise UnknownClasses(layer=version.layer, table=table, codes=listed(unknown))


def listed(counts: dict[Any, int]) -> str:
    """Write codes with their cells, the most frequent first."""
    worst = sorted(counts.items(), key=lambda item: -item[1])
    text = ", ".join(f"{code:g} ({cells} celle)" for code, cells in worst[:_SHOWN])
    return text + (f" e altri {len(worst) - _SHOWN}" if len(worst) > _SHOWN else "")


def code_positions(codes: list[str], nodata: float | None, dtype: str, layer: str) -> NDArray[np.uint16]:
    """Build the table from raster value to position in `codes`; the largest value is the unknown."""
    if not np.issubdtype(np.dtype(dtype), np.unsignedinteger) or np.dtype(dtype).itemsize > 2:
        raise WrongGrid(layer=layer, why=f"i codici devono essere interi tra 0 e 65535, non {dtype}.")
    positions = np.full(65536, UNKNOWN, dtype=np.uint16)
    positions[0] = MISSING
    for position, code in enumerate(codes, start=1):
        positions[int(code)] = position
    if nodata is not None:
        positions[int(nodata)] = MISSING
    return positions
