"""Rows of a table file near a place: no data frame, no reference system, no scan of what lies elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

TOGETHER = 16_384
"""Rows of a table file that are stored together, and skipped together where they lie elsewhere."""
EDGES = ("xmin", "ymin", "xmax", "ymax")

Box = tuple[float, float, float, float]
Rows = tuple[dict[str, list[Any]], np.ndarray[Any, Any]]


def read_rows(data: Path, columns: Sequence[str], bbox: Box | None) -> Rows:
    """Read the rows of a GeoParquet file whose box meets `bbox`, sides included.

    Parameters
    ----------
    data
        Written with the covering box of each row (column ``bbox``).
    columns
        Which ones, the geometry apart.
    bbox
        west, south, east, north in the file's own system; None for every row.

    Returns
    -------
    Columns as lists, by name, and the geometries, shape (rows,); in the order of the file.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq
    import shapely

    wanted = [*columns, "geometry"]
    with pq.ParquetFile(data) as file:
        parts = [
            file.read_row_group(group, columns=wanted, use_threads=False).take(rows)
            for group, rows in _meeting(file, bbox)
        ]
        names = {name: file.schema_arrow.field(name) for name in wanted}
    table = pa.concat_tables(parts) if parts else pa.schema(list(names.values())).empty_table()
    shapes = shapely.from_wkb(table["geometry"].to_numpy(zero_copy_only=False))
    return {name: table[name].to_pylist() for name in columns}, shapes


def _meeting(file: pq.ParquetFile, bbox: Box | None) -> Iterator[tuple[int, pa.Array]]:
    """Yield the groups of rows that meet a box, with the rows of each that do."""
    import pyarrow as pa

    for group in range(file.num_row_groups):
        if bbox is None:
            yield group, pa.array(np.arange(file.metadata.row_group(group).num_rows))
            continue
        if _elsewhere(file, group, bbox):
            continue
        found = _rows_of(file, group, bbox)
        if len(found):
            yield group, pa.array(found)


def _elsewhere(file: pq.ParquetFile, group: int, bbox: Box) -> bool:
    """Tell whether the file says of a group, without its being read, that no row of it meets a box."""
    west, south, east, north = bbox
    held = file.metadata.row_group(group)
    said = {held.column(one).path_in_schema: held.column(one).statistics for one in range(held.num_columns)}
    bounds: list[Any] = [said.get(f"bbox.{edge}") for edge in EDGES]
    if any(one is None or not one.has_min_max for one in bounds):
        return False
    xmin, ymin, xmax, ymax = bounds
    return bool(xmin.min > east or xmax.max < west or ymin.min > north or ymax.max < south)


def _rows_of(file: pq.ParquetFile, group: int, bbox: Box) -> np.ndarray[Any, Any]:
    west, south, east, north = bbox
    table = file.read_row_group(group, columns=[f"bbox.{edge}" for edge in EDGES], use_threads=False)
    boxes = table["bbox"].combine_chunks()
    xmin, ymin, xmax, ymax = (boxes.field(edge).to_numpy(zero_copy_only=False) for edge in EDGES)
    return np.flatnonzero((xmin <= east) & (xmax >= west) & (ymin <= north) & (ymax >= south))
