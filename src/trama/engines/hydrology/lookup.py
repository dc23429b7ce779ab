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

from trama.engines.codes import CodeLookup

Index = npt.NDArray[np.intp]


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
    _classes: CodeLookup = field(init=False, repr=False, compare=False)
    _groups: CodeLookup = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_classes", CodeLookup(self.class_codes, self.class_nodata, self.width))
        object.__setattr__(self, "_groups", CodeLookup(self.group_codes, self.group_nodata))

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
        rows: Index = np.add(self._classes.find(classes), self._groups.find(groups), dtype=np.intp)
        return rows
