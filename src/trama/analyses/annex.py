"""The annex of every document: the steps of a trace, and the parameters they quote, each listed once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from trama.kernel.trace import LayerUse, Node, ParameterUse
from trama.kernel.units import MISSING, format_number

SHOWN = 7
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


class Cited:
    """The parameters that the annex quotes, each listed once under a number."""

    def __init__(self, columns: Mapping[str, str]) -> None:
        """Begin a list; `columns` says how the columns of tables are called on paper."""
        self._columns = columns
        self._numbers: dict[tuple[str, str, str, str], int] = {}

    def quote(self, use: ParameterUse) -> str:
        """Return the parameter as a step quotes it: its number in the list, and the value used."""
        key = (use.label, use.status.value, italian_day(use.since.isoformat()), str(use.citation))
        number = self._numbers.setdefault(key, len(self._numbers) + 1)
        return f"[{number}] {use.label}: {_short(use.value, use.unit, self._columns)}"

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
        "valore": show(node.value, node.unit),
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
        return format_number(value, unit) if isinstance(value, float | int) else str(value)
    if "steps" in value:
        return "gradini"
    if any(isinstance(item, dict) for item in value.values()):
        return "tabella"
    figures = [(key, item) for key, item in value.items() if isinstance(item, int | float)]
    named = [
        f"{columns.get(key, key)} {format_number(item)}"
        for key, item in figures
        if key in columns or _reads_well(key)
    ]
    return ", ".join(named[:SHOWN]) or "tabella"


def _reads_well(column: str) -> bool:
    """Tell whether a column can be read by who does not know the table: a code like A1."""
    return column[:1].isupper() or column.isdigit()
