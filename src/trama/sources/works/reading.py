"""A list of works read as rows of the register: what is wrong is named with its row, and nothing is lost.

A cell that cannot be read stops the version; with `repair` it becomes missing and its row stays. A row that
cannot be put on the map stays with its comune; one that names neither stays too, and is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from trama.kernel.layers import Manifest
from trama.kernel.places import METRIC_EPSG
from trama.lake import Lake
from trama.lake.checks import SHOWN, Finding, check_table
from trama.sources.errors import NoValues
from trama.sources.original import Original, TableReading
from trama.sources.territory import Territory
from trama.sources.vector_files import read_every_row
from trama.sources.works.columns import AREA_NAMES, match_columns, plain
from trama.sources.works.csv_rows import read_rows
from trama.sources.works.placing import Names, coordinates, into_metres
from trama.sources.works.totals import sums_of
from trama.sources.works.values import Unclear, day_of, money_of, quantity_of, text_of, yes_of

RULE = (
    "le righe dell'elenco come sono, nessuna esclusa; numeri e date letti all'italiana, ettari in m², "
    "ogni opera sulla mappa se l'elenco ne dà la forma o le coordinate, altrimenti nel suo comune."
)
_TEXTS = ("nome", "fondo", "misura", "cup", "comune", "soluzione", "stato", "fonte")


@dataclass
class _Row:
    """A row being read: its number in the file, the cells by field and all of them, what is wrong with it."""

    number: int
    cells: dict[str, Any]
    whole: tuple[Any, ...] = ()
    shape: shapely.Geometry | None = None
    degrees: bool = False
    invented: bool = False
    values: dict[str, Any] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def take(self, name: str, read: Any) -> Any:
        """Return what `read` makes of the cell, or None where it is unclear: then it is told."""
        try:
            return read(self.cells.get(name))
        except Unclear as error:
            self.wrong.append(f"{name}: {error}")
            return None


def read_works(original: Original, manifest: Manifest, lake: Lake, territory: Territory) -> TableReading:
    """Read a list of works as rows of `manifest`.

    Raises
    ------
    MissingField
        The list has no name, fund or amount, and none was pointed at.
    NoValues
        It has no row.
    UnreadableData, MissingCrs, WhichLayer
        And what `trama.sources.opening` raises.
    """
    import geopandas

    reading = TableReading(RULE)
    rows = _rows_of(original, manifest, reading)
    names = Names.of(lake)
    for row in rows:
        _read(row, names)
    sums = sums_of([(row.values, row.shape is not None, row.whole) for row in rows])
    rows = _without(rows, sums, "di somma", reading, repair=original.repair)
    rows = _without(rows, _invented(rows, reading), "di dati sintetici", reading, repair=original.repair)
    _place(rows, original, reading)
    _settle_shapes(rows, original, reading)
    _name(rows, reading)
    reading.findings += [_readable(rows), _placed(rows), _same_cup(rows), _coherent(rows, names)]
    if original.repair and not reading.findings[-4].ok:
        reading.mended.append("readable_rows")
    columns = {
        spec.name: _typed([row.values.get(spec.name) for row in rows], spec.type) for spec in manifest.fields
    }
    shapes = np.array([row.shape for row in rows], dtype=object)
    reading.table = geopandas.GeoDataFrame(columns, geometry=shapes, crs=METRIC_EPSG)
    on_map = reading.table[~shapely.is_missing(shapes)]
    inside = [
        one for one in check_table(on_map, manifest, territory.shape) if one.check == "inside_territory"
    ]
    unique = [one for one in check_table(reading.table, manifest) if one.check == "unique_id"]
    reading.findings += [*unique, *inside]
    return reading


def _rows_of(original: Original, manifest: Manifest, reading: TableReading) -> list[_Row]:
    parsed = read_rows(original, reading)
    if parsed is not None:
        found = match_columns(parsed[0], manifest, original, reading)
        rows = [
            _Row(number, {name: cells.get(col) for name, col in found.items()}, tuple(cells.values()))
            for number, cells in parsed[1]
        ]
    else:
        table = read_every_row(original, reading)
        names = [str(name) for name in table.columns if name != "geometry"]
        found = match_columns(names, manifest, original, reading)
        shapes = table.geometry.to_numpy()
        cells = table[names].to_dict("records")
        rows = [
            _Row(
                int(fid),
                {name: one[col] for name, col in found.items()},
                tuple(one.values()),
                None if absent else shape,
            )
            for fid, one, shape, absent in zip(
                table.index, cells, shapes, shapely.is_missing(shapes) | shapely.is_empty(shapes), strict=True
            )
        ]
    if not rows:
        raise NoValues(name=original.name, why="l'elenco non ha righe.")
    if "unita" not in found and plain(found.get("quantita", "")) in AREA_NAMES:
        for row in rows:
            row.cells["unita"] = "m2"
    return rows


def _read(row: _Row, names: Names) -> None:
    values = row.values
    values["riga"] = row.number
    row.invented = bool(row.take("sintetico", yes_of))
    values["id"] = text_of(row.cells.get("id"))
    for name in _TEXTS:
        values[name] = text_of(row.cells.get(name))
    values["importo"], values["contributo"] = row.take("importo", money_of), row.take("contributo", money_of)
    values["data_inizio"], values["data_fine"] = (
        row.take("data_inizio", day_of),
        row.take("data_fine", day_of),
    )
    pair = row.take("quantita", lambda cell: quantity_of(cell, row.cells.get("unita")))
    values["quantita"], values["unita"] = pair or (None, None)
    values["istat"] = " ".join(row.take("comune", names.find) or []) or None
    if row.shape is None:
        try:
            row.shape, row.degrees = coordinates(row.cells)
        except Unclear as error:
            row.wrong.append(f"posizione: {error}")


def _without(
    rows: list[_Row], out: dict[int, str], what: str, reading: TableReading, *, repair: bool
) -> list[_Row]:
    """Tell the rows that are no works of the list, by place → why; `repair` takes them out."""
    for at, why in out.items():
        rows[at].wrong = [why]
    if not (out and repair):
        return rows
    numbers = ", ".join(str(rows[at].number) for at in out)
    told = f"Tolta una riga {what}" if len(out) == 1 else f"Tolte {len(out)} righe {what}"
    reading.notes.append(f"{told}: {numbers}.")
    reading.mended.append("readable_rows")
    return [row for at, row in enumerate(rows) if at not in out]


def _invented(rows: list[_Row], reading: TableReading) -> dict[int, str]:
    """Return the rows that say they are invented among others that are not; a list all of them stays so."""
    found = [at for at, row in enumerate(rows) if row.invented]
    if found and len(found) == len(rows):
        reading.synthetic = True
        reading.notes.append("Ogni riga dice di essere un dato sintetico: la versione è segnata come tale.")
        return {}
    why = "è un dato sintetico in un elenco di opere vere: toglierla, o consegnarla in un elenco a parte"
    return dict.fromkeys(found, why)


def _place(rows: list[_Row], original: Original, reading: TableReading) -> None:
    moved = into_metres([row.shape for row in rows], [row.degrees for row in rows], original.crs)
    if any(row.degrees for row in rows):
        reading.notes.append("Le coordinate in gradi sono lette come WGS 84 (EPSG:4326).")
    for row, shape in zip(rows, moved, strict=True):
        row.shape = shape
        row.values["posizione"] = (
            "mappa" if shape is not None else "comune" if row.values["istat"] else "nessuna"
        )


def _settle_shapes(rows: list[_Row], original: Original, reading: TableReading) -> None:
    broken = [row for row in rows if row.shape is not None and not shapely.is_valid(row.shape)]
    where = tuple(_at(row, "il contorno non è valido") for row in broken[:SHOWN])
    hint = "Con --repair le aree si ricostruiscono; l'opera resta comunque nel registro."
    reading.findings.append(Finding("valid_geometry", not broken, len(broken), where, hint if broken else ""))
    if not (broken and original.repair):
        return
    reading.mended.append("valid_geometry")
    for row in broken:
        rebuilt = shapely.make_valid(row.shape, method="structure", keep_collapsed=False)
        row.shape = None if rebuilt.is_empty else rebuilt
        if row.shape is None:
            row.values["posizione"] = "comune" if row.values["istat"] else "nessuna"


def _name(rows: list[_Row], reading: TableReading) -> None:
    """Give an id to the rows without one: the CUP where no other row has it, else the row's number."""
    nameless = [row for row in rows if row.values["id"] is None]
    if not nameless:
        return
    cups = [row.values["cup"] for row in rows]
    for row in nameless:
        cup = row.values["cup"]
        row.values["id"] = cup if cup and cups.count(cup) == 1 else f"riga-{row.number:05d}"
    told = "1 opera" if len(nameless) == 1 else f"{len(nameless)} opere"
    reading.notes.append(f"{told} senza identificativo: vale il CUP dove è di una sola, altrimenti la riga.")


