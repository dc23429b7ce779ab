"""The fields over the grid: night temperature, anomaly, and zones of homogeneous temperature."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from trama.analyses.warm.errors import NoObservedCells, NoReference
from trama.analyses.warm.ground import Ground
from trama.engines.classes import most_frequent, natural_breaks
from trama.engines.heat import HeatModel, night_anomaly

TILE_CELLS = 2048
Told = Callable[[], None]
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
        labels = self._smoothed(labels, side, len(bounds) + 1)
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

    def _smoothed(self, labels: NDArray[np.uint8], side: int, zones: int) -> NDArray[np.uint8]:
        halo = side // 2
        result = np.empty_like(labels)
        for rows in self.ground.grid.strips():
            top = max(0, rows.start - halo)
            strip = most_frequent(labels[top : rows.stop + halo], side, zones)
            result[rows] = strip[rows.start - top : rows.start - top + (rows.stop - rows.start)]
        return result


def make_fields(ground: Ground, told: Told) -> Fields:
    """Take the observed temperature, or compute the model's; raises `NoObservedCells`, `NoReference`."""
    model = ground.rules.model(ground.cell_m)
    if ground.observed is None:
        return Fields(ground, model_temperature(ground, model, told), model.t_ref, 0)
    temperature = ground.observed
    if np.isnan(temperature[ground.comune > 0]).all():
        raise NoObservedCells()
    if ground.rules.t_ref is not None:
        return Fields(ground, temperature, ground.rules.t_ref, 0)
    green = ground.rules.marked("green_area")[ground.cover] & (ground.comune > 0) & ~np.isnan(temperature)
    cells = int(green.sum())
    if not cells:
        raise NoReference()
    told()
    return Fields(ground, temperature, float(temperature[green].astype(np.float64).mean()), cells)


def model_temperature(ground: Ground, model: HeatModel, told: Told) -> NDArray[np.float32]:
    """Compute the night's air temperature, tile by tile with the halo that makes each exact."""
    capacity, green = ground.rules.night, ground.rules.marked("green_area")
    result = np.full(ground.grid.shape, np.nan, dtype=np.float32)
    halo = model.halo_cells
    for rows, columns in tiles(ground.grid.shape):
        if not ground.cover[rows, columns].any():
            continue
        top, left = max(0, rows.start - halo), max(0, columns.start - halo)
        around = ground.cover[top : rows.stop + halo, left : columns.stop + halo]
        found = model.window(capacity[around], green[around]).temperature
        inner = found[
            rows.start - top : rows.stop - top,
            columns.start - left : columns.stop - left,
        ]
        result[rows, columns] = inner
        told()
    return result


def tiles(shape: tuple[int, int]) -> Iterator[tuple[slice, slice]]:
    """Yield the rows and columns of square tiles that cover the grid."""
    for row in range(0, shape[0], TILE_CELLS):
        for column in range(0, shape[1], TILE_CELLS):
            yield (
                slice(row, min(row + TILE_CELLS, shape[0])),
                slice(column, min(column + TILE_CELLS, shape[1])),
            )
