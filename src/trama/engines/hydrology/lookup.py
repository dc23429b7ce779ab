"""From the codes of two rasters to the row of one small table, so that a result costs a cell one gather.

Land cover (n classes) and soil group (four) have few combinations: whatever depends on them alone is computed
once per combination, in double precision, and spread over the cells. Counting the combinations by zone then
gives any zonal mean or sum exactly, without adding millions of rounded floats.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Index = npt.NDArray[np.intp]
SMALL = np.iinfo(np.uint16).max + 1
"""Codes that fit two bytes are found by position; larger ones by binary search."""


@dataclass(frozen=True)
class CellLookup:
    """Combinations of land-cover class and soil group.

    Rows of a table are numbered ``class * width + group``; the last two classes and the last two groups stand
    for "no data" and "unknown code", so that every cell has a row and nothing needs a mask.

    Parameters
    ----------
    class_codes
        Land-cover codes, each once, whole numbers.
    group_codes
        Soil-group codes, in the order of the tables' columns.
    class_nodata, group_nodata
        The code that means "no data" in each raster; None where the raster declares none.
    """

    class_codes: Sequence[int]
    group_codes: Sequence[int]
    class_nodata: int | None = None
    group_nodata: int | None = None
    _classes: npt.NDArray[np.uint16] = field(init=False, repr=False, compare=False)
    _groups: npt.NDArray[np.uint16] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(set(self.class_codes)) != len(self.class_codes):
            raise ValueError("a land-cover code is repeated")
        object.__setattr__(self, "_classes", _positions(self.class_codes, self.class_nodata, self.width))
        object.__setattr__(self, "_groups", _positions(self.group_codes, self.group_nodata, 1))

    @property
    def width(self) -> int:
        """Columns of a class in the flat table: the groups, "no data", "unknown"."""
        return len(self.group_codes) + 2

    @property
    def size(self) -> int:
        """Rows of a flat table."""
        return (len(self.class_codes) + 2) * self.width

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        """Rows that hold a known class and a known group: flat, of length `size`."""
        grid = np.zeros((len(self.class_codes) + 2, self.width), dtype=bool)
        grid[:-2, :-2] = True
        return grid.ravel()

    @property
    def unknown_class(self) -> npt.NDArray[np.bool_]:
        """Rows of cells whose land-cover code is in no table, though the soil is there."""
        grid = np.zeros((len(self.class_codes) + 2, self.width), dtype=bool)
        grid[-1, :] = True
        grid[-1, -2] = False
        return grid.ravel()

    @property
    def unknown_group(self) -> npt.NDArray[np.bool_]:
        """Rows of cells whose soil code is no group, though the land cover is there."""
        grid = np.zeros((len(self.class_codes) + 2, self.width), dtype=bool)
        grid[:, -1] = True
        grid[-2, -1] = False
        return grid.ravel()

    def spread(self, values: npt.ArrayLike, missing: float) -> npt.NDArray[np.float32]:
        """Lay a table of classes by groups out flat, with `missing` wherever a class or a group lacks.

        Parameters
        ----------
        values
            Shape (classes, groups), double precision; NaN (no value in the table) becomes `missing` too.
        """
        table = np.full((len(self.class_codes) + 2, self.width), missing, dtype=np.float64)
        inner = np.asarray(values, dtype=np.float64)
        table[:-2, :-2] = np.where(np.isnan(inner), missing, inner)
        return table.ravel().astype(np.float32)

    def rows(self, classes: npt.NDArray[np.generic], groups: npt.NDArray[np.generic]) -> Index:
        """Return, for each cell, its row in the flat tables.

        Parameters
        ----------
        classes, groups
            Integer codes, same shape.
        """
        found = self._find(classes, self._classes, self.class_codes, self.class_nodata, self.width)
        inner = self._find(groups, self._groups, self.group_codes, self.group_nodata, 1)
        rows: Index = np.add(found, inner, dtype=np.intp)
        return rows

    @staticmethod
    def _find(
        codes: npt.NDArray[np.generic],
        positions: npt.NDArray[np.uint16],
        known: Sequence[int],
        nodata: int | None,
        step: int,
    ) -> npt.NDArray[np.generic]:
        if codes.dtype.itemsize <= 2 and codes.dtype.kind in "iu":
            # A signed code read as unsigned lands, by two's complement, where `_positions` put it.
            unsigned: npt.NDArray[np.integer] = codes.view(f"u{codes.dtype.itemsize}")
            table = _bytes_of(positions) if codes.dtype == np.int8 else positions
            return np.take(table, unsigned)
        wide = codes.astype(np.int64, copy=False)
        order = np.argsort(np.asarray(known, dtype=np.int64))
        ordered = np.asarray(known, dtype=np.int64)[order]
        place = np.minimum(np.searchsorted(ordered, wide), len(ordered) - 1)
        found = np.where(ordered[place] == wide, order[place], len(known) + 1)
        if nodata is not None:
            found = np.where(wide == nodata, len(known), found)
        return np.asarray(found * step)


def _positions(codes: Sequence[int], nodata: int | None, step: int) -> npt.NDArray[np.uint16]:
    """Return the row of every two-byte code, negative ones in two's complement."""
    if (len(codes) + 2) * step >= SMALL:
        raise ValueError("too many classes")
    table = np.full(SMALL, (len(codes) + 1) * step, dtype=np.uint16)
    for position, code in enumerate(codes):
        if -SMALL // 2 <= code < SMALL:
            table[code] = position * step
    if nodata is not None and -SMALL // 2 <= nodata < SMALL:
        table[nodata] = len(codes) * step
    return table


def _bytes_of(positions: npt.NDArray[np.uint16]) -> npt.NDArray[np.uint16]:
    """Return the part of a table of positions that a signed byte, read as unsigned, points at."""
    return np.concatenate([positions[:128], positions[-128:]])
