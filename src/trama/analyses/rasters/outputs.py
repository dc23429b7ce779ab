"""Write results beside their place and move them in whole: nothing half written is ever seen."""

from __future__ import annotations

import csv
import errno
import glob
import math
import os
import shutil
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from trama.analyses.rasters.errors import CannotWrite
from trama.analyses.rasters.made_of import real, refuse_folders
from trama.kernel.spreadsheet import guarded
from trama.kernel.system import asked_again, refusal

if TYPE_CHECKING:
    from trama.analyses.rasters.grid import Grid

NODATA = -9999.0
"""What InVEST writes where there is no data."""
TILE = 512
UNFINISHED = ".parziale"
COMPRESSIONS: dict[str, dict[str, Any]] = {
    "zstd": {"compress": "zstd", "zstd_level": 1},
    "deflate": {"compress": "deflate", "zlevel": 1},
    "lzw": {"compress": "lzw"},
    "none": {},
}


@dataclass(frozen=True)
class RasterResult:
    """One raster to write: `table` holds its value for each row of the lookup."""

    name: str
    table: npt.NDArray[np.float32]
    title: str
    unit: str


@contextmanager
def whole_folder(out: Path) -> Iterator[Path]:
    """Give a temporary folder; at the end its files take their place in `out`, else nothing stays.

    A new folder appears with one rename. Into one that is there, the mount of another disk for instance, each
    file is renamed in the order of its making: the last one closes the set.

    Raises
    ------
    CannotWrite
        The disk refuses, or a result has the name of a folder.
    """
    out = real(out)
    try:
        _check_place(out)
        place = out if out.exists() else out.parent
        draft = place / f".{out.name}.{os.getpid()}{UNFINISHED}"
        place.mkdir(parents=True, exist_ok=True)
        _sweep(place, out.name)
        draft.mkdir()
    except OSError as error:
        raise CannotWrite(path=out, **refusal(error).fields) from error
    try:
        yield draft
        _settle(draft, out)
    except OSError as error:
        raise CannotWrite(path=out, **refusal(asked_again(error, draft)).fields) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _check_place(out: Path) -> None:
    """Refuse, as the system would late and in other words, a path through a file or a link in a circle."""
    for one in (out, *out.parents):
        if one.is_symlink():  # `real` leaves only those that lead nowhere
            raise OSError(errno.ELOOP, "")
        if one.exists() and not one.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "")


def _settle(draft: Path, out: Path) -> None:
    if draft.parent != out:
        draft.replace(out)
        return
    made = sorted(draft.iterdir(), key=lambda path: path.stat().st_mtime_ns)
    refuse_folders(out, [path.name for path in made])
    for path in made:
        path.replace(out / path.name)


def _sweep(place: Path, name: str) -> None:
    """Remove what runs that were killed left where results called `name` are made."""
    for left in place.glob(f".{glob.escape(name)}.*{UNFINISHED}"):
        owner = left.name.removesuffix(UNFINISHED).rpartition(".")[2]
        if owner.isdigit() and not _alive(int(owner)):
            shutil.rmtree(left, ignore_errors=True)


def _alive(process: int) -> bool:
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class RasterWriters:
    """Writes several rasters side by side, each in its own thread, from the same rows of the lookup.

    Parameters
    ----------
    ahead
        Blocks that may wait to be written: what bounds the memory.
    """

    def __init__(
        self, folder: Path, grid: Grid, results: Sequence[RasterResult], compress: str, ahead: int = 2
    ) -> None:
        self._pools = ExitStack()
        self._ahead = ahead
        self._waiting: deque[list[Future[None]]] = deque()
        self._lanes: list[tuple[ThreadPoolExecutor, Any, npt.NDArray[np.float32]]] = []
        for result in results:
            pool = self._pools.enter_context(ThreadPoolExecutor(1))
            dataset = _create(folder / result.name, grid, result.title, result.unit, compress)
            self._lanes.append((pool, dataset, result.table))

    def write(self, rows: npt.NDArray[np.intp], block: tuple[int, int, int, int]) -> None:
        """Queue a block; waits while too many are queued."""
        while len(self._waiting) >= self._ahead:
            for future in self._waiting.popleft():
                future.result()
        self._waiting.append(
            [pool.submit(_write_block, dataset, table, rows, block) for pool, dataset, table in self._lanes]
        )

    def close(self) -> None:
        """Write what is queued and close the files side by side, as closing compresses too."""
        self._waiting.append([pool.submit(dataset.close) for pool, dataset, _ in self._lanes])
        with self._pools:
            while self._waiting:
                for future in self._waiting.popleft():
                    future.result()


