"""Read a table of classes: one row per land-cover code, numbers in named columns."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

from trama.analyses.rasters.errors import BadTable, unreadable
from trama.kernel.text_files import read_text

CODE = "lucode"
Reasons = tuple[str, str]
"""Why a row cannot be used, in Italian and in English."""


def read_class_table(
    path: Path, columns: Sequence[str], wrong: Callable[[list[float]], Reasons | None]
) -> dict[int, list[float]]:
    """Read and check a table. Cells are cut by comma, semicolon or tab; decimals may be Italian.

    Parameters
    ----------
    columns
        Names beside `lucode`, in lower case.
    wrong
        Given the numbers of a row, says why they cannot be used, or None.

    Raises
    ------
    UnreadableFile
        No such file, or not text in UTF-8.
    BadTable
        A column lacks, a code is repeated, a number is missing or wrong; the line is named.
    """
    try:
        text = read_text(path)
    except (OSError, UnicodeDecodeError) as error:
        raise unreadable(path, "tabella CSV", error) from error
    lines = text.splitlines()
    if not lines:
        raise BadTable(path=path, why_it="è vuota", why_en="it is empty")
    cut = max(",;\t", key=lines[0].count)
    try:
        return _rows(path, csv.DictReader(lines, delimiter=cut), columns, wrong)
    except csv.Error:
        raise BadTable(
            path=path, why_it="ha righe che non si leggono come CSV", why_en="it has lines that are no CSV"
        ) from None


def _rows(
    path: Path,
    reader: csv.DictReader[str],
    columns: Sequence[str],
    wrong: Callable[[list[float]], Reasons | None],
) -> dict[int, list[float]]:
    """Read and check the lines after the first."""
    reader.fieldnames = [name.strip().lower() for name in reader.fieldnames or ()]
    absent = [name for name in (CODE, *columns) if name not in reader.fieldnames]
    if absent:
        names = ", ".join(absent)
        raise BadTable(path=path, why_it=f"mancano le colonne {names}", why_en=f"columns {names} are missing")
    rows: dict[int, list[float]] = {}
    for record in reader:
        if not any((value or "").strip() for value in record.values() if isinstance(value, str)):
            continue
        code, numbers = _row(path, reader.line_num, record, columns)
        if code in rows:
            raise BadTable(
                path=path, why_it=f"il codice {code} è ripetuto", why_en=f"code {code} is repeated"
            )
        if reasons := wrong(numbers):
            raise BadTable(
                path=path,
                why_it=f"alla riga {reader.line_num} {reasons[0]} (codice {code})",
                why_en=f"on line {reader.line_num} {reasons[1]} (code {code})",
            )
        rows[code] = numbers
    if not rows:
        raise BadTable(path=path, why_it="non ha righe", why_en="it has no rows")
    return rows


def _row(path: Path, line: int, record: dict[str, str], columns: Sequence[str]) -> tuple[int, list[float]]:
    """Read one line, or say which cell is wrong."""
    values = []
    for name in (CODE, *columns):
        written = (record[name] or "").strip()
        try:
            values.append(float(written.replace(",", ".")))
        except ValueError:
            raise BadTable(
                path=path,
                why_it=f"alla riga {line} «{written}» in {name} non è un numero",
                why_en=f"on line {line} “{written}” in {name} is not a number",
            ) from None
    code, numbers = values[0], values[1:]
    if not code.is_integer():
        raise BadTable(
            path=path,
            why_it=f"alla riga {line} il codice {code} non è intero",
            why_en=f"on line {line} the code {code} is not whole",
        )
    return int(code), numbers
