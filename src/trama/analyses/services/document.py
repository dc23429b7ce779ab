"""The sheets as PDF/A: what the page says, laid out to be filed."""

from __future__ import annotations

from typing import Any

from trama import __version__
from trama.analyses.annex import Cited, italian_day
from trama.analyses.printing import printed
from trama.analyses.services.local import PRESENT
from trama.analyses.services.reading import Reading, Row
from trama.analyses.services.roster import by_category
from trama.analyses.services.rules import Rules
from trama.analyses.services.sheet import asked, comune_sheet, pole_sheet
from trama.analyses.services.sketch import sketch
from trama.kernel.trace import ParameterUse, Trace
from trama.kernel.units import MISSING, format_number

MOST_PRINTED = 1500
"""Services printed one by one: above it the rest is counted, and found in the table of the comune."""
PACKAGE, TEMPLATE = "trama.analyses.services", "servizi.typ"
LABELS = {"davies": "Centralità di Davies", "complessita": "Voci sovralocali presenti",
          "attrazione": "Serviti da fuori, per residente"}  # fmt: skip


def comune_pdf(reading: Reading, rules: Rules, what: str, *, office: str = "") -> bytes:
    """Return the sheet of a comune as PDF/A-2a and PDF/UA-1; raises `UnknownPlace`."""
    sheet = comune_sheet(reading, rules, what)
    comune = sheet["comune"]
    title = f"Atlante dei servizi: {comune['nome']}"
    data = {
        **_frame(reading, rules, title, sheet["elenco"], (comune["istat"], "comuni"), office),
        "testata": [
            ["Residenti", format_number(comune["popolazione"], "inhabitant")],
            ["Zona omogenea", sheet["zona"]["nome"]],
            ["Servizi attivi", sheet["servizi_detti"]],
            ["Rilevanza", sheet["polo"]["rilevanza"] or MISSING],
        ],
        "apertura": _opening(sheet),
        "voci": [
            {"nome": one["nome"], "servizi": one["servizi_detti"], "mancanti": one["mancanti"],
             "righe": [[row["nome"], row["livello"], row["detto"], row["posti"], row.get("fonti") or ""]
                       for row in one["voci"] if row["atteso"] == "sì" or row["stato"] == PRESENT]}
            for one in sheet["categorie"]
        ],
        "standard": [
            [one["oggetto"], one["detto"] or "–", one["chiede"], one["esito"],
             f"{one['atto']} ({one['vigore']})",
             "" if one["ufficiale"] else "valore non ufficiale"]
            for one in sheet["standard"]
        ],
        "perche": "", "motivi": [], "misure": [], "vocazioni": [],
        **_listed(sheet["elenco"], sheet["previsti"], rules, "I servizi, uno per uno"),
    }  # fmt: skip
    return printed(PACKAGE, TEMPLATE, data, rules.day)


def pole_pdf(reading: Reading, rules: Rules, what: str, *, office: str = "") -> bytes:
    """Return the sheet of a pole as PDF/A-2a and PDF/UA-1; raises `UnknownPlace`."""
    sheet = pole_sheet(reading, rules, what)
    comune, pole = sheet["comune"], sheet["polo"]
    title = f"Polo di servizi: {comune['nome']}"
    standing = f"{pole['rilevanza']} ({'decisa' if pole['decisa'] == 'sì' else 'proposta dalla regola'})"
    proposal = f"Perché la regola propone «{pole['proposta']}»"
    data = {
        **_frame(reading, rules, title, sheet["servizi"], (comune["istat"], "poli"), office),
        "perche": proposal if pole["proposta"] else "Perché la regola non propone nulla",
        "testata": [
            ["Rilevanza", standing if pole["rilevanza"] else MISSING],
            ["Residenti", format_number(comune["popolazione"], "inhabitant")],
            ["Servizi sovralocali", sheet["servizi_detti"]],
            ["Posto fra i comuni", _place(pole)],
        ],
        "apertura": _definition(sheet),
        "voci": [],
        "standard": [],
        "motivi": _reasons(sheet),
        "misure": [[label, _measure(pole, name)] for name, label in LABELS.items()],
        "vocazioni": [
            [
                row["nome"],
                format_number(row["servizi"], "count"),
                format_number(row["lq"], "1", 2),
                row["giudizio"] or "",
            ]
            for row in sheet["vocazioni"]
        ],
        **_listed(sheet["servizi"], sheet["previsti"], rules, "Servizi sovralocali"),
    }
    return printed(PACKAGE, TEMPLATE, data, rules.day)


def _opening(sheet: dict[str, Any]) -> str:
    comune = sheet["comune"]
    if comune["dotazione"] is None:
        return f"Dotazione locale: {MISSING}."
    text = (
        f"Dotazione locale {comune['classe_nome']}: {comune['voci_presenti']} voci presenti su "
        f"{comune['voci_attese'] - comune['voci_senza_dato']} attese di cui una fonte dice qualcosa."
    )
    if comune["voci_senza_dato"]:
        text += f" Di {comune['voci_senza_dato']} voci attese il dato manca: non contano."
    if sheet["assenti"]:
        text += f" Assenti: {', '.join(sheet['assenti'])}."
    return text


