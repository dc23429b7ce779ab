"""Zipped Shapefile, after the ESRI technical description of July 1998: polygons, attributes, system."""

from __future__ import annotations

import codecs
import itertools
import struct
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

import numpy as np

from trama.kernel.notices import Notice
from trama.sources.interventions import systems
from trama.sources.interventions.archive import read_members
from trama.sources.interventions.errors import DamagedFile, IncompleteShapefile, NoFeatures, NotPolygons
from trama.sources.interventions.raw import Budget, RawFeature, RawFile, Ring, shown
from trama.sources.interventions.rings import closed_ring, nest

_PARTS = frozenset({".shp", ".dbf", ".prj", ".cpg"})
_POLYGONS = (5, 15, 25)
_NULL = 0
_OTHERS = {
    1: ("un punto", "a point"),
    3: ("una linea", "a line"),
    8: ("un insieme di punti", "a set of points"),
    31: ("una superficie 3D", "a 3D surface"),
}
_NO_TABLE = Notice(
    "shapefile_senza_dbf",
    "Nello zip manca il .dbf: nome e composizione vanno indicati a mano.",
    "The zip has no .dbf: name and composition must be given by hand.",
)
_OTHER_TABLE = Notice(
    "dbf_disallineato",
    "Il .dbf non ha tante righe quanti sono i poligoni del .shp: gli attributi sono stati ignorati.",
    "The .dbf has not as many rows as the .shp has polygons: attributes were ignored.",
)


def read_shapefile(data: bytes, name: str) -> RawFile:
    """Read the one Shapefile of a zip. The ``.shx`` is not needed; without ``.prj`` the system is unknown.

    Raises
    ------
    UnsafeArchive, IncompleteShapefile, DamagedFile, NoFeatures, NotPolygons, UnclosedRing, UnknownCrs
    """
    members = read_members(data, name, _PARTS)
    shapes = [member for member in members if member.lower().endswith(".shp")]
    if not shapes:
        why, why_en = _lacking(members)
        raise IncompleteShapefile(name=name, why=why, why_en=why_en)
    if len(shapes) > 1:
        listed = ", ".join(shown(shape, 40) for shape in shapes[:10])
        raise IncompleteShapefile(
            name=name,
            why=f"ci sono più Shapefile ({listed}): lasciarne uno solo.",
            why_en=f"there are several Shapefiles ({listed}): leave only one.",
        )
    side = {
        PurePosixPath(member).suffix.lower(): content
        for member, content in members.items()
        if _stem(member) == _stem(shapes[0])
    }
    records = list(_records(members[shapes[0]], name))
    if not any(rings for rings in records):
        raise NoFeatures(name=name)
    rows, notices = _attributes(side, len(records), name)
    features = [
        RawFeature(number, nest(rings, name, number) if rings else [], row)
        for number, (rings, row) in enumerate(zip(records, rows, strict=True), start=1)
    ]
    crs = systems.from_wkt(side[".prj"].decode("latin-1")) if ".prj" in side else None
    return RawFile(name, features, crs, notices, (" (nello zip manca il .prj)", " (the zip has no .prj)"))


def _stem(member: str) -> str:
    return str(PurePosixPath(member).with_suffix("")).lower()


def _lacking(members: dict[str, bytes]) -> tuple[str, str]:
    found = ", ".join(sorted({PurePosixPath(member).suffix.lower() for member in members}))
    what = f"c'è solo {found}" if found else "non c'è alcuno Shapefile"
    what_en = f"there is only {found}" if found else "there is no Shapefile"
    return (
        f"{what}: mettere nello zip .shp, .shx, .dbf e .prj insieme.",
        f"{what_en}: put .shp, .shx, .dbf and .prj together in the zip.",
    )


