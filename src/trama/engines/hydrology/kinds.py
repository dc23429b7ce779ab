"""Cells counted by kind: whole numbers, so that sums are exact whatever the tiling.

What STORM computes of a cell depends only on its *kind*: land-cover class, soil, water-table band. A few
thousand kinds cover millions of cells. So the cells of each zone are counted by kind once, and every mean or
total of any quantity follows from those counts and a table with one value per kind. Counting whole numbers
commutes: the order of cells, the tiling, the joining of zones change no digit. The counting itself is
`ZonalHistogram`; `CellLookup` is the two-axis case, for inputs that have no other axis.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MISSING = 0
"""Position 0 of every axis: the cell has no value there."""


@dataclass(frozen=True)
class Kinds:
    """The axes a kind is made of, each with its number of values (position 0, missing, left out).

    Attributes
    ----------
    axes
        Name of the axis → how many values it has.

    Examples
    --------
    >>> kinds = Kinds({"cover": 2, "soil": 4})
    >>> kinds.shape, kinds.count
    ((3, 5), 15)
    """

    axes: Mapping[str, int]

    @property
    def shape(self) -> tuple[int, ...]:
        """Positions along each axis, the missing one included."""
        return tuple(size + 1 for size in self.axes.values())

    @property
    def count(self) -> int:
        """Number of kinds."""
        return int(np.prod(self.shape))

    @property
    def dtype(self) -> np.dtype[np.unsignedinteger]:
        """Smallest unsigned type that holds a kind."""
        return np.min_scalar_type(self.count - 1)

    def of(self, positions: Mapping[str, NDArray[np.integer]]) -> NDArray[np.unsignedinteger]:
        """Return the kind of each cell from its position on each axis (arrays of one shape)."""
        kind: NDArray[np.unsignedinteger] | None = None
        for (name, size), width in zip(self.axes.items(), self.shape, strict=True):
            step = positions[name]
            if step.size and int(step.max()) > size:
                raise ValueError(f"axis {name} has positions beyond {size}")
            kind = step.astype(self.dtype) if kind is None else kind * self.dtype.type(width) + step
        if kind is None:
            raise ValueError("kinds without axes")
        return kind.astype(self.dtype, copy=False)

    def spread(self, values: Mapping[tuple[str, ...], NDArray[np.float64]]) -> NDArray[np.float64]:
        """Return one value per kind: the product of factors, each known along some of the axes.

        Parameters
        ----------
        values
            Axes of a factor → its values, one dimension per axis, missing positions left out.

        Returns
        -------
        ndarray
            Shape ``(count,)``, float64; NaN where any of the axes named is missing.

        Examples
        --------
        >>> Kinds({"cover": 2}).spread({("cover",): np.array([0.1, 1.0])})
        array([nan, 0.1, 1. ])
        """
        product = np.ones(self.shape)
        names = list(self.axes)
        for axes, factor in values.items():
            places = [names.index(axis) for axis in axes]
            if places != sorted(places):
                raise ValueError("the axes of a factor follow the order of the kinds")
            padded = np.pad(factor, [(1, 0)] * factor.ndim, constant_values=np.nan)
            wide = [size if place in places else 1 for place, size in enumerate(self.shape)]
            product = product * padded.reshape(wide)
        return product.reshape(-1)

    def along(self, axis: str, per_kind: NDArray[np.generic]) -> NDArray[np.generic]:
        """Sum a quantity per kind down to one axis (its missing position first)."""
        cube = per_kind.reshape(self.shape)
        place = list(self.axes).index(axis)
        return np.asarray(cube.sum(axis=tuple(other for other in range(cube.ndim) if other != place)))


@dataclass(frozen=True, slots=True)
class Summary:
    """What the cells of one zone say of one quantity.

    Attributes
    ----------
    cells, known
        Cells of the zone, and those with a value.
    total
        Sum over the known cells; None where there is none.
    """

    cells: int
    known: int
    total: float | None

    @property
    def mean(self) -> float | None:
        """Mean over the known cells; None, not zero, where no cell is known."""
        return None if self.total is None else self.total / self.known

    @property
    def coverage(self) -> float | None:
        """Known cells over all cells of the zone; None for a zone without cells."""
        return self.known / self.cells if self.cells else None


def summarise(counts: NDArray[np.int64], per_kind: NDArray[np.float64]) -> Summary:
    """Sum a quantity over the cells of a zone.

    Parameters
    ----------
    counts
        Cells of the zone by kind, shape ``(kinds,)``.
    per_kind
        Value of the quantity for each kind, NaN where missing.

    Examples
    --------
    >>> summarise(np.array([5, 2, 2]), np.array([np.nan, 0.1, 1.0])).mean
    0.55
    """
    has_value = np.isfinite(per_kind)
    known = int(counts[has_value].sum())
    total = float(np.dot(counts[has_value], per_kind[has_value])) if known else None
    return Summary(cells=int(counts.sum()), known=known, total=total)


def band(
    values: NDArray[np.floating], steps: list[tuple[str, float]], missing: NDArray[np.bool_]
) -> NDArray[np.uint8]:
    """Return the step each value meets first, counted from 1; the last position is "otherwise".

    Parameters
    ----------
    values
        Any shape.
    steps
        (comparison, bound) in reading order; comparisons are ``at_least``, ``above``, ``at_most``, ``below``.
    missing
        Cells without a value: they get position 0.

    Examples
    --------
    >>> band(np.array([12.0, 10.0, 3.0, 9.0]), [("above", 10), ("at_least", 5)], np.zeros(4, bool))
    array([1, 2, 3, 2], dtype=uint8)
    """
    compare = {
        "at_least": np.greater_equal,
        "above": np.greater,
        "at_most": np.less_equal,
        "below": np.less,
    }
    result = np.full(values.shape, len(steps) + 1, dtype=np.uint8)
    for position in range(len(steps), 0, -1):
        comparison, bound = steps[position - 1]
        result[compare[comparison](values, bound)] = position
    result[missing | ~np.isfinite(values)] = MISSING
    return result
