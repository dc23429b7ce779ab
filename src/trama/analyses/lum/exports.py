"""The atlas and a sheet as tables for Italian spreadsheets: what is missing is an empty cell, never zero."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from trama.analyses.lum.answer import Sheet, row_json, sheet_json
from trama.analyses.lum.outputs import ATLAS, FUNCTIONS, SERVICES, Row
from trama.analyses.lum.rules import Rules
from trama.kernel.layers import Manifest
from trama.kernel.spreadsheet import to_csv
from trama.lake.version import Version

TABLES = {"lum": ATLAS, "servizi": SERVICES, "funzioni": FUNCTIONS}
"""Name of a table of the atlas → its layer."""
SHEET = (
    "sezione",
    "gruppo",
    "voce",
    "valore",
    "unita",
    "nota",
    "fonte",
    "dati_sintetici",
    "valori_non_ufficiali",
)


def atlas_csv(rows: Sequence[Row], version: Version, manifest: Manifest, *, unofficial: bool) -> str:
    """Return rows of a layer of the atlas as CSV, each saying whether on invented data and unofficial values.

    Parameters
    ----------
    version
        The atlas.
    manifest
        Of the layer of the rows: its fields are the columns.
    """
    names = [spec.name for spec in manifest.fields]
    labels = [version.synthetic, unofficial]
    return to_csv(
        [*names, "dati_sintetici", "valori_non_ufficiali"],
        [[*(row.get(name) for name in names), *labels] for row in rows],
    )


def sheet_csv(sheet: Sheet, rules: Rules, version: Version) -> str:
    """Return a sheet as one long table: figures, functions, services inside, node and place, answers."""
    labels = [version.synthetic, bool(sheet.trace and sheet.trace.unofficial())]
    return to_csv(SHEET, [[*row, *labels] for row in _lines(sheet, rules, version.manifest)])


def _lines(sheet: Sheet, rules: Rules, manifest: Manifest) -> list[list[Any]]:
    body = sheet_json(sheet, rules)
    least = str(sheet.row["minimi"] or "").split()
    units = {spec.name: spec.unit for spec in manifest.fields}
    found: list[list[Any]] = [
        ["lum", None, name, value, None if units.get(name) == "text" else units.get(name),
         "almeno" if name in least else None, None]
        for name, value in row_json(sheet.row).items()
    ]  # fmt: skip
    for one in body["funzioni"]:
        said = "almeno" if one["almeno"] else None
        told = "; ".join(str(part) for part in (one["stato"], said, one["servizi"]) if part)
        found.append(["funzioni", one["gruppo"], one["nome"], one["numero"], "count", told, None])
    for one in body["servizi"]:
        place, far = f"{one['nome_categoria']}: {one['nome_voce']}", one["nota_distanza"]
        told = "; ".join(str(part) for part in (one["stato"], far, one["orari"]) if part)
        found.append(["servizi", place, one["nome"], one["metri_a_piedi"], "m", told, one["fonte"]])
    for one in body["nodo_luogo"]:
        found.append(["nodo_luogo", one["lato"], one["nome"], one["valore"], one["unita"], one["nota"], None])
    for one in body["rilievi"]:
        who = " ".join(part for part in (one["chi"], one["quando"]) if part) or None
        found.append(["rilievi", None, one["domanda"], one["risposta"], None, one["nota"] or None, who])
    return found
