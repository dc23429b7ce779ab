"""What people answer to a sheet, checked against what each criterion can take."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trama.kernel.trace import Node
from trama.norms.errors import BadAnswer, UnknownAnswer
from trama.norms.sheets import ByCount, ByOption, ByShares, Criterion, Question, Sheet

Table = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """A value given by a person, with the reason where it replaces a computed one."""

    value: Any
    reason: str = ""


def check_keys(sheet: Sheet, answers: Mapping[str, Answer]) -> None:
    """Refuse answers to what the sheet does not ask; raises `UnknownAnswer` with the keys it knows."""
    known = [*sheet.criteria, *sheet.questions]
    for key in answers:
        if key not in known:
            raise UnknownAnswer(key=key, known=", ".join(known))


def resolve(
    key: str, item: Criterion | Question, measured: Node | None, answer: Answer | None, table: Table | None
) -> Node:
    """Return the step that gives the value of a criterion or question.

    Parameters
    ----------
    measured
        What was computed for its measure, if anything was.
    answer
        What a person says, if they do. It replaces a computed value only with a reason, and the computed
        step stays inside the returned one.
    table
        The options, for criteria that have some.

    Raises
    ------
    BadAnswer
        The value is not one the criterion can take, or a computed value is replaced without a reason.
    """
    if answer is None or answer.value is None:
        return measured or Node(
            key, item.label, None, _unit(item), source="mancante", note="non ancora indicato"
        )
    node = _declared(key, item, answer, table)
    if measured is None or measured.value is None:
        return node
    if measured.value == node.value and not node.inputs:
        return measured
    if not answer.reason.strip():
        raise BadAnswer(
            key=key,
            why="il valore era già calcolato: per sostituirlo serve un motivo, {value: ..., motivo: ...}.",
        )
    return Node(
        node.key,
        node.label,
        node.value,
        node.unit,
        node.formula,
        "dichiarato",
        answer.reason,
        node.inputs,
        (),
        (),
        measured,
    )


def _declared(key: str, item: Criterion | Question, answer: Answer, table: Table | None) -> Node:
    if isinstance(item, Question):
        value = _option(key, answer.value, item.options)
        return Node(key, item.label, value, "text", source="dichiarato", note=answer.reason)
    if isinstance(item.scores, ByOption):
        value = _option(key, answer.value, table or {})
        return Node(key, item.label, value, "text", source="dichiarato", note=answer.reason)
    if isinstance(item.scores, ByShares):
        return _shares(key, item, answer, table or {})
    if isinstance(item.scores, ByCount):
        return _several(key, item, answer, table or {})
    number = _number(key, answer.value, item)
    return Node(key, item.label, number, item.unit, source="dichiarato", note=answer.reason)


def _option(key: str, value: Any, options: Table) -> str:
    if not isinstance(value, str) or value not in options:
        raise BadAnswer(key=key, why=f"scegliere tra {', '.join(options)}.")
    return value


def _shares(key: str, item: Criterion, answer: Answer, options: Table) -> Node:
    given = {answer.value: 1} if isinstance(answer.value, str) else answer.value
    if not isinstance(given, dict) or not given:
        raise BadAnswer(key=key, why=f"indicare una quota per ciascuno tra {', '.join(options)}.")
    parts = []
    for option, share in given.items():
        _option(key, option, options)
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share < float("inf"):
            raise BadAnswer(key=key, why=f"la quota di «{option}» deve essere un numero non negativo.")
        parts.append(Node(option, str(options[option]["label"]), float(share), "1", source="dichiarato"))
    order = list(options)
    parts.sort(key=lambda part: order.index(part.key))  # the same answer however it was written
    total = sum(float(part.value or 0) for part in parts)
    if not (abs(total - 1) < 0.005 or abs(total - 100) < 0.5):
        raise BadAnswer(key=key, why=f"le quote devono sommare a 1 (oppure a 100): sommano a {total:g}.")
    shares = tuple(
        Node(p.key, p.label, round(float(p.value or 0) / total, 6), "1", source="dichiarato") for p in parts
    )
    text = ", ".join(f"{p.key} {float(p.value or 0) * 100:.0f} %" for p in shares if p.value)
    return Node(key, item.label, text, "text", source="dichiarato", note=answer.reason, inputs=shares)


def _several(key: str, item: Criterion, answer: Answer, options: Table) -> Node:
    chosen = answer.value
    if not isinstance(chosen, list) or len(set(map(str, chosen))) != len(chosen):
        raise BadAnswer(
            key=key, why=f"indicare un elenco, senza ripetizioni, tra {', '.join(options)} (o [])."
        )
    parts = tuple(
        Node(_option(key, option, options), str(options[option]["label"]), True, "1", source="dichiarato")
        for option in sorted(chosen, key=lambda option: list(options).index(_option(key, option, options)))
    )
    return Node(key, item.label, len(parts), "count", source="dichiarato", note=answer.reason, inputs=parts)


def _number(key: str, value: Any, item: Criterion) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise BadAnswer(key=key, why="deve essere un numero.")
    low, high = item.minimum, item.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        raise BadAnswer(key=key, why=f"deve stare tra {low} e {high}.")
    return float(value)


def _unit(item: Criterion | Question) -> str:
    return item.unit if isinstance(item, Criterion) else "text"
