"""The sheet of a comune and of a pole: the same content on the page, as JSON, and as PDF."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from trama.analyses.services.local import ABSENT, AT_LEAST, MISSING, PRESENT, UNSEEN, tallied
from trama.analyses.services.reading import Reading, Row
from trama.analyses.services.roster import forecasts, roster
from trama.analyses.services.rules import Rules, Standard
from trama.kernel.units import format_number

MEASURED = {
    "area_ab": ("m²/ab", "m2/inhabitant", 2),
    "posti_eta": ("posti ogni 100", "1", 1),
    "capienza_ab": ("", "1", 1),
    "ab_sede": ("residenti per sede", "inhabitant", 0),
    "ab_capienza": ("residenti per operatore", "inhabitant", 0),
}
FORCE = {
    "si": "in vigore",
    "no": "abrogato",
    "discusso": "applicazione discussa",
    "transitorio": "in via transitoria",
    "da_verificare": "da verificare",
    "da_recepire": "da recepire",
    "obiettivo": "obiettivo",
    "linea_guida": "linea guida",
    "metodo": "metodo",
    "programma": "programma",
    "non_norma": "non è una norma",
}
"""How the state of an act is said to people."""


def comune_sheet(reading: Reading, rules: Rules, what: str) -> dict[str, Any]:
    """Return the sheet of a comune; raises `UnknownPlace`.

    Its figures are those in the lake; its words Italian. A voice that no source covers is "dato mancante".
    """
    comune = reading.comune(what)
    istat = comune["istat"]
    pole = reading.rows("servizi_poli", istat=istat)[0]
    zone = reading.rows("servizi_zone", zona=comune["zona"])[0]
    return {
        "comune": comune,
        "zona": zone,
        "categorie": categories(reading, rules, istat),
        "standard": standards(reading, rules, istat),
        "polo": {
            name: pole[name] for name in ("rilevanza", "proposta", "decisa", "posto", "posto_5", "posto_95")
        },
        "assenti": [_voice_name(rules, one) for one in str(comune["assenti"] or "").split()],
        "servizi_detti": counted(comune["servizi"], comune.get("servizi_noti")),
        "elenco": roster(reading, rules, istat),
        "previsti": forecasts(reading, rules, istat),
        "trace": reading.trace,
    }


def pole_sheet(reading: Reading, rules: Rules, what: str) -> dict[str, Any]:
    """Return the sheet of a comune as a pole; raises `UnknownPlace`."""
    comune = reading.comune(what)
    istat = comune["istat"]
    pole = reading.rows("servizi_poli", istat=istat)[0]
    limits = rules.thresholds.value
    vocations = [
        {**row, "nome": rules.vocations.value[row["vocazione"]]["nome"],
         "colore": rules.vocations.value[row["vocazione"]]["colore"]}
        for row in reading.rows("servizi_vocazioni", istat=istat)
        if row["vocazione"] in rules.vocations.value
    ]  # fmt: skip
    return {
        "comune": comune,
        "polo": {**pole, "motivi": str(pole["motivi"] or "").split("; "), "completo": _full(pole, limits)},
        "livello": rules.levels.value.get(pole["rilevanza"]),
        "decisione": rules.decisions.value.get(istat),
        "vocazioni": sorted(vocations, key=lambda row: -(row["lq"] or 0.0)),
        "servizi_detti": counted(pole["servizi"], pole.get("servizi_noti")),
        "servizi": roster(reading, rules, istat, wide=True),
        "previsti": forecasts(reading, rules, istat, wide=True),
        "nuclei": reading.rows("servizi_nuclei", istat=istat),
        "trace": reading.trace,
    }


def _full(pole: Row, limits: dict[str, Any]) -> bool:
    return pole["complessita"] is not None and pole["complessita"] >= float(limits["complessita_polo"])


def _summed(voices: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the services of a category: as a number, None where nobody can say, and in words."""
    number, known = tallied(
        sum(one["numero"] or 0 for one in voices),
        np.array([one["stato"] != MISSING for one in voices]),
        np.array([one["copertura"] == "completa" for one in voices]),
    )
    if number is None and any(one["stato"] == PRESENT for one in voices):
        return {"servizi": None, "servizi_noti": known, "servizi_detti": "nel piano"}
    return {"servizi": number, "servizi_noti": known, "servizi_detti": counted(number, known)}


def _voice_name(rules: Rules, voice: str) -> str:
    return str(rules.voices[voice].row["nome"]) if voice in rules.voices else voice


