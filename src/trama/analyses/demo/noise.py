"""Repeatable irregularity: integer hashes and smooth noise.

Everything is a pure function of place and seed, so a cell has the same value whatever the order, the strip
or the machine it is computed on.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.integer]

_A, _B, _C = np.uint32(0x9E3779B1), np.uint32(0x85EBCA77), np.uint32(0xC2B2AE3D)
_M1, _M2 = np.uint32(0x2C1B3C6D), np.uint32(0x297A2D39)


def chance(column: npt.ArrayLike, row: npt.ArrayLike, seed: int) -> Floats:
    """Return a number in [0, 1) for each pair of integers; unrelated from one pair to the next.

    >>> chance([3, 4], [5, 5], seed=1).tolist() == chance([3, 4], [5, 5], seed=1).tolist()
    True
    """
    a = np.atleast_1d(np.asarray(column)).astype(np.int64).astype(np.uint32)
    b = np.atleast_1d(np.asarray(row)).astype(np.int64).astype(np.uint32)
    mixed = (a * _A) ^ (b * _B) ^ np.uint32((seed * int(_C)) & 0xFFFFFFFF)
    mixed ^= mixed >> np.uint32(15)
    mixed *= _M1
    mixed ^= mixed >> np.uint32(12)
    mixed *= _M2
    mixed ^= mixed >> np.uint32(15)
    return (mixed >> np.uint32(8)).astype(np.float32) * np.float32(1 / (1 << 24))


def smooth(x: npt.ArrayLike, y: npt.ArrayLike, scale_m: float, seed: int, octaves: int = 1) -> Floats:
    """Return smooth noise in [0, 1], with features of about `scale_m` metres.

    Parameters
    ----------
    x, y
        Coordinates in metres.
    octaves
        How many times finer, weaker detail is added (each half the size and half the weight).

    Source: value noise, K. Perlin, "An Image Synthesizer", SIGGRAPH 1985, lattice of `chance`.
    """
    total = np.zeros(np.broadcast(x, y).shape, np.float32)
    weight, weights = 1.0, 0.0
    for octave in range(octaves):
        total += np.float32(weight) * _lattice(
            np.asarray(x), np.asarray(y), scale_m / 2**octave, seed + 101 * octave
        )
        weights += weight
        weight /= 2
    return np.asarray(total / np.float32(weights), np.float32)


def _lattice(x: npt.NDArray[np.floating], y: npt.NDArray[np.floating], scale_m: float, seed: int) -> Floats:
    u, v = x / scale_m, y / scale_m
    column, row = np.floor(u).astype(np.int64), np.floor(v).astype(np.int64)
    s, t = (u - column).astype(np.float32), (v - row).astype(np.float32)
    s, t = s * s * (3 - 2 * s), t * t * (3 - 2 * t)
    shape = column.shape
    corner = [chance(column + i, row + j, seed).reshape(shape) for j in (0, 1) for i in (0, 1)]
    low = corner[0] + s * (corner[1] - corner[0])
    high = corner[2] + s * (corner[3] - corner[2])
    return np.asarray(low + t * (high - low), np.float32)
