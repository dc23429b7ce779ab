"""The sheet of a LUM, and the whole atlas, as PDF/A: the same content as everywhere, laid out to be filed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import shapely

from trama import __version__
from trama.analyses.annex import Cited, italian_day, show, steps
from trama.analyses.lum.amounts import LEAST
from trama.analyses.lum.answer import Book, Sheet, counts, grade, indicators, nearest_first, survey_rows
from trama.analyses.lum.drawing import draw_atlas, draw_lum
from trama.analyses.lum.functions import ACTIVE
from trama.analyses.lum.outputs import ATLAS, Row
from trama.analyses.lum.rules import Rules
from trama.analyses.lum.stops import LAYER
from trama.analyses.paper_map import Drawing
from trama.analyses.printing import printed
from trama.kernel.errors import TramaError
from trama.kernel.units import MISSING, format_number
from trama.lake import Lake
from trama.lake.version import Version

TITLE = "Atlante dei Luoghi Urbani per la Mobilità"
COLUMNS = {"raggio_m": "raggio (m)", "name_it": "nome", "residents_weight": "peso dei residenti"}
WHOLE = ("count", "inhabitant")
ANSWERS = {"si": "sì", "no": "no", "non_si_applica": "non si applica"}


def render_sheet(lake: Lake, rules: Rules, sheet: Sheet, *, office: str = "") -> bytes:
    """Return the sheet of a LUM as a PDF/A-2a and PDF/UA-1 document, with the annex of its numbers."""
    cited = Cited(COLUMNS)
    trace = sheet.trace
    data = {
        **_frame(lake, rules, office, f"LUM {sheet.row['nome']}"),
        "schede": [_sheet(lake, rules, sheet)],
        "passi": list(steps(trace.root, 0, cited)) if trace else [],
        "citate": cited.rows(),
        "dati": [_data(use) for use in trace.layers()] if trace else [],
        "atlante": None,
    }
    return printed("trama.analyses.lum", "lum.typ", data, rules.day)


def render_atlas(lake: Lake, rules: Rules, *, office: str = "") -> bytes:
    """Return the whole atlas: contents, map, a sheet for each LUM by comune, the data and norms behind."""
    book = Book.open(lake)
    version = lake.version(ATLAS)
    rows = sorted(book.rows.lum, key=lambda row: (str(row["comune"]), str(row["nome"])))
    trace = lake.traces.load(version.provenance.trace)
    cited = Cited(COLUMNS)
    for use in trace.parameters():
        cited.quote(use)
    data = {
        **_frame(lake, rules, office, TITLE),
        "schede": [_sheet(lake, rules, book.sheet(str(row["codice"]))) for row in rows],
        "passi": [],
        "citate": cited.rows(),
        "dati": [_data(use) for use in trace.layers()],
        "atlante": _whole(lake, rules, rows),
    }
    return printed("trama.analyses.lum", "lum.typ", data, rules.day)


def _frame(lake: Lake, rules: Rules, office: str, title: str) -> dict[str, Any]:
    version = lake.version(ATLAS)
    labels = [
        "valore non ufficiale" if _unofficial(lake, version) else "",
        "dati sintetici" if version.synthetic else "",
    ]
    return {
        "titolo": title,
        "ufficio": office,
        "versione": __version__,
        "livello": f"{ATLAS} {version.id}",
        "impronta": version.sha256[:16],
        "giorno": italian_day(rules.day.isoformat()),
        "data": [rules.day.year, rules.day.month, rules.day.day],
        "etichette": [label for label in labels if label],
    }


def _unofficial(lake: Lake, version: Version) -> bool:
    """Tell whether values that no act has set are behind an atlas; where nothing tells, they are."""
    try:
        return bool(lake.traces.load(version.provenance.trace).unofficial())
    except TramaError:
        return True


def _whole(lake: Lake, rules: Rules, rows: Sequence[Row]) -> dict[str, Any]:
    drawing = draw_atlas(lake, rules, rows)
    found = counts(rows)
    levels = [
        [f"Livello {level}, {rules.level_name(level)}", str(found[f"livello_{level}"])]
        for level in rules.levels.value
        if f"livello_{level}" in found
    ]
    return {
        "mappa": _map(drawing, "Mappa dei LUM del territorio"),
        "raggi": ", ".join(
            f"{format_number(row['raggio_m'], 'm', 0)} per il livello {row['name_it']}"
            for row in rules.levels.value.values()
            if row["raggio_m"] is not None
        ),
        "conti": [["LUM", str(found["lum"])], *levels, ["Perimetri dei comuni", str(found["ridisegnati"])]],
    }


def _sheet(lake: Lake, rules: Rules, sheet: Sheet) -> dict[str, Any]:
    row = sheet.row
    share = format_number(100 * row["completezza"], "%", 0)
    drawing = draw_lum(lake, sheet, _stops(lake, sheet))
    named = f"Mappa del LUM {row['nome']}: cerchio, bacino a piedi, perimetro"
    return {
        "codice": sheet.code,
        "nome": row["nome"],
        "comune": row["comune"],
        "zona": row["zona"] or "",
        "completezza": f"{share}, {grade(rules, row['completezza'])}",
        "spiegazione": row["spiegazione"],
        "mappa": _map(drawing, named),
        "testata": _heading(rules, sheet),
        "misure": _figures(rules, row),
        "barriera": row["barriera"] or "",
        "funzioni": _functions(sheet),
        "servizi": _services(sheet),
        "nodo_luogo": _node_place(sheet),
        "lettura": row["lettura"],
        "rilievi": [
            [one["domanda"], one["soglia"] or "", _answer(one["risposta"]), one["nota"] or ""]
            for one in survey_rows(sheet, rules)
        ],
    }


def _heading(rules: Rules, sheet: Sheet) -> list[list[str]]:
    row, redrawn = sheet.row, sheet.redrawn
    written = rules.level_name(row["livello_piano"]) or "non scritto"
    computed = rules.level_name(row["livello_calcolato"]) or MISSING
    perimeter = "cerchio del livello"
    if redrawn:
        perimeter = f"del comune: {redrawn.atto}, {italian_day(redrawn.data_atto)}"
    return [
        ["Livello", f"{row['livello']}, {rules.level_name(row['livello'])}"],
        ["Nel piano", written],
        ["Calcolato", f"{computed} ({row['motivo_livello']})"],
        ["Raggio", format_number(row["raggio_m"], "m", 0)],
        ["Perimetro in vigore", perimeter],
        ["Linee", str(row["linee"] or MISSING)],
        ["Modi", str(row["modi"])],
        [
            "Partenze all'ora, 6-20",
            _at_least(row, "partenze_ora", format_number(row["partenze_ora"], "1", 1)),
        ],
    ]


def _figures(rules: Rules, row: Row) -> list[list[str]]:
    people = [(str(ages["name_it"]), band) for band, ages in rules.bands.value.items()]
    ratio = row["rapporto_pedonale"]
    return [
        ["Superficie del perimetro", format_number(row["area_m2"], "m2", 0)],
        ["Superficie del cerchio", format_number(row["area_cerchio_m2"], "m2", 0)],
        [
            "Quota del cerchio raggiunta a piedi",
            MISSING if ratio is None else format_number(100 * ratio, "%", 0),
        ],
        ["Residenti nel perimetro (stima)", format_number(row["residenti"], "inhabitant", 0)],
        *(
            [f"   {label}", format_number(row[f"residenti_{band}"], "inhabitant", 0)]
            for label, band in people
        ),
        [
            "Residenti entro 10 minuti a piedi (stima)",
            format_number(row["residenti_dieci_minuti"], "inhabitant", 0),
        ],
        ["Servizi attivi nel perimetro", _at_least(row, "servizi", show(row["servizi"], "count"))],
        ["Posti bici", _at_least(row, "posti_bici", format_number(row["posti_bici"], "1", 0))],
        ["Posti bici richiesti", format_number(row["posti_bici_richiesti"], "1", 0)],
    ]


def _at_least(row: Row, column: str, said: str) -> str:
    return f"{LEAST} {said}" if column in str(row["minimi"] or "").split() else said


def _functions(sheet: Sheet) -> list[dict[str, Any]]:
    groups = []
    for group, rows in groupby(sheet.functions, key=lambda one: str(one["gruppo"])):
        each = [
            {"nome": one["nome"], "stato": one["stato"], "servizi": _few(str(one["servizi"] or ""))}
            for one in rows
        ]
        groups.append({"gruppo": group, "righe": each})
    return groups


def _services(sheet: Sheet) -> list[dict[str, Any]]:
    """Return the services inside by category, the nearest on foot first."""
    each: dict[str, list[Row]] = {}
    for one in sheet.services:
        each.setdefault(str(one["nome_categoria"]), []).append(one)
    return [
        {"categoria": name, "righe": [_service(one) for one in sorted(rows, key=nearest_first)]}
        for name, rows in sorted(each.items())
    ]


def _service(one: Row) -> list[str]:
    metres = one["metri_a_piedi"]
    state = "" if one["stato"] == ACTIVE else f" ({one['stato']})"
    source = ", ".join(str(part) for part in (one["fonte"], one["rilevato"]) if part)
    way = str(one["nota_distanza"]) if metres is None else format_number(metres, "m", 0)
    return [f"{one['nome']}{state}", str(one["nome_voce"]), way, str(one["orari"] or "—"), source or "—"]


def _few(names: str) -> str:
    every = [name for name in names.split("; ") if name]
    return ", ".join(every[:3]) + (f" e altri {len(every) - 3}" if len(every) > 3 else "")


def _node_place(sheet: Sheet) -> list[dict[str, Any]]:
    return [
        {
            "lato": one["lato"],
            "nome": one["nome"],
            "valore": _indicator(one),
            "posizione": one["posizione"],
        }
        for one in indicators(sheet)
    ]


def _indicator(one: dict[str, Any]) -> str:
    said = format_number(one["valore"], one["unita"], 0 if one["unita"] in WHOLE else None)
    if one["valore"] is None or not one["nota"]:
        return said
    return f"{LEAST} {said}" if one["nota"] == LEAST else f"{said}, {one['nota']}"


def _answer(said: str | None) -> str:
    return MISSING if said is None else ANSWERS.get(said, said)


def _map(drawing: Drawing, named: str) -> dict[str, Any]:
    sources = ", ".join(
        f"{use.title} ({use.version}{', dati sintetici' if use.synthetic else ''})" for use in drawing.layers
    )
    return {
        "svg": drawing.svg,
        "legenda": [{"segno": one, "nome": name} for one, name in drawing.key],
        "descrizione": f"{named}, in scala 1:{drawing.scale}.",
        "didascalia": f"Scala 1:{format_number(drawing.scale)}. EPSG:32632. Sfondo: {sources or 'nessuno'}.",
    }


def _stops(lake: Lake, sheet: Sheet) -> list[shapely.Geometry]:
    wanted = set(str(sheet.row["fermate"]).split())
    rows, shapes = lake.version(LAYER).features(["id"], sheet.circle.bounds)
    return [shape for key, shape in zip(rows["id"], shapes, strict=True) if str(key) in wanted]


def _data(use: Any) -> dict[str, Any]:
    return {
        "titolo": use.title,
        "versione": use.version,
        "sintetico": use.synthetic,
        "impronta": use.sha256[:16],
    }
