"""Cloud-optimised GeoTIFFs, written so that what is on the disk is what was asked: proved by reading it back.

The raster library can close a file on a full disk without a word, leaving one that nobody can open. So each
raster is compared with what was written before it may become part of a version.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from affine import Affine
    from rasterio.io import DatasetReader, DatasetWriter

Colours = Mapping[int, tuple[int, int, int, int]]
BLOCK = 512
_STRIP_ROWS = 2048


class Unproved(Exception):
    """What was read back is not what was written."""


WORK_LAYOUT: dict[str, Any] = {
    "tiled": True,
    "blockxsize": BLOCK,
    "blockysize": BLOCK,
    "compress": "zstd",
    "zstd_level": 1,
    "BIGTIFF": "IF_SAFER",
}
"""How the raster is laid while it is written, before it becomes a cloud-optimised one."""


@contextmanager
def writing_cog(
    path: Path,
    shape: tuple[int, ...],
    transform: Affine,
    crs: int,
    dtype: Any,
    nodata: float,
    *,
    categorical: bool | None = None,
    colours: Colours | None = None,
) -> Iterator[DatasetWriter]:
    """Open `path` for writing window by window; it is a cloud-optimised GeoTIFF after the block.

    Parameters
    ----------
    shape
        (rows, columns).
    categorical
        Whether overviews take the nearest cell (classes) or the average; integers are taken as classes.

    Raises
    ------
    Unproved
        The file on the disk does not hold what was written (a full disk, a failing one).
    """
    import rasterio
    from rasterio.shutil import copy as translate

    kind = np.dtype(dtype)
    rows, columns = shape
    work = path.with_name(f".work-{path.name}")
    try:
        with rasterio.open(
            work,
            "w",
            driver="GTiff",
            count=1,
            dtype=kind.name,
            nodata=nodata,
            height=rows,
            width=columns,
            transform=transform,
            crs=crs,
            **WORK_LAYOUT,
        ) as out:
            if colours:
                out.write_colormap(1, dict(colours))
            yield out
        classes = np.issubdtype(kind, np.integer) if categorical is None else categorical
        translate(
            work,
            path,
            driver="COG",
            COMPRESS="DEFLATE",
            LEVEL="1",
            PREDICTOR="NO" if classes else "YES",
            OVERVIEW_RESAMPLING="NEAREST" if classes else "AVERAGE",
            NUM_THREADS="2",
            BIGTIFF="IF_SAFER",
        )
        _prove(work, path)
    finally:
        work.unlink(missing_ok=True)


def strips(rows: int, columns: int, height: int = _STRIP_ROWS) -> Iterator[Any]:
    """Yield windows of whole rows that cover a raster from top to bottom."""
    from rasterio.windows import Window

    for top in range(0, rows, height):
        yield Window(0, top, columns, min(height, rows - top))


def count_valid(path: Path) -> int:
    """Return how many cells of the raster hold a value."""
    import rasterio

    with rasterio.open(path) as source:
        return sum(
            int(np.count_nonzero(is_valid(source.read(1, window=window), source.nodata)))
            for window in strips(source.height, source.width)
        )


def is_valid(cells: np.ndarray, nodata: float | None) -> np.ndarray:
    """Tell which cells hold a value: a boolean array of the same shape. NaN never is one."""
    finite = np.isfinite(cells) if cells.dtype.kind == "f" else np.ones(cells.shape, dtype=bool)
    return finite if nodata is None or np.isnan(nodata) else finite & (cells != nodata)


def _prove(work: Path, final: Path) -> None:
    import rasterio

    with rasterio.open(work) as written, rasterio.open(final) as stored:
        _refuse_missing_blocks(written)
        _refuse_missing_blocks(stored)
        for window in strips(stored.height, stored.width):
            if written.read(1, window=window).tobytes() != stored.read(1, window=window).tobytes():
                raise Unproved(f"rows from {window.row_off} differ")
        levels = len(stored.overviews(1))
    for level in range(levels):
        with rasterio.open(final, overview_level=level) as overview:
            overview.read(1)


def _refuse_missing_blocks(source: DatasetReader) -> None:
    """Refuse a block that was never written: the library would read it as empty without a word."""
    height, width = source.block_shapes[0]
    for row in range(-(-source.height // height)):
        for column in range(-(-source.width // width)):
            source.block_size(1, row, column)