def categories(reading: Reading, rules: Rules, istat: str) -> list[dict[str, Any]]:
    """Return the voices of a comune by category, each with what its source allows to say."""
    found: dict[str, dict[str, Any]] = {}
    for row in reading.rows("servizi_voci", istat=istat):
        voice = rules.voices.get(row["voce"])
        if voice is None:
            continue
        entry = found.setdefault(
            voice.category,
            {"id": voice.category, **rules.categories.value[voice.category], "voci": []},
        )
        entry["voci"].append({**row, "nome": voice.row["nome"], "livello": voice.level, **said(row)})
    for entry in found.values():
        entry.update(_summed(entry["voci"]))
        entry["mancanti"] = sum(one["stato"] == MISSING for one in entry["voci"])
        entry["assenti"] = sum(one["stato"] == ABSENT and one["atteso"] == "sì" for one in entry["voci"])
    return list(found.values())


def counted(number: int | None, known: str | None) -> str:
    """Return how many services in words; `known` is how the number is known, see `local.tallied`.

    >>> counted(3, "almeno"), counted(0, "esatto"), counted(None, "dato mancante")
    ('almeno 3', '0', 'dato mancante')
    """
    if number is None:
        return "non rilevati" if known == UNSEEN else MISSING
    return f"{'almeno ' if known == AT_LEAST else ''}{format_number(number)}"


def said(row: Row) -> dict[str, str]:
    """Return number and capacity of a voice in words: a partial source gives at least so many."""
    if row["stato"] == MISSING:
        return {"detto": MISSING, "posti": ""}
    if row["stato"] == UNSEEN:
        return {"detto": "nessuno nelle fonti, parziali", "posti": ""}
    if row["stato"] == ABSENT:
        return {"detto": "nessuno", "posti": ""}
    if row["numero"] is None:
        areas = row.get("aree_piano") or 0
        return {"detto": f"nel piano: {areas} {'area' if areas == 1 else 'aree'}", "posti": ""}
    number = format_number(row["numero"])
    least = "almeno " if row["copertura"] == "parziale" else ""
    posts = ""
    if row["capienza"] is not None:
        short = row["con_capienza"] < row["numero"]
        unit = str(row["capienza_unita"]).replace("_", " ").replace("m2", "m²")
        posts = f"{'almeno ' if short or least else ''}{format_number(row['capienza'], '1', 0)} {unit}"
    return {"detto": f"{least}{number}", "posti": posts}


def standards(reading: Reading, rules: Rules, place: str) -> list[dict[str, Any]]:
    """Return a place (comune or zone) against each standard, with the act that says it."""
    found = []
    for row in reading.rows("servizi_standard", luogo=place):
        standard = rules.standards.get(row["standard"])
        if standard is not None:
            found.append({**row, **told(standard), "detto": figure(standard, row)})
    return found


def told(standard: Standard) -> dict[str, Any]:
    """Return a standard in words: what it asks, by which act, whether it is in force and read."""
    row = standard.row
    return {
        "oggetto": row["oggetto"],
        "chiede": asked(row),
        "condizione": row["condizione"] or "",
        "atto": " ".join(str(row[name]) for name in ("atto", "articolo") if row[name]) or "nessun atto",
        "vigore": FORCE[str(row["in_vigore"])],
        "abrogato": row["in_vigore"] == "no",
        "ufficiale": row["status"] in ("ufficiale", "adottato"),
        "non_ufficiale": row["status"] not in ("ufficiale", "adottato"),
        "letto": row["letto"] == "si",
        "nota": row["nota"] or "",
    }


def asked(row: Mapping[str, Any]) -> str:
    """Return what a row of the standards asks.

    >>> asked({"valore": 4.5, "verso": "min", "unita": "m²/ab"})
    'almeno 4,5 m²/ab'
    """
    low, top = row.get("valore"), row.get("valore_max")
    goal = format_number(low, "1", _digits(low))
    if top is not None:
        goal = f"{goal}–{format_number(top, '1', _digits(top))}"
    verb = {"min": "almeno", "max": "al più"}.get(str(row.get("verso")), "")
    return f"{verb} {goal} {row.get('unita') or ''}".strip()


def figure(standard: Standard, row: Row) -> str:
    """Return the figure of a place in words, as a bound where it is one."""
    if row["valore"] is None:
        return "" if row["esito"] == "non dovuto" else MISSING if row["esito"] == MISSING else "nessuno"
    words, unit, digits = MEASURED[standard.kind]
    bound = ("al più " if standard.less_is_better else "almeno ") if row["limite"] == "sì" else ""
    if standard.kind == "area_ab":
        return f"{bound}{format_number(row['valore'], unit, digits)}"
    number = format_number(row["valore"], "1", digits)
    if standard.kind == "capienza_ab":
        words = f"ogni {format_number(standard.row['ogni'], '1', 0)}"
    return f"{bound}{number} {words}"


def _digits(value: Any) -> int:
    return 0 if value is None or float(value).is_integer() else 1


OUTCOME_MARKS = {"rispettato": "ok", "non rispettato": "no", "incerto": "dubbio"}
VOICE_MARKS = {PRESENT: "ok", ABSENT: "no", UNSEEN: "dubbio", MISSING: "manca"}
"""Names of the marks beside words: colour never says it alone."""