def _readable(rows: Sequence[_Row]) -> Finding:
    wrong = [row for row in rows if row.wrong]
    where = tuple(_at(row, "; ".join(row.wrong)) for row in wrong[:SHOWN])
    hint = (
        "Correggere le righe indicate e consegnare di nuovo il file; con --repair le celle che non si "
        "leggono diventano «dato mancante» e le righe restano, salvo quelle di somma e le sintetiche."
    )
    return Finding("readable_rows", not wrong, len(wrong), where, hint if wrong else "")


def _placed(rows: Sequence[_Row]) -> Finding:
    away = [row for row in rows if row.values["posizione"] != "mappa"]
    order = sorted(away, key=lambda row: row.values["posizione"] == "comune")
    words = {
        "comune": "non è sulla mappa: resta nel suo comune",
        "nessuna": "né mappa né comune: scrivere il comune o le coordinate",
    }
    where = tuple(_at(row, words[row.values["posizione"]]) for row in order[:SHOWN])
    hint = "Queste opere contano nei totali; per stimarne gli effetti serve la posizione." if away else ""
    return Finding("placed", not away, len(away), where, hint)


def _same_cup(rows: Sequence[_Row]) -> Finding:
    by_cup = defaultdict(list)
    for row in rows:
        if row.values["cup"]:
            by_cup[row.values["cup"].upper()].append(row)
    repeated = {cup: found for cup, found in by_cup.items() if len(found) > 1}
    where = tuple(
        {"id": f"CUP {cup}", "at": None, "why": f"nelle righe {', '.join(str(row.number) for row in found)}"}
        for cup, found in list(repeated.items())[:SHOWN]
    )
    hint = (
        "Se sono lotti dello stesso progetto va bene; se è la stessa opera scritta due volte, toglierne una."
    )
    return Finding(
        "same_cup", not repeated, sum(map(len, repeated.values())), where, hint if repeated else ""
    )


