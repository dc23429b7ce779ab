"""The annex of every document: the steps of a trace, and the parameters they quote, each listed once."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from trama.kernel.trace import LayerUse, Node, ParameterUse
from trama.kernel.units import DECIMALS, MISSING, UNITS, format_number

SHOWN = 7
DIGITS = 5
"""Significant digits of a step: enough for its formula to be done again by hand."""
SOURCES = {
    "mappa": "dalla mappa",
    "calcolato": "calcolato",
    "dichiarato": "dichiarato",
    "stimato": "stimato",
    "mancante": "manca",
}


def italian_day(iso: str) -> str:
    """Write an ISO day as 15/01/2026."""
    return "/".join(reversed(iso[:10].split("-")))


def show(value: Any, unit: str) -> str:
    """Write a value as people read it; text stays text, and what is missing says so."""
    if value is None:
        return MISSING
    if isinstance(value, bool):
        return "sì" if value else "no"
    if isinstance(value, str):
        return {"si": "sì"}.get(value, value)
    if unit == "class":
        number = format_number(float(value)).rstrip("0").rstrip(",")
        return f"classe {number}"
    return format_number(value, unit)


def exact(value: float, unit: str = "1") -> str:
    """Write a number with at least `DIGITS` significant digits, so that what uses it can be recomputed.

    Never fewer decimals than `format_number` gives, but for zeros that say nothing.

    >>> exact(0.825), exact(-0.041234, "1"), exact(100.0, "year"), exact(12345.0, "m2"), exact(0.6)
    ('0,825', '-0,041234', '100 anni', '12.345 m²', '0,60')
    """
    if not math.isfinite(value) or isinstance(value, int):
        return format_number(value, unit)
    habit = DECIMALS.get(unit, 2)
    power = math.floor(math.log10(abs(value))) if value else 0
    most = max(habit, DIGITS - 1 - power)
    least = 0 if value.is_integer() else habit
    decimals = next((n for n in range(least, most) if math.isclose(round(value, n), value)), most)
    return format_number(value, unit, decimals)


class Cited:
    """The parameters that the annex quotes, each listed once under a number."""

    def __init__(self, columns: Mapping[str, str], words: Mapping[str, str] | None = None) -> None:
        """Begin a list.

        Parameters
        ----------
        columns
            How the columns of tables are called on paper; ``{}`` holds the figure, else it follows.
        words
            How the values that are codes are said on paper.
        """
        self._columns = columns
        self._words = words or {}
        self._numbers: dict[tuple[str, str, str, str], int] = {}

    def quote(self, use: ParameterUse) -> str:
        """Return the parameter as a step quotes it: its number in the list, and the value used."""
        key = (use.label, use.status.value, italian_day(use.since.isoformat()), str(use.citation))
        number = self._numbers.setdefault(key, len(self._numbers) + 1)
        return f"[{number}] {use.label}: {_short(use.value, use.unit, self._columns)}"

    def value(self, value: Any, unit: str) -> str:
        """Write the value of a step: codes in words, figures as exact as their use wants."""
        if isinstance(value, str):
            return self._words.get(value) or show(value, unit)
        if isinstance(value, float) and unit in UNITS and unit != "class":
            return exact(value, unit)
        return show(value, unit)

    def rows(self) -> list[dict[str, str]]:
        """Return the list: number, name, status, first day, act."""
        return [
            {"numero": str(number), "nome": name, "stato": status, "dal": since, "citazione": citation}
            for (name, status, since, citation), number in self._numbers.items()
        ]


def steps(node: Node, level: int, cited: Cited) -> Iterator[dict[str, Any]]:
    """Yield every step of a trace as a line of the annex, depth first, with the parameters it quotes."""
    yield {
        "livello": level,
        "nome": node.label,
        "valore": cited.value(node.value, node.unit),
        "fonte": SOURCES.get(node.source, node.source),
        "formula": node.formula,
        "nota": node.note,
        "norme": [*map(cited.quote, node.parameters), *map(_layer, node.layers)],
    }
    for child in node.inputs:
        yield from steps(child, level + 1, cited)
    if node.replaced is not None:
        yield from steps(node.replaced, level + 1, cited)


def _layer(use: LayerUse) -> str:
    return f"{use.title}, versione {use.version}" + (" (dati sintetici)" if use.synthetic else "")


def _short(value: Any, unit: str, columns: Mapping[str, str]) -> str:
    """Write a parameter's value in a line: a number, the figures of a row, or what kind of table it is."""
    if not isinstance(value, dict):
        return exact(value, unit) if isinstance(value, float | int) else str(value)
    if "steps" in value:
        return "gradini"
    if any(isinstance(item, dict) for item in value.values()):
        return "tabella"
    figures = [(key, item) for key, item in value.items() if isinstance(item, int | float)]
    named = [
        _named(columns.get(key, key), exact(item))
        for key, item in figures
        if key in columns or _reads_well(key)
    ]
    return ", ".join(named[:SHOWN]) or "tabella"


def _named(name: str, figure: str) -> str:
    return name.replace("{}", figure) if "{}" in name else f"{name} {figure}"


def _reads_well(column: str) -> bool:
    """Tell whether a column can be read by who does not know the table: a code like A1."""
    return column[:1].isupper() or column.isdigit()
