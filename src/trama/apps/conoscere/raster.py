"""Tiles of a raster for the screen: cells looked up in the classes of the legend, so that both agree."""

from __future__ import annotations

import struct
import zlib
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trama.apps.conoscere.landcover import GROUPS, group_of
from trama.apps.conoscere.sampling import POOL, SIZE
from trama.apps.conoscere.scale import LegendClass


def tile_png(path: Path, classes: tuple[LegendClass, ...], scale: str, z: int, x: int, y: int) -> bytes:
    """Return one web-Mercator tile as a PNG of palette colours; transparent where there is no value."""
    with POOL.lend(path) as grid:
        read = grid.tile(z, x, y)
    if read is None or not read[1].any():
        return empty_tile()
    cells, known = read
    index = _index(np.where(known, cells, 0), classes, scale)
    index[~known] = 0
    return png(index, ["#000000", *(one.colour for one in classes)])


def _index(cells: NDArray[np.generic], classes: tuple[LegendClass, ...], scale: str) -> NDArray[np.uint8]:
    """Return for each cell the number of its class, counting from 1; 0 for none."""
    if scale == "numbers":
        starts = np.asarray([one.start for one in classes], dtype=float)
        return np.clip(np.searchsorted(starts, cells.astype(float), side="right"), 1, len(starts)).astype(
            np.uint8
        )
    lookup = _landcover_lookup(classes) if scale == "landcover" else _value_lookup(classes)
    codes = cells.astype(np.int64)
    return lookup[np.clip(codes, 0, len(lookup) - 1)]


@lru_cache(maxsize=16)
def _landcover_lookup(classes: tuple[LegendClass, ...]) -> NDArray[np.uint8]:
    rank = {one.value: number for number, one in enumerate(classes, start=1)}
    lookup = np.zeros(65536, dtype=np.uint8)
    for code in range(1, 65536):
        row = group_of(code)
        lookup[code] = rank.get(GROUPS[row][0], 0) if row is not None else 0
    return lookup


@lru_cache(maxsize=16)
def _value_lookup(classes: tuple[LegendClass, ...]) -> NDArray[np.uint8]:
    lookup = np.zeros(256, dtype=np.uint8)
    for number, one in enumerate(classes, start=1):
        lookup[int(one.value or 0)] = number
    return lookup


def png(index: NDArray[np.uint8], colours: list[str]) -> bytes:
    """Write a palette PNG (ISO/IEC 15948): class 0 transparent, the others opaque."""
    rows, columns = index.shape
    palette = b"".join(bytes.fromhex(colour.lstrip("#")) for colour in colours)
    lines = np.zeros((rows, columns + 1), dtype=np.uint8)
    lines[:, 1:] = index
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", columns, rows, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", palette),
            _chunk(b"tRNS", b"\x00"),
            _chunk(b"IDAT", zlib.compress(lines.tobytes(), 2)),
            _chunk(b"IEND", b""),
        ]
    )


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


@lru_cache(maxsize=1)
def empty_tile() -> bytes:
    """Return a wholly transparent tile."""
    return png(np.zeros((SIZE, SIZE), dtype=np.uint8), ["#000000"])
