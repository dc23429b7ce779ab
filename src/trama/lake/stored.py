"""A raster file as stored: its header read once, the windows last looked at kept in memory.

Who draws on a map asks many layers for the same place, gesture after gesture. A window is read with some
cells around it, in blocks of `SNAP` cells, so that the next gesture finds it there. Files are known by their
time and size: one that was written again is read again.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from affine import Affine
    from rasterio.windows import Window

Cells = np.ndarray[Any, Any]
SNAP = 128
MOST_CELLS = 640 * 640
"""Larger windows are read and not kept."""
KEPT = 64
OPEN = 8
"""Files each thread keeps open."""

_Stamp = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Stored:
    """A raster on the disk.

    Attributes
    ----------
    transform
        Affine, from (column, row) to the raster's own system.
    width, height
        Columns and rows.
    nodata
        Value that means "no data"; None where the file declares none.
    """

    path: Path
    stamp: _Stamp
    transform: Affine
    width: int
    height: int
    nodata: float | None
    dtype: str

    def opened(self) -> Any:
        """Return the file as this thread keeps it open: not to be closed, nor kept beyond the next call."""
        return _handles.open(self.path, self.stamp)

    def read(self, window: Window) -> Cells:
        """Return the cells of the first band in `window`, which lies within the raster; read only.

        Shape (rows, columns) of the window, also where one of them is zero.
        """
        rows = (int(window.row_off), int(window.row_off + window.height))
        columns = (int(window.col_off), int(window.col_off + window.width))
        if rows[0] >= rows[1] or columns[0] >= columns[1]:
            return np.empty((max(0, rows[1] - rows[0]), max(0, columns[1] - columns[0])), self.dtype)
        top, bottom = _snapped(*rows, self.height)
        left, right = _snapped(*columns, self.width)
        if (bottom - top) * (right - left) > MOST_CELLS:
            return _read(self.path, self.stamp, *rows, *columns)
        block = _kept(self.path, self.stamp, top, bottom, left, right)
        return block[rows[0] - top : rows[1] - top, columns[0] - left : columns[1] - left]


def stored(path: Path) -> Stored:
    """Return the raster at `path`; raises `OSError` where there is none."""
    found = path.stat()
    return _header(path, (found.st_mtime_ns, found.st_size))


@lru_cache(maxsize=KEPT)
def _header(path: Path, stamp: _Stamp) -> Stored:
    import rasterio

    with rasterio.open(path) as raster:
        return Stored(
            path, stamp, raster.transform, raster.width, raster.height, raster.nodata, raster.dtypes[0]
        )


@lru_cache(maxsize=KEPT)
def _kept(path: Path, stamp: _Stamp, top: int, bottom: int, left: int, right: int) -> Cells:
    return _read(path, stamp, top, bottom, left, right)


def _read(path: Path, stamp: _Stamp, top: int, bottom: int, left: int, right: int) -> Cells:
    from rasterio.windows import Window

    raster = _handles.open(path, stamp)
    cells: Cells = raster.read(1, window=Window(left, top, right - left, bottom - top))
    cells.flags.writeable = False
    return cells


class _Handles(threading.local):
    """The files a thread keeps open: opening one costs more than reading a window of it."""

    def __init__(self) -> None:
        self._open: OrderedDict[tuple[Path, _Stamp], Any] = OrderedDict()

    def open(self, path: Path, stamp: _Stamp) -> Any:
        import rasterio

        key = (path, stamp)
        if key in self._open:
            self._open.move_to_end(key)
        else:
            self._open[key] = rasterio.open(path)
            if len(self._open) > OPEN:
                self._open.popitem(last=False)[1].close()
        return self._open[key]


_handles = _Handles()


def _snapped(low: int, high: int, most: int) -> tuple[int, int]:
    return low // SNAP * SNAP, min(-(-high // SNAP) * SNAP, most)
