"""Every write to the register: checked, in one transaction, with its history."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import shapely
from django.db import transaction

from trama.analyses.installation import Installation, open_installation
from trama.analyses.scheda.run import companions, find_sheet
from trama.apps.riconoscere.area import from_wkb, read_area, same, to_wkb
from trama.apps.riconoscere.errors import BadField, Conflict, Problem
from trama.apps.riconoscere.evaluating import Attempt, attempt, proposal_of
from trama.apps.riconoscere.models import LOCAL_OPERATOR, Valutazione, ValutazioneVersione
from trama.apps.riconoscere.pinned import PinnedLake, Pins, current_pins
from trama.apps.riconoscere.state import State
from trama.apps.writes import ANYONE, Write, begun_unheard
from trama.kernel.errors import TramaError
from trama.norms.sheets import Sheet

Version = ValutazioneVersione


@dataclass(frozen=True)
class Evaluated:
    """A state with its area in metres, and what came of evaluating it with each sheet."""

    state: State
    area: shapely.Geometry | None
    pins: Pins
    problems: tuple[Problem, ...]
    attempts: dict[str, Attempt] = field(default_factory=dict)

    @property
    def answers(self) -> dict[str, Any]:
        """The answers as JSON, of the sheets that have one."""
        found = {key: attempt.answer for key, attempt in self.attempts.items()}
        return {key: answer for key, answer in found.items() if answer is not None}


def begin(sheet_name: str, state: State, write: Write = ANYONE, *, who: str = LOCAL_OPERATOR) -> Valutazione:
    """Begin an evaluation on the latest version of every layer; raises `NotFound` for an unknown sheet.

    Where an earlier beginning of the same page went through unheard, it is that one that is saved over.
    """
    if (begun := begun_unheard(Valutazione.objects, write)) is not None:
        return save(begun, begun.revision, state, write, who=who)
    installation = open_installation()
    sheet = find_sheet(installation.book, sheet_name)
    done = _evaluate(installation, sheet, state, None, current_pins(installation.lake))
    row = Valutazione(sheet=sheet.id, who=who, written_as=write.key)
    _lay(row, done)
    with transaction.atomic():
        row.save(force_insert=True)
        _keep(row, done, row.revision, Version.SAVE, "inizio", who)
    return row


def save(
    row: Valutazione, revision: int, state: State, write: Write = ANYONE, *, who: str = LOCAL_OPERATOR
) -> Valutazione:
    """Save `state` over `revision` of an evaluation.

    The same state as the one saved changes nothing.

    Raises
    ------
    Conflict
        Another save came first. What was sent is kept in the history all the same.
    """
    installation = open_installation()
    sheet = find_sheet(installation.book, row.sheet)
    done = _evaluate(installation, sheet, state, from_wkb(row.geometry), row.pins)
    what = _what_changed(row, done)
    same_problems = row.problems == [problem.to_json() for problem in done.problems]
    if not what and same_problems and row.results.keys() == done.answers.keys():
        return row
    return _replace(row, revision, done, Version.SAVE, what or "avvisi", who, write)


def renew(
    row: Valutazione, revision: int, state: State, pins: Pins, *, who: str = LOCAL_OPERATOR
) -> Valutazione:
    """Evaluate again on other layer versions; raises `Conflict` as `save` does."""
    installation = open_installation()
    sheet = find_sheet(installation.book, row.sheet)
    done = _evaluate(installation, sheet, state, from_wkb(row.geometry), pins)
    return _replace(row, revision, done, Version.RENEWAL, "rivalutata con le versioni più recenti", who)


def recover(
    row: Valutazione, revision: int, version: ValutazioneVersione, state: State, *, who: str = LOCAL_OPERATOR
) -> Valutazione:
    """Make an earlier state (or one that lost a race) the present one; raises `Conflict` as `save` does."""
    installation = open_installation()
    sheet = find_sheet(installation.book, row.sheet)
    done = _evaluate(installation, sheet, state, from_wkb(version.geometry), version.pins)
    what = f"ripresa la versione {version.revision}"
    if version.kind == Version.CONFLICT:
        what = "ripresa la versione che era in conflitto"
    return _replace(row, revision, done, Version.RECOVERY, what, who)


def try_out(sheet_name: str, state: State, pins: Pins | None = None) -> Evaluated:
    """Evaluate without writing anything, not even the trace; for an area still moving under the hand."""
    installation = open_installation()
    sheet = find_sheet(installation.book, sheet_name)
    chosen = current_pins(installation.lake) if pins is None else pins
    return _evaluate(installation, sheet, state, None, chosen, forgetful=True)


def _evaluate(
    installation: Installation,
    sheet: Sheet,
    state: State,
    known: shapely.Geometry | None,
    pins: Pins,
    *,
    forgetful: bool = False,
) -> Evaluated:
    """Evaluate `state` with `sheet` and its companions.

    An area equal to the `known` one but for the rounding of degrees stays that one; an outline that cannot be
    used leaves the last good one, and the sheets with it.
    """
    if unknown := sorted(set(state.risposte) - set(installation.book.sheets)):
        raise BadField(field="risposte", why=f"la scheda «{unknown[0]}» non è tra quelle caricate.")
    if state.geometria is None:
        problem = Problem("geometria", "Disegnare l'area, caricarla da un file o scriverne le coordinate.")
        return Evaluated(state, None, pins, (problem,))
    refused: tuple[Problem, ...] = ()
    try:
        area = read_area(state.geometria)
    except TramaError as error:
        refused = (Problem("geometria", error.text()),)
        if known is None:
            return Evaluated(state, None, pins, refused)
        area = known
    area = known if known is not None and same(known, area) else area
    lake = PinnedLake(installation.lake, pins, forgetful=forgetful)
    attempts, problems = {}, [*refused]
    for one in companions(installation.book, sheet):
        given = state.answers.get(one.id, {})
        proposal, lacking = proposal_of(state.nome, area, state.properties, given, state.giorno)
        attempts[one.id] = attempt(lake, installation.book, one, proposal)
        problems += [*lacking, *attempts[one.id].problems]
    return Evaluated(state, area, pins, tuple(dict.fromkeys(problems)), attempts)


def _replace(
    row: Valutazione, revision: int, done: Evaluated, kind: str, what: str, who: str, write: Write = ANYONE
) -> Valutazione:
    """Write the new state if nobody wrote since `revision`; otherwise keep it aside and raise `Conflict`."""
    with transaction.atomic():
        held = Valutazione.objects.select_for_update().get(pk=row.pk)
        if held.is_followed_by(revision, write):
            _lay(held, done)
            held.note(write)
            held.save()
            _keep(held, done, held.revision, kind, what, who)
            return held
        _keep(held, done, revision, Version.CONFLICT, what, who)
    raise Conflict


def _lay(row: Valutazione, done: Evaluated) -> None:
    state = done.state
    row.nome, row.day = state.nome, state.giorno
    row.properties, row.answers, row.pins = state.properties, state.answers, dict(done.pins)
    row.geometry = to_wkb(done.area) if done.area is not None else None
    bounds = done.area.bounds if done.area is not None else (None, None, None, None)
    row.west, row.south, row.east, row.north = bounds
    row.area_m2 = float(done.area.area) if done.area is not None else None
    row.results, row.outcomes = done.answers, _outcomes(done)
    row.problems = [problem.to_json() for problem in done.problems]


def _outcomes(done: Evaluated) -> dict[str, dict[str, str]]:
    return {
        key: {"esito": answer["esito"]["classe"], "trace": answer["trace"]}
        for key, answer in done.answers.items()
    }


def _keep(row: Valutazione, done: Evaluated, revision: int, kind: str, what: str, who: str) -> None:
    state = done.state
    Version.objects.create(
        valutazione=row,
        revision=revision,
        kind=kind,
        what=what[:300],
        who=who,
        nome=state.nome,
        geometry=to_wkb(done.area) if done.area is not None else None,
        properties=state.properties,
        answers=state.answers,
        day=state.giorno,
        pins=dict(done.pins),
        outcomes=_outcomes(done),
    )


def _what_changed(row: Valutazione, done: Evaluated) -> str:
    """Return in words what differs between the saved row and the new state; empty where nothing does."""
    state = done.state
    changed = [
        word
        for word, before, after in (
            ("nome", row.nome, state.nome),
            ("giorno", row.day, state.giorno),
            *_project_changes(row.properties, state.properties),
        )
        if before != after
    ]
    if not same(from_wkb(row.geometry), done.area):
        changed.insert(0, "area")
    return ", ".join([*changed, *_changed_answers(row.answers, state.answers)])


def _changed_answers(before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    """Yield what was answered otherwise, with the sheet's title where it is not the only one answered."""
    sheets = open_installation().book.sheets
    for sheet in sorted({*before, *after}):
        was, now = before.get(sheet, {}), after.get(sheet, {})
        changed = [key for key in sorted({*was, *now}) if was.get(key) != now.get(key)]
        if changed and len({*before, *after}) > 1 and sheet in sheets:
            yield f"{sheets[sheet].title.it}: {' '.join(changed)}"
        else:
            yield from changed


def _project_changes(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    names = {
        "tipologie": "soluzioni",
        "stato_attuale": "superfici dello stato attuale",
        "progetto": "superfici di progetto",
    }
    return [(word, before.get(key), after.get(key)) for key, word in names.items()]
