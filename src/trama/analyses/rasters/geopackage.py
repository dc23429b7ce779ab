"""Read a plain GeoPackage with the standard library, for it is an SQLite file.

Starting a whole vector library to read a hundred polygons would cost as much as the rest of the run. What is
not plain (several layers, dates, curves) is left to that library.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PLAIN_TYPES = ("TEXT", "INT", "MEDIUMINT", "SMALLINT", "TINYINT", "REAL", "DOUBLE", "FLOAT")
ENVELOPE_BYTES = (0, 32, 48, 48, 64)
HEADER_BYTES = 8
EXTENDED, EMPTY = 0b100000, 0b010000


@dataclass(frozen=True)
class Features:
    """A layer as it is in the file: well-known binary, and columns of values; `crs` is None if undeclared."""

    crs: str | None
    fids: list[int]
    geometry: list[bytes | None]
    attributes: dict[str, list[Any]]


def read_plain_geopackage(path: Path) -> Features | None:
    """Read the only layer of a GeoPackage; None if the file is not one, or not a plain one."""
    if path.suffix.lower() != ".gpkg" or not path.is_file():
        return None
    try:
        connection = sqlite3.connect(path.absolute().as_uri() + "?mode=ro", uri=True)
        try:
            return _read(connection)
        finally:
            connection.close()
    except (sqlite3.Error, UnicodeDecodeError, IndexError):
        return None


def _read(connection: sqlite3.Connection) -> Features | None:
    layers = connection.execute(
        "SELECT c.table_name, g.column_name, s.organization, s.organization_coordsys_id, s.definition"
        " FROM gpkg_contents c JOIN gpkg_geometry_columns g ON g.table_name = c.table_name"
        " LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id WHERE c.data_type = 'features'"
    ).fetchall()
    if len(layers) != 1:
        return None
    table, geometry, organization, number, definition = layers[0]
    columns = connection.execute(f"PRAGMA table_info({_quoted(table)})").fetchall()
    keys = [name for _, name, _, _, _, key in columns if key]
    fields = [(name, kind.upper()) for _, name, kind, _, _, key in columns if not key and name != geometry]
    if len(keys) != 1 or not all(kind.startswith(PLAIN_TYPES) for _, kind in fields):
        return None
    names = [keys[0], geometry, *(name for name, _ in fields)]
    rows = connection.execute(
        f"SELECT {', '.join(map(_quoted, names))} FROM {_quoted(table)} ORDER BY 1"  # noqa: S608 - quoted names
    ).fetchall()
    shapes = [_well_known(row[1]) for row in rows]
    if any(shape == b"" for shape in shapes):
        return None
    crs = f"EPSG:{number}" if str(organization).upper() == "EPSG" else definition
    return Features(
        crs=None if number in (None, -1, 0) else crs,
        fids=[row[0] for row in rows],
        geometry=shapes,
        attributes={name: [row[place] for row in rows] for place, (name, _) in enumerate(fields, start=2)},
    )


def _well_known(blob: bytes | None) -> bytes | None:
    """Drop a GeoPackage geometry's header; None where there is no geometry, b"" where it is not plain."""
    if blob is None:
        return None
    flags = blob[3]
    if blob[:2] != b"GP" or flags & EXTENDED:
        return b""
    if flags & EMPTY:
        return None
    return blob[HEADER_BYTES + ENVELOPE_BYTES[flags >> 1 & 0b111] :]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
