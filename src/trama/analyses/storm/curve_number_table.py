"""Read the biophysical table of InVEST: `lucode`, `CN_A` .. `CN_D`."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from trama.analyses.rasters.errors import BadTable, UnreadableFile

GROUP_COLUMNS = ("cn_a", "cn_b", "cn_c", "cn_d")


@dataclass(frozen=True)
class CurveNumbers:
    """Curve numbers of each class: `codes` in the table's order, `numbers` of shape (classes, 4), A to D."""

    codes: tuple[int, ...]
    numbers: npt.NDArray[np.float64]


def read_curve_numbers(path: Path) -> CurveNumbers:
    """Read and check the table. Cells are cut by comma, semicolon or tab; decimals may be Italian.

    Raises
    ------
    UnreadableFile
        No such file, or not text.
    BadTable
        A column lacks, a code is repeated, a number is missing or outside 0-100; the line is named.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFile(path=path, kind="tabella CSV", why=type(error).__name__) from error
    lines = text.splitlines()
    if not lines:
        raise BadTable(path=path, why_it="è vuota", why_en="it is empty")
    cut = max(",;\t", key=lines[0].count)
    reader = csv.DictReader(lines, delimiter=cut)
    reader.fieldnames = [name.strip().lower() for name in reader.fieldnames or ()]
    absent = [name for name in ("lucode", *GROUP_COLUMNS) if name not in reader.fieldnames]
    if absent:
        names = ", ".join(absent)
        raise BadTable(path=path, why_it=f"mancano le colonne {names}", why_en=f"columns {names} are missing")
    rows: dict[int, list[float]] = {}
    for record in reader:
        if not any((value or "").strip() for value in record.values() if isinstance(value, str)):
            continue
        code, numbers = _row(path, reader.line_num, record)
        if code in rows:
            raise BadTable(
                path=path, why_it=f"il codice {code} è ripetuto", why_en=f"code {code} is repeated"
            )
        rows[code] = numbers
    if not rows:
        raise BadTable(path=path, why_it="non ha righe", why_en="it has no rows")
    return CurveNumbers(tuple(rows), np.asarray(list(rows.values()), dtype=np.float64))


def _row(path: Path, line: int, record: dict[str, str]) -> tuple[int, list[float]]:
    """Read one line, or say which cell is wrong."""
    values = []
    for name in ("lucode", *GROUP_COLUMNS):
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
    if not all(0 <= number <= 100 for number in numbers):
        raise BadTable(
            path=path,
            why_it=f"alla riga {line} un curve number è fuori da 0-100 (codice {int(code)})",
            why_en=f"on line {line} a curve number is outside 0-100 (code {int(code)})",
        )
    return int(code), numbers
