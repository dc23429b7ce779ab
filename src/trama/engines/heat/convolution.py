"""Weighted sums around each cell, by Fourier transform, exact where cells lack data and at the borders.

Three facts make it quick. The kernel is symmetric: its spectrum is real, a quarter of it is enough, and it
is computed once for a size. The weight of the known cells around a cell is that of a rectangle, read from a
table of running sums of the kernel, less the weight of the missing cells, transformed only where there are
some. Single precision is enough (values lie between 0 and 1) as long as that weight is not small; else the
window is done in double. Transforms take the threads given with `scipy.fft.set_workers`: same digits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from threading import Lock

import numpy as np
import numpy.typing as npt
import scipy.fft

Floats = npt.NDArray[np.floating]
Mask = npt.NDArray[np.bool_]
Inner = tuple[slice, slice]

FAINT = 0.2
"""Share of the kernel's weight on known cells below which single precision would lose digits."""
SINGLE_WEIGHT = 2e5
"""Kernels that weigh more than this (large discs) are summed in double precision, to count exactly."""
SPARSE = 0.25
"""Share of blocks with missing cells below which those blocks are transformed one by one."""
BLOCK = 512
LINES = 256
"""Rows transformed at a time: few, so that what is padded stays small."""
KEPT = 6


class Around:
    """Sums around each cell with one symmetric kernel of odd sides.

    Parameters
    ----------
    kernel
        Weights, the cell in the middle.
    """

    def __init__(self, kernel: npt.NDArray[np.float64]) -> None:
        self.kernel = kernel
        self.reach = kernel.shape[0] // 2
        self._spectra: dict[tuple[int, int, str], Floats] = {}
        self._lock = Lock()

    @cached_property
    def total(self) -> float:
        """Weight of the whole kernel."""
        return float(self.kernel.sum())

    @cached_property
    def _running(self) -> npt.NDArray[np.float64]:
        return np.pad(self.kernel.cumsum(0).cumsum(1), ((1, 0), (1, 0)))

    def sums(self, values: Floats, inner: Inner) -> Floats:
        """Return Σ w·v for the cells of `inner`; what lies outside `values` counts as 0.

        The precision is that of `values`.
        """
        spans = [part.indices(side)[:2] for part, side in zip(inner, values.shape, strict=True)]
        wanted = [
            max(side, side + self.reach - start, stop + self.reach, lines)
            for (start, stop), side, lines in zip(spans, values.shape, self.kernel.shape, strict=True)
        ]
        size = _even(wanted[0]), _even(wanted[1])
        spectrum = np.zeros((size[0], size[1] // 2 + 1), dtype=np.result_type(values.dtype, np.complex64))
        for first in range(0, values.shape[0], LINES):
            lines = values[first : first + LINES]
            spectrum[first : first + len(lines)] = scipy.fft.rfft(lines, size[1], axis=1)
        spectrum = scipy.fft.fft(spectrum, axis=0, overwrite_x=True)
        quarter = self._spectrum(size, values.dtype)
        spectrum[: len(quarter)] *= quarter
        spectrum[len(quarter) :] *= quarter[-2:0:-1]
        spectrum = scipy.fft.ifft(spectrum, axis=0, overwrite_x=True)[slice(*spans[0])]
        result = np.empty((len(spectrum), spans[1][1] - spans[1][0]), dtype=values.dtype)
        for first in range(0, len(result), LINES):
            rows = scipy.fft.irfft(spectrum[first : first + LINES], size[1], axis=1)
            result[first : first + LINES] = rows[:, slice(*spans[1])]
        return result

    def _spectrum(self, size: tuple[int, int], dtype: np.dtype[np.floating]) -> Floats:
        """Return the kernel's spectrum, which is real; the last ones are kept."""
        key = (*size, dtype.str)
        with self._lock:
            if key not in self._spectra:
                while len(self._spectra) >= KEPT:
                    self._spectra.pop(next(iter(self._spectra)))
                self._spectra[key] = self._transformed(size, dtype)
            return self._spectra[key]

    def _transformed(self, size: tuple[int, int], dtype: np.dtype[np.floating]) -> Floats:
        """Transform a quarter of the kernel by cosines, in double precision: the rest is its mirror image."""
        quarter = self.kernel[self.reach :, self.reach :]
        across = scipy.fft.dct(quarter, type=1, n=size[1] // 2 + 1, axis=1)
        return np.asarray(scipy.fft.dct(across, type=1, n=size[0] // 2 + 1, axis=0)).astype(dtype)

    def weights_inside(self, shape: tuple[int, int], inner: Inner) -> Iterator[tuple[slice, Floats]]:
        """Give the weight that falls inside an array of `shape`, by groups of equal rows of `inner`.

        Yields rows (counted from the first of `inner`) and their weights, one per column of `inner`.
        """
        above, below = self._cut(shape[0], inner[0])
        left, right = self._cut(shape[1], inner[1])
        turns = np.flatnonzero(np.diff(above) | np.diff(below)) + 1
        for first, last in zip([0, *turns.tolist()], [*turns.tolist(), len(above)], strict=True):
            line = self._running[below[first]] - self._running[above[first]]
            yield slice(first, last), line[right] - line[left]

    def _cut(self, side: int, part: slice) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        """Return, for each place along a side, the first and last + 1 line of the kernel that fall inside."""
        place = np.arange(*part.indices(side)[:2])
        return np.maximum(self.reach - place, 0), np.minimum(self.reach + side - place, 2 * self.reach + 1)

    def lost(self, missing: Mask, inner: Inner, dtype: np.dtype[np.floating]) -> tuple[Floats, list[Inner]]:
        """Return the weight of the missing cells around those of `inner`, and the tiles that have some.

        Tiles are parts of `inner`, counted from its first row and column; elsewhere the weight is zero.
        """
        spans = [range(*part.indices(side)) for part, side in zip(inner, missing.shape, strict=True)]
        weights: Floats = np.zeros((len(spans[0]), len(spans[1])), dtype=dtype)
        touched = []
        for block in _blocks(missing):
            near = _meet([(part.start - self.reach, part.stop + self.reach) for part in block], missing.shape)
            reached = tuple(
                slice(max(n.start, span.start), min(n.stop, span.stop))
                for n, span in zip(near, spans, strict=True)
            )
            if any(r.start >= r.stop for r in reached):
                continue
            here = np.zeros([n.stop - n.start for n in near], dtype=dtype)
            here[_shift(block, near[0].start, near[1].start)] = missing[block]
            place = _shift(reached, spans[0].start, spans[1].start)
            weights[place] += self.sums(here, _shift(reached, near[0].start, near[1].start))
            touched.append(place)
        return weights, _tiles_of(touched, weights.shape)


def _even(least: int) -> int:
    """Return a size, even and quick to transform, of at least so many cells."""
    size = scipy.fft.next_fast_len(least, real=True)
    while size % 2:
        size = scipy.fft.next_fast_len(size + 1, real=True)
    return int(size)


def _shift(window: tuple[slice, ...], row: int, column: int) -> Inner:
    rows, columns = window
    return slice(rows.start - row, rows.stop - row), slice(columns.start - column, columns.stop - column)


def _meet(window: Sequence[tuple[int, int]], shape: tuple[int, ...]) -> Inner:
    (top, bottom), (left, right) = window
    return slice(max(top, 0), min(bottom, shape[0])), slice(max(left, 0), min(right, shape[1]))


def _tiles(shape: tuple[int, ...]) -> Iterator[Inner]:
    for row in range(0, shape[0], BLOCK):
        for column in range(0, shape[1], BLOCK):
            yield _meet([(row, row + BLOCK), (column, column + BLOCK)], shape)


def _blocks(missing: Mask) -> list[Inner]:
    """Return where the missing cells are: a few blocks, or the whole array when they are in many."""
    tiles = list(_tiles(missing.shape))
    found = [tile for tile in tiles if missing[tile].any()]
    return (
        found
        if len(found) <= SPARSE * len(tiles)
        else [_meet([(0, missing.shape[0]), (0, missing.shape[1])], missing.shape)]
    )


def _tiles_of(windows: list[Inner], shape: tuple[int, ...]) -> list[Inner]:
    """Return the tiles that some window touches, each once."""
    return [
        tile
        for tile in _tiles(shape)
        if any(
            all(t.start < w.stop and w.start < t.stop for t, w in zip(tile, window, strict=True))
            for window in windows
        )
    ]


def mean_around(values: Floats, missing: Mask | None, around: Around, inner: Inner) -> Floats:
    """Return Σ w·v / Σ w over the cells with data, for the cells of `inner`; NaN where the cell has none.

    Parameters
    ----------
    values
        Shape (rows, columns), single or double precision; 0 where missing.
    missing
        Same shape; None when every cell has data. What lies outside the array has none.
    around
        The kernel.
    inner
        Rows and columns wanted.
    """
    sums = around.sums(values, inner)
    lines = list(around.weights_inside((values.shape[0], values.shape[1]), inner))
    kept: dict[int, Floats] = {}
    if missing is not None:
        lost, tiles = around.lost(missing, inner, values.dtype)
        kept = {number: sums[tile].copy() for number, tile in enumerate(tiles)}
    for group, line in lines:
        sums[group] *= (1.0 / line).astype(sums.dtype)
    if missing is not None:
        for number, tile in enumerate(tiles):
            known = _lines_in(lines, tile, sums.dtype) - lost[tile]
            gone = missing[inner][tile]
            if known.min(where=~gone, initial=np.inf) < FAINT * around.total and sums.dtype == np.float32:
                sums[tile] = _again(values, missing, around, inner, tile)
                continue
            known[gone] = np.nan
            np.divide(kept[number], known, out=sums[tile])
    return sums


def _again(values: Floats, missing: Mask, around: Around, inner: Inner, tile: Inner) -> Floats:
    """Return a tile of `inner` computed in double precision from what lies within reach of it."""
    start = [part.indices(side)[0] for part, side in zip(inner, values.shape, strict=True)]
    cells = _shift(tile, -start[0], -start[1])
    near = _meet([(part.start - around.reach, part.stop + around.reach) for part in cells], values.shape)
    there = _shift(cells, near[0].start, near[1].start)
    mask = missing[near]
    sums = around.sums(values[near].astype(np.float64), there)
    known = around.sums((~mask).astype(np.float64), there)
    known[mask[there]] = np.nan
    return sums / known


def _lines_in(lines: list[tuple[slice, Floats]], tile: Inner, dtype: np.dtype[np.floating]) -> Floats:
    """Lay the weights of groups of rows on a tile."""
    rows, columns = tile
    weights: Floats = np.empty((rows.stop - rows.start, columns.stop - columns.start), dtype=dtype)
    for group, line in lines:
        first, last = max(group.start, rows.start), min(group.stop, rows.stop)
        if first < last:
            weights[first - rows.start : last - rows.start] = line[columns]
    return weights


def enough_around(marked: Mask, missing: Mask | None, around: Around, threshold: float, inner: Inner) -> Mask:
    """Tell where (marked / known)·disc, counted over the cells of a disc, is not below a threshold.

    Counts are whole numbers and exact, and the comparison is made in the order of operations of InVEST, so
    that the same cells fall on the same side of the threshold.

    Parameters
    ----------
    marked
        The cells to count, none of them missing.
    missing
        The cells not known; None when all are.
    around
        A disc of ones.
    threshold
        In cells, above zero.
    inner
        Rows and columns wanted.
    """
    dtype: np.dtype[np.floating] = np.dtype("f4" if around.total <= SINGLE_WEIGHT else "f8")
    least = _least(round(around.total), threshold).astype(dtype)
    sums = around.sums(marked.astype(dtype), inner)
    lines = list(around.weights_inside((marked.shape[0], marked.shape[1]), inner))
    enough = np.empty(sums.shape, dtype=bool)
    for group, line in lines:
        np.greater_equal(sums[group], least[np.rint(line).astype(np.intp)], out=enough[group])
    if missing is not None:
        lost, tiles = around.lost(missing, inner, dtype)
        for tile in tiles:
            known = np.rint(_lines_in(lines, tile, dtype) - lost[tile]).astype(np.intp)
            np.greater_equal(sums[tile], least[known], out=enough[tile])
    return enough


def _least(disc: int, threshold: float) -> npt.NDArray[np.float64]:
    """Return, for each number of known cells, the least count that reaches the threshold, less a half.

    The half leaves room for the noise of the transform.
    """
    known = np.arange(1, disc + 1, dtype=np.float64)
    guess = np.ceil(threshold * known / disc)
    reached = [(count / known) * disc >= threshold for count in (guess - 1, guess)]
    count = np.where(reached[0], guess - 1, np.where(reached[1], guess, guess + 1))
    return np.concatenate([[np.inf], count - 0.5])
