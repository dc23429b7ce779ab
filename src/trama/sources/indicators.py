"""Values of indicators that an institution loads: a CSV, wide (a column each) or long."""

from __future__ import annotations

import csv
import difflib
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from trama.kernel.errors import BadInput
from trama.kernel.layers import Manifest
from trama.kernel.text_files import read_text
from trama.kernel.units import format_number
from trama.lake import Lake
from trama.sources.original import Original, TableReading
from trama.sources.works.values import Unclear, number_of

_MAX_BYTES = 5_000_000
_ABSENT = {"", "-", "nd", "n.d.", "na", "n.a."}
NAME, VALUE = "indicatore", "valore"


class BadIndicators(BadInput):
    """The file of indicator values cannot be used."""

    it = "La tabella di indicatori «{name}» non è utilizzabile: {why}"
    en = "The table of indicators “{name}” cannot be used: {why}"


class Bounds(NamedTuple):
    """What the value of an indicator can be, in its unit; infinite where nothing bounds it."""

    least: float
    most: float
    unit: str


def read_indicators(
    original: Original, manifest: Manifest, lake: Lake, known: Mapping[str, Bounds] | None = None
) -> TableReading:
    """Read the values of indicators by place; an empty cell is missing and makes no row.

    Parameters
    ----------
    known
        Names of the indicators that some index declares → what their values can be; any where None.

    Raises
    ------
    BadIndicators
        Not a table, no column of codes, a place or an indicator that is not known, a value twice, that is not
        a number, may be two, or that its indicator cannot have; the sentence names the line.
    """
    key = manifest.fields[0].name
    rows = _Rows(original.path, original.columns.get(key, key))
    places = _places(lake, manifest)
    found: dict[tuple[str, str], float] = {}
    for line, place, name, text in rows.cells():
        if places is not None and place not in places:
            raise rows.bad(f"alla riga {line} «{place}» non è un codice del territorio ({key}).")
        if known is not None and name not in known:
            raise rows.bad(f"«{name}» non è un indicatore dichiarato. {_nearest(name, known)}")
        if text.strip().lower() in _ABSENT:
            continue
        if (place, name) in found:
            raise rows.bad(f"alla riga {line} il valore di {name} per {place} c'è già.")
        found[place, name] = value = rows.number(text, line)
        if known is not None and not known[name].least <= value <= known[name].most:
            raise rows.bad(f"alla riga {line} {_beyond(name, text.strip(), known[name])}")
    if not found:
        raise rows.bad("non contiene alcun valore.")
    table = pd.DataFrame(
        [(*pair, value) for pair, value in sorted(found.items())], columns=[key, NAME, VALUE]
    )
    names = sorted({name for _place, name in found})
    return TableReading(
        rule=f"valori di {len(names)} indicatori ({', '.join(names)}) presi come sono scritti",
        table=table,
    )


def _places(lake: Lake, manifest: Manifest) -> set[str] | None:
    layer = manifest.id.rpartition("_")[2]
    if not lake.has(layer):
        return None
    version = lake.version(layer)
    return {str(key) for key in version.table()[str(version.manifest.key)]}


def _beyond(name: str, text: str, can: Bounds) -> str:
    least, most = (format_number(edge, can.unit, 0) for edge in (can.least, can.most))
    where = f"va da {least} a {most}" if math.isfinite(can.most) else f"non è mai meno di {least}"
    return f"{name} vale «{text}», e {where}: correggere il valore, o la sua unità."


def _nearest(name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return f"Forse «{near[0]}»?" if near else f"Indicatori dichiarati: {', '.join(sorted(known))}."


@dataclass
class _Rows:
    """The cells of the file, whichever its form."""

    path: Path
    key: str

    def bad(self, why: str) -> BadIndicators:
        return BadIndicators(name=self.path.name, why=why)

    def cells(self) -> list[tuple[int, str, str, str]]:
        """Return (line, place, indicator, text of the value)."""
        try:
            if self.path.stat().st_size > _MAX_BYTES:
                raise self.bad("è troppo grande.")
            text = read_text(self.path)
        except (OSError, UnicodeDecodeError):
            raise self.bad("non esiste o non è un testo.") from None
        head = text.partition("\n")[0]
        rows = csv.DictReader(text.splitlines(), delimiter=max(";,\t", key=head.count))
        names = {str(name).strip().lower(): str(name) for name in rows.fieldnames or () if name}
        if self.key.lower() not in names:
            raise self.bad(f"serve la colonna «{self.key}» con il codice del luogo.")
        if {NAME, VALUE} <= set(names):
            columns = None
        else:
            columns = {name: names[name] for name in names if name not in {self.key.lower(), "nome"}}
            if not columns:
                raise self.bad("serve almeno una colonna con il nome di un indicatore.")
        return [
            cell for line, row in enumerate(rows, start=2) for cell in self._row(line, row, names, columns)
        ]

    def _row(
        self, line: int, row: dict[str, str | None], names: dict[str, str], columns: dict[str, str] | None
    ) -> list[tuple[int, str, str, str]]:
        place = (row[names[self.key.lower()]] or "").strip()
        if columns is None:
            name = (row[names[NAME]] or "").strip()
            return [(line, place, name, row[names[VALUE]] or "")]
        return [(line, place, name, row[column] or "") for name, column in columns.items()]

    def number(self, text: str, line: int) -> float:
        """Read a number, Italian (1.234,5) or with the dot (1234.5); what may be either is refused."""
        try:
            value = number_of(text)
        except Unclear as error:
            raise self.bad(f"alla riga {line} {error}.") from None
        if value is None:
            raise self.bad(f"alla riga {line} «{text.strip()}» non è un numero.")
        return value
