"""What a source covers: for which comuni and voices no row means no service, or that nobody knows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import shapely

from trama.lake import Lake, Version
from trama.sources.original import Original
from trama.sources.services.errors import UnknownCoverage
from trama.sources.services.rows import EXTRACT, REGISTER, Found
from trama.sources.works.placing import Names
from trama.sources.works.values import Unclear

if TYPE_CHECKING:
    import pandas as pd

COMPLETE, PARTIAL = "completa", "parziale"
EVERYWHERE = "tutti"
LAYER = "servizi_copertura"
COLUMNS = ("istat", "voce", "copertura", "fonte", "rilevato", "sintetico")
_AND = "; "
Cells = dict[tuple[str, str], str]
"""(istat, voce) → completa or parziale."""


def covered(found: Found, table: pd.DataFrame, original: Original, lake: Lake) -> Cells:
    """Return what a source covers.

    An extract covers the comuni within it, partly. A list covers the comuni its rows lie in, or those
    declared, partly unless it says that it is complete. A register covers the same, completely for the voices
    of the norms; where it goes beyond the territory it covers all of it. Rows without a place leave the
    coverage of their comune partial.

    Raises
    ------
    UnknownCoverage
    """
    if original.coverage not in ("", COMPLETE, PARTIAL):
        raise UnknownCoverage(what=original.coverage, hint=f"scrivere {COMPLETE} oppure {PARTIAL}.")
    names = Names.of(lake)
    declared = _declared(original, names)
    voices = sorted({str(voce) for voce in table["voce"]} | {voce for voce, _ in found.missing})
    everywhere = found.rank == REGISTER and found.far > 0
    within = _within(found, names) if found.rank == EXTRACT else set()
    cells: Cells = {}
    for voce in voices:
        there = table["detto"].fillna(table["istat"])  # a point out of its place claims nothing
        own = {str(code) for code in there[table["voce"] == voce].dropna()}
        comuni = declared or (set(names.names) if everywhere else own | within)
        complete = original.coverage == COMPLETE or (not original.coverage and voce in found.complete)
        cells |= {(code, voce): COMPLETE if complete else PARTIAL for code in comuni}
    for voce, comune in found.missing:
        named = _where(comune, names) or {code for code, each in cells if each == voce}
        cells |= {(code, voce): PARTIAL for code in named if (code, voce) in cells or code in names.names}
    return cells


def _within(found: Found, names: Names) -> set[str]:
    """Return the comuni that an extract covers: those whose middle lies in the box of what it holds."""
    box = shapely.box(*shapely.total_bounds([row["geometry"] for row in found.rows]))
    return {code for code, shape in names.shapes.items() if box.contains(shape.representative_point())}


def _declared(original: Original, names: Names) -> set[str]:
    if not original.covers.strip():
        return set()
    if original.covers.strip().lower() == EVERYWHERE:
        return set(names.names)
    try:
        return set(names.find(original.covers))
    except Unclear as error:
        raise UnknownCoverage(
            what=original.covers[:60],
            hint=f"{error}; i comuni si separano con la virgola, «{EVERYWHERE}» vuol dire ogni comune.",
        ) from None


def _where(comune: Any, names: Names) -> set[str]:
    try:
        return set(names.find(comune))
    except Unclear:
        return set()


def joined(mine: Cells, source: str, edition: str, before: pd.DataFrame | None) -> pd.DataFrame:
    """Return the table of coverage: one row for each comune, voice and source.

    What the same source said before goes; so does what invented ones said of the comuni and voices that this
    source covers. What the others say stays as it was.

    Parameters
    ----------
    before
        As `apart` gives it.
    """
    import pandas as pd

    rows: list[dict[str, Any]] = []
    for one in before.to_dict("records") if before is not None else ():
        cell = (str(one["istat"]), str(one["voce"]))
        if one["fonte"] != source and not (one["sintetico"] and cell in mine):
            rows.append({str(name): value for name, value in one.items()})
    rows += [
        {
            "istat": istat,
            "voce": voce,
            "copertura": coverage,
            "fonte": source,
            "rilevato": edition or None,
            "sintetico": False,
        }
        for (istat, voce), coverage in mine.items()
    ]
    rows.sort(key=lambda row: (row["istat"], row["voce"], row["copertura"], row["fonte"]))
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"sintetico": bool})


def apart(version: Version) -> pd.DataFrame:
    """Return the coverage of a version, one row for each source.

    A version of before had a row for each comune and voice, its sources joined: the first said what is
    written, the others that they are partial.
    """
    import pandas as pd

    table = version.table()
    joint = "sintetico" not in table
    table = table.assign(sintetico=invented(version, table))
    rows: list[dict[str, Any]] = []
    for one in table.to_dict("records"):
        for place, source in enumerate(str(one["fonte"]).split(_AND) if joint else [one["fonte"]]):
            rows.append({**one, "fonte": source, "copertura": PARTIAL if place else one["copertura"]})
    return pd.DataFrame(rows, columns=list(COLUMNS))


def invented(version: Version, table: pd.DataFrame) -> pd.Series:
    """Return which rows of a version are invented: those it marks, all or none where it marks none."""
    import pandas as pd

    whole = pd.Series(version.synthetic, index=table.index, dtype=bool)
    if "sintetico" not in table:
        return whole
    marked = table["sintetico"]
    return marked.where(marked.notna(), whole).astype(bool)


def complete_cells(table: pd.DataFrame) -> Iterable[tuple[tuple[str, str], str]]:
    """Yield (comune, voice) and each source, not invented, that declares it complete."""
    for one in table[(table["copertura"] == COMPLETE) & ~table["sintetico"]].itertuples():
        yield (str(one.istat), str(one.voce)), str(one.fonte)
