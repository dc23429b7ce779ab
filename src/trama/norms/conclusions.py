"""From points to an outcome: parts, required response, what would raise it, how stable it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from trama.kernel.citations import Citation
from trama.kernel.trace import Node
from trama.norms.in_force import InForce
from trama.norms.scoring import say_points
from trama.norms.sheets import ByCount, BySteps, ResponseAgainstRequired, Sheet, WeightedSum

Points = Mapping[str, float]
Factors = Mapping[str, Any]
_EVEN: Factors = {}


@dataclass(frozen=True, slots=True)
class KnockOutMet:
    """A rule that makes the intervention inadmissible, and its act."""

    explains: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Improvement:
    """What one more criterion could add, alone.

    `gain` is its weight on the score times the points still to be had; `outcome` the outcome it would give
    at full points; `next_step` how far the nearest better step is, in words.
    """

    criterion: str
    label: str
    gain: float
    outcome: str
    next_step: str


@dataclass(frozen=True, slots=True)
class Stability:
    """How often the outcome stays the same when the weights are shaken.

    `share` of `draws` with the same outcome; `outcomes` how often each came out; `stable` against the norm.
    """

    share: float
    draws: int
    band_share: float
    outcomes: dict[str, float]
    stable: bool


@dataclass(frozen=True, slots=True)
class Conclusion:
    """One way of concluding, carried out; `outcome` is None where points are missing.

    `at_worst` and `at_best` bound the outcome whatever the missing answers.
    """

    kind: str
    title: str
    outcome: str | None
    score: float | None
    required: float | None
    place_class: int | None
    at_worst: str
    at_best: str
    improvements: tuple[Improvement, ...]
    stability: Stability | None
    node: Node


class Weighing:
    """Points of each criterion, weighed into parts; can be asked again with other points or weights.

    `weights` holds the criteria that apply; `scored` their steps, those of the others left out.
    """

    def __init__(
        self,
        sheet: Sheet,
        tables: Mapping[str, InForce],
        steps: Mapping[str, Node],
        weights: Mapping[str, float],
    ) -> None:
        self.sheet = sheet
        self.tables = tables
        self.steps = steps
        self.weights = weights
        self.scored = {key: step for key, step in steps.items() if key in weights}

    @cached_property
    def points(self) -> dict[str, float]:
        """Points of the criteria that have them."""
        return {key: float(node.value) for key, node in self.scored.items() if node.value is not None}

    @cached_property
    def parts(self) -> dict[str, Node]:
        """The step of each part: Σ weight x points, None where a criterion is missing."""
        return {key: self._part_node(key) for key in self.sheet.parts}

    def part(self, key: str, points: Points, factors: Factors = _EVEN) -> Any:
        """Return the weighted mean of a part's points, with weights multiplied by `factors`.

        A number; an array where the factors are arrays (one value a draw).
        """
        weighed = [c for c in self.sheet.parts[key].criteria if c in self.weights]
        chosen = {c: self.weights[c] * factors.get(c, 1.0) for c in weighed}
        return sum(weight * points[c] for c, weight in chosen.items()) / sum(chosen.values())

    def blend(self, table: str, points: Points, factors: Factors = _EVEN) -> Any:
        """Return the parts blended with the weights of parameter `table` (part → weight); as `part`."""
        weights = {key: float(w) * factors.get(key, 1.0) for key, w in self.tables[table].value.items()}
        return sum(w * self.part(key, points, factors) for key, w in weights.items()) / sum(weights.values())

    def filled(self, value: float) -> dict[str, float]:
        """Return the points with `value` wherever one is missing."""
        return {key: self.points.get(key, value) for key in self.scored}

    def _part_node(self, key: str) -> Node:
        part = self.sheet.parts[key]
        inputs = tuple(self.steps[criterion] for criterion in part.criteria)
        complete = all(self.steps[c].value is not None for c in part.criteria if c in self.weights)
        return Node(
            key=key,
            label=part.title,
            value=round(self.part(key, self.points), 6) if complete else None,
            unit="point",
            formula="Σ peso × punti",
            note="" if complete else "mancano risposte",
            inputs=inputs,
            parameters=(self.tables[self.sheet.weights].use(),),
        )


def conclude(
    weighing: Weighing, rule: ResponseAgainstRequired | WeightedSum, *, shaken: bool = True
) -> Conclusion:
    """Carry out one way of concluding; `shaken` adds the stability test."""
    judge = _Judge(weighing, rule)
    complete = len(weighing.points) == len(weighing.scored)
    top = float(weighing.sheet.top_points)
    return Conclusion(
        kind=rule.kind,
        title=rule.title,
        outcome=judge.outcome(weighing.points) if complete else None,
        score=round(judge.score(weighing.points), 6) if complete else None,
        required=judge.required(weighing.points) if judge.place_known() else None,
        place_class=judge.place_class(weighing.points) if judge.place_known() else None,
        at_worst=judge.worst(weighing.filled(0.0), weighing.filled(top)),
        at_best=judge.best(weighing.filled(0.0), weighing.filled(top)),
        improvements=_improvements(weighing, judge) if complete else (),
        stability=_stability(weighing, judge) if complete and shaken else None,
        node=judge.node(complete),
    )


class _Judge:
    """A way of concluding as plain functions of points and shaken weights."""

    def __init__(self, weighing: Weighing, rule: ResponseAgainstRequired | WeightedSum) -> None:
        self.weighing = weighing
        self.rule = rule

    @property
    def place(self) -> str | None:
        """The part that says how much is required, where one does."""
        return self.rule.place if isinstance(self.rule, ResponseAgainstRequired) else None

    def place_known(self) -> bool:
        place = self.place
        return place is not None and self.weighing.parts[place].value is not None

    def place_class(self, points: Points) -> int:
        assert isinstance(self.rule, ResponseAgainstRequired)
        value = round(self.weighing.part(self.rule.place, points), 9)
        return int(self.weighing.tables[self.rule.place_classes].value.points(value))

    def required(self, points: Points) -> float:
        if not isinstance(self.rule, ResponseAgainstRequired):
            return 0.0
        return float(self.weighing.tables[self.rule.required].value[str(self.place_class(points))])

    def score(self, points: Points) -> float:
        return float(self.weighing.blend(self.rule.parts, points))

    def outcome(self, points: Points) -> str:
        margin = round(self.score(points) - self.required(points), 9)
        index = int(self.weighing.tables[self.rule.outcomes].value.points(margin))
        return self.weighing.sheet.outcomes[index]

    def outcomes(self, factors: Factors) -> npt.NDArray[np.int64]:
        """Return the outcome's number for every draw of the weights: `factors` are arrays."""
        weighing, points, tables = self.weighing, self.weighing.points, self.weighing.tables
        required: Any = 0.0
        if isinstance(self.rule, ResponseAgainstRequired):
            place = np.round(weighing.part(self.rule.place, points, factors), 9)
            classes = tables[self.rule.place_classes].value.points_of(place).astype(int)
            asked = {int(key): float(value) for key, value in tables[self.rule.required].value.items()}
            required = np.array([asked[grade] for grade in classes])
        margin = np.round(weighing.blend(self.rule.parts, points, factors) - required, 9)
        return np.asarray(tables[self.rule.outcomes].value.points_of(margin).astype(np.int64))

    def _with_place(self, others: Points, place: Points) -> dict[str, float]:
        own = set(self.weighing.sheet.parts[self.place].criteria) if self.place else set()
        return {key: place[key] if key in own else others[key] for key in others}

    def worst(self, low: Points, high: Points) -> str:
        return self.outcome(self._with_place(low, high))

    def best(self, low: Points, high: Points) -> str:
        return self.outcome(self._with_place(high, low))

    def node(self, complete: bool) -> Node:
        weighing, rule = self.weighing, self.rule
        parameters = [weighing.tables[name].use() for name in (rule.parts, rule.outcomes)]
        formula = "Σ peso × parte, confrontata con i gradini dell'esito"
        inputs: list[Node] = []
        if isinstance(rule, ResponseAgainstRequired):
            formula = "risposta R = Σ peso × parte; esito da R - risposta minima richiesta dal luogo"
            parameters += [weighing.tables[name].use() for name in (rule.place_classes, rule.required)]
            if self.place_known():
                required = self.required(weighing.points)
                inputs.append(
                    Node("classe_luogo", "Classe del luogo", self.place_class(weighing.points), "class")
                )
                inputs.append(Node("richiesta", "Risposta minima richiesta", required, "point"))
        if complete:
            inputs.append(Node("risposta", "Risposta", round(self.score(weighing.points), 6), "point"))
        return Node(
            key=rule.kind,
            label=rule.title,
            value=self.outcome(weighing.points) if complete else None,
            unit="text",
            formula=formula,
            note="" if complete else "mancano risposte",
            inputs=tuple(inputs),
            parameters=tuple(parameters),
        )


