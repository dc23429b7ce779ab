"""Convolutions of a patch of a map, told for another patch: only what reaches it is read.

Single precision, on circles just long enough. A `Part` is a pair of slices (rows, columns) of a window.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.fft

from trama.engines.heat.kernels import CUT, decay_kernel, disc_kernel

STEP = 64
"""Sides of the circle of a convolution are multiples of it, or a little more."""
Singles = npt.NDArray[np.float32]
Spectrum = npt.NDArray[np.complex64]
Part = tuple[slice, slice]


@dataclass(frozen=True)
class Kernel:
    """Weights of distance around a cell, and how many cells from it they end."""

    make: Callable[[int], npt.NDArray[np.float64]]
    cells: int
    reach: int


def decay(cells: int) -> Kernel:
    """Return the exponential decay (see `decay_kernel`)."""
    return Kernel(decay_kernel, cells, CUT * cells)


def disc(cells: int) -> Kernel:
    """Return the plain disc (see `disc_kernel`)."""
    return Kernel(disc_kernel, cells, cells)


def convolved_around(values: Any, part: Part, kernel: Kernel) -> Singles:
    """Convolve a map, and read the result on `part`: only what lies within reach of it is looked at."""
    given = grown(part, kernel.reach, values.shape)
    return convolved(values[given], given, part, kernel)


def convolved(values: Any, given: Part, wanted: Part, kernel: Kernel) -> Singles:
    """Convolve what lies on `given`, nothing elsewhere, and read the result on `wanted`.

    The circle is long enough for what comes round it to come from beyond the kernel's reach.
    """
    if not values.any():
        return np.zeros(_size(wanted), np.float32)
    hull = _hull(given, wanted)
    shape = _size(hull)
    laid = np.zeros(shape, np.float32)
    laid[within(given, hull)] = values
    sides = (max(s, _farthest(g, w) + kernel.reach) for s, g, w in zip(shape, given, wanted, strict=True))
    rows, columns = sides
    size = _fast(rows, columns)
    product = scipy.fft.rfft2(laid, size, workers=2)
    product *= _spectrum(kernel, size)
    back = scipy.fft.irfft2(product, size, workers=2, overwrite_x=True)
    return np.asarray(back[within(wanted, hull)], dtype=np.float32)


@lru_cache(maxsize=48)
def _spectrum(kernel: Kernel, size: tuple[int, int]) -> Spectrum:
    """Return the spectrum of a kernel with its middle at the origin; cut where the circle is smaller."""
    weights = kernel.make(kernel.cells)
    laid = np.zeros(size)
    middle = [side // 2 for side in weights.shape]
    reach = [min(m, (s - 1) // 2) for m, s in zip(middle, size, strict=True)]
    rows = np.arange(-reach[0], reach[0] + 1)
    columns = np.arange(-reach[1], reach[1] + 1)
    cut = weights[np.ix_(rows + middle[0], columns + middle[1])]
    laid[np.ix_(rows % size[0], columns % size[1])] = cut
    return np.asarray(scipy.fft.rfft2(laid, workers=2), dtype=np.complex64)


def _fast(rows: int, columns: int) -> tuple[int, int]:
    """Return sides that transform quickly, few enough for the kernels' spectra to be kept."""
    high, wide = (int(scipy.fft.next_fast_len(-(-n // STEP) * STEP, real=True)) for n in (rows, columns))
    return high, wide


def grown(part: Part, cells: int, shape: tuple[int, ...]) -> Part:
    """Return a part and `cells` around it, within a window of `shape`."""
    rows, columns = (
        slice(max(0, one.start - cells), min(side, one.stop + cells))
        for one, side in zip(part, shape, strict=True)
    )
    return rows, columns


def within(inner: Part, outer: Part) -> Part:
    """Return a part as counted from the corner of another."""
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


def clipped(part: Part, reach: int, shape: tuple[int, ...]) -> bool:
    """Tell whether `reach` around a part goes beyond the sides of the window."""
    return any(one.start < reach or side - one.stop < reach for one, side in zip(part, shape, strict=True))
