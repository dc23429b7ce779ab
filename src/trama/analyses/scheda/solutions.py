"""The solutions of a project in figures: what they store and cost, wherever they are said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trama.analyses.scheda.surfaces import Catalogue, Solution
from trama.kernel.units import UNITS, format_number


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
    counted = [
        amounts(rows[one["id"]], one["area_m2"]) for one in solutions if one["id"] in rows and one["area_m2"]
    ]
    if len(counted) < 2:
        return ""
    stored = sum(one["invaso_m3"] for one in counted)
    low, mid, high = (
        euro(_sum([one["costo_eur"][name] for one in counted])) for name in ("minimo", "medio", "massimo")
    )
    return (
        f"In tutto trattengono {format_number(stored, 'm3', 1)} e costano circa {mid} € (da {low} a {high})."
    )


def _sum(costs: Sequence[float | None]) -> float | None:
    """Return what costs come to; None where one of them is not known.

    >>> _sum([1.0, 2.0]), _sum([1.0, None])
    (3.0, None)
    """
    known = [cost for cost in costs if cost is not None]
    return sum(known) if len(known) == len(costs) else None


def amounts(row: Mapping[str, Any], quantity: float) -> dict[str, Any]:
    """Return what a quantity of a solution stores [m3], costs [EUR] and asks for each year [EUR]."""

    def times(column: str) -> float | None:
        return None if row[column] is None else round(float(row[column]) * quantity, 2)

    return {
        "invaso_m3": times("storage_m3_per_unit") or 0.0,
        "costo_eur": {
            "minimo": times("cost_min_eur"),
            "medio": times("cost_eur"),
            "massimo": times("cost_max_eur"),
        },
        "manutenzione_eur_anno": {
            "minimo": times("maintenance_min_eur_year"),
            "massimo": times("maintenance_max_eur_year"),
        },
    }


def figures(catalogue: Catalogue, solutions: Sequence[Solution]) -> list[dict[str, Any]]:
    """Return the solutions of a project as data: name, quantity and unit, and their `amounts`."""
    rows = catalogue.solutions.value
    return [
        {
            "id": one.id,
            "nome": str(rows[one.id]["name_it"]),
            "quantita": one.area_m2,
            "unita": str(rows[one.id]["unit"]),
            **amounts(rows[one.id], one.area_m2),
        }
        for one in solutions
    ]


def _chosen(key: str, row: Mapping[str, Any], quantity: float | None, water_table_m: float | None) -> Chosen:
    name, sign, against = str(row["name_it"]), symbol(row), _against(row, water_table_m)
    if quantity is None:
        return Chosen(key, name, sign, "", "", "", "", against)
    found = amounts(row, quantity)
    cost, upkeep = found["costo_eur"], found["manutenzione_eur_anno"]
    return Chosen(
        key,
        name,
        sign,
        format_number(quantity, decimals=0 if quantity == int(quantity) else 1),
        f"trattiene {format_number(found['invaso_m3'], 'm3', 1)}",
        f"circa {euro(cost['medio'])} € (da {euro(cost['minimo'])} a {euro(cost['massimo'])})",
        f"manutenzione {euro(upkeep['minimo'])} – {euro(upkeep['massimo'])} € l'anno",
        against,
    )


def _against(row: Mapping[str, Any], water_table_m: float | None) -> str:
    least = row["water_table_min_m"]
    if least is not None and water_table_m is not None and water_table_m < float(least):
        return (
            f"La falda qui è a {format_number(water_table_m, 'm', 1)}: "
            f"questa soluzione ne chiede almeno {format_number(float(least), 'm', 1)}."
        )
    return ""


def symbol(row: Mapping[str, Any]) -> str:
    """Return the unit of a solution as people write it."""
    return "pezzo" if row["unit"] == "count" else UNITS.get(str(row["unit"]), str(row["unit"]))


def litres(stored_m3: float) -> str:
    """Write what a unit stores: litres, or cubic metres from one up."""
    if stored_m3 >= 1:
        return format_number(float(stored_m3), "m3", 1)
    return f"{format_number(1000 * float(stored_m3), decimals=0)} litri"


def euro(value: Any) -> str:
    """Write an amount of euros without their sign: whole, with cents under ten."""
    if value is None:
        return "?"
    return format_number(float(value), decimals=0 if float(value) >= 10 else 2)
