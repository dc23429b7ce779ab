"""Every write to the register of files: checked, in one transaction, with its history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from trama.analyses.envelope import traced
from trama.analyses.installation import Installation, open_installation
from trama.analyses.invarianza.pratica import Outcome, run
from trama.analyses.invarianza.pratica.answer import body
from trama.analyses.invarianza.pratica.outcome import LackingBase
from trama.apps.riconoscere.errors import Conflict
from trama.apps.riconoscere.invarianza.form import in_labels
from trama.apps.riconoscere.invarianza.models import Pratica, PraticaVersione
from trama.apps.riconoscere.invarianza.state import State
from trama.apps.riconoscere.models import LOCAL_OPERATOR
from trama.apps.writes import ANYONE, Write, begun_unheard
from trama.kernel.errors import TramaError

Version = PraticaVersione


@dataclass(frozen=True)
class Attempt:
    """A state computed: its outcome, or the sentence that says what it lacks."""

    outcome: Outcome | None
    problem: str = ""

    def answer(self) -> dict[str, Any] | None:
        """Return the answer as data; None where there is none."""
        return traced(body(self.outcome), self.outcome.trace()) if self.outcome else None


def attempt(installation: Installation, state: State) -> Attempt:
    """Compute a state, keeping nothing."""
    try:
        return Attempt(run(installation.book, state.day, state.request))
    except LackingBase as error:
        return Attempt(
            None, LackingBase(**{**error.fields, "where": in_labels(str(error.fields["where"]))}).text()
        )
    except TramaError as error:
        return Attempt(None, error.text())


def begin(state: State, write: Write = ANYONE, *, who: str = LOCAL_OPERATOR) -> tuple[Pratica, Attempt]:
    """Begin a file; where an earlier beginning of the same page went through unheard, save over that one."""
    if (begun := begun_unheard(Pratica.objects, write)) is not None:
        return save(begun, begun.revision, state, write, who=who)
    done = _kept(state)
    row = Pratica(who=who, written_as=write.key)
    _lay(row, state, done)
    with transaction.atomic():
        row.save(force_insert=True)
        _keep(row, state, done, row.revision, Version.SAVE, "inizio", who)
    return row, done


def save(
    row: Pratica, revision: int, state: State, write: Write = ANYONE, *, who: str = LOCAL_OPERATOR
) -> tuple[Pratica, Attempt]:
    """Save `state` over `revision` of a file; the same state changes nothing.

    Raises
    ------
    Conflict
        Another save came first. What was sent is kept in the history all the same.
    """
    done = _kept(state)
    what = _what_changed(row, state)
    if not what:
        return row, done
    return _replace(row, revision, state, done, Version.SAVE, what, who, write), done


def recover(row: Pratica, revision: int, version: PraticaVersione, state: State) -> Pratica:
    """Make an earlier state (or one that lost a race) the present one; raises `Conflict` as `save` does."""
    what = f"ripresa la versione {version.revision}"
    if version.kind == Version.CONFLICT:
        what = "ripresa la versione che era in conflitto"
    return _replace(row, revision, state, _kept(state), Version.RECOVERY, what, LOCAL_OPERATOR)


def _kept(state: State) -> Attempt:
    """Compute a state and keep its trace."""
    installation = open_installation()
    done = attempt(installation, state)
    if done.outcome is not None:
        installation.lake.traces.save(done.outcome.trace())
    return done


def _replace(
    row: Pratica,
    revision: int,
    state: State,
    done: Attempt,
    kind: str,
    what: str,
    who: str,
    write: Write = ANYONE,
) -> Pratica:
    with transaction.atomic():
        held = Pratica.objects.select_for_update().get(pk=row.pk)
        if held.is_followed_by(revision, write):
            _lay(held, state, done)
            held.note(write)
            held.save()
            _keep(held, state, done, held.revision, kind, what, who)
            return held
        _keep(held, state, done, revision, Version.CONFLICT, what, who)
    raise Conflict


def _lay(row: Pratica, state: State, done: Attempt) -> None:
    row.nome = state.request.intervento.nome[:300]
    row.request, row.day = state.plain(), state.day
    row.result, row.problem = done.answer(), done.problem[:1000]
    row.outcome = done.outcome.verdict if done.outcome else ""
    row.trace = done.outcome.trace().id if done.outcome else ""


def _keep(row: Pratica, state: State, done: Attempt, revision: int, kind: str, what: str, who: str) -> None:
    Version.objects.create(
        pratica=row,
        revision=revision,
        kind=kind,
        what=what[:300],
        who=who,
        nome=state.request.intervento.nome[:300],
        request=state.plain(),
        day=state.day,
        outcome=done.outcome.verdict if done.outcome else "",
        trace=done.outcome.trace().id if done.outcome else "",
    )


def _what_changed(row: Pratica, state: State) -> str:
    """Return in words which sections differ from the saved row; empty where none does."""
    before, after = row.request, state.plain()
    changed = [key for key in sorted({*before, *after}) if before.get(key) != after.get(key)]
    if row.day != state.day:
        changed.insert(0, "giorno")
    return ", ".join(changed).replace("_", " ")
