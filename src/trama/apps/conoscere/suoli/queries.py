"""What the pages of soils read: the places with their attitude, the services in use and those missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from trama.analyses.suoli.rules import Rules, Service, read_rules
from trama.apps.conoscere import queries, tables
from trama.lake import Lake, Version
from trama.norms import NormBook

GRAINS = ("comuni", "upa")


@dataclass(frozen=True)
class Bar:
    """A piece of a stacked bar, 0 to 100."""

    start: float
    width: float
    colour: str


@dataclass(frozen=True)
class SoilRow:
    """A place of the soils map, as the page shows it."""

    key: str
    facts: dict[str, Any]
    step: str
    bars: list[Bar]

    @property
    def grade(self) -> int | None:
        """Class of attitude."""
        return self.facts.get("classe")


@dataclass(frozen=True)
class ServiceRow:
    """A service of the map: how it is known, and whether it counts."""

    service: Service
    name: str
    present: Version | None
    counted: bool


def soil_rows(version: Version, grain: str, colours: dict[int, str]) -> list[SoilRow]:
    """Return the places by attitude, the highest first; those without one at the end."""
    key = version.manifest.key or "codice"
    table = tables.rows(version)
    rows = []
    for code in table[key].astype(str):
        facts = tables.row(version, code) or {}
        rows.append(SoilRow(code, facts, f"{grain}/{code}", _bars(facts, colours)))
    return sorted(rows, key=lambda row: (row.facts["attitudine"] is None, -(row.facts["attitudine"] or 0.0)))


def _bars(facts: dict[str, Any], colours: dict[int, str]) -> list[Bar]:
    """Return the hectares by class as pieces of a bar, the highest class first."""
    parts = [(grade, facts.get(f"ha_classe_{grade}") or 0.0) for grade in sorted(colours, reverse=True)]
    total = sum(area for _, area in parts)
    bars, at = [], 0.0
    for grade, area in parts:
        width = 100 * area / total if total else 0.0
        if width:
            bars.append(Bar(round(at, 2), round(width, 2), colours[grade]))
        at += width
    return bars


def services(lake: Lake, book: NormBook, day: date, map_version: Version | None) -> list[ServiceRow]:
    """Return the services of the norms: their layer if it is there, and whether the map counts them."""
    rules = read_rules(book, day)
    counted = set(map_version.provenance.asked.get("servizi", [])) if map_version else set()
    field = queries.name_field()
    return [
        ServiceRow(
            one,
            one.name_en if field == "name_en" else one.name_it,
            lake.version(one.layer) if lake.has(one.layer) else None,
            one.id in counted,
        )
        for one in rules.services
    ]


def class_colours(rules: Rules) -> dict[int, str]:
    """Return class → colour."""
    return {int(grade): str(row["colour"]) for grade, row in rules.names.value.items()}


def class_names(rules: Rules) -> dict[int, str]:
    """Return class → name, in the reader's language."""
    field = queries.name_field()
    return {int(grade): str(row[field]) for grade, row in rules.names.value.items()}
