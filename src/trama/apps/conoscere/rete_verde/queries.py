"""What the page of the Rete Verde reads: places in order, actions in order, the catalogue."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from trama.analyses.rete_verde.rules import Action, Indicator, Rules, read_rules
from trama.apps.conoscere import queries, tables
from trama.kernel.units import format_number
from trama.lake import Lake, Version
from trama.norms import NormBook

GRAINS = ("upa", "comuni")
THEMES = ("acqua", "calore")
SHOWN = 15


@dataclass(frozen=True)
class PlaceRow:
    """A place in the order, with where each indicator in use stands (0-100)."""

    key: str
    facts: dict[str, Any]
    step: str
    colour: str
    name: str
    scores: list[tuple[str, float | None]]

    @property
    def spread(self) -> bool:
        """Whether the rank moves when the weights do."""
        return self.facts.get("rango_p5") != self.facts.get("rango_p95")


@dataclass(frozen=True)
class OrderRow:
    """An action in a UPA, with the step that explains it."""

    facts: dict[str, Any]
    name: str
    step: str

    def brief(self) -> dict[str, str]:
        """Return gain and scores as people read them: as many decimals as their size wants."""
        names = ("guadagno_per_meur", "punteggio", "punteggio_min", "punteggio_max")
        return {name: _brief(self.facts[name]) for name in names}


@dataclass(frozen=True)
class ActionCard:
    """A specific action, as the catalogue shows it."""

    action: Action
    name: str
    solution: str
    excluded: list[str]
    benefits: list[str]


def rules_on(book: NormBook, day: date) -> Rules:
    """Return the norms of the network on a day."""
    return read_rules(book, day)


def place_rows(version: Version, grain: str, rules: Rules) -> list[PlaceRow]:
    """Return the places, the most urgent first; those without priority at the end."""
    key, field = version.manifest.key or "codice", queries.name_field()
    in_use = indicators(version, rules)
    rows = []
    for code in tables.rows(version)[key].astype(str):
        facts = tables.row(version, code) or {}
        named = rules.names.value.get(str(facts.get("classe")), {})
        scores = [(_name(one), facts.get(f"ind_{one.id}")) for one in in_use]
        rows.append(
            PlaceRow(
                code,
                facts,
                f"{grain}/{code}/priorita",
                str(named.get("colour", "#ffffff")),
                str(named.get(field, "")),
                [(name, None if score is None else round(100 * score, 1)) for name, score in scores],
            )
        )
    return sorted(rows, key=lambda row: (row.facts.get("rango") is None, row.facts.get("rango") or 0))


def indicators(version: Version, rules: Rules, *, missing: bool = False) -> list[Indicator]:
    """Return the indicators a version was made with, or (`missing`) those that had no table."""
    used = set(version.provenance.asked.get("indicatori", []))
    return [one for one in rules.indicators if (one.id in used) is not missing]


def told(found: list[Indicator]) -> list[dict[str, str]]:
    """Return indicators as the page tells them."""
    return [{"name": _name(one), "role": one.role, "theme": one.theme} for one in found]


def order_rows(
    lake: Lake, rules: Rules, upa: str = "", called: dict[str, str] | None = None
) -> dict[str, list[OrderRow]]:
    """Return theme → the actions in order of financing, of one UPA if named; `called` is code → name."""
    if not lake.has("rvm_azioni"):
        return {}
    names = {one.id: one for one in rules.actions}
    found: dict[str, list[OrderRow]] = {theme: [] for theme in THEMES}
    for record in actions_of(lake.version("rvm_azioni")):
        if upa and record["upa"] != upa:
            continue
        action = names.get(record["azione"])
        name = record["azione_nome"] if action is None else _named(action)
        step = f"ordine/{record['tema']}/{record['upa']}|{record['azione']}"
        facts = {**record, "upa_nome": (called or {}).get(record["upa"], record["upa"])}
        found.setdefault(record["tema"], []).append(OrderRow(facts, name, step))
    return found


@dataclass(frozen=True)
class Cell:
    """A place in the order of financing, and how dark it is drawn (5 the first fifth); None without gain."""

    place: int | None
    depth: int
    why: str = ""


@dataclass(frozen=True)
class Line:
    """An action across the UPA; None where no ground suits it."""

    name: str
    cells: list[Cell | None]


def matrix(rows: list[OrderRow], columns: list[str], last: int) -> list[Line]:
    """Lay the order out as actions by UPA, the action that comes first on top; `last` is the last place."""
    scored = [row for row in rows if row.facts["punteggio"] is not None]
    cells = {(row.name, row.facts["upa"]): _cell(row.facts, last) for row in scored}
    return [
        Line(name, [cells.get((name, upa)) for upa in columns])
        for name in dict.fromkeys(row.name for row in scored)
    ]


def _cell(facts: dict[str, Any], last: int) -> Cell:
    if facts["posto"] is None:
        return Cell(None, 0, str(facts["perche"] or ""))
    at = int(facts["posto"])
    return Cell(at, 5 - 5 * (at - 1) // max(at, last))


def unplaced(rows: list[OrderRow]) -> list[tuple[str, int]]:
    """Return (why nothing is gained, how many rows), the most frequent first."""
    found = Counter(
        str(row.facts["perche"])
        for row in rows
        if row.facts["posto"] is None and row.facts["punteggio"] is not None
    )
    return found.most_common()


def last_places(version: Version) -> dict[str, int]:
    """Return theme → the last place of its whole order."""
    found: dict[str, int] = {}
    for row in actions_of(version):
        found[row["tema"]] = max(found.get(row["tema"], 0), row["posto"] or 0)
    return found


def actions_of(version: Version) -> list[dict[str, Any]]:
    """Return the rows of the order of financing as plain values; missing is None."""
    table = tables.rows(version)
    return [{str(k): tables.plain(v) for k, v in one.items()} for one in table.to_dict("records")]


def cards(rules: Rules) -> list[ActionCard]:
    """Return the catalogue of specific actions."""
    english = queries.name_field() == "name_en"
    return [
        ActionCard(
            one,
            _named(one),
            str(one.solution["name_en" if english else "name_it"]),
            _words(one.solution.get("excluded_by")),
            _words(one.solution.get("co_benefits")),
        )
        for one in rules.actions
    ]


def _brief(value: float | None) -> str:
    return format_number(value, "1", 0 if value and value >= 100 else 1 if value and value >= 10 else 2)


def _words(text: Any) -> list[str]:
    return [part.strip().replace("_", " ") for part in str(text or "").split(";") if part.strip()]


def _name(one: Indicator) -> str:
    return one.name_en if queries.name_field() == "name_en" else one.name_it


def _named(one: Action) -> str:
    return one.name_en if queries.name_field() == "name_en" else one.name_it
