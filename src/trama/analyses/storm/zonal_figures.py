"""Figures by zone from counts of table rows: means, volumes, and how much of the zone the data cover."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from trama.analyses.rasters.coverage import covered_share, touched_block
from trama.engines.hydrology import CellLookup, ZonalHistogram, values_or_none

if TYPE_CHECKING:
    from trama.analyses.rasters.grid import Grid
    from trama.analyses.rasters.zones import Labeller, Zones

Block = tuple[int, int, int, int]
FIGURES = (
    "retention_index_mean",
    "retention_m3",
    "runoff_m3",
    "runoff_mm_mean",
    "valid_area_share",
)


class ZonalFigures:
    """Counts, block after block, the rows of the lookup in each zone and on the whole grid."""

    def __init__(self, zones: Zones, grid: Grid, lookup: CellLookup, labeller: Labeller) -> None:
        self._zones, self._grid, self._lookup, self._labeller = zones, grid, lookup, labeller
        self._sheets = [ZonalHistogram(len(zones.fids), lookup.size) for _ in range(labeller.sheets())]

    @property
    def by_row(self) -> npt.NDArray[np.int64]:
        """Cells of the grid on each row of the lookup, in a zone or not: shape (lookup.size,)."""
        return np.asarray(self._sheets[0].counts.sum(axis=0))

    def add(self, rows: npt.NDArray[np.intp], block: Block) -> None:
        """Count one block."""
        row, column, height, width = block
        for sheet, histogram in enumerate(self._sheets):
            histogram.add(self._labeller.labels(sheet, row, column, (height, width)), rows)

    def add_slivers(self, rows_of: Callable[[Block], npt.NDArray[np.intp]]) -> None:
        """Give a zone that holds no cell's centre the cells its box touches, as InVEST does."""
        counted = sum(histogram.cells() for histogram in self._sheets)
        for zone in np.flatnonzero(np.asarray(counted) == 0).tolist():
            block = touched_block(self._zones.shapes[zone], self._grid)
            if block is not None:
                found = np.bincount(rows_of(block).ravel(), minlength=self._lookup.size)
                self._sheets[-1].counts[zone + 1] += found

    def columns(
        self,
        runoff: npt.NDArray[np.float32],
        retention: npt.NDArray[np.float32],
        volume: npt.NDArray[np.float32],
    ) -> dict[str, list[Any]]:
        """Return the zones' attributes and figures, column by column; None is "no data"."""
        counts = ZonalHistogram(len(self._zones.fids), self._lookup.size)
        for histogram in self._sheets:
            counts.counts += histogram.counts
        known = self._lookup.known
        millimetres = counts.total(runoff, known)
        figures = (
            counts.mean(retention, known),
            counts.total(volume, known),
            millimetres * (self._grid.cell_area_m2 / 1000.0),
            counts.mean(runoff, known),
            covered_share(self._zones.shapes, self._grid, counts.valid_cells(known), counts.cells()),
        )
        taken = {"fid", *FIGURES}
        columns = {
            (f"zone_{name}" if name in taken else name): values
            for name, values in self._zones.attributes.items()
        }
        return columns | {name: values_or_none(values) for name, values in zip(FIGURES, figures, strict=True)}
