"""A list in CSV: its text, its separator, its rows with the number they have in the file."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from trama.kernel.spreadsheet import unguarded
from trama.kernel.text_files import decoded
from trama.sources.errors import UnreadableData
from trama.sources.opening import CSV, VECTORS, Limits, opened
from trama.sources.original import Original, Reading

LIMITS = Limits(file_bytes=50_000_000, extracted_bytes=50_000_000, members=100)
_CELL = 10_000_000
"""Characters of a cell: a shape written as text may be long."""

Row = tuple[int, dict[str, str]]


def read_rows(original: Original, reading: Reading) -> tuple[list[str], list[Row]] | None:
    """Return the columns and the rows that are not blank; None where the file is no CSV but a vector file.

    `reading` receives a note where letters were guessed.

    Raises
    ------
    UnreadableData
        Not a text, no columns, a cell without its closing quotes; and what `opened` raises.
    """
    with opened(original.path, VECTORS | {CSV}, LIMITS, original.inners) as file:
        if file.kind != CSV:
            return None
        text = _decoded(file.path, original, reading)
    head = text.partition("\n")[0]
    mark = max(";,\t", key=head.count)
    limit = csv.field_size_limit(_CELL)
    try:
        return _parsed(text, mark, original)
    except csv.Error as error:
        raise UnreadableData(name=original.name, why=f"CSV: {error}") from error
    finally:
        csv.field_size_limit(limit)


def _parsed(text: str, mark: str, original: Original) -> tuple[list[str], list[Row]]:
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    names = [unguarded(name.strip()) for name in next(lines, [])]
    repeated = sorted({name for name in names if name and names.count(name) > 1})
    if repeated:
        raise UnreadableData(
            name=original.name, why=f"due colonne hanno lo stesso nome: {', '.join(repeated)}"
        )
    rows: list[Row] = []
    number = lines.line_num + 1
    for cells in lines:
        if any(cell.strip() for cell in cells):
            if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
                why = f"la riga {number} ha {len(cells)} celle per {len(names)} colonne: mancano virgolette?"
                raise UnreadableData(name=original.name, why=why)
            rows.append((number, dict(zip(names, map(unguarded, cells), strict=False))))
        number = lines.line_num + 1
    if not rows:
        raise UnreadableData(name=original.name, why="non ha righe sotto i nomi delle colonne")
    return [name for name in names if name], rows


def _decoded(path: Path, original: Original, reading: Reading) -> str:
    try:
        found = decoded(path.read_bytes())
    except UnicodeDecodeError:
        raise UnreadableData(name=original.name, why="non è un testo: salvarlo come CSV in UTF-8") from None
    if found.encoding == "mac_roman":
        reading.notes.append("Letto con i caratteri dei vecchi Macintosh: controllare le lettere accentate.")
    if found.doubtful:
        reading.notes.append(
            f"Caratteri improbabili, come in «{found.doubtful}»: se i nomi sono sbagliati, salvare il "
            "file come CSV in UTF-8 e consegnarlo di nuovo."
        )
    return found.text
