"""From a value to points, by the criterion's own rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trama.kernel.trace import Node
from trama.kernel.units import format_number
from trama.norms.in_force import InForce
from trama.norms.sheets import (
    ByCount,
    ByLine,
    ByOption,
    ByShares,
    BySteps,
    ByStepsOf,
    Criterion,
    HandsOver,
    Identity,
)

Questions = Mapping[str, Node]


def score(key: str, criterion: Criterion, value: Node, table: InForce | None, questions: Questions) -> Node:
    """Return the step whose value is the points of `criterion`; None where they cannot be given.

    Parameters
    ----------
    value
        The step that gives what the criterion measures.
    table
        The parameter its rule reads, as in force on the day; None for `Identity`, and where the choice that
        tells which is not made.
    questions
        Resolved questions by id, for rules that depend on one.
    """
    points, formula, row = _points(criterion, value, table, questions)
    asked = tuple(node for node in _questions_read(criterion, questions) if node.value is not None)
    return Node(
        key=key,
        label=criterion.label,
        value=points,
        unit="point",
        formula=formula,
        note=""
        if points is not None
        else "non valutabile: manca " + _what_is_missing(criterion, value, questions),
        inputs=(value, *asked),
        parameters=(table.use(only=row),) if table else (),
    )


def not_applicable(
    key: str, criterion: Criterion, value: Node, rule: HandsOver, questions: Questions
) -> Node:
    """Return the step of a criterion that has nothing to measure here: no points, its weight handed over."""
    question = questions[rule.question]
    return Node(
        key=key,
        label=criterion.label,
        unit="point",
        source="mancante",
        note=f"non si applica: «{question.label}» {question.value}; il suo peso passa a {rule.to}",
        inputs=(value, question),
    )


def _points(  # noqa: PLR0911 - one return per kind of rule reads best
    criterion: Criterion, value: Node, table: InForce | None, questions: Questions
) -> tuple[float | None, str, str | None]:
    rule = criterion.scores
    if value.value is None:
        return None, "", None
    match rule:
        case BySteps() | ByStepsOf():
            if table is None:
                return None, "", None
            bands = "; ".join(f"{text} → {points:g}" for text, points in table.value.bands(criterion.unit))
            return table.value.points(_round(value.value)), f"gradini: {bands}", None
        case ByOption():
            assert table is not None
            row = table.value[value.value]
            return float(row["points"]), f"«{row['label']}» → {say_points(row['points'])}", str(value.value)
        case ByShares():
            assert table is not None
            return _by_shares(rule, value, table, questions), "Σ quota × punti del recapito", None
        case ByLine():
            assert table is not None
            return _by_line(rule, value, table, questions)
        case ByCount():
            assert table is not None
            return _by_count(value, table)
        case Identity():
            return float(value.value), "la misura è già in punti", None


def _by_shares(rule: ByShares, value: Node, table: InForce, questions: Questions) -> float:
    total = 0.0
    for share in value.inputs:
        question = questions.get(rule.void.get(share.key, ""))
        void = question is not None and question.value == "si"
        total += 0.0 if void else float(share.value or 0) * float(table.value[share.key]["points"])
    return round(total, 6)


def _by_count(value: Node, table: InForce) -> tuple[float, str, None]:
    points = [float(table.value[one.key]["points"]) for one in value.inputs]
    even = all(row["points"] == 1 for row in table.value.values())
    formula = "un punto per ciascuna funzione presente" if even else "Σ punti delle voci presenti"
    return sum(points), formula, None


def _by_line(
    rule: ByLine, value: Node, table: InForce, questions: Questions
) -> tuple[float | None, str, str | None]:
    chosen = questions[rule.choice].value
    if chosen is None:
        return None, "", None
    line = table.value[str(chosen)]
    points = float(line["intercept"]) + float(line["slope"]) * float(value.value or 0)
    formula = f"{format_number(float(line['intercept']))} + ({format_number(float(line['slope']))}) × valore"
    return round(points, 6), formula, str(chosen)


def _questions_read(criterion: Criterion, questions: Questions) -> list[Node]:
    match criterion.scores:
        case ByLine(choice=choice) | ByStepsOf(choice=choice):
            return [questions[choice]]
        case ByShares(void=void):
            return [questions[name] for name in void.values()]
        case _:
            return []


def _what_is_missing(criterion: Criterion, value: Node, questions: Questions) -> str:
    if value.value is None:
        return f"«{criterion.asks}»"
    return ", ".join(
        f"«{node.label}»" for node in _questions_read(criterion, questions) if node.value is None
    )


def say_points(points: float) -> str:
    """Write points as short as they are: ``1 punto``, ``2,5 punti``."""
    return format_number(float(points), "point", 0 if float(points).is_integer() else None)


def _round(value: Any) -> float:
    """Take away the noise of binary fractions, so that 0.30 computed as 0.30000000000000004 is 0.30."""
    return round(float(value), 9)
