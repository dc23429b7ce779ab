"""Vector tiles for the screen: one PMTiles archive beside the data of a version."""

from __future__ import annotations

import struct
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trama.kernel.layers import Manifest

if TYPE_CHECKING:
    import geopandas

IN_MEMORY_ROWS = 100_000
"""Rows up to which the driver works in memory, at about 1 kB a row and level; beyond, on the disk."""
_HEADER_BYTES = 127
_MAGIC = b"PMTiles\x03"


def write_pmtiles(
    path: Path,
    table: geopandas.GeoDataFrame,
    manifest: Manifest,
    min_zoom: int,
    max_zoom: int,
    simplification: float | None,
) -> None:
    """Write `table` as an archive of vector tiles with one layer, named after the manifest.

    The same bytes come out whether the driver works in memory, in half the time, or on the disk.
    """
    import pyogrio

    in_memory = len(table) <= IN_MEMORY_ROWS
    archive = BytesIO()
    options: dict[str, Any] = {"MINZOOM": min_zoom, "MAXZOOM": max_zoom}
    if simplification is not None:
        options["SIMPLIFICATION"] = simplification
    pyogrio.write_dataframe(
        table.to_crs(3857),
        archive if in_memory else path,
        driver="PMTiles",
        layer=manifest.id,
        dataset_options={"NAME": manifest.title},
        layer_options={},
        **options,
    )
    if in_memory:
        path.write_bytes(archive.getbuffer())


def is_whole(path: Path) -> bool:
    """Tell whether an archive holds all the bytes its header promises (version 3: four offsets, lengths)."""
    with path.open("rb") as file:
        header = file.read(_HEADER_BYTES)
    if len(header) < _HEADER_BYTES or not header.startswith(_MAGIC):
        return False
    offsets = struct.unpack_from("<8Q", header, len(_MAGIC))
    return all(
        start + length <= path.stat().st_size
        for start, length in zip(offsets[::2], offsets[1::2], strict=True)
    )
