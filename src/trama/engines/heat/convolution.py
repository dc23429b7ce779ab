"""Weighted means around each cell, where some cells have no data."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import scipy.fft

Floats = npt.NDArray[np.floating]
Mask = npt.NDArray[np.bool_]


def mean_around(values: Floats, known: Mask, kernel: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return Σ w·v / Σ w over the known cells around each known cell; NaN elsewhere.

    Parameters
    ----------
    values
        Shape (rows, columns); what `known` excludes is not read.
    known
        Same shape. What lies outside the array is not known.
    kernel
        Weights, odd sides, the cell in the middle, symmetric.
    """
    total = _convolve(np.where(known, values, 0.0), kernel)
    weight = _convolve(known.astype(np.float64), kernel)
    result = np.full(known.shape, np.nan)
    np.divide(total, weight, out=result, where=known)
    return result


def count_around(
    marked: Mask, known: Mask, kernel: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return how many marked and how many known cells the kernel (ones and zeros) reaches: exact counts."""
    near = np.rint(_convolve((marked & known).astype(np.float64), kernel))
    there = np.rint(_convolve(known.astype(np.float64), kernel))
    return near, there


def _convolve(values: npt.NDArray[np.float64], kernel: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Convolve, keeping the shape of `values`."""
    whole = tuple(a + b - 1 for a, b in zip(values.shape, kernel.shape, strict=True))
    size = tuple(scipy.fft.next_fast_len(side, real=True) for side in whole)
    spectrum = scipy.fft.rfft2(values, size) * scipy.fft.rfft2(kernel, size)
    first, second = (side // 2 for side in kernel.shape)
    full = scipy.fft.irfft2(spectrum, size)
    return np.asarray(full[first : first + values.shape[0], second : second + values.shape[1]])
