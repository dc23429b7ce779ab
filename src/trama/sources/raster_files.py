"""Cells out of any accepted raster, brought onto the layer's grid by the nearest cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trama.kernel.places import METRIC_EPSG
from trama.lake.rasters import is_valid
from trama.sources.errors import MissingCrs, NoOverlap, NoValues, UnreadableData
from trama.sources.opening import ASCII_GRID, LAYER_LIMITS, RASTERS, Limits, opened
from trama.sources.original import Original, Reading
from trama.sources.territory import Grid

if TYPE_CHECKING:
    from rasterio.io import DatasetReader

_DRIVERS = {ASCII_GRID: "AAIGrid"}


def read_cells(
    original: Original, reading: Reading, grid: Grid, limits: Limits = LAYER_LIMITS
) -> tuple[np.ndarray, np.ndarray]:
    """Read the first band onto `grid`.

    Each cell takes the value of the source cell that holds its centre, whatever the source's reference
    system and cell size: classes are never averaged.

    Returns
    -------
    cells, known
        Arrays of the grid's shape: the values, and which of them are values. An infinite one is, unless the
        file declares it as "no data": whoever reads must say that it cannot be.

    Raises
    ------
    MissingCrs, NoOverlap, NoValues, UnreadableData
        And what `opened` raises.
    """
    import rasterio
    from rasterio._err import CPLE_BaseError
    from rasterio.errors import RasterioError

    with opened(original.path, RASTERS, limits, original.inners) as file:
        try:
            with (
                rasterio.Env(GDAL_DISABLE_READDIR_ON_OPEN="EMPTY_DIR"),
                rasterio.open(file.target, driver=_DRIVERS.get(file.kind, "GTiff")) as source,
            ):
                if source.crs is None and original.crs is None:
                    raise MissingCrs(name=original.name)
                reading.notes += original.unused_crs(source.crs.to_wkt() if source.crs else None)
                return _onto(source, original, reading, grid)
        except (RasterioError, CPLE_BaseError, ValueError) as error:
            raise UnreadableData(name=original.name, why=" ".join(str(error).split())[:160]) from error


def _onto(
    source: DatasetReader, original: Original, reading: Reading, grid: Grid
) -> tuple[np.ndarray, np.ndarray]:
    from rasterio.vrt import WarpedVRT
    from rasterio.warp import transform_bounds

    crs = source.crs or f"EPSG:{original.crs}"
    _refuse_elsewhere(original, transform_bounds(crs, METRIC_EPSG, *source.bounds), grid)
    _tell_conversions(source, reading, grid)
    with WarpedVRT(
        source,
        src_crs=crs,
        crs=METRIC_EPSG,
        transform=grid.transform,
        height=grid.rows,
        width=grid.columns,
        src_nodata=source.nodata,
        nodata=source.nodata,
    ) as warped:
        cells = warped.read(1)
    known = is_valid(cells, source.nodata) | _endless(cells, source.nodata)
    if source.nodata is None:
        known &= _covered(source, crs, grid)
    if not known.any():
        raise NoValues(name=original.name, why="tutte le celle sono senza dato.")
    scale, offset = source.scales[0], source.offsets[0]
    if (scale, offset) != (1.0, 0.0):
        reading.notes.append(
            f"Il file dichiara una scala: ogni valore è stato letto come {scale:g} · v + {offset:g}."
        )
        cells = cells * scale + offset
    return cells, known


def _endless(cells: np.ndarray, nodata: float | None) -> np.ndarray:
    """Tell which cells are infinite and not declared as missing."""
    endless: np.ndarray = np.isinf(cells)
    return endless if nodata is None else np.logical_and(endless, cells != nodata)


def _tell_conversions(source: DatasetReader, reading: Reading, grid: Grid) -> None:
    if source.count > 1:
        reading.notes.append(f"Il file ha {source.count} bande: si legge la prima.")
    if source.nodata is None:
        reading.notes.append(
            "Il file non dichiara un valore di «senza dato»: ogni sua cella vale come dato, "
            "e fuori dal suo riquadro il dato manca."
        )
    if source.crs is not None and source.crs.to_epsg() != METRIC_EPSG:
        reading.notes.append(f"Riproiettato da {source.crs.to_string()[:60]} a EPSG:{METRIC_EPSG}.")
    if (source.transform, source.height, source.width) != (grid.transform, grid.rows, grid.columns):
        reading.notes.append("Portato sulle celle del livello: ogni cella prende il valore della più vicina.")


def _refuse_elsewhere(original: Original, bounds: tuple[float, ...], grid: Grid) -> None:
    west, south, east, north = grid.bounds
    if bounds[0] >= east or bounds[2] <= west or bounds[1] >= north or bounds[3] <= south:
        edges = ", ".join(f"{edge:.0f}" for edge in bounds)
        raise NoOverlap(name=original.name, where=f"in EPSG:{METRIC_EPSG} il suo riquadro è {edges}")


def _covered(source: DatasetReader, crs: object, grid: Grid) -> np.ndarray:
    """Tell which cells of the grid fall within the source's extent: where no value means "missing"."""
    from rasterio.warp import Resampling, reproject

    inside = np.zeros(grid.shape, dtype=np.uint8)
    reproject(
        np.ones((source.height, source.width), dtype=np.uint8),
        inside,
        src_transform=source.transform,
        src_crs=crs,
        dst_transform=grid.transform,
        dst_crs=METRIC_EPSG,
        resampling=Resampling.nearest,
    )
    return inside.astype(bool)
