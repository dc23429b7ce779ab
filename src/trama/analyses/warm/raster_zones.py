"""Means of capacity and temperature by zone, as InVEST's `uhi_results`; how much of a zone has data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from trama.analyses.rasters.coverage import covered_share, touched_block
from trama.analyses.rasters.grid import Grid
from trama.analyses.rasters.outputs import NODATA
from trama.analyses.rasters.zones import Zones
from trama.engines.hydrology import ZonalSums, values_or_none

FIGURES = ("avg_cc", "avg_tmp_v", "avg_tmp_an", "valid_area_share")
SOURCES = {"cc": "cc.tif", "t_air": "t_air.tif"}


class ZonalMeans:
    """Adds up, tile after tile, each of the two rasters by zone."""

    def __init__(self, zones: Zones, grid: Grid, sheets: int) -> None:
        self._zones, self._grid = zones, grid
        count = len(zones.fids)
        self._sums = {name: [_nothing(count) for _ in range(sheets)] for name in SOURCES}
        self.valid_cells = 0

    def add(self, name: str, sheets: tuple[ZonalSums, ...]) -> None:
        """Add a tile: one entry per sheet of zones."""
        self._sums[name] = [have + found for have, found in zip(self._sums[name], sheets, strict=True)]

    def columns(self, folder: Path, t_ref: float) -> dict[str, list[Any]]:
        """Return the zones' attributes and figures, column by column; None is "no data".

        Parameters
        ----------
        folder
            Where the rasters are, whole: a zone that holds no cell's centre takes the cells its box touches,
            as in InVEST.
        """
        totals = {name: self._with_slivers(name, folder) for name in SOURCES}
        temperature = totals["t_air"].mean
        share = covered_share(self._zones.shapes, self._grid, totals["t_air"].valid, totals["t_air"].cells)
        figures = (totals["cc"].mean, temperature, temperature - t_ref, share)
        columns = {
            (f"zone_{name}" if name in {"fid", *FIGURES} else name): values
            for name, values in self._zones.attributes.items()
        }
        return columns | {name: values_or_none(values) for name, values in zip(FIGURES, figures, strict=True)}

    def _with_slivers(self, name: str, folder: Path) -> ZonalSums:
        total = _nothing(len(self._zones.fids))
        for sheet in self._sums[name]:
            total += sheet
        for zone in np.flatnonzero(total.cells == 0).tolist():
            block = touched_block(self._zones.shapes[zone], self._grid)
            if block is None:
                continue
            values = _read(folder / SOURCES[name], block)
            good = values != NODATA
            total.sums[zone] = values[good].sum(dtype=np.float64)
            total.valid[zone], total.cells[zone] = int(good.sum()), values.size
        return total


def _nothing(zones: int) -> ZonalSums:
    return ZonalSums(np.zeros(zones), np.zeros(zones, dtype=np.int64), np.zeros(zones, dtype=np.int64))


def _read(path: Path, block: tuple[int, int, int, int]) -> npt.NDArray[np.float32]:
    import rasterio
    from rasterio.windows import Window

    row, column, height, width = block
    with rasterio.open(path) as dataset:
        values: npt.NDArray[np.float32] = dataset.read(1, window=Window(column, row, width, height))
    return values
