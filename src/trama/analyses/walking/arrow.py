"""Arrays of numpy as columns of Arrow and back, sharing their memory.

Arrow's own doors (`pa.array`, `pa.table`, `to_numpy`) first look whether they are given something of pandas,
and load the whole of it: a third of a second of a command that has no other use for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pyarrow as pa


def column_of(values: npt.NDArray[Any]) -> pa.Array:
    """Return an array of numbers as a column, without a copy where it is contiguous; shape (rows,)."""
    import pyarrow as pa

    values = np.ascontiguousarray(values)
    kind = pa.from_numpy_dtype(values.dtype)
    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(values)])


def values_of(column: pa.ChunkedArray) -> npt.NDArray[Any]:
    """Return a column of numbers as an array; shape (rows,).

    Raises
    ------
    ValueError
        A cell is empty.
    """
    if column.null_count:
        raise ValueError("a column with empty cells is no array of numbers")
    parts = [np.from_dlpack(chunk) for chunk in column.chunks if len(chunk)]
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else np.empty(0, column.type.to_pandas_dtype())


def without_blanks(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column of text without spaces at the ends, and nothing where only those were."""
    import pyarrow as pa
    import pyarrow.compute as pc

    text = pc.utf8_trim_whitespace(column.cast(pa.string()))
    blank = pc.equal(pc.utf8_length(text), column_of(np.zeros(1, np.int32))[0])
    return pc.if_else(blank, pa.nulls(1, pa.string())[0], text)
