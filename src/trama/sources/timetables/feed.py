"""The tables of a GTFS archive, as text: read quickly, wherever in the archive they are."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trama.kernel.text_files import decoded
from trama.sources.errors import UnreadableData
from trama.sources.opening import Limits, extracted
from trama.sources.timetables.errors import ManyTimetables, NotATimetable

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

LIMITS = Limits(file_bytes=1_000_000_000, extracted_bytes=8_000_000_000, members=200)
NEEDED = ("stops", "routes", "trips", "stop_times")
COLUMNS = {
    "agency": ("agency_name",),
    "stops": ("stop_id", "stop_name", "stop_lat", "stop_lon", "location_type", "parent_station"),
    "routes": ("route_id", "route_short_name", "route_long_name", "route_type"),
    "trips": ("trip_id", "route_id", "service_id", "direction_id"),
    "calendar": (
        *("service_id", "start_date", "end_date"),
        *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    ),
    "calendar_dates": ("service_id", "date", "exception_type"),
    "frequencies": ("trip_id", "start_time", "end_time", "headway_secs"),
    "stop_times": ("trip_id", "stop_id", "stop_sequence", "arrival_time", "departure_time", "pickup_type"),
}
"""Table → columns read; one that the file lacks is empty."""
_KEYS = {"stops": ("stop_id",), "routes": ("route_id", "route_type"), "trips": ("trip_id", "route_id")} | {
    "stop_times": ("trip_id", "stop_id", "stop_sequence", "departure_time")
}
"""Columns that a table cannot do without."""
_NAMED = 3
_SMALL_BYTES = 100_000_000


@dataclass
class Feed:
    """The tables, every cell as text, and how many rows could not be read of each."""

    name: str
    tables: dict[str, pd.DataFrame]
    stop_times: pa.Table
    skipped: dict[str, int] = field(default_factory=dict)

    @property
    def agency(self) -> str:
        """The names of who runs the service, joined; empty where not said."""
        names = self.tables["agency"]["agency_name"].str.strip()
        different = list(dict.fromkeys(name for name in names if name))
        rest = len(different) - _NAMED
        return ", ".join(different[:_NAMED]) + (f" e altre {rest}" if rest > 0 else "")


@contextmanager
def opened_feed(path: Path, limits: Limits = LIMITS) -> Iterator[Feed]:
    """Yield the tables of a GTFS archive.

    Raises
    ------
    NotATimetable, ManyTimetables, UnreadableData
        And what `trama.sources.opening.extracted` raises.
    """
    with extracted(path, limits) as files:
        found = _tables_of(files, path.name)
        skipped: dict[str, int] = {}
        tables = {
            name: _read(found.get(name), name, path.name, skipped).to_pandas()
            for name in COLUMNS
            if name != "stop_times"
        }
        yield Feed(path.name, tables, _read(found["stop_times"], "stop_times", path.name, skipped), skipped)


def _tables_of(files: list[Path], name: str) -> dict[str, Path]:
    """Return table → file: those beside stops.txt, in whatever folder it is."""
    homes = sorted({file.parent for file in files if file.name.lower() == "stops.txt"})
    if len(homes) > 1:
        raise ManyTimetables(name=name, folders=", ".join(home.name for home in homes[:5]))
    home = homes[0] if homes else None
    beside = {
        file.stem.lower(): file for file in files if file.parent == home and file.suffix.lower() == ".txt"
    }
    missing = [f"{table}.txt" for table in NEEDED if table not in beside]
    if not {"calendar", "calendar_dates"} & set(beside):
        missing.append("calendar.txt (o calendar_dates.txt)")
    if missing:
        raise NotATimetable(name=name, missing=", ".join(missing))
    return beside


def _read(file: Path | None, table: str, archive: str, skipped: dict[str, int]) -> pa.Table:
    import pyarrow as pa

    columns = COLUMNS[table]
    if file is None or file.stat().st_size == 0:
        if table in _KEYS:
            raise UnreadableData(name=archive, why=f"{table}.txt è vuoto")
        return pa.table({name: pa.array([], pa.string()) for name in columns})
    lost: list[int] = []

    def leave_out(_row: object) -> str:
        lost.append(1)
        return "skip"

    try:
        source, names = _text_of(file)
        read = _parsed(source, names, table, leave_out)
    except (pa.ArrowInvalid, UnicodeDecodeError, ValueError) as error:
        why = f"{table}.txt: {' '.join(str(error).split())[:120]}"
        raise UnreadableData(name=archive, why=why) from error
    if absent := [name for name in _KEYS.get(table, ()) if name not in names]:
        raise UnreadableData(name=archive, why=f"in {table}.txt manca la colonna {', '.join(absent)}")
    if lost:
        skipped[table] = len(lost)
    return _without_nulls(read)


def _parsed(source: bytes | str, names: list[str], table: str, leave_out: Any) -> pa.Table:
    """Read a CSV: bytes that are UTF-8, or a large file, in UTF-8 if it is so, else byte by byte."""
    import pyarrow as pa
    import pyarrow.csv as pc

    columns = COLUMNS[table]
    convert = pc.ConvertOptions(
        include_columns=list(columns),
        include_missing_columns=True,
        column_types={name: pa.string() for name in columns},
        strings_can_be_null=False,
        quoted_strings_can_be_null=False,
    )
    parse = pc.ParseOptions(newlines_in_values=table != "stop_times", invalid_row_handler=leave_out)
    for encoding in ("utf8", "latin1"):
        read = pc.ReadOptions(encoding=encoding, column_names=names, skip_rows=1)
        try:
            given = io.BytesIO(source) if isinstance(source, bytes) else source
            return pc.read_csv(given, read_options=read, parse_options=parse, convert_options=convert)
        except pa.ArrowInvalid as error:
            if encoding == "latin1" or "utf" not in str(error).lower():
                raise
    raise AssertionError("unreachable")


def _text_of(file: Path) -> tuple[bytes | str, list[str]]:
    """Return what to read, and the names of the columns."""
    if file.stat().st_size <= _SMALL_BYTES:
        text = decoded(file.read_bytes()).text
        return text.encode(), _names(text.partition("\n")[0])
    with file.open("rb") as raw:
        head = raw.readline()
    return str(file), _names(head.removeprefix(b"\xef\xbb\xbf").decode("latin1"))


def _names(head: str) -> list[str]:
    """Return the names of the columns, set right; a repeated one gets a number."""
    names = [one.strip().strip('"').strip().lower() for one in head.split(",")]
    return [name if name not in names[:at] else f"{name}#{at}" for at, name in enumerate(names)]


def _without_nulls(table: pa.Table) -> pa.Table:
    """Return a table of trimmed text: a column that the file lacks is empty text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    columns = {}
    for name in table.column_names:
        text = pc.fill_null(table[name].cast(pa.string()), "")
        columns[name] = pc.utf8_trim_whitespace(text)
    return pa.table(columns)
