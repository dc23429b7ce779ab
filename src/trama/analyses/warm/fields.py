"""The fields over the grid: night temperature, anomaly, and zones of homogeneous temperature."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trama.analyses.territory.grid import Grid
from trama.analyses.territory.writing import Told
from trama.analyses.warm.errors import NoObservedCells, NoReference
from trama.analyses.warm.ground import OBSERVED, Ground
from trama.analyses.warm.rules import refuse_temperature
from trama.analyses.workers import Here, Workers
from trama.engines.classes import most_frequent, natural_breaks
from trama.engines.heat import HeatModel, night_anomaly

TILE_CELLS = 1024
Window = tuple[slice, slice]
"""Called at each step done."""


@dataclass(frozen=True)
class Zone:
    """A zone of homogeneous temperature.

    Attributes
    ----------
    low, high
        Bounds [°C], the upper left out except in the warmest.
    cells
        Cells of the territory in it, after smoothing.
    """

    number: int
    name: str
    low: float
    high: float
    cells: int


@dataclass(frozen=True)
class Fields:
    """What WARM knows of each cell.

    Attributes
    ----------
    temperature
        Night temperature [°C], float32; NaN is no data.
    t_ref
        Reference of the anomaly [°C].
    reference_cells
        Green cells the reference of an observed temperature was taken from; 0 where it was not.
    """

    ground: Ground
    temperature: NDArray[np.float32]
    t_ref: float
    reference_cells: int

    @property
    def observed(self) -> bool:
        """Whether the temperature was observed, not computed."""
        return self.ground.observed is not None

    @property
    def source(self) -> str:
        """``osservata`` or ``modello``."""
        return "osservata" if self.observed else "modello"

    def anomaly(self, rows: slice) -> NDArray[np.float32]:
        """Return the night anomaly [°C] of some rows: the positive part of T - Tref, 0 in parks."""
        found = night_anomaly(self.temperature[rows], self.t_ref).astype(np.float32)
        park = self.ground.rules.marked("park")[self.ground.cover[rows]]
        found[park & ~np.isnan(found)] = 0.0
        return found

    @cached_property
    def zoning(self) -> tuple[NDArray[np.uint8], tuple[Zone, ...]]:
        """Number of the zone of each cell, 0 without temperature; and the zones, from the coolest."""
        inside = self.ground.comune > 0
        bounds, low, high = self._bounds(self.temperature[inside])
        labels = np.zeros(self.temperature.shape, dtype=np.uint8)
        for rows in self.ground.grid.strips():
            found = np.searchsorted(bounds, self.temperature[rows], side="right") + 1
            labels[rows] = np.where(np.isnan(self.temperature[rows]), 0, found)
        side = round(self.ground.rules.number("zone_lato_lisciatura") / self.ground.cell_m) | 1
        labels = self._smoothed(labels, side)
        counts = np.bincount(labels[inside], minlength=len(bounds) + 2)
        names = self.ground.rules.norms["nomi_zone_temperatura"].value
        edges = [low, *bounds.tolist(), high]
        warmest_last = tuple(
            Zone(n, str(names[str(n)]["name_it"]), edges[n - 1], edges[n], int(counts[n]))
            for n in range(1, len(edges))
        )
        return labels, warmest_last

    def _bounds(self, temperature: NDArray[np.float32]) -> tuple[NDArray[np.float64], float, float]:
        """Return the natural breaks with as many zones as the norms allow, each of at least their share."""
        rules = self.ground.rules
        known = temperature[~np.isnan(temperature)].astype(np.float64)
        low, high = float(known.min()), float(known.max())
        step = rules.number("zone_passo_istogramma")
        bars = np.floor((known - low) / step).astype(np.intp)
        counts = np.bincount(bars)
        centres = low + (np.arange(len(counts)) + 0.5) * step
        for zones in range(int(rules.number("zone_numero")), 0, -1):
            bounds = natural_breaks(centres, counts, zones)
            members = np.bincount(np.searchsorted(bounds, centres, side="right"), weights=counts)
            if members.min() >= rules.number("zone_quota_minima") * known.size:
                break
        return bounds, low, high

    def _smoothed(self, labels: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
        result = np.zeros_like(labels)
        for tile in _covered_tiles(labels):
            near, inner = _with_halo(tile, side // 2, labels.shape)
            result[tile] = most_frequent(labels[near], side)[inner]
        return result


def make_fields(ground: Ground, told: Told, workers: Workers | None = None) -> Fields:
    """Take the observed temperature, or compute the model's.

    Raises
    ------
    NoObservedCells, BadTemperature, NoReference
        The observed map is elsewhere, in another unit, or has no cell to take the reference from.
    """
    model = ground.rules.model(ground.cell_m)
    if ground.observed is None:
        return Fields(ground, model_temperature(ground, model, told, workers or Here()), model.t_ref, 0)
    temperature = ground.observed
    if np.isnan(temperature[ground.comune > 0]).all():
        raise NoObservedCells()
    most = ground.rules.number("temperatura_massima_ammessa")
    for extreme in (np.nanmax(temperature), np.nanmin(temperature)):
        refuse_temperature(most, float(extreme), f"Una cella di «{OBSERVED}»")
    if ground.rules.t_ref is not None:
        return Fields(ground, temperature, ground.rules.t_ref, 0)
    green = ground.rules.marked("green_area")[ground.cover] & (ground.comune > 0) & ~np.isnan(temperature)
    cells = int(green.sum())
    if not cells:
        raise NoReference()
    told()
    return Fields(ground, temperature, float(temperature[green].astype(np.float64).mean()), cells)


def model_temperature(ground: Ground, model: HeatModel, told: Told, workers: Workers) -> NDArray[np.float32]:
    """Compute the night's air temperature, tile by tile with the halos that make each exact.

    A first pass gives the heat mitigation, a second mixes it into temperature.
    """
    classes = _Classes(model, ground.rules.night.astype(np.float32), ground.rules.marked("green_area"))
    mitigation = np.full(ground.grid.shape, np.nan, dtype=np.float32)
    result = mitigation.copy()
    covered = list(_covered_tiles(ground.cover))
    pieces = _pieces(ground.cover, covered, model.mitigation_halo_cells)
    for tile, found in zip(covered, workers.over(_mitigation, classes, pieces), strict=True):
        mitigation[tile] = found
        told()
    pieces = _pieces(mitigation, covered, model.mixing_halo_cells)
    for tile, found in zip(covered, workers.over(_temperature, model, pieces), strict=True):
        result[tile] = found
        told()
    return result


@dataclass(frozen=True)
class _Classes:
    """The model, and what it needs of each class, by position."""

    model: HeatModel
    capacity: NDArray[np.float32]
    green: NDArray[np.bool_]


def _mitigation(classes: _Classes, piece: tuple[NDArray[Any], Window]) -> NDArray[np.floating]:
    """Return the heat mitigation of a tile from its classes and those around."""
    cover, inner = piece
    return classes.model.mitigation(classes.capacity[cover], classes.green[cover], inner=inner)


def _temperature(model: HeatModel, piece: tuple[NDArray[Any], Window]) -> NDArray[np.floating]:
    """Return the temperature of a tile from its heat mitigation and that around."""
    return model.temperature(*piece)


def _pieces(values: NDArray[Any], covered: list[Window], halo: int) -> Iterator[tuple[NDArray[Any], Window]]:
    for tile in covered:
        near, inner = _with_halo(tile, halo, values.shape)
        yield values[near], inner


def passes(grid: Grid) -> int:
    """Return how many steps `model_temperature` takes at most."""
    return 2 * len(list(tiles(grid.shape)))


def _covered_tiles(cover: NDArray[np.unsignedinteger]) -> Iterator[Window]:
    return (tile for tile in tiles(cover.shape) if cover[tile].any())


def _with_halo(tile: Window, halo: int, shape: tuple[int, ...]) -> tuple[Window, Window]:
    """Return the tile with `halo` cells more on each side, where there are; and where the tile lies in it."""
    (top, bottom), (left, right) = ((part.start, part.stop) for part in tile)
    row, column = max(0, top - halo), max(0, left - halo)
    near = (slice(row, min(bottom + halo, shape[0])), slice(column, min(right + halo, shape[1])))
    return near, (slice(top - row, bottom - row), slice(left - column, right - column))


def tiles(shape: tuple[int, ...]) -> Iterator[Window]:
    """Yield the rows and columns of square tiles that cover the grid."""
    for row in range(0, shape[0], TILE_CELLS):
        for column in range(0, shape[1], TILE_CELLS):
            yield (
                slice(row, min(row + TILE_CELLS, shape[0])),
                slice(column, min(column + TILE_CELLS, shape[1])),
            )
