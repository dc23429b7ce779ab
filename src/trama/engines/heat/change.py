"""What changes when a few cells of a large map change: the difference alone, in the time of a gesture.

A change of capacity reaches, through the parks, cells within `HeatModel.mitigation_halo_cells`; the air mixes
what has changed there. Both steps are convolutions, hence the change of each is the convolution of a change:
of the few cells drawn, and of the heat mitigation around them. The state before is computed once per window.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.fft

from trama.engines.heat.kernels import CUT, decay_kernel, disc_kernel
from trama.engines.heat.model import HeatModel

STEP = 64
"""Sides of the circle of a convolution are multiples of it, or a little more."""
Singles = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
Spectrum = npt.NDArray[np.complex64]
Part = tuple[slice, slice]
Kernel = Callable[[int, tuple[int, int]], Spectrum]


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
        known, cells, halo = ~np.isnan(capacity), model.cooling_cells, model.mitigation_halo_cells
        region = _grown(core, halo, capacity.shape)
        park = _around(np.where(green & known, capacity, 0), region, _decay, cells, halo)
        near = np.rint(_around(green & known, region, _disc, cells, cells))
        weight = there = None
        if _clipped(region, halo, capacity.shape) or not known.all():
            weight = _around(known, region, _decay, cells, halo)
            there = np.rint(_around(known, region, _disc, cells, cells))
            park = np.divide(park, weight, out=np.zeros_like(park), where=known[region])
        return cls(model, capacity, green & known, core, region, park, near, weight, there)

    def air_weight(self, out: Part, reach_cells: int) -> Singles:
        """Return the weight of the known cells that mix with the air of `out`, never quite zero.

        `out` lies within `reach_cells` of the core: the weights of all of that are computed once.
        """
        if reach_cells not in self._air:
            part, mixing = _grown(self.core, reach_cells, self.capacity.shape), self.model.mixing_cells
            weights = _around(~np.isnan(self.capacity), part, _decay, mixing, CUT * mixing)
            self._air[reach_cells] = (part, np.asarray(np.maximum(weights, 1e-6), dtype=np.float32))
        part, weights = self._air[reach_cells]
        return weights[_within(out, part)]

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
        around = _grown(where, halo, self.capacity.shape)
        known = ~np.isnan(self.capacity[around])
        after = self.capacity[around].copy()
        inner = _within(where, around)
        after[inner] = np.where(np.isnan(before), np.nan, capacity)
        spread = np.where(green, after[inner], 0) - np.where(green_before, before, 0)
        told = _within(around, self.region)
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
        model = self.model
        total = _told(
            np.nan_to_num(patch), where, around, _decay, model.cooling_cells, CUT * model.cooling_cells
        )
        if self.weight is None:
            return total
        weight = self.weight[_within(around, self.region)]
        return np.divide(total, weight, out=np.zeros_like(total), where=weight > 1e-6)

    def _near_after(self, more: Singles, where: Part, around: Part) -> Singles:
        """Return the cells of green within d_cool: they change no farther than that from those drawn on."""
        cells = self.model.cooling_cells
        near = self.near[_within(around, self.region)].copy()
        part = _grown(where, cells, self.capacity.shape)
        near[_within(part, around)] += np.rint(_told(more, where, part, _disc, cells, cells))
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
        out = _grown(self.where, reach_cells, shape)
        if not self.mitigation.any():
            known = ~np.isnan(self.before.capacity[out])
            return out, np.where(known, np.float32(0), np.float32(np.nan))
        mixing = self.model.mixing_cells
        moved = _told(self.mitigation, self.around, out, _decay, mixing, CUT * mixing)
        known = ~np.isnan(self.before.capacity[out])
        cooler = -self.model.uhi_max * moved / self.before.air_weight(out, reach_cells)
        return out, np.where(known, cooler, np.nan).astype(np.float32)


def _around(values: Any, part: Part, kernel: Kernel, cells: int, reach: int) -> Singles:
    """Convolve a map, and read the result on `part`: only what lies within `reach` of it is looked at."""
    given = _grown(part, reach, values.shape)
    return _told(values[given], given, part, kernel, cells, reach)


def _told(values: Any, given: Part, wanted: Part, kernel: Kernel, cells: int, reach: int) -> Singles:
    """Convolve what lies on `given`, nothing elsewhere, and read the result on `wanted`.

    The circle is long enough for what comes round it to come from beyond the kernel's reach.
    """
    hull = _hull(given, wanted)
    if not values.any():
        return np.zeros(_size(wanted), np.float32)
    shape = _size(hull)
    laid = np.zeros(shape, np.float32)
    laid[_within(given, hull)] = values
    rows, columns = (
        max(side, _farthest(g, w) + reach) for side, g, w in zip(shape, given, wanted, strict=True)
    )
    size = _fast((rows, columns))
    return _convolved(laid, kernel(cells, size), size, shape)[_within(wanted, hull)]


def _convolved(values: Any, spectrum: Spectrum, size: tuple[int, int], shape: tuple[int, int]) -> Singles:
    """Convolve on a circle of `size`, whose kernel has its middle at the origin."""
    product = scipy.fft.rfft2(np.asarray(values, np.float32), size, workers=2)
    product *= spectrum
    back = scipy.fft.irfft2(product, size, workers=2, overwrite_x=True)
    return np.asarray(back[: shape[0], : shape[1]], dtype=np.float32)


@lru_cache(maxsize=24)
def _decay(cells: int, size: tuple[int, int]) -> Spectrum:
    return _spectrum(decay_kernel(cells), size)


@lru_cache(maxsize=24)
def _disc(cells: int, size: tuple[int, int]) -> Spectrum:
    return _spectrum(disc_kernel(cells), size)


def _spectrum(kernel: npt.NDArray[np.float64], size: tuple[int, int]) -> Spectrum:
    """Return the spectrum of a kernel with its middle at the origin; cut where the circle is smaller."""
    laid = np.zeros(size)
    middle = [side // 2 for side in kernel.shape]
    reach = [min(m, (s - 1) // 2) for m, s in zip(middle, size, strict=True)]
    rows = np.arange(-reach[0], reach[0] + 1)
    columns = np.arange(-reach[1], reach[1] + 1)
    cut = kernel[np.ix_(rows + middle[0], columns + middle[1])]
    laid[np.ix_(rows % size[0], columns % size[1])] = cut
    return np.asarray(scipy.fft.rfft2(laid, workers=2), dtype=np.complex64)


def _fast(size: tuple[int, int]) -> tuple[int, int]:
    """Return sides that transform quickly, few enough for the kernels' spectra to be kept."""
    rows, columns = (int(scipy.fft.next_fast_len(-(-side // STEP) * STEP, real=True)) for side in size)
    return rows, columns


def _grown(part: Part, cells: int, shape: tuple[int, ...]) -> Part:
    rows, columns = (
        slice(max(0, one.start - cells), min(side, one.stop + cells))
        for one, side in zip(part, shape, strict=True)
    )
    return rows, columns


def _within(inner: Part, outer: Part) -> Part:
    rows, columns = (
        slice(one.start - other.start, one.stop - other.start)
        for one, other in zip(inner, outer, strict=True)
    )
    return rows, columns


def _hull(one: Part, other: Part) -> Part:
    rows, columns = (
        slice(min(a.start, b.start), max(a.stop, b.stop)) for a, b in zip(one, other, strict=True)
    )
    return rows, columns


def _farthest(one: slice, other: slice) -> int:
    return int(max(abs(one.stop - other.start), abs(other.stop - one.start)))


def _size(part: Part) -> tuple[int, int]:
    return part[0].stop - part[0].start, part[1].stop - part[1].start


def _clipped(part: Part, reach: int, shape: tuple[int, ...]) -> bool:
    """Tell whether `reach` around a part goes beyond the sides of the window."""
    return any(one.start < reach or side - one.stop < reach for one, side in zip(part, shape, strict=True))
