"""The sheets as PDF/A: what the page says, laid out to be filed."""

from __future__ import annotations

from typing import Any

from trama import __version__
from trama.analyses.annex import italian_day
from trama.analyses.printing import printed
from trama.analyses.services.inventory import SERVICES
from trama.analyses.services.reading import Reading
from trama.analyses.services.rules import Rules
from trama.analyses.services.sheet import comune_sheet, pole_sheet
from trama.analyses.services.sketch import sketch
from trama.kernel.units import MISSING, format_number

PACKAGE, TEMPLATE = "trama.analyses.services", "servizi.typ"
LABELS = {"davies": "Centralità di Davies", "complessita": "Voci sovralocali presenti",
          "attrazione": "Serviti da fuori, per residente"}  # fmt: skip


def comune_pdf(reading: Reading, rules: Rules, what: str, *, office: str = "") -> bytes:
    """Return the sheet of a comune as PDF/A-2a and PDF/UA-1; raises `UnknownPlace`."""
    sheet = comune_sheet(reading, rules, what)
    comune = sheet["comune"]
    data = {
        **_frame(reading, rules, f"Atlante dei servizi: {comune['nome']}", comune["istat"], office),
        "testata": [
            ["Residenti", format_number(comune["popolazione"], "inhabitant")],
            ["Zona omogenea", sheet["zona"]["nome"]],
            ["Servizi attivi", format_number(comune["servizi"])],
            ["Rilevanza", sheet["polo"]["rilevanza"]],
        ],
        "apertura": _opening(sheet),
        "voci": [
            {"nome": one["nome"], "servizi": format_number(one["servizi"]), "mancanti": one["mancanti"],
             "righe": [[row["nome"], row["livello"], row["detto"], row["posti"]] for row in one["voci"]
                       if row["atteso"] == "sì" or row["stato"] == "presente"]}
            for one in sheet["categorie"]
        ],
        "standard": [
            [one["oggetto"], one["detto"] or "–", one["chiede"], one["esito"],
             f"{one['atto']} ({one['vigore']})",
             "" if one["ufficiale"] else "valore non ufficiale"]
            for one in sheet["standard"]
        ],
        "perche": "", "motivi": [], "misure": [], "vocazioni": [], "servizi": [],
    }  # fmt: skip
    return printed(PACKAGE, TEMPLATE, data, rules.day)


def pole_pdf(reading: Reading, rules: Rules, what: str, *, office: str = "") -> bytes:
    """Return the sheet of a pole as PDF/A-2a and PDF/UA-1; raises `UnknownPlace`."""
    sheet = pole_sheet(reading, rules, what)
    comune, pole = sheet["comune"], sheet["polo"]
    data = {
        **_frame(reading, rules, f"Polo di servizi: {comune['nome']}", comune["istat"], office, wide=True),
        "perche": f"Perché la regola propone «{pole['proposta']}»",
        "testata": [
            [
                "Rilevanza",
                f"{pole['rilevanza']} ({'decisa' if pole['decisa'] == 'sì' else 'proposta dalla regola'})",
            ],
            ["Residenti", format_number(comune["popolazione"], "inhabitant")],
            ["Servizi sovralocali", format_number(pole["servizi"])],
            ["Posto fra i comuni", _place(pole)],
        ],
        "apertura": f"Polo di rilevanza {pole['rilevanza']}: {sheet['livello']['definizione']}.",
        "voci": [],
        "standard": [],
        "motivi": _reasons(sheet),
        "misure": [[label, _measure(name, pole[name])] for name, label in LABELS.items()],
        "vocazioni": [
            [
                row["nome"],
                format_number(row["servizi"]),
                format_number(row["lq"], "1", 2),
                row["giudizio"] or "",
            ]
            for row in sheet["vocazioni"]
        ],
        "servizi": [
            [row["nome"], row["voce_nome"], row["livello"], row["fonte"] or ""] for row in sheet["servizi"]
        ],
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


def _reasons(sheet: dict[str, Any]) -> list[str]:
    decision = sheet["decisione"]
    found = [f"{one[:1].upper()}{one[1:]}." for one in sheet["polo"]["motivi"]]
    if decision:
        found.insert(
            0, f"L'ufficio ha deciso «{decision['livello']}»: {decision['motivo']} ({decision['atto']})."
        )
    return found


def _place(pole: dict[str, Any]) -> str:
    return f"{pole['posto']} (fra {pole['posto_5']} e {pole['posto_95']} al variare dei pesi)"


def _measure(name: str, value: float | None) -> str:
    if value is not None and name == "complessita":
        return format_number(100 * value, "%", 0)
    return format_number(value, "1", 1 if name == "davies" else 2)


def _frame(
    reading: Reading, rules: Rules, title: str, istat: str, office: str, *, wide: bool = False
) -> dict[str, Any]:
    """Return what both sheets share: title, labels, map, data, limits."""
    lake = reading.lake
    services = lake.version(SERVICES).table(columns=["voce", "istat", "stato"])
    own = services[(services["istat"] == istat) & (services["stato"] == "attivo")]
    if wide:
        own = own[own["voce"].isin(rules.wide)]
    drawing, legend = sketch(lake.version("comuni").table(columns=["istat"]), own, istat, rules)
    synthetic = reading.synthetic
    limits = {limit for version in reading.versions.values() for limit in version.manifest.known_limits}
    return {
        "titolo": title,
        "ufficio": office,
        "versione": __version__,
        "trace": reading.trace,
        "giorno": italian_day(rules.day.isoformat()),
        "data": [rules.day.year, rules.day.month, rules.day.day],
        "etichette": ["valori non ufficiali", *(["dati sintetici"] if synthetic else [])],
        "mappa": {"svg": drawing, "legenda": [list(one) for one in legend]},
        "dati": [
            [version.manifest.title, version.id, "sintetico" if version.synthetic else ""]
            for version in (
                lake.version(name) for name in ("servizi", "servizi_copertura", "popolazione_eta")
            )
        ],
        "limiti": sorted(limits),
    }
