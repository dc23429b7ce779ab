"""Find the place of class codes in a table, millions at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

SMALL = np.iinfo(np.uint16).max + 1
"""Codes that fit two bytes are found by position; larger ones by binary search."""


@dataclass(frozen=True)
class CodeLookup:
    """Place of each code in a list; after the last come "no data" and "unknown code".

    Parameters
    ----------
    codes
        Each once, whole numbers.
    nodata
        The code that means "no data"; None where there is none.
    step
        What a place is multiplied by.
    """

    codes: Sequence[int]
    nodata: int | None = None
    step: int = 1
    _positions: npt.NDArray[np.uint16] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(set(self.codes)) != len(self.codes):
            raise ValueError("a code is repeated")
        object.__setattr__(self, "_positions", _positions(self.codes, self.nodata, self.step))

    @property
    def size(self) -> int:
        """How many places: the codes, "no data", "unknown"."""
        return len(self.codes) + 2

    def find(self, codes: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
        """Return the place of each code times `step`; any shape, integers."""
        if codes.dtype.itemsize <= 2 and codes.dtype.kind in "iu":
            # A signed code read as unsigned lands, by two's complement, where `_positions` put it.
            unsigned: npt.NDArray[np.integer] = codes.view(f"u{codes.dtype.itemsize}")
            table = _bytes_of(self._positions) if codes.dtype == np.int8 else self._positions
            return np.take(table, unsigned)
        wide = codes.astype(np.int64, copy=False)
        order = np.argsort(np.asarray(self.codes, dtype=np.int64))
        ordered = np.asarray(self.codes, dtype=np.int64)[order]
        place = np.minimum(np.searchsorted(ordered, wide), len(ordered) - 1)
        found = np.where(ordered[place] == wide, order[place], len(self.codes) + 1)
        if self.nodata is not None:
            found = np.where(wide == self.nodata, len(self.codes), found)
        return np.asarray(found * self.step)


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
