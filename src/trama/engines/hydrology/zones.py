"""Figures by zone, tile after tile. What is missing is kept apart: a zone without data has no mean, not zero.

Zones are numbered 1..n in the labels; 0 is "in no zone". Both accumulators add up, so tiles can be taken in
any order and cut in any way.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
CACHED_CELLS = 2**18
"""Cells added up at a time: few enough to stay in the processor's cache."""


class ZonalHistogram:
    """How many cells of each table row lie in each zone: the exact ground of every zonal figure.

    Parameters
    ----------
    zones
        Number of zones n.
    size
        Rows of the flat table (`CellLookup.size`).
    """

    def __init__(self, zones: int, size: int) -> None:
        self.size = size
        self.counts: Counts = np.zeros((zones + 1, size), dtype=np.int64)

    def add(self, labels: npt.NDArray[np.generic], rows: npt.NDArray[np.intp]) -> None:
        """Count the cells of a tile.

        Parameters
        ----------
        labels
            Zone of each cell, 0 to n, integers; shape of `rows`.
        rows
            Row of each cell in the flat table.
        """
        places = np.multiply(labels, self.size, dtype=np.intp)
        places += rows
        found = np.bincount(places.ravel(), minlength=self.counts.size)
        self.counts += found.reshape(self.counts.shape)

    def cells(self) -> Counts:
        """Cells of each zone, with data or without: shape (n,)."""
        return np.asarray(self.counts[1:].sum(axis=1))

    def valid_cells(self, valid: npt.NDArray[np.bool_]) -> Counts:
        """Cells of each zone on the rows marked by `valid`: shape (n,)."""
        return np.asarray(self.counts[1:, valid].sum(axis=1))

    def total(self, table: npt.ArrayLike, valid: npt.NDArray[np.bool_]) -> Floats:
        """Sum of a table's values over the valid cells of each zone; NaN where there are none: shape (n,)."""
        values = np.asarray(table, dtype=np.float64)[valid]
        sums = self.counts[1:, valid] @ values
        return np.where(self.valid_cells(valid) > 0, sums, np.nan)

    def mean(self, table: npt.ArrayLike, valid: npt.NDArray[np.bool_]) -> Floats:
        """Mean of a table's values over the valid cells of each zone; NaN where there are none."""
        return np.asarray(self.total(table, valid) / np.maximum(self.valid_cells(valid), 1))


@dataclass
class ZonalSums:
    """Sum, cells with data and cells in all, of any raster by zone: shape (n,) each.

    Used for values that do not come from a small table (depths of the water table, measured shares).
    """

    sums: Floats
    valid: Counts
    cells: Counts

    @classmethod
    def of(cls, labels: npt.NDArray[np.generic], values: npt.NDArray[np.floating], zones: int) -> ZonalSums:
        """Add up one tile. NaN in `values` is "no data".

        Parameters
        ----------
        labels
            Zone of each cell, 0 to `zones`; 0 is in no zone.
        values
            Same shape as `labels`.
        """
        flat, numbers = np.ascontiguousarray(labels).ravel(), np.ascontiguousarray(values).ravel()
        sums: Floats = np.zeros(zones + 1)
        valid: Counts = np.zeros(zones + 1, dtype=np.int64)
        cells: Counts = np.zeros(zones + 1, dtype=np.int64)
        for first in range(0, flat.size, CACHED_CELLS):
            zone = flat[first : first + CACHED_CELLS].astype(np.intp)
            value = numbers[first : first + CACHED_CELLS]
            found = np.bincount(zone, minlength=zones + 1)
            cells += found
            missing = np.isnan(value)
            if missing.any():
                zone, value = zone[~missing], value[~missing]
                found = np.bincount(zone, minlength=zones + 1)
            valid += found
            sums += np.bincount(zone, weights=value, minlength=zones + 1)
        return cls(sums[1:], valid[1:], cells[1:])

    def __add__(self, other: ZonalSums) -> ZonalSums:
        return ZonalSums(self.sums + other.sums, self.valid + other.valid, self.cells + other.cells)

    @property
    def mean(self) -> Floats:
        """Mean over the cells with data; NaN where there are none."""
        return np.where(self.valid > 0, self.sums / np.maximum(self.valid, 1), np.nan)

    @property
    def total(self) -> Floats:
        """Sum over the cells with data; NaN where there are none."""
        return np.where(self.valid > 0, self.sums, np.nan)

    @property
    def coverage_share(self) -> Floats:
        """Share of a zone's cells that hold data; NaN for a zone that no cell falls in."""
        return np.where(self.cells > 0, self.valid / np.maximum(self.cells, 1), np.nan)


def values_or_none(values: Floats) -> list[float | None]:
    """Hand zonal figures out of numpy: a plain number, or None where there is no data.

    >>> values_or_none(np.array([0.5, np.nan]))
    [0.5, None]
    """
    return [None if np.isnan(value) else float(value) for value in values]
