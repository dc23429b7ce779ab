"""The grammar of an evaluation sheet: parts, criteria, questions, conclusion."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from trama.norms.parameters import CitationText, Name

_CLOSED = ConfigDict(extra="forbid", strict=True, frozen=True)


class Identity(BaseModel):
    """The measure is already in points."""

    model_config = _CLOSED
    kind: Literal["identity"]


class BySteps(BaseModel):
    """A ladder of thresholds (a parameter of kind ``steps``)."""

    model_config = _CLOSED
    kind: Literal["steps"]
    table: str


class ByStepsOf(BaseModel):
    """A ladder of thresholds, chosen by the answer to a question (`tables`: choice → its parameter)."""

    model_config = _CLOSED
    kind: Literal["steps_of"]
    choice: str
    tables: dict[str, str]


class ByOption(BaseModel):
    """One choice from a list (a table: option → label, points)."""

    model_config = _CLOSED
    kind: Literal["option"]
    table: str


class ByShares(BaseModel):
    """Mean of the options' points, weighed by the shares declared for each.

    `void` names, for an option, the question that takes its points away when answered ``si``.
    """

    model_config = _CLOSED
    kind: Literal["shares"]
    table: str
    void: dict[str, str] = Field(default_factory=dict)


class ByCount(BaseModel):
    """Which options of a list are met: their points, added."""

    model_config = _CLOSED
    kind: Literal["count"]
    table: str


class ByLine(BaseModel):
    """A straight line, chosen by the answer to a question (a table: choice → intercept, slope)."""

    model_config = _CLOSED
    kind: Literal["line"]
    table: str
    choice: str


Scores = Annotated[
    Identity | BySteps | ByStepsOf | ByOption | ByShares | ByCount | ByLine, Field(discriminator="kind")
]


class WithShare(BaseModel):
    """Holds when the shares answered to `criterion` give something to `option`."""

    model_config = _CLOSED
    criterion: str
    option: str


class KnockOut(BaseModel):
    """What makes the intervention inadmissible, whatever the points.

    `question` must be answered ``si``; `below` compares the criterion's own value; `only_if` names a question
    that must be answered ``si`` besides; `with_share` a destination that must be in use besides.
    """

    model_config = _CLOSED
    explains: str
    citation: CitationText
    question: str | None = None
    below: float | int | None = None
    only_if: str | None = None
    with_share: WithShare | None = None


class HandsOver(BaseModel):
    """When a criterion has nothing to measure (`question` answered `answer`), `to` takes its weight."""

    model_config = _CLOSED
    question: str
    answer: str
    to: str


class Criterion(BaseModel):
    """One criterion: what it asks, what it measures, how it scores."""

    model_config = _CLOSED
    label: str
    asks: str
    unit: str
    scores: Scores
    citation: CitationText
    measure: str | None = None
    minimum: float | int | None = None
    maximum: float | int | None = None
    help: str = ""
    knock_out: KnockOut | None = None
    hands_over: HandsOver | None = None

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the parameters its rule may read."""
        if isinstance(self.scores, ByStepsOf):
            return tuple(self.scores.tables.values())
        name = getattr(self.scores, "table", None)
        return (name,) if name else ()


class Question(BaseModel):
    """Something the sheet must know but does not score: a choice among `options` (id → label)."""

    model_config = _CLOSED
    label: str
    asks: str
    options: dict[str, str]
    citation: CitationText
    measure: str | None = None
    help: str = ""


class Contradiction(BaseModel):
    """Two answers that do not go together: an option of a criterion against what a question found."""

    model_config = _CLOSED
    explains: str
    criterion: str
    options: list[str]
    question: str
    answer: str


class Part(BaseModel):
    """A part of the sheet, with its criteria in order."""

    model_config = _CLOSED
    title: str
    criteria: list[str]


class ResponseAgainstRequired(BaseModel):
    """The response (weighted parts) against what the place requires.

    `place` is the part that describes the place; `place_classes` turns its points into a class and
    `required` into the least response; `outcomes` turns response minus required into an outcome.
    """

    model_config = _CLOSED
    kind: Literal["response_against_required"]
    title: str
    place: str
    place_classes: str
    required: str
    parts: str
    outcomes: str


