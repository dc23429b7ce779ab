"""The catalogue of solutions and the classes of surface, as a person chooses among them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from trama.analyses.scheda.surfaces import SHARE_TOLERANCE, Catalogue
from trama.kernel.units import UNITS, format_number
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


@dataclass(frozen=True, slots=True)
class Chosen:
    """A solution chosen in a quantity: what it stores and costs in all, and what stands against it here."""

    id: str
    name: str
    symbol: str
    quantity: str
    stores: str
    costs: str
    upkeep: str
    against: str


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


def chosen(
    catalogue: Catalogue, solutions: list[dict[str, Any]], water_table_m: float | None
) -> list[Chosen]:
    """Return what the chosen solutions amount to; those the catalogue does not hold are left out.

    Parameters
    ----------
    water_table_m
        Least depth of the water table under the area; None where not known.
    """
    rows = catalogue.solutions.value
    return [
        _chosen(one["id"], rows[one["id"]], one["area_m2"], water_table_m)
        for one in solutions
        if one["id"] in rows
    ]


def totals(catalogue: Catalogue, solutions: list[dict[str, Any]]) -> str:
    """Return in words what the solutions store and cost together; empty for fewer than two."""
    rows = catalogue.solutions.value
    counted = [(rows[one["id"]], one["area_m2"]) for one in solutions if one["id"] in rows and one["area_m2"]]
    if len(counted) < 2:
        return ""
    stored = sum(float(row["storage_m3_per_unit"] or 0) * quantity for row, quantity in counted)
    low, mid, high = (
        _euro(sum(float(row[f"cost_{name}eur"] or 0) * quantity for row, quantity in counted))
        for name in ("min_", "", "max_")
    )
    return (
        f"In tutto trattengono {format_number(stored, 'm3', 1)} e costano circa {mid} € (da {low} a {high})."
    )


def _choice(key: str, row: Mapping[str, Any], family: str) -> Choice:
    unit, symbol = str(row["unit"]), _symbol(row)
    stored = row["storage_m3_per_unit"]
    stores = "nessun invaso" if not stored else f"trattiene {_litres(stored)} per {symbol}"
    costs = f"{_euro(row['cost_min_eur'])} – {_euro(row['cost_max_eur'])} € per {symbol}"
    return Choice(key, str(row["name_it"]), family, unit, symbol, stores, costs, str(row["note"] or ""))


def _chosen(key: str, row: Mapping[str, Any], quantity: float | None, water_table_m: float | None) -> Chosen:
    symbol = _symbol(row)
    if quantity is None:
        return Chosen(key, str(row["name_it"]), symbol, "", "", "", "", _against(row, water_table_m))
    stored = format_number(float(row["storage_m3_per_unit"] or 0) * quantity, "m3", 1)
    low, mid, high = (_euro(_times(row[f"cost_{name}eur"], quantity)) for name in ("min_", "", "max_"))
    upkeep = " – ".join(
        _euro(_times(row[f"maintenance_{name}_eur_year"], quantity)) for name in ("min", "max")
    )
    return Chosen(
        key,
        str(row["name_it"]),
        symbol,
        format_number(quantity, decimals=1),
        f"trattiene {stored}",
        f"circa {mid} € (da {low} a {high})",
        f"manutenzione {upkeep} € l'anno",
        _against(row, water_table_m),
    )


def _against(row: Mapping[str, Any], water_table_m: float | None) -> str:
    least = row["water_table_min_m"]
    if least is not None and water_table_m is not None and water_table_m < float(least):
        return (
            f"La falda qui è a {format_number(water_table_m, 'm', 1)}: "
            f"questa soluzione ne chiede almeno {format_number(float(least), 'm', 1)}."
        )
    return ""


def _symbol(row: Mapping[str, Any]) -> str:
    return "pezzo" if row["unit"] == "count" else UNITS.get(str(row["unit"]), str(row["unit"]))


def _litres(stored_m3: float) -> str:
    if stored_m3 >= 1:
        return format_number(float(stored_m3), "m3", 1)
    return f"{format_number(1000 * float(stored_m3), decimals=0)} litri"


def _times(value: Any, quantity: float) -> float | None:
    return None if value is None else float(value) * quantity


def _euro(value: Any) -> str:
    if value is None:
        return "?"
    return format_number(float(value), decimals=0 if float(value) >= 10 else 2)
