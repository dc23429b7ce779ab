"""Polygons out of the geometry blobs of a GeoPackage.

Only polygons and multipolygons are read, by hand and with every length checked first: a blob of unknown
origin never reaches a C library.
"""

from __future__ import annotations

import struct

import numpy as np

from trama.sources.interventions.errors import DamagedFile, NotPolygons
from trama.sources.interventions.raw import Budget, Ring
from trama.sources.interventions.rings import closed_ring

_ENVELOPE_BYTES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
_KINDS = {
    1: ("un punto", "a point"),
    2: ("una linea", "a line"),
    4: ("un insieme di punti", "a set of points"),
    5: ("un insieme di linee", "a set of lines"),
    7: ("un insieme di geometrie diverse", "a mixed collection"),
    10: ("un poligono ad archi (convertirlo in segmenti)", "a curved polygon (convert it to segments)"),
    12: ("una superficie ad archi (convertirla in segmenti)", "a curved surface (convert it to segments)"),
}
_POLYGON, _MULTIPOLYGON = 3, 6


class _Reader:
    """A cursor on bytes that never goes beyond their end."""

    def __init__(self, data: bytes, name: str, number: int, budget: Budget) -> None:
        self.data, self.at = data, 0
        self.name, self.number, self.budget = name, number, budget

    def take(self, count: int) -> bytes:
        if self.at + count > len(self.data):
            raise DamagedFile(
                name=self.name,
                why=f"la geometria dell'elemento {self.number} finisce prima del dovuto.",
                why_en=f"the geometry of feature {self.number} ends too early.",
            )
        piece = self.data[self.at : self.at + count]
        self.at += count
        return piece

    def header(self) -> tuple[str, int, int]:
        """Return byte order, kind (1..) and number of ordinates of the next geometry."""
        order = "<" if self.take(1) == b"\x01" else ">"
        (code,) = struct.unpack(f"{order}I", self.take(4))
        extra = bool(code & 0x80000000) + bool(code & 0x40000000)
        if code & 0x20000000:
            self.take(4)
        code &= 0x1FFFFFFF
        dimensions, kind = divmod(code, 1000)
        extra = extra or {0: 0, 1: 1, 2: 1, 3: 2}.get(dimensions, 0)
        return order, kind, 2 + extra

    def count(self, order: str) -> int:
        (value,) = struct.unpack(f"{order}I", self.take(4))
        return int(value)

    def polygon(self, order: str, ordinates: int) -> list[Ring]:
        rings = []
        for _ in range(self.count(order)):
            count = self.count(order)
            self.budget.vertices(count)
            block = self.take(8 * ordinates * count)
            points = np.frombuffer(block, dtype=f"{order}f8").astype(np.float64).reshape(count, ordinates)
            rings.append(closed_ring(np.ascontiguousarray(points[:, :2]), self.name, self.number))
        return rings


def polygons(blob: bytes, name: str, number: int, budget: Budget) -> list[list[Ring]]:
    """Return the polygons of a GeoPackage blob (OGC 12-128r18, clause 2.1.3); Z and M are dropped.

    Raises
    ------
    DamagedFile, NotPolygons, UnclosedRing, BadCoordinates, TooComplex
    """
    reader = _Reader(blob, name, number, budget)
    magic, flags = reader.take(3), reader.take(1)[0]
    if not magic.startswith(b"GP"):
        raise DamagedFile(
            name=name,
            why=f"la geometria dell'elemento {number} non è nel formato GeoPackage.",
            why_en=f"the geometry of feature {number} is not in GeoPackage form.",
        )
    reader.take(4 + _ENVELOPE_BYTES.get((flags >> 1) & 7, 0))
    if flags & 0b10000:
        return []
    order, kind, ordinates = reader.header()
    if kind == _POLYGON:
        found = [reader.polygon(order, ordinates)]
    elif kind == _MULTIPOLYGON:
        found = [_part(reader) for _ in range(reader.count(order))]
    else:
        said = _KINDS.get(kind, ("una geometria di altro tipo", "another kind of geometry"))
        raise NotPolygons(
            name=name,
            where=f"l'elemento {number}",
            where_en=f"feature {number}",
            found=said[0],
            found_en=said[1],
        )
    return [rings for rings in found if rings]


def _part(reader: _Reader) -> list[Ring]:
    order, kind, ordinates = reader.header()
    if kind != _POLYGON:
        raise DamagedFile(
            name=reader.name,
            why=f"un pezzo dell'elemento {reader.number} non è un poligono.",
            why_en=f"a piece of feature {reader.number} is no polygon.",
        )
    return reader.polygon(order, ordinates)
