"""Reads of the register of scenarios, and what may be drawn."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from trama.analyses.whatif.drawing import Solutions
from trama.analyses.whatif.events import Rain, events
from trama.apps.scenari.errors import NoSuchScenario
from trama.apps.scenari.models import Scenario
from trama.kernel.units import UNITS, format_number
from trama.norms import NormBook

MOST_COMPARED = 4
FAMILIES = {
    "acqua": "Acqua",
    "suolo": "Suolo",
    "verde": "Verde",
    "edificio": "Edifici",
    "grigio": "Grigie, per confronto",
}
_DRAW = {"area": "Disegna l'area", "linea": "Disegna la linea", "punti": "Metti i punti"}


@dataclass(frozen=True, slots=True)
class Choice:
    """A solution that may be drawn, in plain words."""

    id: str
    name: str
    family: str
    drawn: str
    draw_words: str
    symbol: str
    stores: str
    costs: str
    note: str


def scenarios() -> QuerySet[Scenario]:
    """Return every scenario, the latest touched first, without the heavy columns."""
    return Scenario.objects.defer("geometry", "document")


def scenario(key: str | uuid.UUID) -> Scenario:
    """Return one scenario; raises `NoSuchScenario`."""
    try:
        found: Scenario = Scenario.objects.get(pk=uuid.UUID(str(key)))
    except (Scenario.DoesNotExist, ValueError):
        raise NoSuchScenario(what=str(key)[:60]) from None
    return found


def compared(keys: Sequence[str]) -> list[Scenario]:
    """Return the scenarios to compare, in the order asked, each once; raises `NoSuchScenario`."""
    return [scenario(key) for key in dict.fromkeys(keys)][:MOST_COMPARED]


def choices(book: NormBook, day: date) -> dict[str, list[Choice]]:
    """Return the catalogue by family, in the families' order."""
    norms = Solutions.at(book, day)
    found: dict[str, list[Choice]] = {family: [] for family in FAMILIES}
    for key, row in norms.catalogue.value.items():
        if key in norms.footprints.value:
            found.setdefault(str(row["family"]), []).append(_choice(key, row, norms.footprints.value[key]))
    return {FAMILIES.get(family, family): rows for family, rows in found.items() if rows}


def rains(book: NormBook, day: date) -> list[Rain]:
    """Return the events to choose from."""
    return events(book, day)


def _choice(key: str, row: Mapping[str, Any], footprint: Mapping[str, Any]) -> Choice:
    drawn, symbol = str(footprint["drawn"]), symbol_of(str(row["unit"]))
    stored = row["storage_m3_per_unit"]
    stores = "nessun invaso" if not stored else f"trattiene {_litres(float(stored))} per {symbol}"
    costs = f"{_euro(row['cost_min_eur'])} – {_euro(row['cost_max_eur'])} € per {symbol}"
    note = " ".join(str(text) for text in (row["note"], footprint["note"]) if text)
    return Choice(
        key, str(row["name_it"]), str(row["family"]), drawn, _DRAW[drawn], symbol, stores, costs, note
    )


def symbol_of(unit: str) -> str:
    """Return a unit of the catalogue as people write it."""
    return "pezzo" if unit == "count" else UNITS.get(unit, unit)


def _litres(stored_m3: float) -> str:
    if stored_m3 >= 1:
        return format_number(stored_m3, "m3", 1)
    return f"{format_number(1000 * stored_m3, decimals=0)} litri"


def _euro(value: Any) -> str:
    return "?" if value is None else format_number(float(value), decimals=0 if float(value) >= 10 else 2)