def _coherent(rows: Sequence[_Row], names: Names) -> Finding:
    found = []
    for row in rows:
        values = row.values
        if (values["contributo"] or 0) > (values["importo"] if values["importo"] is not None else np.inf):
            found.append(_at(row, "il contributo supera l'importo"))
        if values["data_inizio"] and values["data_fine"] and values["data_fine"] < values["data_inizio"][:4]:
            found.append(_at(row, "finisce prima di cominciare"))
        if row.shape is not None and names.contradicted((values["istat"] or "").split(), row.shape):
            found.append(_at(row, f"sulla mappa è fuori da «{values['comune']}»"))
    hint = "Controllare queste righe con chi ha dato l'elenco." if found else ""
    return Finding("coherent", not found, len(found), tuple(found[:SHOWN]), hint)


def _at(row: _Row, why: str) -> dict[str, Any]:
    at = None
    if row.shape is not None and len(xy := shapely.get_coordinates(row.shape)):
        at = [round(float(xy[0][0]), 1), round(float(xy[0][1]), 1)]
    return {"id": f"riga {row.number}", "at": at, "why": why}


def _typed(values: list[Any], kind: str) -> Any:
    if kind == "number":
        return np.array([np.nan if value is None else float(value) for value in values])
    if kind == "integer":
        return np.array(values, dtype=np.int64)
    return np.array(values, dtype=object)
