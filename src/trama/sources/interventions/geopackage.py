"""GeoPackage, read as what it is: an SQLite database, in memory, locked.

The database comes from somebody else. It is copied in memory, may only be read (no functions, no attached
files, no views, no virtual tables), and has a limit of steps. GDAL is not involved: its drivers would be
chosen by the content.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from typing import Any

from trama.sources.interventions import systems, wkb
from trama.sources.interventions.errors import (
    DamagedFile,
    NoFeatures,
    SeveralLayers,
    UnknownCrs,
    UnknownFormat,
)
from trama.sources.interventions.raw import MAX_FEATURES, Budget, RawFeature, RawFile, shown

MAX_STEPS = 20_000_000
PERIMETER = "intervento"
_STEP = 100_000
_MAX_COLUMNS = 200
_NO_SYSTEM = re.compile(r"\s*(undefined\b|[a-z_]+\s*\[\s*\"(undefined|unknown)\b)", re.IGNORECASE)
"""What stands for a system where the program that wrote the file knew none."""
_UNDEFINED = (" (nel GeoPackage è indefinito)", " (the GeoPackage leaves it undefined)")


def read_geopackage(data: bytes, name: str) -> RawFile:
    """Read the one feature table of a GeoPackage (or the one called ``intervento``).

    Raises
    ------
    UnknownFormat, DamagedFile, NoFeatures, SeveralLayers, UnknownCrs, and what `wkb.polygons` raises
    """
    try:
        with closing(_open(data)) as database:
            return _read(database, name)
    except (sqlite3.Error, sqlite3.Warning, UnicodeError, OverflowError, MemoryError):
        raise DamagedFile(
            name=name,
            why="la base di dati non si legge fino in fondo.",
            why_en="the database cannot be read to its end.",
        ) from None


def _open(data: bytes) -> sqlite3.Connection:
    # Write-ahead files (QGIS leaves them so) cannot be opened in memory: bytes 18 and 19 say
    # "rollback journal" instead.
    plain = data[:18] + b"\x01\x01" + data[20:] if len(data) > 20 else data
    database = sqlite3.connect(":memory:", isolation_level=None)
    database.deserialize(plain)
    database.text_factory = lambda raw: raw.decode("utf-8", "replace")
    for pragma in ("trusted_schema=OFF", "cell_size_check=ON", "query_only=ON", "temp_store=MEMORY"):
        database.execute(f"PRAGMA {pragma}")
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, max(len(data), 1_000_000))
    database.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    steps = 0

    def tick() -> int:
        nonlocal steps
        steps += _STEP
        return int(steps > MAX_STEPS)

    database.set_progress_handler(tick, _STEP)
    database.set_authorizer(_only_reading)
    return database


def _only_reading(
    action: int, _first: str | None, _second: str | None, _database: str | None, view: str | None
) -> int:
    """Allow selecting and reading columns, and nothing that a view or trigger would do on its own."""
    allowed = action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ) and view is None
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def _read(database: sqlite3.Connection, name: str) -> RawFile:
    tables = {
        str(row[0]).lower(): str(row[0])
        for row in database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        if not str(row[1] or "").lstrip().lower().startswith("create virtual")
    }
    if "gpkg_geometry_columns" not in tables:
        raise UnknownFormat(
            name=name,
            looks="è una base di dati SQLite, ma non un GeoPackage",
            looks_en="is an SQLite database, but no GeoPackage",
        )
    layers = [
        (tables[str(table).lower()], str(column), srs)
        for table, column, srs in database.execute(
            "SELECT table_name, column_name, srs_id FROM gpkg_geometry_columns LIMIT 1000"
        )
        if str(table).lower() in tables
    ]
    table, column, srs = _choose(database, layers, name)
    crs, detail = _system(database, srs, "gpkg_spatial_ref_sys" in tables)
    budget = Budget(name)
    features = [_feature(row, column, name, budget) for row in _rows(database, table)]
    if not features:
        raise NoFeatures(name=name)
    return RawFile(name, features, crs, crs_detail=detail)


def _choose(
    database: sqlite3.Connection, layers: list[tuple[str, str, Any]], name: str
) -> tuple[str, str, Any]:
    full = [layer for layer in layers if any(True for _ in database.execute(f"{_select(layer[0])} LIMIT 1"))]
    if not full:
        raise NoFeatures(name=name)
    named = [layer for layer in full if layer[0].lower() == PERIMETER]
    if len(full) > 1 and not named:
        raise SeveralLayers(name=name, layers=", ".join(shown(layer[0], 40) for layer in full[:10]))
    return named[0] if named else full[0]


def _select(table: str) -> str:
    quoted = table.replace('"', '""')
    return f'SELECT * FROM "{quoted}"'  # noqa: S608 - an identifier of the file itself, quoted; reading only


def _rows(database: sqlite3.Connection, table: str) -> list[dict[str, Any]]:
    cursor = database.execute(f"{_select(table)} LIMIT {MAX_FEATURES + 1}")
    columns = [str(entry[0]) for entry in cursor.description][:_MAX_COLUMNS]
    return [dict(zip(columns, row, strict=False)) for row in cursor]


def _feature(row: dict[str, Any], column: str, name: str, budget: Budget) -> RawFeature:
    number = budget.feature()
    blob = next((value for key, value in row.items() if key.lower() == column.lower()), None)
    found = wkb.polygons(blob, name, number, budget) if isinstance(blob, bytes) else []
    properties = {
        key: value for key, value in row.items() if not isinstance(value, bytes) and value is not None
    }
    return RawFeature(number, found, properties)


def _system(database: sqlite3.Connection, srs: Any, listed: bool) -> tuple[int | None, tuple[str, str]]:
    """Return the EPSG code of `srs`, or None and why where the file leaves it undefined."""
    if not isinstance(srs, int) or srs in (-1, 0) or not listed:
        return None, _UNDEFINED
    row = database.execute(
        "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys "
        "WHERE srs_id = ? LIMIT 1",
        (srs,),
    ).fetchone()
    if row is None:
        return None, _UNDEFINED
    organization, code, definition = row
    if str(organization).upper() == "NONE" or _NO_SYSTEM.match(str(definition)):
        return None, _UNDEFINED
    if str(organization).upper() == "EPSG" and isinstance(code, int):
        return systems.checked(code), ("", "")
    try:
        return systems.from_wkt(str(definition)), ("", "")
    except UnknownCrs:
        raise UnknownCrs(
            found=f"{shown(organization, 20)}:{shown(code, 12)}",
            found_en=f"{shown(organization, 20)}:{shown(code, 12)}",
            accepted=systems.accepted_list(),
        ) from None
