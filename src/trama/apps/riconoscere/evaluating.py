"""Evaluate what a person has said so far, however incomplete: what cannot be used is set aside and named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import shapely

from trama.analyses.envelope import traced
from trama.analyses.scheda.answer import scheda_json
from trama.analyses.scheda.run import SchedaResult, run_scheda
from trama.analyses.scheda.surfaces import SurfacesDoNotSum, UnknownSolution, UnknownSurface
from trama.analyses.territory.location import OutsideTerritory
from trama.apps.riconoscere.errors import Problem, WantsReason
from trama.kernel.errors import TramaError
from trama.lake import Lake
from trama.norms import NormBook
from trama.norms.answers import Answer, resolve
from trama.norms.errors import BadAnswer, NotInForce, UnknownAnswer
from trama.norms.sheets import Sheet


@dataclass(frozen=True, slots=True)
class Solution:
    """A solution of the catalogue with its quantity, in the catalogue's unit."""

    id: str
    area_m2: float


@dataclass(frozen=True)
class Proposal:
    """What is evaluated (see `trama.analyses.scheda.run.Subject`)."""

    geometry: shapely.Geometry
    nome: str
    tipologie: tuple[Solution, ...]
    stato_attuale: Mapping[str, float] | None
    progetto: Mapping[str, float] | None
    answers: Mapping[str, Answer]
    day: date


@dataclass(frozen=True)
class Attempt:
    """What came of an evaluation: the result (None where there can be none yet) and what was set aside."""

    result: SchedaResult | None
    problems: tuple[Problem, ...] = ()

    @property
    def answer(self) -> dict[str, Any] | None:
        """The result as JSON, with day, data, unofficial values and trace; None where there is none."""
        return None if self.result is None else document(self.result)


@dataclass
class _Draft:
    """A proposal from which what cannot be used is taken away, with the reasons."""

    sheet: Sheet
    proposal: Proposal
    problems: list[Problem] = field(default_factory=list)

    def set_aside(self, error: TramaError, where: str, **changes: Any) -> None:
        own = where in self.proposal.answers
        self.problems.append(Problem(where, error.text(), self.sheet.id if own else ""))
        self.proposal = replace(self.proposal, **changes)


def proposal_of(
    nome: str,
    area: shapely.Geometry,
    properties: Mapping[str, Any],
    answers: Mapping[str, Mapping[str, Any]],
    day: date,
) -> tuple[Proposal, tuple[Problem, ...]]:
    """Return what was said as a proposal to one sheet, and the solutions still without a quantity."""
    solutions, lacking = [], []
    for row in properties.get("tipologie", ()):
        if row["area_m2"] is None:
            lacking.append(
                Problem(f"tipologie.{row['id']}", "Indicare la quantità: finché manca non è contata.")
            )
        else:
            solutions.append(Solution(row["id"], float(row["area_m2"])))
    given = {key: Answer(row["valore"], row["motivo"]) for key, row in answers.items()}
    proposal = Proposal(
        area,
        nome,
        tuple(solutions),
        properties.get("stato_attuale"),
        properties.get("progetto"),
        {key: answer for key, answer in given.items() if answer.value is not None},
        day,
    )
    return proposal, tuple(lacking)


def attempt(lake: Lake, book: NormBook, sheet: Sheet, proposal: Proposal) -> Attempt:
    """Evaluate `proposal`, setting aside one by one the parts that cannot be used.

    Surfaces that do not sum are replaced by the estimate, an answer out of its list by no answer, and so on;
    each leaves a `Problem` beside its field. Only an area outside the territory or a day before the norms
    leave no result at all.
    """
    draft = _Draft(sheet, proposal)
    _check_answers(draft, book, sheet)
    for _ in range(len(proposal.answers) + len(proposal.tipologie) + 4):
        try:
            result = run_scheda(lake, book, sheet, draft.proposal, draft.proposal.answers, proposal.day)
        except TramaError as error:
            if not _set_aside(draft, error):
                field_name = _field_of(error)
                return Attempt(None, (*draft.problems, Problem(field_name, error.text())))
        else:
            return Attempt(result, tuple(draft.problems))
    return Attempt(None, tuple(draft.problems))


def document(result: SchedaResult) -> dict[str, Any]:
    """Return the JSON answer of the sheet in the envelope that every answer has."""
    return traced(scheda_json(result), result.trace)


def _check_answers(draft: _Draft, book: NormBook, sheet: Sheet) -> None:
    """Set aside the answers that no measure could make good, before anything is measured."""
    for key, answer in draft.proposal.answers.items():
        item = sheet.criteria.get(key) or sheet.questions.get(key)
        try:
            if item is None:
                raise UnknownAnswer(key=key, known=", ".join([*sheet.criteria, *sheet.questions]))
            table = getattr(getattr(item, "scores", None), "table", None)
            value = book.value(f"{sheet.path}/{table}", draft.proposal.day).value if table else None
            resolve(key, item, None, answer, value if isinstance(value, dict) else None)
        except NotInForce:
            return
        except (UnknownAnswer, BadAnswer) as error:
            draft.set_aside(error, key, answers=_without(draft.proposal.answers, key))


def _set_aside(draft: _Draft, error: TramaError) -> bool:
    """Take away what `error` complains of; False where nothing can be taken away."""
    for kind, remedy in _REMEDIES.items():
        if isinstance(error, kind):
            return remedy(draft, error)
    return False


def _surfaces(draft: _Draft, error: TramaError) -> bool:
    where = "stato_attuale" if error.fields.get("what") == "stato attuale" else "progetto"
    if isinstance(error, UnknownSurface):
        now = draft.proposal.stato_attuale or {}
        where = "stato_attuale" if error.fields.get("what") in now else "progetto"
    if not getattr(draft.proposal, where):
        return False
    draft.set_aside(error, where, **{where: None})
    return True


def _solution(draft: _Draft, error: TramaError) -> bool:
    unknown = error.fields.get("what")
    kept = tuple(solution for solution in draft.proposal.tipologie if solution.id != unknown)
    if len(kept) == len(draft.proposal.tipologie):
        return False
    draft.set_aside(error, "tipologie", tipologie=kept)
    return True


def _answer(draft: _Draft, error: TramaError) -> bool:
    key = str(error.fields.get("key"))
    if key not in draft.proposal.answers:
        return False
    unexplained = not draft.proposal.answers[key].reason.strip()
    draft.set_aside(
        WantsReason() if unexplained else error, key, answers=_without(draft.proposal.answers, key)
    )
    return True


_REMEDIES: dict[type[TramaError], Callable[[_Draft, TramaError], bool]] = {
    SurfacesDoNotSum: _surfaces,
    UnknownSurface: _surfaces,
    UnknownSolution: _solution,
    BadAnswer: _answer,
    UnknownAnswer: _answer,
}


def _field_of(error: TramaError) -> str:
    if isinstance(error, NotInForce):
        return "giorno"
    return "geometria" if isinstance(error, OutsideTerritory) else ""


def _without(answers: Mapping[str, Answer], key: str) -> dict[str, Answer]:
    return {name: answer for name, answer in answers.items() if name != key}
