"""The services of a comune one by one, and apart from them those that are only forecast."""

from __future__ import annotations

from typing import Any

from trama.analyses.services.plans import FORECAST, PLANNED
from trama.analyses.services.reading import Reading, Row
from trama.analyses.services.rules import LEVELS, Rules
from trama.kernel.units import format_number

ENDED = "cessato"
LISTED = (
    *("id", "nome", "voce", "voce_nome", "categoria", "livello", "livello_da", "stato", "capienza"),
    *(
        "capienza_unita",
        "orari",
        "indirizzo",
        "lon",
        "lat",
        "bacino",
        "gestore",
        "fonte",
        "rilevato",
        "sintetico",
    ),
)
"""Columns of a service as it is taken away in a table."""


def roster(reading: Reading, rules: Rules, istat: str, *, wide: bool = False) -> list[Row]:
    """Return the services of a comune that are there, by voice and name; ended and forecast ones left out.

    Each row has the fields of the layer, level filled in, the name of its voice and category, and in words
    where it is (``luogo``) and its capacity (``posti``).

    Parameters
    ----------
    wide
        Those above the local level alone.
    """
    rows = [_told(rules, row) for row in reading.services_of(istat) if row["stato"] not in (ENDED, PLANNED)]
    kept = [row for row in rows if not wide or row["livello"] != LEVELS[0]]
    return sorted(kept, key=lambda row: (str(row["voce"]), str(row["nome"]), str(row["id"])))


def by_category(rows: list[Row], rules: Rules) -> list[dict[str, Any]]:
    """Return the services by category, in the order of the norms; categories without any left out."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["categoria"], []).append(row)
    return [
        {"id": name, **category, "righe": found[name]}
        for name, category in rules.categories.value.items()
        if name in found
    ]


def forecasts(reading: Reading, rules: Rules, istat: str, *, wide: bool = False) -> list[Row]:
    """Return what is forecast in a comune: services a list says so of, and areas of its plan.

    None of them is counted anywhere among the services.
    """
    listed = [_told(rules, row) for row in reading.services_of(istat) if row["stato"] == PLANNED]
    found = [{**row, "che": "servizio in elenco", "area_m2": None, "scheda": None} for row in listed]
    for area in reading.plan_of(istat):
        if area["genere"] == FORECAST:
            found.append(_area(rules, area))
    kept = [row for row in found if not wide or row["livello"] not in (LEVELS[0], "")]
    return sorted(kept, key=lambda row: (str(row["voce"] or "~"), str(row["nome"])))


def _area(rules: Rules, area: Row) -> Row:
    voice = rules.voices.get(str(area["voce"]))
    return {
        "id": area["id"],
        "nome": area["destinazione"] or area["codice"] or "Area per servizi",
        "che": "area del piano",
        "voce": area["voce"],
        "voce_nome": str(voice.row["nome"]) if voice else "voce non indicata",
        "categoria": voice.category if voice else "",
        "livello": voice.level if voice else "",
        "luogo": "",
        "posti": format_number(area["area_m2"], "m2", 0),
        "area_m2": area["area_m2"],
        "scheda": area["scheda"],
        "fonte": area["fonte"],
        "rilevato": None,
        "sintetico": area["sintetico"],
    }


def _told(rules: Rules, row: Row) -> Row:
    voice = rules.voices.get(str(row["voce"]))
    return {
        **row,
        "livello": row["livello"] or (voice.level if voice else LEVELS[0]),
        "voce_nome": str(voice.row["nome"]) if voice else str(row["voce"]),
        "categoria": voice.category if voice else str(row["voce"])[:3],
        "luogo": row["indirizzo"] or place(row["lon"], row["lat"]),
        "posti": capacity(row),
    }


def place(lon: float | None, lat: float | None) -> str:
    """Return where a service without an address is: its degrees, five decimals (a metre).

    >>> place(9.1859, 45.46542), place(None, 45.0)
    ('45,46542 N, 9,18590 E', '')
    """
    if lon is None or lat is None:
        return ""
    return f"{lat:.5f} N, {lon:.5f} E".replace(".", ",")


def capacity(row: Row) -> str:
    """Return the capacity of a service in words; empty where it is not known."""
    if row["capienza"] is None:
        return ""
    unit = str(row["capienza_unita"] or "").replace("_", " ").replace("m2", "m²")
    digits = 0 if float(row["capienza"]).is_integer() else 1
    return f"{format_number(row['capienza'], '1', digits)} {unit}".strip()