def _records(shp: bytes, name: str) -> Iterator[list[Ring]]:
    if len(shp) < 100 or shp[:4] != b"\x00\x00\x27\x0a":
        raise DamagedFile(
            name=name,
            why="il .shp non ha l'intestazione di uno Shapefile.",
            why_en="the .shp has not the header of a Shapefile.",
        )
    declared = 2 * struct.unpack(">i", shp[24:28])[0]
    if declared != len(shp):
        raise DamagedFile(
            name=name,
            why="il .shp è più corto o più lungo di quanto dichiara.",
            why_en="the .shp is shorter or longer than it declares.",
        )
    budget, at = Budget(name), 100
    while at < len(shp):
        number = budget.feature()
        if at + 12 > len(shp):
            raise _cut(name, number)
        size = 2 * struct.unpack(">i", shp[at + 4 : at + 8])[0]
        if size < 4 or at + 8 + size > len(shp):
            raise _cut(name, number)
        yield _record(shp[at + 8 : at + 8 + size], name, number, budget)
        at += 8 + size


def _record(content: bytes, name: str, number: int, budget: Budget) -> list[Ring]:
    (kind,) = struct.unpack("<i", content[:4])
    if kind == _NULL:
        return []
    if kind not in _POLYGONS:
        found, found_en = _OTHERS.get(kind % 10 if kind < 30 else kind, ("di altro tipo", "of another kind"))
        raise NotPolygons(
            name=name,
            where=f"l'elemento {number}",
            where_en=f"feature {number}",
            found=found,
            found_en=found_en,
        )
    if len(content) < 44:
        raise _cut(name, number)
    parts, points = struct.unpack("<ii", content[36:44])
    end = 44 + 4 * parts + 16 * points
    if parts < 0 or points < 0 or end > len(content):
        raise _cut(name, number)
    budget.vertices(points)
    starts = np.frombuffer(content[44 : 44 + 4 * parts], dtype="<i4").astype(np.int64)
    vertices = np.frombuffer(content[44 + 4 * parts : end], dtype="<f8").astype(np.float64).reshape(-1, 2)
    bounds = [*starts.tolist(), points]
    if any(low < 0 or high < low or high > points for low, high in itertools.pairwise(bounds)):
        raise _cut(name, number)
    return [closed_ring(vertices[low:high], name, number) for low, high in itertools.pairwise(bounds)]


def _cut(name: str, number: int) -> DamagedFile:
    return DamagedFile(
        name=name,
        why=f"il .shp si interrompe all'elemento {number}.",
        why_en=f"the .shp breaks off at feature {number}.",
    )


def _attributes(side: dict[str, bytes], records: int, name: str) -> tuple[list[dict[str, Any]], list[Notice]]:
    if ".dbf" not in side:
        return [{} for _ in range(records)], [_NO_TABLE]
    rows = list(_table(side[".dbf"], _encoding(side.get(".cpg", b"")), name))
    if len(rows) != records:
        return [{} for _ in range(records)], [_OTHER_TABLE]
    return rows, []


def _encoding(cpg: bytes) -> str:
    said = cpg[:40].decode("ascii", "ignore").strip().lower()
    try:
        return codecs.lookup(f"cp{said}" if said.isdigit() else said).name if said else "utf-8"
    except (LookupError, ValueError):
        return "utf-8"


def _table(dbf: bytes, encoding: str, name: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of a dBASE III table: texts stripped, numbers as numbers, blanks left out."""
    broken = DamagedFile(name=name, why="il .dbf non si legge.", why_en="the .dbf cannot be read.")
    if len(dbf) < 33:
        raise broken
    count, header, width = struct.unpack("<IHH", dbf[4:12])
    fields, at = [], 1
    for place in range(32, min(header, len(dbf)) - 31, 32):
        if dbf[place] == 0x0D:
            break
        size = dbf[place + 16]
        label = dbf[place : place + 11].split(b"\x00")[0].decode("ascii", "replace").strip()
        fields.append((label, chr(dbf[place + 11]), at, size))
        at += size
    if width < 1 or at > width or header + count * width > len(dbf):
        raise broken
    for row in range(count):
        record = dbf[header + row * width : header + (row + 1) * width]
        cells = {label: _cell(record[low : low + size], kind, encoding) for label, kind, low, size in fields}
        yield {label: value for label, value in cells.items() if value is not None}


def _cell(raw: bytes, kind: str, encoding: str) -> str | float | None:
    try:
        text = raw.decode(encoding)
    except (UnicodeDecodeError, LookupError, TypeError):
        text = raw.decode("latin-1")
    text = text.strip(" \x00")
    if not text or kind not in "CNF":
        return None
    if kind == "C":
        return text
    try:
        return float(text)
    except ValueError:
        return None
