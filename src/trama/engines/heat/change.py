"""What changes when a few cells of a large map change: the difference alone, in the time of a gesture.

A change of capacity reaches, through the parks, cells within `HeatModel.mitigation_halo_cells`; the air mixes
what has changed there. Both steps are convolutions, hence the change of each is the convolution of a change:
of the few cells drawn, and of the heat mitigation around them. The state before is computed once per window.
"""

from __future__ import annotations

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
    park, near
        CCpark and cells of green within d_cool; right within one halo of the core, which is all that is read.
    weight, there
        Weight of the known cells around each: for the parks, for the disc. None where every cell of the
        window is known.
    """

    model: HeatModel
    capacity: Singles
    green: Mask
    core: Part
    park: Singles
    near: Singles
    weight: Singles | None
    there: Singles | None
    _air: dict[int, tuple[Part, Singles]] = field(default_factory=dict)

    @classmethod
    def of(cls, model: HeatModel, capacity: Singles, green: Mask, core: Part) -> Before:
        """Compute the state of a window."""
        known = ~np.isnan(capacity)
        halo, shape = model.mitigation_halo_cells, capacity.shape
        pads = [halo if _near_side(*at, 2 * halo) else 0 for at in zip(core, shape, strict=True)]
        size = _fast((shape[0] + pads[0], shape[1] + pads[1]))
        decay, disc = _decay(model.cooling_cells, size), _disc(model.cooling_cells, size)
        park = _convolved(np.where(green & known, capacity, 0), decay, size, shape)
        near = np.rint(_convolved(green & known, disc, size, shape))
        weight = there = None
        if any(pads) or not known.all():
            spectrum = _transformed(known, size)
            weight = _back(spectrum * decay, size, shape)
            there = np.rint(_back(spectrum * disc, size, shape))
            park = np.divide(park, weight, out=np.zeros_like(park), where=known)
        return cls(model, capacity, green & known, core, park, near, weight, there)

    def air_weight(self, out: Part, reach_cells: int) -> Singles | float:
        """Return the weight of the known cells that mix with the air of `out`, never quite zero.

        `out` lies within `reach_cells` of the core: the weights of all of that are computed once.
        """
        if reach_cells not in self._air:
            part = _grown(self.core, reach_cells, self.capacity.shape)
            self._air[reach_cells] = (part, self._air_weights(part))
        part, weights = self._air[reach_cells]
        return weights[_within(out, part)]

    def _air_weights(self, part: Part) -> Singles:
        mixing = self.model.mixing_cells
        around = _grown(part, CUT * mixing, self.capacity.shape)
        known = ~np.isnan(self.capacity[around])
        rows, columns = _size(around)
        pads = [
            CUT * mixing if _near_side(one, side, CUT * mixing) else 0
            for one, side in zip(part, self.capacity.shape, strict=True)
        ]
        if not any(pads) and known.all():
            return np.ones(_size(part), np.float32)
        size = _fast((rows + pads[0], columns + pads[1]))
        weight = _convolved(known, _decay(mixing, size), size, (rows, columns))[_within(part, around)]
        return np.asarray(np.maximum(weight, 1e-6), dtype=np.float32)

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
        park = self.park[around] + self._spread(spread, where, around, _decay)
        more = np.where(np.isnan(before), 0, green.astype(np.float32) - green_before)
        near = self.near[around] + np.rint(self._spread_raw(more, where, around, _disc))
        old = self._mitigation(self.capacity[around], self.park[around], self.near[around], around)
        new = self._mitigation(after, park, near, around)
        cooler = np.where(known, new - old, 0).astype(np.float32)
        return Change(self.model, self, around, cooler, where)

    def _mitigation(self, capacity: Singles, park: Singles, near: Singles, around: Part) -> Singles:
        disc = float(disc_kernel(self.model.cooling_cells).sum())
        area = near if self.there is None else near / np.maximum(self.there[around], 1) * disc
        own = (capacity >= park) | (area < self.model.large_green_m2 / self.model.cell_m**2)
        return np.where(own, capacity, park)

    def _spread(self, patch: Any, where: Part, around: Part, kernel: Any) -> Singles:
        total = self._spread_raw(patch, where, around, kernel)
        if self.weight is None:
            return total
        return np.divide(
            total, self.weight[around], out=np.zeros_like(total), where=self.weight[around] > 1e-6
        )

    def _spread_raw(self, patch: Any, where: Part, around: Part, kernel: Any) -> Singles:
        """Convolve a small patch, and read the result on the cells around it."""
        patch = np.nan_to_num(np.asarray(patch, np.float32))
        rows, columns = _size(around)
        if not patch.any():
            return np.zeros((rows, columns), np.float32)
        reach = [_farthest(where[axis], around[axis]) for axis in (0, 1)]
        size = _fast((rows + reach[0], columns + reach[1]))
        laid = np.zeros((rows, columns), np.float32)
        laid[_within(where, around)] = patch
        return _convolved(laid, kernel(self.model.cooling_cells, size), size, (rows, columns))


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
        whole = _hull(out, self.around)
        rows, columns = _size(whole)
        laid = np.zeros((rows, columns), np.float32)
        laid[_within(self.around, whole)] = self.mitigation
        mixing = self.model.mixing_cells
        reach = [_farthest(out[axis], self.around[axis]) for axis in (0, 1)]
        size = _fast((rows + reach[0], columns + reach[1]))
        moved = _convolved(laid, _decay(mixing, size), size, (rows, columns))[_within(out, whole)]
        known = ~np.isnan(self.before.capacity[out])
        cooler = -self.model.uhi_max * moved / self.before.air_weight(out, reach_cells)
        return out, np.where(known, cooler, np.nan).astype(np.float32)


def _convolved(values: Any, spectrum: Any, size: tuple[int, int], shape: tuple[int, ...]) -> Singles:
    """Convolve on a circle of `size`, whose kernel has its middle at the origin."""
    return _back(_transformed(values, size) * spectrum, size, shape)


def _transformed(values: Any, size: tuple[int, int]) -> Spectrum:
    return np.asarray(scipy.fft.rfft2(np.asarray(values, np.float32), size, workers=2))


def _back(product: Spectrum, size: tuple[int, int], shape: tuple[int, ...]) -> Singles:
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


def _near_side(one: slice, side: int, margin: int) -> bool:
    """Tell whether a part lies so near a side that a circle of the window's own size would reach round it."""
    return bool(one.start < margin or side - one.stop < margin)
