"""The tiles of `warm raster`: what is computed of one, from the files or from its neighbours' mitigation.

The functions are of a module and read what they need, so that a thread, a process or another machine can
call them, with the same digits.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from trama.analyses.rasters.codes import UnknownCodes
from trama.analyses.rasters.grid import Codes, Grid, Values, open_codes, reading
from trama.analyses.rasters.zones import Labeller
from trama.engines.codes import CodeLookup
from trama.engines.heat import HeatModel
from trama.engines.hydrology import ZonalSums

Singles = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
CHUNK_CELLS = 2**18
STEP, BLOCK = 16, 512
TILE_CELLS = 6_500_000
"""Cells of a tile with its halo: what bounds the memory."""


class Tile(NamedTuple):
    """A block of the grid."""

    row: int
    column: int
    height: int
    width: int

    def around(self, halo: int, grid: Grid) -> tuple[Tile, tuple[slice, slice]]:
        """Return the tile with a halo, cut at the grid's borders, and where the tile lies in it."""
        top, left = max(self.row - halo, 0), max(self.column - halo, 0)
        bottom = min(self.row + self.height + halo, grid.height)
        right = min(self.column + self.width + halo, grid.width)
        row, column = self.row - top, self.column - left
        inner = slice(row, row + self.height), slice(column, column + self.width)
        return Tile(top, left, bottom - top, right - left), inner

    @property
    def cells(self) -> int:
        """How many cells."""
        return self.height * self.width

    @property
    def slices(self) -> tuple[slice, slice]:
        """Rows and columns in the grid."""
        return slice(self.row, self.row + self.height), slice(self.column, self.column + self.width)


