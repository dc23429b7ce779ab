"""What changes when a few cells of a large map change: the difference alone, in the time of a gesture.

A change of capacity reaches, through the parks, cells within `HeatModel.mitigation_halo_cells`; the air mixes
what has changed there. Both steps are convolutions, hence the change of each is the convolution of a change:
of the few cells drawn, and of the heat mitigation around them. The state before is computed once per window.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from trama.engines.heat.kernels import disc_kernel
from trama.engines.heat.model import HeatModel
from trama.engines.heat.patches import (
    Part,
    Singles,
    clipped,
    convolved,
    convolved_around,
    decay,
    disc,
    grown,
    within,
)

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Before:
    """The state of a window before anything is drawn.

    Parameters
    ----------
    model
        Parameters of the model.
    capacity
        Cooling capacity of the window, shape (rows, columns); NaN is no data.
    green
        Green areas; same shape.
    core
        Cells that may be changed: to be exact, at least twice `mitigation_halo_cells` from the window's
        sides, where the map goes on beyond them.

    Attributes
    ----------
    region
        Cells that a change of the core can reach; the rest is told for these.
    park, near
        CCpark and cells of green within d_cool.
    weight, there
        Weight of the known cells around each: for the parks, for the disc. None where they are all known.
    """

    model: HeatModel
    capacity: Singles
    green: Mask
    core: Part
    region: Part
    park: Singles
    near: Singles
    weight: Singles | None
    there: Singles | None
    _air: dict[int, tuple[Part, Singles]] = field(default_factory=dict)

    @classmethod
    def of(cls, model: HeatModel, capacity: Singles, green: Mask, core: Part) -> Before:
        """Compute the state of a window."""
        known, halo = ~np.isnan(capacity), model.mitigation_halo_cells
        parks, near_by = decay(model.cooling_cells), disc(model.cooling_cells)
        region = grown(core, halo, capacity.shape)
        park = convolved_around(np.where(green & known, capacity, 0), region, parks)
        near = np.rint(convolved_around(green & known, region, near_by))
        weight = there = None
        if clipped(region, halo, capacity.shape) or not known.all():
            weight = convolved_around(known, region, parks)
            there = np.rint(convolved_around(known, region, near_by))
            park = np.divide(park, weight, out=np.zeros_like(park), where=known[region])
        return cls(model, capacity, green & known, core, region, park, near, weight, there)

    def air_weight(self, out: Part, reach_cells: int) -> Singles:
        """Return the weight of the known cells that mix with the air of `out`, never quite zero.

        `out` lies within `reach_cells` of the core: the weights of all of that are computed once.
        """
        if reach_cells not in self._air:
            part = grown(self.core, reach_cells, self.capacity.shape)
            weights = convolved_around(~np.isnan(self.capacity), part, decay(self.model.mixing_cells))
            self._air[reach_cells] = (part, np.asarray(np.maximum(weights, 1e-6), dtype=np.float32))
        part, weights = self._air[reach_cells]
        return weights[within(out, part)]

    def change(self, where: Part, capacity: Singles, green: Mask) -> Change:
        """Return what changes when the cells of `where` take another capacity and another green.

        Parameters
        ----------
        where
            A part of the window, within the core.
        capacity, green
            Of those cells, after; NaN where there were no data before.
        """
        before, green_before = self.capacity[where], self.green[where]
        halo = self.model.mitigation_halo_cells
        around = grown(where, halo, self.capacity.shape)
        known = ~np.isnan(self.capacity[around])
        after = self.capacity[around].copy()
        inner = within(where, around)
        after[inner] = np.where(np.isnan(before), np.nan, capacity)
        spread = np.where(green, after[inner], 0) - np.where(green_before, before, 0)
        told = within(around, self.region)
        park = self.park[told] + self._park_change(spread, where, around)
        more = np.where(np.isnan(before), 0, green.astype(np.float32) - green_before)
        near = self._near_after(more, where, around)
        old = self._mitigation(self.capacity[around], self.park[told], self.near[told], told)
        new = self._mitigation(after, park, near, told)
        cooler = np.where(known, new - old, 0).astype(np.float32)
        return Change(self.model, self, around, cooler, where)

    def _mitigation(self, capacity: Singles, park: Singles, near: Singles, told: Part) -> Singles:
        disc = float(disc_kernel(self.model.cooling_cells).sum())
        area = near if self.there is None else near / np.maximum(self.there[told], 1) * disc
        own = (capacity >= park) | (area < self.model.large_green_m2 / self.model.cell_m**2)
        return np.where(own, capacity, park)

    def _park_change(self, patch: Singles, where: Part, around: Part) -> Singles:
        total = convolved(np.nan_to_num(patch), where, around, decay(self.model.cooling_cells))
        if self.weight is None:
            return total
        weight = self.weight[within(around, self.region)]
        return np.divide(total, weight, out=np.zeros_like(total), where=weight > 1e-6)

    def _near_after(self, more: Singles, where: Part, around: Part) -> Singles:
        """Return the cells of green within d_cool: they change no farther than that from those drawn on."""
        cells = self.model.cooling_cells
        near = self.near[within(around, self.region)].copy()
        part = grown(where, cells, self.capacity.shape)
        near[within(part, around)] += np.rint(convolved(more, where, part, disc(cells)))
        return near


@dataclass(frozen=True)
class Change:
    """A change of heat mitigation around what was drawn.

    Attributes
    ----------
    around
        Cells of the window it is told for.
    mitigation
        HM after - HM before, on those cells.
    where
        The cells drawn on.
    """

    model: HeatModel
    before: Before
    around: Part
    mitigation: Singles
    where: Part

    def temperature(self, reach_cells: int) -> tuple[Part, Singles]:
        """Return the change of mixed air temperature [°C] on the cells drawn on and `reach_cells` around.

        Exact where the air's kernel finds the whole window known; near missing cells the weights are those of
        the cells told for.
        """
        shape = self.before.capacity.shape
        out = grown(self.where, reach_cells, shape)
        if not self.mitigation.any():
            known = ~np.isnan(self.before.capacity[out])
            return out, np.where(known, np.float32(0), np.float32(np.nan))
        moved = convolved(self.mitigation, self.around, out, decay(self.model.mixing_cells))
        known = ~np.isnan(self.before.capacity[out])
        cooler = -self.model.uhi_max * moved / self.before.air_weight(out, reach_cells)
        return out, np.where(known, cooler, np.nan).astype(np.float32)