class WeightedSum(BaseModel):
    """The plain weighted sum of all parts."""

    model_config = _CLOSED
    kind: Literal["weighted_sum"]
    title: str
    parts: str
    outcomes: str


Conclusion = Annotated[ResponseAgainstRequired | WeightedSum, Field(discriminator="kind")]


class Sheet(BaseModel):
    """A whole evaluation sheet.

    `path` is its folder: names of tables are looked up there. `surfaces` is the folder with the classes of
    surface that interventions are written in, so that sheets can share them (its own where empty).
    `context` are measures shown with the place, not scored. `conclusions[0]` decides; the others are shown
    beside it. `outcomes` are the names of the outcome classes, from 0 up; those in `negative` are not enough.
    """

    model_config = _CLOSED
    path: str
    id: str
    title: Name
    citation: CitationText
    parts: dict[str, Part]
    criteria: dict[str, Criterion]
    questions: dict[str, Question]
    context: list[str]
    weights: str
    top_points: float | int
    knock_outs: list[KnockOut]
    contradictions: list[Contradiction] = Field(default_factory=list)
    conclusions: list[Conclusion]
    outcomes: list[str]
    negative: list[str]
    outcome_labels: dict[str, str]
    stability: str
    surfaces: str = ""

    @model_validator(mode="after")
    def _consistent(self) -> Sheet:
        listed = [criterion for part in self.parts.values() for criterion in part.criteria]
        if sorted(listed) != sorted(self.criteria):
            raise ValueError("ogni criterio va elencato in una e una sola parte")
        if unknown := set(self.negative) - set(self.outcomes):
            raise ValueError(f"esiti sconosciuti tra i negativi: {', '.join(sorted(unknown))}")
        for question in self._questions_named():
            if question not in self.questions:
                raise ValueError(f"si rimanda alla domanda «{question}», che non c'è")
        for key, criterion in self.criteria.items():
            self._check_choices(key, criterion)
        return self

    def _check_choices(self, key: str, criterion: Criterion) -> None:
        """Check what a criterion says of a question's options and of the criterion that takes its weight."""
        rule = criterion.scores
        if isinstance(rule, ByStepsOf) and set(rule.tables) != set(self.questions[rule.choice].options):
            raise ValueError(f"{key}: serve una tabella per ogni risposta a «{rule.choice}»")
        if heir := criterion.hands_over:
            if heir.answer not in self.questions[heir.question].options:
                raise ValueError(f"{key}: «{heir.answer}» non è una risposta a «{heir.question}»")
            part = self.parts[self.part_of(key)].criteria
            if heir.to == key or heir.to not in part or self.criteria[heir.to].hands_over:
                raise ValueError(
                    f"{key}: il peso passa solo a un altro criterio della sua parte, che vale sempre"
                )

    def _questions_named(self) -> list[str]:
        named: list[str | None] = []
        for criterion in self.criteria.values():
            if isinstance(criterion.scores, ByLine | ByStepsOf):
                named.append(criterion.scores.choice)
            if criterion.hands_over:
                named.append(criterion.hands_over.question)
            if isinstance(criterion.scores, ByShares):
                named += criterion.scores.void.values()
        for knock_out in [*self.knock_outs, *(c.knock_out for c in self.criteria.values() if c.knock_out)]:
            named += [knock_out.question, knock_out.only_if]
        named += [contradiction.question for contradiction in self.contradictions]
        return [name for name in named if name]

    @property
    def vocabulary(self) -> str:
        """Folder of the norms with the classes of surface that interventions are written in."""
        return self.surfaces or self.path

    def measures(self) -> set[str]:
        """Return the names of every measure the sheet asks for."""
        asked: list[Criterion | Question] = [*self.criteria.values(), *self.questions.values()]
        return {item.measure for item in asked if item.measure} | set(self.context)

    def part_of(self, criterion: str) -> str:
        """Return the key of the part that holds `criterion`."""
        return next(key for key, part in self.parts.items() if criterion in part.criteria)

    def tables(self) -> list[str]:
        """Return the names of every parameter the sheet reads, without its folder."""
        names = {self.weights, self.stability}
        names |= {table for criterion in self.criteria.values() for table in criterion.tables}
        for conclusion in self.conclusions:
            names |= set(conclusion.model_dump(exclude={"kind", "title", "place"}).values())
        return sorted(names)
