"""Judge what a person has said so far: an answer that cannot be used is set aside and named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from trama.analyses.installation import Installation
from trama.analyses.siting.criteria import Judged, judge
from trama.apps.riconoscere.errors import Problem, WantsReason
from trama.apps.riconoscere.localizza.state import SiteQuestion
from trama.norms.answers import Answer
from trama.norms.errors import BadAnswer, UnknownAnswer


@dataclass(frozen=True)
class Tried:
    """A judgement, and the answers it had to leave out, each with its sentence."""

    judged: Judged
    problems: tuple[Problem, ...] = ()


def try_site(installation: Installation, asked: SiteQuestion, today: date) -> Tried:
    """Judge the place of a question on its day (`today` where it says none).

    Raises
    ------
    TramaError
        What leaves nothing to judge: an unknown entry, a place outside or far from any street, a day before
        the norms, access never computed.
    """
    shape = asked.shape
    answers = {
        key: Answer(one.valore, one.motivo) for key, one in asked.risposte.items() if one.valore is not None
    }
    problems: list[Problem] = []
    while True:
        try:
            found = judge(
                installation.lake,
                installation.book,
                shape,
                asked.voce,
                answers,
                asked.giorno or today,
                asked.nome,
            )
        except (BadAnswer, UnknownAnswer) as error:
            key = str(error.fields.get("key"))
            if key not in answers:
                raise
            unexplained = isinstance(error, BadAnswer) and _replaces(answers[key], error)
            problems.append(Problem(key, (WantsReason() if unexplained else error).text()))
            del answers[key]
        else:
            return Tried(found, tuple(problems))


def _replaces(answer: Answer, error: BadAnswer) -> bool:
    """Tell whether an answer was refused only because it says no reason."""
    return not answer.reason.strip() and "motivo" in str(error.fields.get("why", ""))
