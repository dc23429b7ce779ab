"""A walkable network as two Parquet files that anybody reads."""

from __future__ import annotations

import errno
import io
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from trama.kernel.errors import TramaError
from trama.lake.files import write_together

if TYPE_CHECKING:
    import pandas as pd

    from trama.sources.osm.network import WalkingNetwork


def check_folder(folder: Path) -> None:
    """Refuse a place that is a file or lies within one; raises `NotADirectoryError`."""
    nearest = next((one for one in (folder, *folder.absolute().parents) if one.exists()), folder)
    if nearest.exists() and not nearest.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))


def write_network(network: WalkingNetwork, folder: Path, nodes: str, edges: str) -> None:
    """Write both files in `folder`, made where it is not there, or neither; the schema says the crs.

    Raises
    ------
    Unavailable, OSError
        The folder cannot be made or written.
    """
    parts = [
        (folder / nodes, _bytes(network.nodes_table(), network.crs)),
        (folder / edges, _bytes(network.edges_table(), network.crs)),
    ]
    check_folder(folder)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        write_together(parts)
    except TramaError:
        with suppress(OSError):
            folder.rmdir()  # only where it is empty
        raise


def _bytes(table: pd.DataFrame, crs: int) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = pa.Table.from_pandas(table, preserve_index=False)
    rows = rows.replace_schema_metadata({**(rows.schema.metadata or {}), b"crs": f"EPSG:{crs}".encode()})
    out = io.BytesIO()
    pq.write_table(rows, out)
    return out.getvalue()
