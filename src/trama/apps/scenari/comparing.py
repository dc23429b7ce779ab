"""Scenarios side by side: the same figures on the same scale, the best of each told.

What reads the same is the same: scenarios whose figures are written alike tie, whatever comes after the last
digit shown, and so do those that differ by less than what counts. Under different rains nobody does better
with the water.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from trama.apps.scenari.figures import Figure
from trama.apps.scenari.models import Scenario
from trama.apps.scenari.panel import shown


@dataclass(frozen=True)
class Cell:
    """A figure of one scenario in a row: the bar is on the scale of the row.

    Attributes
    ----------
    best
        No other reads better, and some reads worse; `tied` tells that another reads the same.
    of
        Name of the scenario.
    """

    figure: Figure | None
    bar: float | None
    best: bool
    tied: bool = False
    of: str = ""


@dataclass(frozen=True)
class Line:
    """A row of the comparison."""

    label: str
    cells: list[Cell]


def comparison(rows: Sequence[Scenario]) -> dict[str, Any]:
    """Return columns, rows of figures, and what makes the scenarios not quite comparable."""
    one_rain = len(_rains(rows)) < 2
    columns = [{"row": row, **shown(row.result)} for row in rows]
    by_key = [{figure.key: figure for figure in column["figures"]} for column in columns]
    names = [str(row) for row in rows]
    order = list(dict.fromkeys(key for figures in by_key for key in figures))
    return {
        "columns": columns,
        "lines": [_line([figures.get(key) for figures in by_key], names, one_rain) for key in order],
        "unlike": _unlike(rows),
        "other_areas": _other_areas(rows),
        "synthetic": any(column["synthetic"] for column in columns),
        "unofficial": any(column["unofficial"] for column in columns),
    }


def _line(figures: Sequence[Figure | None], names: Sequence[str], one_rain: bool) -> Line:
    known = [figure for figure in figures if figure is not None]
    measured = [figure for figure in known if figure.number is not None]
    top = max((abs(figure.number or 0.0) for figure in measured), default=0.0)
    best = [] if measured and measured[0].of_rain and not one_rain else _best(measured)
    cells = [replace(_cell(figure, top, best), of=name) for figure, name in zip(figures, names, strict=True)]
    return Line(known[0].label if known else "", cells)


def _best(measured: Sequence[Figure]) -> list[Figure]:
    """Return the figures that read best; none where all read the same, or better and worse mean nothing."""
    way = measured[0].better if measured else 0
    if not way or len({figure.value for figure in measured}) < 2:
        return []
    best = max(measured, key=lambda figure: _number(figure) * way)
    found = [
        one for one in measured if one.value == best.value or abs(_number(one) - _number(best)) < best.least
    ]
    return found if len(found) < len(measured) else []


def _number(figure: Figure) -> float:
    return figure.number or 0.0


def _cell(figure: Figure | None, top: float, best: Sequence[Figure]) -> Cell:
    if figure is None or figure.number is None:
        return Cell(figure, None, best=False)
    bar = 100 * abs(figure.number) / top if top else 0.0
    is_best = figure in best
    return Cell(figure, bar, is_best, tied=is_best and len(best) > 1)


def _other_areas(rows: Sequence[Scenario]) -> bool:
    """Tell whether the means of the scenarios are taken on different ground."""
    areas = [row.area_m2 for row in rows if row.area_m2 and not (row.result or {}).get("senza_superficie")]
    return len(areas) > 1 and max(areas) > 1.01 * min(areas)


def _unlike(rows: Sequence[Scenario]) -> list[str]:
    """Say what differs between the scenarios besides the drawings: rain, data, day of the norms."""
    answers = [row.result for row in rows if row.result]
    found = []
    if len(_rains(rows)) > 1:
        found.append("la pioggia non è la stessa")
    if _versions_differ(answers):
        found.append("non leggono le stesse versioni dei dati")
    if len({row.day for row in rows}) > 1:
        found.append("le norme sono di giorni diversi")
    if len(answers) < len(rows):
        found.append("uno scenario è ancora vuoto")
    return found


def _rains(rows: Sequence[Scenario]) -> set[float]:
    return {row.result["pioggia"]["mm"] for row in rows if row.result}


def _versions_differ(answers: Sequence[dict[str, Any]]) -> bool:
    """Tell whether a layer was read in two versions; that one scenario reads more layers is no difference."""
    uses = {(use["livello"], use["versione"]) for answer in answers for use in answer["dati"]}
    return len(uses) > len({layer for layer, _version in uses})
