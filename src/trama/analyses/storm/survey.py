"""One strip of the territory, counted: what a worker does, here or elsewhere.

A strip needs nothing of the others: its cells get their kind, and each pair (comune, UPA) that occurs in it
the count of its cells by kind. Counts are whole numbers: added up in whatever order, they give the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trama.analyses.territory.grid import UNKNOWN, Grid, frugal, zones
from trama.engines.hydrology.kinds import MISSING, Kinds


@dataclass(frozen=True)
class Laid:
    """A coarser raster's positions, with the coarse row and column of each fine row and column."""

    positions: NDArray[np.uint8]
    row: NDArray[np.intp]
    column: NDArray[np.intp]

    def strip(self, rows: slice) -> NDArray[np.uint8]:
        """Return the positions on the fine grid, for some of its rows."""
        coarse, back = np.unique(self.row[rows], return_inverse=True)
        return np.take(self.positions[coarse], self.column, axis=1)[back]


@dataclass(frozen=True)
class Survey:
    """What every strip needs.

    Attributes
    ----------
    raster
        Of the land-cover codes.
    positions
        Raster value → position on the cover axis, `MISSING`, or `UNKNOWN`: shape (65536,).
    kinds, laid
        The axes of a kind, and the coarser rasters laid on the grid, by axis.
    comuni, upa
        Polygons, numbered from 1 in this order; EPSG:32632.
    """

    raster: Path
    positions: NDArray[np.uint16]
    kinds: Kinds
    laid: dict[str, Laid]
    grid: Grid
    comuni: Sequence[Any]
    upa: Sequence[Any]

    @property
    def width(self) -> int:
        """UPA and "none": a pair is numbered ``comune * width + upa``."""
        return len(self.upa) + 1


@dataclass(frozen=True)
class Counted:
    """A strip, counted.

    Attributes
    ----------
    kind
        Kind of each cell, shape (rows, columns).
    pairs, counts
        The pairs (comune, UPA) that occur, ascending, and their cells by kind: shapes (n,), (n, kinds).
    unknown
        Land-cover code the norms do not know → its cells.
    """

    rows: slice
    kind: NDArray[np.unsignedinteger]
    pairs: NDArray[np.intp]
    counts: NDArray[np.int64]
    unknown: dict[int, int]


def count_strip(survey: Survey, rows: slice) -> Counted:
    """Read the land cover of some rows and count it by pair and by kind."""
    import rasterio
    from rasterio.windows import Window

    columns = survey.grid.shape[1]
    with frugal(), rasterio.open(survey.raster) as source:
        codes = source.read(1, window=Window(0, rows.start, columns, rows.stop - rows.start))
    cover = survey.positions[codes]
    strange = cover == UNKNOWN
    unknown = _tally(codes[strange]) if strange.any() else {}
    cover[strange] = MISSING
    on_axes = {name: survey.laid[name].strip(rows) for name in survey.kinds.axes if name != "cover"}
    kind = survey.kinds.of({"cover": cover, **on_axes})
    pair = zones(survey.comuni, survey.grid, rows).astype(np.intp)
    pair *= survey.width
    pair += zones(survey.upa, survey.grid, rows)
    pairs, counts = _by_pair(pair, kind, survey.kinds.count, (len(survey.comuni) + 1) * survey.width)
    return Counted(rows, kind, pairs, counts, unknown)


def _by_pair(
    pair: NDArray[np.intp], kind: NDArray[np.unsignedinteger], kinds: int, most: int
) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    present = np.flatnonzero(np.bincount(pair.ravel(), minlength=most))
    number = np.zeros(most, dtype=np.intp)
    number[present] = np.arange(len(present)) * kinds
    places = number[pair]
    places += kind
    counts = np.bincount(places.ravel(), minlength=len(present) * kinds)
    return present, counts.reshape(len(present), kinds).astype(np.int64, copy=False)


def _tally(codes: NDArray[Any]) -> dict[int, int]:
    values, cells = np.unique(codes, return_counts=True)
    return dict(zip(values.tolist(), cells.tolist(), strict=True))
