"""One pass over the cells: what lies in each place, in its urban fabric and outside it.

The rules of overlay are those of `trama.analyses.territory.grid`; a UPA counts the cells in a comune.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trama.analyses.storm.ground import Ground
from trama.analyses.territory.grid import Grid, frugal, grid_of, zones
from trama.lake.version import Version

Floats = NDArray[np.float64]
TUC = "tessuto_urbano_consolidato"
GROUPS = 5
"""Hydrologic soil groups A-D, after "none"."""


@dataclass(frozen=True)
class Want:
    """A raster whose mean is wanted; with `below`, the share of its cells under that value."""

    layer: str
    below: float | None = None


@dataclass(frozen=True)
class Counts:
    """What the pass found, by place (comuni, then UPA) and by ground: 0 outside the urban fabric, 1 inside.

    Attributes
    ----------
    cover
        Cells by land cover (0 is "none") and soil group: shape ``(places, 2, covers + 1, 5)``.
    sums, known
        Raster → sum over its known cells and their number, shape ``(places, 2)``.
    edges
        Sides of cells between urban fabric and what is not, shape ``(places,)``.
    mesh
        Sum over the cells of the area of the unbuilt patch each is part of, m², shape ``(places,)``.
    shared
        Cells of each pair (comune, UPA), shape ``(comuni, upa)``.
    """

    cover: NDArray[np.int64]
    sums: dict[Want, Floats]
    known: dict[Want, NDArray[np.int64]]
    edges: NDArray[np.int64]
    mesh: Floats
    shared: NDArray[np.int64]
    comuni: int

    def of(self, grain: str, values: NDArray[Any]) -> NDArray[Any]:
        """Return the rows of a grain."""
        return values[: self.comuni] if grain == "comuni" else values[self.comuni :]


def count_cells(
    ground: Ground, wants: Collection[Want], versions: dict[str, Version], barrier: NDArray[np.bool_] | None
) -> Counts:
    """Pass over the grid once.

    Parameters
    ----------
    versions
        The rasters of `wants` and, where there is one, the urban fabric.
    barrier
        Whether each land cover cuts the ground, in the order of the table; None where no mesh is wanted.
    """
    reading = _Pass(ground, list(wants), versions)
    patches = _patches(reading, barrier) if barrier is not None else None
    with frugal():
        for rows in ground.grid.strips():
            reading.strip(rows, patches)
    return reading.counts()


class _Pass:
    """The state of the pass."""

    def __init__(self, ground: Ground, wants: list[Want], versions: dict[str, Version]) -> None:
        self.ground, self.wants, self.grid = ground, wants, ground.grid
        self.survey = ground.survey()
        self.comuni, self.upa = len(ground.comuni), len(ground.upa)
        self.fabric = _fabric(versions.get(TUC), self.grid)
        self.readers = {want: _Reader(versions[want.layer], self.grid) for want in wants}
        pairs = (self.comuni + 1) * (self.upa + 1)
        self.cells = np.zeros(pairs * 2 * (len(ground.rules.codes) + 1) * GROUPS, dtype=np.int64)
        self.sums = {want: np.zeros(pairs * 2) for want in wants}
        self.known = {want: np.zeros(pairs * 2, dtype=np.int64) for want in wants}
        self.edges = np.zeros(pairs, dtype=np.int64)
        self.mesh = np.zeros(pairs)

    def cover(self, rows: slice) -> NDArray[np.int64]:
        """Return the position of the land cover of each cell, 0 where there is none or it is unknown."""
        import rasterio

        with rasterio.open(self.survey.raster) as source:
            codes = source.read(1, window=self.grid.window(rows))
        found: NDArray[np.int64] = self.survey.positions[codes].astype(np.int64)
        found[found > len(self.ground.rules.codes)] = 0
        return found

    def strip(self, rows: slice, patches: tuple[NDArray[np.int32], Floats] | None) -> None:
        """Add the cells of some rows."""
        pair = zones(self.ground.comuni.geometry, self.grid, rows).astype(np.int64)
        pair *= self.upa + 1
        pair += zones(self.ground.upa.geometry, self.grid, rows)
        place = pair * 2
        if self.fabric is not None:
            place += self.fabric[rows]
        kind = place * (len(self.ground.rules.codes) + 1) + self.cover(rows)
        kind *= GROUPS
        kind += self.survey.laid["group"].strip(rows)
        self.cells += np.bincount(kind.ravel(), minlength=len(self.cells))
        for want, reader in self.readers.items():
            values = reader.strip(rows)
            good = np.isfinite(values)
            if want.below is not None:
                values = (values < want.below).astype(np.float64)
            at = place[good]
            self.sums[want] += np.bincount(at, weights=values[good], minlength=len(self.sums[want]))
            self.known[want] += np.bincount(at, minlength=len(self.known[want]))
        if self.fabric is not None:
            self._add_edges(rows, pair)
        if patches is not None:
            labels, areas = patches
            self.mesh += np.bincount(
                pair.ravel(), weights=areas[labels[rows]].ravel(), minlength=len(self.mesh)
            )

    def _add_edges(self, rows: slice, pair: NDArray[np.int64]) -> None:
        """Count, for the cells of the fabric, the sides beyond which there is none."""
        assert self.fabric is not None
        padded = np.pad(self.fabric[max(rows.start - 1, 0) : rows.stop + 1], ((0, 0), (1, 1)))
        above = 1 if rows.start > 0 else 0
        if not above:
            padded = np.pad(padded, ((1, 0), (0, 0)))
        if rows.stop >= self.grid.shape[0]:
            padded = np.pad(padded, ((0, 1), (0, 0)))
        middle = padded[1:-1, 1:-1]
        around = (padded[:-2, 1:-1], padded[2:, 1:-1], padded[1:-1, :-2], padded[1:-1, 2:])
        sides = sum((other == 0).astype(np.int64) for other in around) * middle
        self.edges += np.bincount(pair.ravel(), weights=np.ravel(sides), minlength=len(self.edges)).astype(
            np.int64
        )

    def counts(self) -> Counts:
        """Sum the pairs by comune and by UPA, leaving out what lies in no comune."""
        covers = len(self.ground.rules.codes) + 1
        shape = (self.comuni + 1, self.upa + 1)
        cells = self.cells.reshape(*shape, 2, covers, GROUPS)
        return Counts(
            cover=_by_place(cells),
            sums={want: _by_place(found.reshape(*shape, 2)) for want, found in self.sums.items()},
            known={want: _by_place(found.reshape(*shape, 2)) for want, found in self.known.items()},
            edges=_by_place(self.edges.reshape(shape)),
            mesh=_by_place(self.mesh.reshape(shape)),
            shared=cells[1:, 1:].sum(axis=(2, 3, 4)),
            comuni=self.comuni,
        )


def _fabric(version: Version | None, grid: Grid) -> NDArray[np.uint8] | None:
    if version is None:
        return None
    return (zones(version.table().geometry, grid) > 0).astype(np.uint8)


def _by_place(found: NDArray[Any]) -> NDArray[Any]:
    """Return the rows of the comuni, then of the UPA, from pairs of shape ``(comuni+1, upa+1, ...)``."""
    return np.concatenate([found[1:].sum(axis=1), found[1:, 1:].sum(axis=0)])


def _patches(reading: _Pass, barrier: NDArray[np.bool_]) -> tuple[NDArray[np.int32], Floats]:
    """Return the patch each unbuilt cell is part of (0 for the others) and the area of each patch, m²."""
    from scipy.ndimage import label

    cuts = np.concatenate([[True], barrier])
    free = np.zeros(reading.grid.shape, dtype=np.uint8)
    with frugal():
        for rows in reading.grid.strips():
            free[rows] = ~cuts[reading.cover(rows)]
    labels, _count = label(free)
    cells = np.bincount(labels.ravel()).astype(np.float64)
    cells[0] = 0.0
    return labels, cells * reading.grid.cell_area_m2


class _Reader:
    """A raster read on the grid, strip by strip: its own cells where it is the grid, else those under it."""

    def __init__(self, version: Version, grid: Grid) -> None:
        import rasterio

        self.version, self.grid = version, grid
        own = grid_of(version)
        self.whole: Floats | None = None
        if own.shape != grid.shape or not own.transform.almost_equals(grid.transform):
            with rasterio.open(version.raster) as source:
                self.whole = np.pad(_filled(source.read(1, masked=True)), (0, 1), constant_values=np.nan)
            self.row, self.column = grid.under(own)

    def strip(self, rows: slice) -> Floats:
        """Return the values of some rows, NaN where there is none."""
        import rasterio

        if self.whole is not None:
            return np.take(self.whole[self.row[rows]], self.column, axis=1)
        with rasterio.open(self.version.raster) as source:
            return _filled(source.read(1, window=self.grid.window(rows), masked=True))


def _filled(cells: Any) -> Floats:
    return np.asarray(np.ma.filled(cells.astype(np.float64), np.nan))
