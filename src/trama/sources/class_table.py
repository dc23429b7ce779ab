"""A table that says which of the layer's codes each value of an original means."""

from __future__ import annotations

import csv
from pathlib import Path

from trama.kernel.text_files import read_text
from trama.sources.errors import BadClassTable

VALUE_NAMES = ("valore", "value", "classe", "class")
CODE_NAMES = ("codice", "code", "cod")
_MAX_BYTES = 5_000_000


def read_class_table(path: Path) -> dict[str, str]:
    """Read a CSV with columns ``valore`` and ``codice`` (other columns are for people) as value → code.

    Values and codes stay text; the separator may be a comma or a semicolon.

    Raises
    ------
    BadClassTable
        Not a table, columns missing, a value twice or empty; the sentence names the line.
    """
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise BadClassTable(name=path.name, why="è troppo grande per essere una tabella di classi.")
        text = read_text(path)
    except (OSError, UnicodeDecodeError):
        raise BadClassTable(name=path.name, why="non esiste o non è un testo.") from None
    head = text.partition("\n")[0]
    rows = csv.DictReader(text.splitlines(), delimiter=";" if head.count(";") > head.count(",") else ",")
    names = {str(name).strip().lower(): name for name in rows.fieldnames or () if name}
    value = next((names[name] for name in VALUE_NAMES if name in names), None)
    code = next((names[name] for name in CODE_NAMES if name in names), None)
    if value is None or code is None:
        raise BadClassTable(name=path.name, why="servono le colonne «valore» e «codice».")
    table: dict[str, str] = {}
    for line, row in enumerate(rows, start=2):
        key, meaning = (row[value] or "").strip(), (row[code] or "").strip()
        if not key or not meaning:
            raise BadClassTable(name=path.name, why=f"alla riga {line} manca il valore o il codice.")
        if table.setdefault(key, meaning) != meaning:
            raise BadClassTable(name=path.name, why=f"alla riga {line} il valore {key} ha due codici.")
    if not table:
        raise BadClassTable(name=path.name, why="non ha righe.")
    return table


def as_text(value: object) -> str:
    """Write a code as text: ``1111.0`` and ``1111`` are the same code, blanks around do not count.

    >>> as_text(1111.0), as_text(" 11231 "), as_text(None)
    ('1111', '11231', '')
    """
    if value is None or value != value:  # noqa: PLR0124 - NaN
        return ""
    text = str(value).strip()
    return text.removesuffix(".0")
