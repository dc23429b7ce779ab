"""Every write to the register: checked, in one transaction, with its history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import shapely
from django.db import transaction

from trama.analyses.installation import Installation, open_installation
from trama.analyses.scheda.run import find_sheet
from trama.apps.riconoscere.area import from_wkb, read_area, same, to_wkb
from trama.apps.riconoscere.errors import Conflict, Problem
from trama.apps.riconoscere.evaluating import Attempt, attempt, proposal_of
from trama.apps.riconoscere.models import LOCAL_OPERATOR, Valutazione, ValutazioneVersione
from trama.apps.riconoscere.pinned import PinnedLake, Pins, current_pins
from trama.apps.riconoscere.state import State
from trama.kernel.errors import TramaError
from trama.norms.sheets import Sheet

Version = ValutazioneVersione


@dataclass(frozen=True)
class _Evaluated:
    """A state with its area in metres, and what came of evaluating it."""

    state: State
    area: shapely.Geometry | None
    pins: Pins
    attempt: Attempt


def begin(sheet_name: str, state: State, *, who: str = LOCAL_OPERATOR) -> Valutazione:
    """Begin an evaluation on the latest version of every layer; raises `NotFound` for an unknown sheet."""
    installation = open_installation()
    sheet = find_sheet(installation.book, sheet_name)
    done = _evaluate(installation, sheet, state, None, current_pins(installation.lake))
    row = Valutazione(sheet=sheet.id, who=who)
    _lay(row, done)
    with transaction.atomic():
        row.save(force_insert=True)
        _keep(row, done, row.revision, Version.SAVE, "inizio", who)
    return row


def save(row: Valutazione, revision: int, state: State, *, who: str = LOCAL_OPERATOR) -> Valutazione:
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
    if not what and row.problems == [problem.to_json() for problem in done.attempt.problems]:
        return row
    return _replace(row, revision, done, Version.SAVE, what or "avvisi", who)


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


def try_out(sheet_name: str, state: State, pins: Pins | None = None) -> Attempt:
    """Evaluate without writing anything, not even the trace; for an area still moving under the hand."""
    installation = open_installation()
    sheet = find_sheet(installation.book, sheet_name)
    chosen = current_pins(installation.lake) if pins is None else pins
    return _evaluate(installation, sheet, state, None, chosen, forgetful=True).attempt


def _evaluate(
    installation: Installation,
    sheet: Sheet,
    state: State,
    known: shapely.Geometry | None,
    pins: Pins,
    *,
    forgetful: bool = False,
) -> _Evaluated:
    """Evaluate `state`; an area equal to the `known` one but for the rounding of degrees stays that one."""
    if state.geometria is None:
        problem = Problem("geometria", "Disegnare l'area, caricarla da un file o scriverne le coordinate.")
        return _Evaluated(state, None, pins, Attempt(None, (problem,)))
    refused: tuple[Problem, ...] = ()
    try:
        area = read_area(state.geometria)
    except TramaError as error:
        # The outline cannot be used: the last good one stays, and the sheet with it.
        refused = (Problem("geometria", error.text()),)
        if known is None:
            return _Evaluated(state, None, pins, Attempt(None, refused))
        area = known
    area = known if known is not None and same(known, area) else area
    lake = PinnedLake(installation.lake, pins, forgetful=forgetful)
    proposal, lacking = proposal_of(state.nome, area, state.properties, state.answers, state.giorno)
    tried = attempt(lake, installation.book, sheet, proposal)
    return _Evaluated(state, area, pins, Attempt(tried.result, (*refused, *lacking, *tried.problems)))


def _replace(
    row: Valutazione, revision: int, done: _Evaluated, kind: str, what: str, who: str
) -> Valutazione:
    """Write the new state if nobody wrote since `revision`; otherwise keep it aside and raise `Conflict`."""
    with transaction.atomic():
        held = Valutazione.objects.select_for_update().get(pk=row.pk)
        if held.revision == revision:
            _lay(held, done)
            held.revision = revision + 1
            held.save()
            _keep(held, done, held.revision, kind, what, who)
            return held
        _keep(held, done, revision, Version.CONFLICT, what, who)
    raise Conflict


def _lay(row: Valutazione, done: _Evaluated) -> None:
    state, answer = done.state, done.attempt.answer
    row.nome, row.day = state.nome, state.giorno
    row.properties, row.answers, row.pins = state.properties, state.answers, dict(done.pins)
    row.geometry = to_wkb(done.area) if done.area is not None else None
    bounds = done.area.bounds if done.area is not None else (None, None, None, None)
    row.west, row.south, row.east, row.north = bounds
    row.area_m2 = float(done.area.area) if done.area is not None else None
    row.result = answer
    row.problems = [problem.to_json() for problem in done.attempt.problems]
    row.outcome = answer["esito"]["classe"] if answer else ""
    row.trace = answer["trace"] if answer else ""


def _keep(row: Valutazione, done: _Evaluated, revision: int, kind: str, what: str, who: str) -> None:
    state, answer = done.state, done.attempt.answer
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
        outcome=answer["esito"]["classe"] if answer else "",
        trace=answer["trace"] if answer else "",
    )


def _what_changed(row: Valutazione, done: _Evaluated) -> str:
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
    keys = sorted({*row.answers, *state.answers})
    changed += [key for key in keys if row.answers.get(key) != state.answers.get(key)]
    return ", ".join(changed)


def _project_changes(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    names = {
        "tipologie": "soluzioni",
        "stato_attuale": "superfici dello stato attuale",
        "progetto": "superfici di progetto",
    }
    return [(word, before.get(key), after.get(key)) for key, word in names.items()]
