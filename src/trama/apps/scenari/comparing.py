"""Scenarios side by side: the same figures on the same scale, the best of each told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from trama.apps.scenari.figures import Figure
from trama.apps.scenari.models import Scenario
from trama.apps.scenari.panel import shown


@dataclass(frozen=True)
class Cell:
    """A figure of one scenario in a row: the bar is on the scale of the row."""

    figure: Figure | None
    bar: float | None
    best: bool


@dataclass(frozen=True)
class Line:
    """A row of the comparison."""

    label: str
    cells: list[Cell]


def comparison(rows: Sequence[Scenario]) -> dict[str, Any]:
    """Return columns, rows of figures, and what makes the scenarios not quite comparable."""
    columns = [{"row": row, **shown(row.result)} for row in rows]
    by_key = [{figure.key: figure for figure in column["figures"]} for column in columns]
    order = list(dict.fromkeys(key for figures in by_key for key in figures))
    return {
        "columns": columns,
        "lines": [_line([figures.get(key) for figures in by_key]) for key in order],
        "unlike": _unlike(rows),
        "other_areas": _other_areas(rows),
        "synthetic": any(column["synthetic"] for column in columns),
        "unofficial": any(column["unofficial"] for column in columns),
    }


def _line(figures: Sequence[Figure | None]) -> Line:
    known = [figure for figure in figures if figure is not None]
    numbers = [figure.number for figure in known if figure.number is not None]
    top = max((abs(number) for number in numbers), default=0.0)
    way = known[0].better if known else 0
    best = max(number * way for number in numbers) if way and len(numbers) > 1 else None
    told = best is not None and len({round(number, 6) for number in numbers}) > 1
    return Line(
        known[0].label if known else "", [_cell(figure, top, best if told else None) for figure in figures]
    )


def _cell(figure: Figure | None, top: float, best: float | None) -> Cell:
    if figure is None or figure.number is None:
        return Cell(figure, None, best=False)
    bar = 100 * abs(figure.number) / top if top else 0.0
    is_best = best is not None and abs(figure.number * figure.better - best) < 1e-9 + 1e-6 * abs(best)
    return Cell(figure, bar, is_best)


def _other_areas(rows: Sequence[Scenario]) -> bool:
    """Tell whether the means of the scenarios are taken on different ground."""
    areas = [row.area_m2 for row in rows if row.area_m2]
    return len(areas) > 1 and max(areas) > 1.01 * min(areas)


def _unlike(rows: Sequence[Scenario]) -> list[str]:
    """Say what differs between the scenarios besides the drawings: rain, data, day of the norms."""
    answers = [row.result for row in rows if row.result]
    found = []
    if len({answer["pioggia"]["mm"] for answer in answers}) > 1:
        found.append("la pioggia non è la stessa")
    if len({tuple((use["livello"], use["versione"]) for use in answer["dati"]) for answer in answers}) > 1:
        found.append("non leggono le stesse versioni dei dati")
    if len({row.day for row in rows}) > 1:
        found.append("le norme sono di giorni diversi")
    if len(answers) < len(rows):
        found.append("uno scenario è ancora vuoto")
    return found
