"""What the sources of services cover: the one reader of the layer, for whoever counts what is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("istat", "voce", "copertura")
WHOLLY, PARTLY = "completa", "parziale"
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Covered:
    """Comune by voice, each of shape (comuni, voices).

    Attributes
    ----------
    told
        Whether some source covers the voice there; where none does the datum is missing.
    whole
        Whether one of them covers it wholly: no row is no service.
    """

    told: Flags
    whole: Flags


def read_coverage(table: pd.DataFrame, row_of: Mapping[str, int], column_of: Mapping[str, int]) -> Covered:
    """Return what is covered of some comuni and voices; the best that any source gives holds.

    Parameters
    ----------
    table
        Rows of ``servizi_copertura``, one for each comune, voice and source: `COLUMNS`.
    row_of, column_of
        Comune → row, voice → column; others are left out.
    """
    told = np.zeros((len(row_of), len(column_of)), bool)
    whole = told.copy()
    row = table["istat"].astype(str).map(row_of)
    column = table["voce"].astype(str).map(column_of)
    kept = (row.notna() & column.notna()).to_numpy()
    at = row[kept].to_numpy(np.intp), column[kept].to_numpy(np.intp)
    told[at] = True
    np.logical_or.at(whole, at, (table["copertura"] == WHOLLY).to_numpy()[kept])
    return Covered(told, whole)


def sources_of(table: pd.DataFrame, *, synthetic: bool = False) -> dict[tuple[str, str], str]:
    """Return (comune, voice) → its sources in words, complete ones first: how each covers, and its day.

    Parameters
    ----------
    synthetic
        Whether a source that does not say so is invented.
    """
    ordered = table.sort_values(["istat", "voce", "copertura", "fonte"], kind="stable")
    marked = ordered["sintetico"].tolist() if "sintetico" in ordered else [None] * len(ordered)
    found: dict[tuple[str, str], list[str]] = {}
    columns = (ordered[name] for name in ("istat", "voce", "copertura", "fonte", "rilevato"))
    for istat, voice, how, source, day, false in zip(*columns, marked, strict=True):
        said = [str(how), *([str(day)] if isinstance(day, str) and day else [])]
        said += ["sintetica"] if (false if isinstance(false, bool) else synthetic) else []
        found.setdefault((str(istat), str(voice)), []).append(f"{source} ({', '.join(said)})")
    return {cell: "; ".join(every) for cell, every in found.items()}


def coverage_of(table: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Return (comune, voice) → `WHOLLY` or `PARTLY`, the best that any source gives."""
    rows = {code: at for at, code in enumerate(sorted(set(table["istat"].astype(str))))}
    columns = {voice: at for at, voice in enumerate(sorted(set(table["voce"].astype(str))))}
    found = read_coverage(table, rows, columns)
    return {
        (code, voice): WHOLLY if found.whole[row, column] else PARTLY
        for code, row in rows.items()
        for voice, column in columns.items()
        if found.told[row, column]
    }
