"""The catalogue of solutions and the classes of surface, as a person chooses among them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from trama.analyses.scheda.solutions import euro, litres, symbol
from trama.analyses.scheda.surfaces import SHARE_TOLERANCE, Catalogue
from trama.norms import NormBook
from trama.norms.errors import NotInForce
from trama.norms.sheets import Sheet

_FAMILIES = {
    "acqua": "Acqua",
    "suolo": "Suolo e pavimentazioni",
    "verde": "Verde",
    "edificio": "Edifici",
    "grigio": "Soluzioni grigie, di confronto",
}
TOLERANCE = SHARE_TOLERANCE


@dataclass(frozen=True, slots=True)
class Choice:
    """A solution of the catalogue, with what a unit of it stores and costs."""

    id: str
    name: str
    family: str
    unit: str
    symbol: str
    stores: str
    costs: str
    note: str


def catalogue_at(book: NormBook, sheet: Sheet, day: date) -> Catalogue:
    """Return the norms on surfaces and solutions on `day`, or the first ever where that is before them."""
    try:
        return Catalogue.at(book, sheet.vocabulary, day)
    except NotInForce:
        return Catalogue.at(
            book, sheet.vocabulary, book.parameters[f"{sheet.vocabulary}/superfici"].values[0].since
        )


def choices(catalogue: Catalogue) -> dict[str, list[Choice]]:
    """Return the solutions by family, in the order of the catalogue."""
    found: dict[str, list[Choice]] = {}
    for key, row in catalogue.solutions.value.items():
        family = _FAMILIES.get(row["family"], str(row["family"]).capitalize())
        found.setdefault(family, []).append(_choice(key, row, family))
    return found


def surface_classes(catalogue: Catalogue) -> list[tuple[str, str]]:
    """Return the classes of surface as (key, label)."""
    return [(key, str(row["label"])) for key, row in catalogue.surfaces.value.items()]


def _choice(key: str, row: Mapping[str, Any], family: str) -> Choice:
    unit, sign = str(row["unit"]), symbol(row)
    stored = row["storage_m3_per_unit"]
    stores = "nessun invaso" if not stored else f"trattiene {litres(stored)} per {sign}"
    costs = f"{euro(row['cost_min_eur'])} – {euro(row['cost_max_eur'])} € per {sign}"
    return Choice(key, str(row["name_it"]), family, unit, sign, stores, costs, str(row["note"] or ""))
