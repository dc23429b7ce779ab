"""Evaluate an intervention with a sheet: one run gives the outcome and the tree that explains it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from trama.kernel.trace import Node
from trama.norms.answers import Answer, check_keys, resolve
from trama.norms.book import NormBook
from trama.norms.conclusions import Conclusion, KnockOutMet, Weighing, conclude
from trama.norms.in_force import InForce
from trama.norms.scoring import not_applicable, score
from trama.norms.sheets import ByStepsOf, Criterion, HandsOver, KnockOut, Sheet

MISSING = "non_valutabile"
KNOCKED_OUT = "non_ammissibile"


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """A criterion as evaluated: `value` is the step that measured it, `points` the step that scored it.

    One that does not apply has no weight and no points, and is not missing.
    """

    id: str
    part: str
    criterion: Criterion
    weight: float
    value: Node
    points: Node
    table: InForce | None
    applies: bool = True

    @property
    def forced(self) -> bool:
        """Whether a person replaced the computed value."""
        return self.value.replaced is not None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The outcome of a sheet on a day, with everything that led to it.

    Attributes
    ----------
    outcome
        One of the sheet's outcomes, ``non_ammissibile`` if a knock-out is met, ``non_valutabile`` if
        something needed is missing.
    missing
        Criteria and questions that still want an answer.
    notices
        What does not go together among the answers: to be looked at, it changes no points.
    conclusions
        One per way of concluding that the sheet declares; the first is the one that counts.
    root
        The whole explanation.
    """

    sheet: Sheet
    day: date
    outcome: str
    criteria: dict[str, CriterionResult]
    questions: dict[str, Node]
    context: tuple[Node, ...]
    missing: tuple[str, ...]
    knock_outs: tuple[KnockOutMet, ...]
    conclusions: tuple[Conclusion, ...]
    notices: tuple[str, ...]
    root: Node

    @property
    def negative(self) -> bool:
        """Whether the outcome is not enough (or could not be given)."""
        return self.outcome in {MISSING, KNOCKED_OUT} or self.outcome in self.sheet.negative

    @property
    def outcome_label(self) -> str:
        """The outcome as people read it."""
        return self.sheet.outcome_labels[self.outcome]


def evaluate(
    book: NormBook,
    sheet: Sheet,
    day: date,
    measures: Mapping[str, Node],
    answers: Mapping[str, Answer],
) -> Evaluation:
    """Evaluate `sheet` on `day`.

    Parameters
    ----------
    measures
        Computed steps by measure name (``luogo.idren``); one with value None says why in its note.
    answers
        By criterion or question id.

    Raises
    ------
    NotInForce
        The sheet's parameters have no value on that day.
    UnknownAnswer, BadAnswer
        An answer the sheet cannot take.
    """
    check_keys(sheet, answers)
    tables = {name: book.value(f"{sheet.path}/{name}", day) for name in sheet.tables()}
    questions = {
        key: resolve(key, question, measures.get(question.measure or ""), answers.get(key), None)
        for key, question in sheet.questions.items()
    }
    weights = _weights(sheet, tables[sheet.weights], questions)
    criteria = {
        key: _criterion(sheet, key, weights.get(key), tables, measures, answers.get(key), questions)
        for key in sheet.criteria
    }
    weighing = Weighing(sheet, tables, {key: result.points for key, result in criteria.items()}, weights)
    met, unclear = _knock_outs(sheet, criteria, questions)
    conclusions = tuple(
        conclude(weighing, rule, shaken=rule is sheet.conclusions[0]) for rule in sheet.conclusions
    )
    missing = [key for key, result in criteria.items() if result.applies and result.points.value is None]
    missing += [key for key in unclear if key not in missing]
    outcome = KNOCKED_OUT if met else MISSING if missing else str(conclusions[0].outcome)
    context = tuple(measures[name] for name in sheet.context if name in measures)
    return Evaluation(
        sheet,
        day,
        outcome,
        criteria,
        questions,
        context,
        tuple(missing),
        tuple(met),
        conclusions,
        _contradictions(sheet, criteria, questions),
        _root(sheet, outcome, weighing, conclusions, questions, context, met),
    )