def _improvements(weighing: Weighing, judge: _Judge) -> tuple[Improvement, ...]:
    sheet, points = weighing.sheet, weighing.points
    top, now = float(sheet.top_points), judge.score(points)
    found = []
    for key in points:
        if sheet.part_of(key) == judge.place or points[key] >= top:
            continue
        raised = {**points, key: top}
        gain = judge.score(raised) - now
        if gain > 1e-9:
            label = sheet.criteria[key].label
            found.append(
                Improvement(key, label, round(gain, 4), judge.outcome(raised), _next_step(weighing, key))
            )
    return tuple(sorted(found, key=lambda improvement: (-improvement.gain, improvement.criterion)))


def _next_step(weighing: Weighing, key: str) -> str:
    criterion, points = weighing.sheet.criteria[key], weighing.points[key]
    table: Any = weighing.tables[criterion.scores.table].value if hasattr(criterion.scores, "table") else None
    if isinstance(criterion.scores, BySteps):
        better = [(text, gained) for text, gained in table.bands(criterion.unit) if gained > points]
        text, gained = min(better, key=lambda band: band[1], default=("", 0.0))
        return f"{text}: {say_points(gained)}" if text else ""
    if isinstance(criterion.scores, ByCount):
        return _next_function(table, weighing.steps[key])
    if isinstance(table, dict):
        better_rows = [
            row for row in table.values() if isinstance(row, dict) and row.get("points", 0) > points
        ]
        row = min(better_rows, key=lambda row: row["points"], default=None)
        return f"{row['label']}: {say_points(row['points'])}" if row else ""
    return ""


def _next_function(table: Mapping[str, Any], step: Node) -> str:
    """Say which function not yet present would add most."""
    present = {one.key for one in step.inputs[0].inputs}
    row = max(
        (row for key, row in table.items() if key not in present), key=lambda row: row["points"], default=None
    )
    return f"{row['label']}: +{say_points(row['points'])}" if row else ""


def _stability(weighing: Weighing, judge: _Judge) -> Stability:
    norm = weighing.tables[weighing.sheet.stability].value
    draws, band, enough = int(norm["draws"]), float(norm["band_share"]), float(norm["stable_share"])
    keys = [*weighing.scored, *weighing.sheet.parts]
    shaken = np.random.default_rng(int(norm["seed"])).uniform(1 - band, 1 + band, (len(keys), draws))
    outcomes = judge.outcomes(dict(zip(keys, shaken, strict=True)))
    names = weighing.sheet.outcomes
    counts = np.bincount(outcomes, minlength=len(names)) / draws
    share = float(counts[names.index(judge.outcome(weighing.points))])
    found = {name: float(count) for name, count in zip(names, counts, strict=True) if count}
    return Stability(share, draws, band, found, share >= enough)
