"""One Parquet file, written beside its place and moved into it whole."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from trama.kernel.errors import BadInput
from trama.kernel.system import refusal

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

COMPRESSION = "snappy"
TOGETHER = 2**20
"""Rows in a group of the file."""


class CannotWrite(BadInput):
    """The result cannot be written where it was asked."""

    it = "Non si può scrivere «{path}»: {why_it}. {remedy_it}"
    en = "Cannot write “{path}”: {why_en}. {remedy_en}"


@contextmanager
def whole_parquet(path: Path, schema: pa.Schema, ordered: list[str]) -> Iterator[pq.ParquetWriter]:
    """Give a writer; at the end of the block the file takes its place, else nothing stays.

    Columns written as dictionaries read back as plain values.

    Parameters
    ----------
    ordered
        Columns of whole numbers that grow: written by their differences, they take hardly any room.

    Raises
    ------
    CannotWrite
        The disk refuses.
    """
    import pyarrow.parquet as pq

    few = [name for name in schema.names if name in {"category", "rank", "count"}]
    draft = path.absolute().with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        if path.is_dir():
            raise IsADirectoryError(21, "", str(path))
        path.absolute().parent.mkdir(parents=True, exist_ok=True)
        with pq.ParquetWriter(
            draft,
            schema,
            compression=COMPRESSION,
            use_dictionary=few,
            column_encoding=dict.fromkeys(ordered, "DELTA_BINARY_PACKED"),
            write_statistics=True,
            store_schema=False,
        ) as writer:
            yield writer
        with draft.open("rb+") as file:
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        raise CannotWrite(path=path, **refusal(error).fields) from error
    finally:
        with suppress(OSError):
            draft.unlink()
