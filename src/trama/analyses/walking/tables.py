"""Tables of anybody: Parquet or CSV, some columns, as arrays of numbers with NaN where a cell is empty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from trama.analyses.walking.arrow import column_of, values_of, without_blanks
from trama.kernel.errors import BadInput
from trama.kernel.system import refusal
from trama.kernel.text_files import wide_encoding

if TYPE_CHECKING:
    import pyarrow as pa

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
NOWHERE = -1
_PARQUET = b"PAR1"
_LOOKED = 65_536
_SHOWN = 12
WIDE = "è in UTF-16"


class BadTable(BadInput):
    """A file of nodes, edges or services cannot be used."""

    it = "{what} «{path}»: {why}"
    en = "{what} “{path}”: {why}"


@dataclass(frozen=True)
class Table:
    """Columns of a file that was read whole."""

    what: str
    path: Path
    columns: pa.Table

    @property
    def rows(self) -> int:
        """How many there are."""
        return int(self.columns.num_rows)

    def has(self, *names: str) -> bool:
        """Tell whether all the columns are there."""
        return set(names) <= set(self.columns.column_names)

    def numbers(self, name: str) -> Floats:
        """Return a column as float64, NaN where it is empty; raises `BadTable` for what is no number."""
        import pyarrow as pa
        import pyarrow.compute as pc

        column = self.columns[name]
        if pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            column = pc.replace_substring(without_blanks(column), ",", ".")
        try:
            found = pc.cast(column, pa.float64(), safe=False)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            raise self.bad(f"la colonna «{name}» contiene qualcosa che non è un numero") from None
        if found.null_count:
            found = pc.fill_null(found, column_of(np.array([np.nan]))[0])
        return values_of(found)

    def integers(self, name: str) -> Longs:
        """Return a column of row numbers, `NOWHERE` where it is empty; raises `BadTable` for a fraction."""
        given = self.numbers(name)
        there = ~np.isnan(given)
        if wrong := _first(there & ((given != np.floor(given)) | (np.abs(given) > 2**53))):
            raise self.bad(
                f"«{name}» è un numero di riga, intero da 0; alla riga {wrong[0]} vale {given[wrong[0]]:g}"
            )
        if wrong := _first(there & (given < 0)):
            raise self.bad(
                f"«{name}» è un numero di riga, da 0 in su; alla riga {wrong[0]} vale {given[wrong[0]]:g}"
            )
        return np.where(there, given, NOWHERE).astype(np.int64)

    def bad(self, why: str) -> BadTable:
        """Return the error that says what is wrong with this file."""
        return BadTable(what=self.what, path=self.path, why=f"{why}.")


def _first(wrong: npt.NDArray[np.bool_]) -> tuple[int, ...]:
    """Return the first row that is wrong, in a tuple: empty where none is."""
    return (int(wrong.argmax()),) if wrong.any() else ()


def read_table(what: str, path: Path, needed: Sequence[Sequence[str]], optional: Sequence[str] = ()) -> Table:
    """Read some columns of a Parquet or CSV file.

    Parameters
    ----------
    what
        What it is, for the errors: "File dei nodi".
    needed
        Sets of columns: all those of one set at least must be there.

    Raises
    ------
    BadTable
        The file is not there, is neither of the two, is cut, is empty, or lacks columns.
    """
    wanted = list(dict.fromkeys([*(name for names in needed for name in names), *optional]))
    try:
        with path.open("rb") as file:
            head = file.read(_LOOKED)
        there, read = _parquet(path, wanted) if head[:4] == _PARQUET else _csv(path, head, wanted)
    except OSError as error:
        raise BadTable(what=what, path=path, why=_system(error)) from error
    except ValueError as error:  # what pyarrow says of a file that is not what it seems
        raise BadTable(what=what, path=path, why=_unreadable(error)) from error
    if not any(set(names) <= set(there) for names in needed):
        asked = " oppure ".join(", ".join(f"«{name}»" for name in names) for names in needed)
        seen = ", ".join(there[:_SHOWN]) + ("…" if len(there) > _SHOWN else "")
        raise BadTable(what=what, path=path, why=f"servono le colonne {asked}; ci sono: {seen or 'nessuna'}.")
    return Table(what, path, read)


def _parquet(path: Path, wanted: Sequence[str]) -> tuple[list[str], pa.Table]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        there = list(file.schema_arrow.names)
        return there, file.read(columns=[name for name in wanted if name in there])


def _csv(path: Path, head: bytes, wanted: Sequence[str]) -> tuple[list[str], pa.Table]:
    """Read a CSV with commas, semicolons or tabs, in UTF-8 or in the letters of Windows."""
    import pyarrow as pa
    from pyarrow import csv

    if wide_encoding(head):
        raise ValueError(WIDE)
    if b"\0" in head:
        raise ValueError("binary")
    line = head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].rstrip(b"\r")
    mark = max(b";\t,", key=lambda sign: (line.count(bytes([sign])), sign == ord(",")))
    encoding = "utf8" if _is_utf8(path) else "cp1252"
    names = [name.strip().strip('"') for name in line.decode(encoding, "replace").split(chr(mark))]
    chosen = [name for name in wanted if name in names]
    if not chosen:
        return [name for name in names if name], pa.table({})
    table = csv.read_csv(
        path,
        read_options=csv.ReadOptions(encoding=encoding, column_names=names, skip_rows=1),
        parse_options=csv.ParseOptions(delimiter=chr(mark)),
        convert_options=csv.ConvertOptions(
            include_columns=chosen,
            column_types={name: pa.string() for name in chosen},
            strings_can_be_null=True,
        ),
    )
    return names, table


def _is_utf8(path: Path) -> bool:
    import codecs

    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while block := file.read(2**22):
                decoder.decode(block)
        except UnicodeDecodeError:
            return False
    return True


def _system(error: OSError) -> str:
    """Say in words why a file cannot be opened; pyarrow's own OSErrors carry no number."""
    if error.errno is None:
        return _unreadable(error)
    return f"{refusal(error).fields['why_it']}."


def _unreadable(error: Exception) -> str:
    if str(error) == WIDE:
        return f"{WIDE}: salvarlo in UTF-8."
    said = " ".join(str(error).split())[:120]
    return (
        f"non si legge come Parquet né come CSV, o è tagliato a metà ({said}). Rifarlo o scaricarlo di nuovo."
    )