def tiles_of(grid: Grid, halo: int, most: int | None = None) -> list[Tile]:
    """Cut the grid into equal tiles: of all cuts whose tiles fit the memory, the one that costs least."""
    budget = max(most or TILE_CELLS, least_budget(halo))
    best: tuple[int, int, int] | None = None
    for across in range(1, grid.width // max(halo, STEP) + 2):
        width = _part(grid.width, across)
        wide = width + 2 * halo
        most_high = (budget // wide - 2 * halo) // STEP * STEP
        if most_high < min(STEP, grid.height):
            continue
        height = _part(grid.height, -(-grid.height // most_high))
        height = height if height <= most_high else most_high
        cost = -(-grid.height // height) * -(-grid.width // width) * wide * (height + 2 * halo)
        if best is None or cost < best[0]:
            best = cost, height, width
    assert best is not None
    _, height, width = best
    return [
        Tile(row, column, min(height, grid.height - row), min(width, grid.width - column))
        for row in range(0, grid.height, height)
        for column in range(0, grid.width, width)
    ]


def least_budget(halo: int) -> int:
    """Return the cells of the smallest tile worth computing: as wide as its halo on each side."""
    return (3 * halo + 2 * STEP) ** 2


def _part(side: int, parts: int) -> int:
    """Return the side of equal parts: a multiple of the written blocks where it is long, else of `STEP`."""
    part = -(-side // parts)
    step = BLOCK if part > 2 * BLOCK else STEP
    return min(-(-part // step) * step, side)


@dataclass(frozen=True)
class Ground:
    """What every tile needs.

    Parameters
    ----------
    lulc, eto
        Rasters; `eto` is None where the method needs none.
    lookup
        Places of the classes.
    fixed, watered
        For each place: the fixed part of CC, and what multiplies ET0; NaN for no data and unknown codes.
    green
        For each place: whether it is a green area.
    """

    lulc: Path
    eto: Path | None
    grid: Grid
    lookup: CodeLookup
    fixed: Singles
    watered: Singles
    green: Mask
    model: HeatModel
    labeller: Labeller


@dataclass(frozen=True)
class Cooled:
    """Cooling capacity and heat mitigation of a tile; CC by zone, one entry per sheet; unknown codes."""

    capacity: Singles
    mitigation: Singles
    zones: tuple[ZonalSums, ...]
    unknown: dict[int, int]


@dataclass(frozen=True)
class Mixed:
    """Air temperature of a tile, and by zone, one entry per sheet; cells that have one."""

    temperature: Singles
    zones: tuple[ZonalSums, ...]
    valid_cells: int


def cool_tile(ground: Ground, tile: Tile) -> Cooled:
    """Read a tile with its halo, and compute capacity and mitigation."""
    window, inner = tile.around(ground.model.mitigation_halo_cells, ground.grid)
    capacity, green, covered, unknown = _read(ground, window, inner)
    own = capacity[inner].copy()
    if np.isnan(own).all():
        mitigation = own.copy()
    else:
        mitigation = ground.model.mitigation(capacity, green, covered, inner).astype(np.float32, copy=False)
    return Cooled(own, mitigation, _by_zone(ground, tile, own), unknown)


def mix_tile(ground: Ground, piece: tuple[Tile, Singles]) -> Mixed:
    """Compute the temperature of a tile from the mitigation of the tile and its halo."""
    tile, mitigation = piece
    _, inner = tile.around(ground.model.mixing_halo_cells, ground.grid)
    if np.isnan(mitigation[inner]).all():
        temperature = mitigation[inner].copy()
    else:
        temperature = ground.model.temperature(mitigation, inner).astype(np.float32, copy=False)
    valid = temperature.size - int(np.count_nonzero(np.isnan(temperature)))
    return Mixed(temperature, _by_zone(ground, tile, temperature), valid)


def eto_range(ground: Ground, tile: Tile) -> tuple[float, float]:
    """Return the least and the largest ET0 of a tile; NaN where it has no data."""
    values = eto_tile(ground, tile)
    return float(np.fmin.reduce(values, axis=None)), float(np.fmax.reduce(values, axis=None))


def eto_tile(ground: Ground, tile: Tile) -> Singles:
    """Return the ET0 of a tile [mm], on the grid of the land cover."""
    assert ground.eto is not None
    with reading(), ExitStack() as stack:
        return Values(ground.eto, open_codes(ground.eto, stack), ground.grid, stack).read(*tile)


def _read(
    ground: Ground, window: Tile, inner: tuple[slice, slice]
) -> tuple[Singles, Mask, Mask, dict[int, int]]:
    """Read a window: capacity, green, covered; and the unknown codes of its inner part."""
    with reading(), ExitStack() as stack:
        codes = Codes(ground.lulc, open_codes(ground.lulc, stack), ground.grid, stack).read(*window)
    values = None if ground.eto is None else eto_tile(ground, window)
    capacity = np.empty(codes.shape, dtype=np.float32)
    green, covered = np.empty(codes.shape, dtype=bool), np.empty(codes.shape, dtype=bool)
    strange = np.zeros(codes.shape, dtype=bool)
    last = ground.lookup.size - 2
    for rows in _chunks(codes.shape):
        place = ground.lookup.find(codes[rows]).astype(np.intp)
        np.take(ground.fixed, place, out=capacity[rows], mode="clip")
        np.take(ground.green, place, out=green[rows], mode="clip")
        np.less(place, last, out=covered[rows])
        np.greater(place, last, out=strange[rows])
        if values is not None:
            capacity[rows] += np.take(ground.watered, place, mode="clip") * values[rows]
    unknown = UnknownCodes()
    if strange[inner].any():
        unknown.note(codes[inner][strange[inner]])
    return capacity, green, covered, unknown.counted()


def _chunks(shape: tuple[int, ...]) -> Iterator[slice]:
    step = max(CHUNK_CELLS // max(shape[1], 1), 1)
    for row in range(0, shape[0], step):
        yield slice(row, row + step)


def _by_zone(ground: Ground, tile: Tile, values: Singles) -> tuple[ZonalSums, ...]:
    labeller = ground.labeller
    shape = (tile.height, tile.width)
    return tuple(
        ZonalSums.of(labeller.labels(sheet, tile.row, tile.column, shape), values, labeller.zones)
        for sheet in range(labeller.sheets())
    )