def _contradictions(
    sheet: Sheet, criteria: Mapping[str, CriterionResult], questions: Mapping[str, Node]
) -> tuple[str, ...]:
    return tuple(
        rule.explains
        for rule in sheet.contradictions
        if criteria[rule.criterion].value.value in rule.options
        and questions[rule.question].value == rule.answer
    )


def _weights(sheet: Sheet, table: InForce, questions: Mapping[str, Node]) -> dict[str, float]:
    """Return the weight of every criterion that applies, with what the others hand over."""
    weights = {key: float(table.value[key]) for key in sheet.criteria}
    for key, criterion in sheet.criteria.items():
        if (rule := criterion.hands_over) and _does_not_apply(rule, questions):
            weights[rule.to] += weights.pop(key)
    return weights


def _does_not_apply(rule: HandsOver, questions: Mapping[str, Node]) -> bool:
    return questions[rule.question].value == rule.answer


def _table(
    criterion: Criterion, tables: Mapping[str, InForce], questions: Mapping[str, Node]
) -> InForce | None:
    if isinstance(rule := criterion.scores, ByStepsOf):
        return tables.get(rule.tables.get(str(questions[rule.choice].value), ""))
    return tables.get(getattr(rule, "table", ""))


def _criterion(
    sheet: Sheet,
    key: str,
    weight: float | None,
    tables: Mapping[str, InForce],
    measures: Mapping[str, Node],
    answer: Answer | None,
    questions: Mapping[str, Node],
) -> CriterionResult:
    criterion = sheet.criteria[key]
    table = _table(criterion, tables, questions)
    options: Any = table.value if table and isinstance(table.value, dict) else None
    value = resolve(key, criterion, measures.get(criterion.measure or ""), answer, options)
    if weight is None and criterion.hands_over:
        points = not_applicable(key, criterion, value, criterion.hands_over, questions)
        return CriterionResult(key, sheet.part_of(key), criterion, 0.0, value, points, table, applies=False)
    points = score(key, criterion, value, table, questions)
    return CriterionResult(key, sheet.part_of(key), criterion, weight or 0.0, value, points, table)


def _knock_outs(
    sheet: Sheet, criteria: Mapping[str, CriterionResult], questions: Mapping[str, Node]
) -> tuple[list[KnockOutMet], list[str]]:
    """Return the knock-outs met, and the questions whose answer would decide one."""
    met: list[KnockOutMet] = []
    unclear: list[str] = []
    own = [(rule.knock_out, result) for result in criteria.values() if (rule := result.criterion).knock_out]
    for knock_out, result in [*own, *((rule, None) for rule in sheet.knock_outs)]:
        assert knock_out is not None
        holds, open_questions = _holds(knock_out, result, criteria, questions)
        if holds and not open_questions:
            met.append(KnockOutMet(knock_out.explains, knock_out.citation.plain()))
        elif holds:
            unclear += open_questions
    return met, unclear


def _holds(
    rule: KnockOut,
    own: CriterionResult | None,
    criteria: Mapping[str, CriterionResult],
    questions: Mapping[str, Node],
) -> tuple[bool, list[str]]:
    if rule.below is not None and own is not None:
        value = own.value.value
        if value is None or not float(value) < rule.below:
            return False, []
    if rule.with_share is not None:
        shares = criteria[rule.with_share.criterion].value.inputs
        if not any(share.key == rule.with_share.option and share.value for share in shares):
            return False, []
    asked = [name for name in (rule.question, rule.only_if) if name]
    if any(questions[name].value not in {None, "si"} for name in asked):
        return False, []
    return True, [name for name in asked if questions[name].value is None]


def _root(
    sheet: Sheet,
    outcome: str,
    weighing: Weighing,
    conclusions: tuple[Conclusion, ...],
    questions: Mapping[str, Node],
    context: tuple[Node, ...],
    met: list[KnockOutMet],
) -> Node:
    return Node(
        key=sheet.id,
        label=sheet.title.it,
        value=outcome,
        unit="text",
        formula=conclusions[0].node.formula,
        note="; ".join(knock_out.explains for knock_out in met),
        inputs=(
            *weighing.parts.values(),
            *(conclusion.node for conclusion in conclusions),
            Node("domande", "Altre risposte", len(questions), "count", inputs=tuple(questions.values())),
            Node("contesto", "Il luogo", len(context), "count", inputs=context),
        ),
    )