class FloatWriters:
    """Writes tiles of several rasters, each in its own thread; NaN becomes "no data".

    Parameters
    ----------
    results
        File name → title, unit.
    ahead
        Tiles of a raster that may wait to be written: what bounds the memory.
    """

    def __init__(
        self, folder: Path, grid: Grid, results: Mapping[str, tuple[str, str]], compress: str, ahead: int = 1
    ) -> None:
        self._pools = ExitStack()
        self._ahead = ahead
        self._lanes: dict[str, tuple[ThreadPoolExecutor, Any, deque[Future[None]]]] = {}
        for name, (title, unit) in results.items():
            dataset = _create(folder / name, grid, title, unit, compress)
            self._lanes[name] = self._pools.enter_context(ThreadPoolExecutor(1)), dataset, deque()

    def __enter__(self) -> FloatWriters:
        return self

    def __exit__(self, *trouble: object) -> None:
        """Write what is queued and close the files side by side, as closing compresses too."""
        with self._pools:
            for pool, dataset, waiting in self._lanes.values():
                waiting.append(pool.submit(dataset.close))
            for lane in self._lanes.values():
                while lane[2]:
                    lane[2].popleft().result()

    def write(self, name: str, values: npt.NDArray[np.float32], block: tuple[int, int, int, int]) -> None:
        """Queue a block: (row, column, height, width). Waits while too many are queued."""
        pool, dataset, waiting = self._lanes[name]
        while len(waiting) >= self._ahead:
            waiting.popleft().result()
        waiting.append(pool.submit(_write_values, dataset, values, block))


def _write_values(dataset: Any, values: npt.NDArray[np.float32], block: tuple[int, int, int, int]) -> None:
    """Write a block, rows at a time: what is no data takes its number in a copy."""
    from rasterio.windows import Window

    row, column, height, width = block
    for first in range(0, height, TILE):
        rows = values[first : first + TILE]
        written = np.where(np.isnan(rows), np.float32(NODATA), rows)
        dataset.write(written, 1, window=Window(column, row + first, width, len(rows)))


def _create(path: Path, grid: Grid, title: str, unit: str, compress: str) -> Any:
    import rasterio

    side = {axis: min(TILE, -(-size // 16) * 16) for axis, size in (("x", grid.width), ("y", grid.height))}
    dataset = rasterio.open(
        path,
        "w",
        driver="GTiff",
        dtype="float32",
        count=1,
        nodata=NODATA,
        crs=grid.crs,
        transform=grid.transform,
        width=grid.width,
        height=grid.height,
        tiled=True,
        blockxsize=side["x"],
        blockysize=side["y"],
        bigtiff="if_safer",
        **COMPRESSIONS[compress],
    )
    dataset.set_band_description(1, title)
    dataset.units = (unit,)
    return dataset


def _write_block(
    dataset: Any,
    table: npt.NDArray[np.float32],
    rows: npt.NDArray[np.intp],
    block: tuple[int, int, int, int],
) -> None:
    from rasterio.windows import Window

    row, column, height, width = block
    dataset.write(np.take(table, rows, mode="clip"), 1, window=Window(column, row, width, height))


def write_zones(path: Path, fids: Sequence[int], columns: Mapping[str, Sequence[Any]]) -> None:
    """Write one line per zone, as InVEST does; what is missing is an empty cell, never a zero."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["fid", *(guarded(name) for name in columns)])
        for place, fid in enumerate(fids):
            writer.writerow([fid, *(_cell(values[place]) for values in columns.values())])


def _cell(value: object) -> object:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return guarded(value) if isinstance(value, str) else value
