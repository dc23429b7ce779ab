"""The two weights of distance: the exponential decay, cut at five times its distance, and the plain disc.

Source: pygeoprocessing.kernels, as InVEST's Urban Cooling calls them. Distances are between centres of cells.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from trama.engines.heat.convolution import Around

CUT = 5
"""The decay ends at this many times its distance."""


def distance_in_cells(distance_m: float, cell_m: float) -> int:
    """Return a distance in whole cells, rounded half to even as InVEST does.

    >>> distance_in_cells(450.0, 10.0), distance_in_cells(25.0, 10.0)
    (45, 2)

    Raises
    ------
    ValueError
        The distance is negative, or the cell has no side.
    """
    if not (0 <= distance_m < np.inf and 0 < cell_m < np.inf):
        raise ValueError("a distance is not negative, and a cell has a side")
    return int(np.round(distance_m / cell_m))


def decay_kernel(cells: int, reach: int | None = None) -> npt.NDArray[np.float64]:
    """Return exp(-d/cells) for d <= 5·cells, divided by its sum: shape (10·cells + 1,) twice.

    With no distance the weight is all in the cell itself. With `reach` the kernel ends so many cells from the
    middle, if it is not smaller: the rest would fall outside a raster of that side.

    >>> decay_kernel(0).tolist()
    [[1.0]]
    """
    if cells == 0:
        return np.ones((1, 1))
    distance = _distances(CUT * cells if reach is None else min(CUT * cells, reach))
    weights = np.where(distance <= CUT * cells, np.exp(-distance / cells), 0.0)
    return np.asarray(weights / weights.sum())


def disc_kernel(cells: int) -> npt.NDArray[np.float64]:
    """Return 1 where d <= cells, else 0: shape (2·cells + 1,) twice.

    >>> disc_kernel(1).sum()
    np.float64(5.0)
    """
    return np.asarray((_distances(cells) <= cells).astype(np.float64))


def decay(cells: int, shape: tuple[int, ...] | None = None) -> Around:
    """Return sums by exponential decay; the transforms of its kernel are kept.

    With the `shape` of the map the kernel ends where the map does: right where nothing lies beyond it.
    """
    return _decay(cells, CUT * cells if shape is None else min(CUT * cells, max(*shape, 1) - 1))


@lru_cache(maxsize=4)
def _decay(cells: int, reach: int) -> Around:
    return Around(decay_kernel(cells, reach))


@lru_cache(maxsize=2)
def disc(cells: int) -> Around:
    """Return sums over a disc; the transforms of its kernel are kept."""
    return Around(disc_kernel(cells))


def _distances(reach: int) -> npt.NDArray[np.float64]:
    axis = np.arange(-reach, reach + 1, dtype=np.float64)
    return np.asarray(np.hypot(axis[:, None], axis[None, :]))