def _definition(sheet: dict[str, Any]) -> str:
    pole = sheet["polo"]
    if sheet["livello"] is None:
        return (
            "Nessuna fonte rileva i servizi sovralocali del comune: il dato manca, e la rilevanza con esso."
        )
    text = f"Polo di rilevanza {pole['rilevanza']}: {sheet['livello']['definizione']}."
    if pole.get("limite") == "sì":
        text += " Le misure sono «almeno»: qualche voce qui ha una fonte parziale, o nessuna."
    return text


def _reasons(sheet: dict[str, Any]) -> list[str]:
    decision = sheet["decisione"]
    found = [f"{one[:1].upper()}{one[1:]}." for one in sheet["polo"]["motivi"]]
    if decision:
        found.insert(
            0, f"L'ufficio ha deciso «{decision['livello']}»: {decision['motivo']} ({decision['atto']})."
        )
    return found


def _place(pole: dict[str, Any]) -> str:
    if not pole["posto"]:
        return "nessuno: se ne sa troppo poco"
    return f"{pole['posto']} (fra {pole['posto_5']} e {pole['posto_95']} al variare dei pesi)"


def _measure(pole: dict[str, Any], name: str) -> str:
    value = pole[name]
    if value is None:
        return MISSING
    if name == "complessita":
        return f"{format_number(100 * value, '%', 0)} di {pole['voci_note']}"
    least = "almeno " if pole.get("limite") == "sì" else ""
    return f"{least}{format_number(value, '1', 1 if name == 'davies' else 2)}"


def _listed(rows: list[Row], planned: list[Row], rules: Rules, title: str) -> dict[str, Any]:
    """Return the services one by one by category, those that do not fit counted; and what is forecast."""
    shown = rows[:MOST_PRINTED]
    return {
        "elenco_titolo": title,
        "elenco": [
            {
                "nome": one["nome"],
                "righe": [
                    [row["nome"] or row["id"], row["voce_nome"], row["luogo"], row["livello"],
                     row["posti"] or "–", row["orari"] or "–", *_source(row)]
                    for row in one["righe"]
                ],
            }
            for one in by_category(shown, rules)
        ],
        "elenco_resto": len(rows) - len(shown),
        "previsti": [
            [row["nome"] or row["id"], row["che"], row["voce_nome"], row["posti"], *_source(row)]
            for row in planned[:MOST_PRINTED]
        ],
    }  # fmt: skip


def _source(row: Row) -> list[str]:
    """Return source with its day, and whether the row is invented."""
    return [", ".join(filter(None, (row["fonte"], row["rilevato"]))), "sintetico" if row["sintetico"] else ""]


def _frame(
    reading: Reading, rules: Rules, title: str, rows: list[Row], place: tuple[str, str], office: str
) -> dict[str, Any]:
    """Return what both sheets share: title, labels, map, data, limits, the rules used."""
    lake, (istat, branch) = reading.lake, place
    drawing = sketch(lake, rows, istat, rules)
    synthetic = reading.synthetic
    limits = {limit for version in reading.versions.values() for limit in version.manifest.known_limits}
    trace = lake.traces.load(reading.trace)
    used = [*trace.layers(), *(use for use in drawing.layers if use not in trace.layers())]
    ground = ", ".join(f"{use.title}{' (dati sintetici)' if use.synthetic else ''}" for use in drawing.layers)
    caption = f"Scala 1:{format_number(drawing.scale)}, nord in alto. Sfondo: {ground}."
    return {
        "titolo": title,
        "ufficio": office,
        "versione": __version__,
        "trace": reading.trace,
        "giorno": italian_day(rules.day.isoformat()),
        "data": [rules.day.year, rules.day.month, rules.day.day],
        "etichette": ["valore non ufficiale", *(["dati sintetici"] if synthetic else [])],
        "mappa": {
            "svg": drawing.svg,
            "didascalia": caption,
            "legenda": [{"segno": sign, "nome": name} for sign, name in drawing.key],
        },
        "dati": [[use.title, use.version, "dati sintetici" if use.synthetic else ""] for use in used],
        "limiti": sorted(limits),
        "regole": _rules(trace, f"{branch}/{istat}", rules),
    }


def _rules(trace: Trace, path: str, rules: Rules) -> list[list[str]]:
    """Return the rules that a sheet rests on: name, value, standing, first day, act."""
    step = trace.root.find(path)
    uses = [rules.taxonomy.use(), *(use for node in step.walk() for use in node.parameters)] if step else []
    cited = Cited({})
    values: dict[str, str] = {}
    for use in uses:
        number, _, said = cited.quote(use).partition("] ")
        values.setdefault(number[1:], _value(use) or said.removeprefix(f"{use.label}: "))
    return [
        [row["nome"], values[row["numero"]], row["stato"], row["dal"], row["citazione"]]
        for row in cited.rows()
    ]


def _value(use: ParameterUse) -> str:
    """Return what a rule says, in words: what a standard asks, where a class begins; empty for the others."""
    if not isinstance(use.value, dict):
        return ""
    if "verso" in use.value or "unita" in use.value:
        return asked(use.value)
    rows = use.value.values()
    if all(isinstance(row, dict) and "da" in row and "nome" in row for row in rows):
        return ", ".join(f"{row['nome']} da {format_number(row['da'], '1', 2)}" for row in rows)
    return ""
