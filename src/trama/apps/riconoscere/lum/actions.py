"""Every write to the register of perimeters: authorised, checked, in one transaction, with its history."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from trama.analyses.installation import open_installation
from trama.analyses.lum.answer import book_of
from trama.analyses.lum.identity import where
from trama.analyses.lum.redrawing import ground_of
from trama.analyses.lum.rules import read_rules
from trama.apps.riconoscere.lum import publishing
from trama.apps.riconoscere.lum.acting import (
    ACCEPT,
    CLOSE,
    DRAFTSMAN,
    DRAW,
    RETURN,
    SEND,
    WITHDRAW,
    Actor,
    authorise,
)
from trama.apps.riconoscere.lum.area import Drawn, read_drawn
from trama.apps.riconoscere.lum.errors import (
    AnotherStop,
    Conflict,
    Incomplete,
    NotAcceptable,
    StillThere,
    WrongState,
)
from trama.apps.riconoscere.lum.models import Passo, Proposta
from trama.apps.writes import ANYONE, Write, begun_unheard
from trama.lake import open_lake


@dataclass(frozen=True, slots=True)
class Act:
    """The comune's act behind a perimeter: what it is, and its day."""

    name: str
    day: date | None


def begin(
    code: str, document: Any, write: Write = ANYONE, actor: Actor = DRAFTSMAN
) -> tuple[Proposta, Drawn]:
    """Begin the redraw of a LUM; raises `NoSuchLum`, `BadRequest`.

    Where an earlier beginning of the same page went through unheard, it is that one that is saved over.
    """
    if (begun := begun_unheard(Proposta.objects, write)) is not None:
        return save(begun, begun.revision, document, write, actor)
    authorise(actor, DRAW, lum=code)
    lum = book_of(open_lake()).row(code)
    drawn = read_drawn(code, document, timezone.localdate())
    named = {name: str(lum[name]) for name in ("codice", "nome", "istat", "comune", "fermate")}
    row = Proposta(**named, dove=_where_now(code), written_as=write.key)
    _lay(row, drawn)
    with transaction.atomic():
        row.save(force_insert=True)
        _keep(row, Passo.SAVE, actor, drawn=drawn)
    return row, drawn


def save(
    row: Proposta, revision: int, document: Any, write: Write = ANYONE, actor: Actor = DRAFTSMAN
) -> tuple[Proposta, Drawn]:
    """Save what is drawn over `revision` of a proposal.

    Raises
    ------
    Conflict
        Somebody acted first. What was sent is kept in the history all the same.
    WrongState
        It is no longer the comune's to change.
    """
    authorise(actor, DRAW, lum=row.codice)
    drawn = read_drawn(row.codice, document, timezone.localdate())
    with transaction.atomic():
        held = _held(row)
        if held.is_followed_by(revision, write) and held.editable:
            _lay(held, drawn)
            held.note(write)
            held.save()
            _keep(held, Passo.SAVE, actor, drawn=drawn)
            return held, drawn
        _keep(held, Passo.CONFLICT, actor, drawn=drawn)
    if not held.is_followed_by(revision, write):
        raise _conflict(held)
    raise WrongState(state=held.stato, gesture="modificarla")


def recover(row: Proposta, revision: int, step: Passo, actor: Actor = DRAFTSMAN) -> Proposta:
    """Make what an earlier step holds the present drawing; raises as `save`."""
    authorise(actor, DRAW, lum=row.codice)
    drawn = read_drawn(row.codice, step.document, timezone.localdate())

    def act(held: Proposta) -> None:
        _lay(held, drawn)
        _keep(held, Passo.RECOVER, actor, motive=f"ripreso il disegno del {_moment(step.at)}", drawn=drawn)

    return _moved(row, revision, Proposta.EDITABLE, "modificarla", act)


def send(row: Proposta, revision: int, actor: Actor, act: Act) -> Proposta:
    """Send a perimeter to the office, with the act behind it.

    Raises
    ------
    Unnamed, Incomplete, NotAcceptable, WrongState, Conflict
        Nothing has changed.
    """
    authorise(actor, SEND, lum=row.codice)
    if not act.name.strip() or act.day is None:
        raise Incomplete(what="Manca l'atto del comune:", why="scrivere quale è e il suo giorno.")
    drawn = read_drawn(row.codice, row.document, timezone.localdate())
    if not drawn.passed:
        raise NotAcceptable(gesture="inviare", why=drawn.failed)

    def gesture(held: Proposta) -> None:
        _lay(held, drawn)
        held.stato, held.chi, held.ente = Proposta.SENT, actor.name, actor.body
        held.atto, held.data_atto, held.motivo = act.name.strip()[:300], act.day, ""
        _keep(held, Passo.SEND, actor, drawn=drawn)

    return _moved(row, revision, Proposta.EDITABLE, "inviarla", gesture)


def give_back(row: Proposta, revision: int, actor: Actor, motive: str) -> Proposta:
    """Send a proposal back to the comune, with a motive; raises as `send`."""
    authorise(actor, RETURN, lum=row.codice)
    if not motive.strip():
        raise Incomplete(what="Manca il motivo:", why="dire al comune che cosa cambiare.")

    def gesture(held: Proposta) -> None:
        held.stato, held.motivo = Proposta.RETURNED, motive.strip()[:1000]
        _keep(held, Passo.RETURN, actor, motive=held.motivo)

    return _moved(row, revision, (Proposta.SENT,), "rinviarla", gesture)


def withdraw(row: Proposta, revision: int, actor: Actor, motive: str = "") -> Proposta:
    """Take a proposal back, before it is accepted; it stays in the history."""
    authorise(actor, WITHDRAW, lum=row.codice)

    def gesture(held: Proposta) -> None:
        held.stato = Proposta.WITHDRAWN
        _keep(held, Passo.WITHDRAW, actor, motive=motive.strip()[:1000])

    return _moved(row, revision, Proposta.OPEN, "ritirarla", gesture)


def accept(row: Proposta, revision: int, actor: Actor) -> Proposta:
    """Accept a proposal: its perimeter is published and prevails, the one before is superseded.

    It is checked once more: a neighbour may have been accepted meanwhile. The layer is written before the
    register changes and takes its place right after: where it cannot be written nothing is accepted.

    Raises
    ------
    AnotherStop, NotAcceptable, WrongState, Conflict
        Nothing has changed.
    """
    authorise(actor, ACCEPT, lum=row.codice)
    day = timezone.localdate()
    with publishing.alone():
        fermate, dove = _same_stop(row)
        drawn = read_drawn(row.codice, row.document, day)
        if not drawn.passed:
            raise NotAcceptable(gesture="accogliere", why=drawn.failed)

        def gesture(held: Proposta) -> None:
            for before in Proposta.objects.filter(codice=held.codice, stato=Proposta.ACCEPTED):
                before.stato = Proposta.SUPERSEDED
                before.note(ANYONE)
                before.save()
                _keep(before, Passo.SUPERSEDE, actor, motive="accolto un perimetro più recente")
            _lay(held, drawn)
            held.stato, held.accolta_da, held.accolta_il = Proposta.ACCEPTED, str(actor)[:250], day
            held.fermate, held.dove = fermate, dove
            _keep(held, Passo.ACCEPT, actor, drawn=drawn)

        return _moved(row, revision, (Proposta.SENT,), "accoglierla", gesture, published=True)


def close(row: Proposta, revision: int, actor: Actor, motive: str) -> Proposta:
    """Say that an accepted perimeter no longer stands, because its stop is gone; it stays in the history.

    Raises
    ------
    Unnamed, Incomplete, StillThere, WrongState, Conflict
        Nothing has changed.
    """
    authorise(actor, CLOSE, lum=row.codice)
    if not motive.strip():
        raise Incomplete(what="Manca il motivo:", why="dire che cosa è stato della fermata.")
    if row.codice in book_of(open_lake()).by_code:
        raise StillThere(name=row.nome)

    def gesture(held: Proposta) -> None:
        held.stato = Proposta.SUPERSEDED
        _keep(held, Passo.SUPERSEDE, actor, motive=motive.strip()[:1000])

    with publishing.alone():
        return _moved(row, revision, (Proposta.ACCEPTED,), "chiuderla", gesture, published=True)


def _same_stop(row: Proposta) -> tuple[str, str]:
    """Return the stops of a proposal's LUM and where they are now; raises `AnotherStop`, `NoSuchLum`."""
    fermate, dove = str(book_of(open_lake()).row(row.codice)["fermate"]), _where_now(row.codice)
    near = float(read_rules(open_installation().book, timezone.localdate()).node_distance.value)
    apart = (
        row.dove and math.dist(*([float(one) for one in text.split()] for text in (row.dove, dove))) > near
    )
    if apart and not set(row.fermate.split()) & set(fermate.split()):
        raise AnotherStop(code=row.codice)
    return fermate, dove


def _where_now(code: str) -> str:
    installation = open_installation()
    rules = read_rules(installation.book, timezone.localdate())
    return where(ground_of(installation.lake, rules, code).stops)


def _moved(
    row: Proposta,
    revision: int,
    states: tuple[str, ...],
    words: str,
    gesture: Callable[[Proposta], None],
    *,
    published: bool = False,
) -> Proposta:
    """Do a gesture to a proposal that is still as the page read it, in one transaction.

    Where it is `published` the layer is ready before the transaction ends, and takes its place after.
    """
    with ExitStack() as ready, transaction.atomic():
        held = _held(row)
        if held.revision != revision:
            raise _conflict(held)
        if held.stato not in states:
            raise WrongState(state=held.stato, gesture=words)
        held.note(ANYONE)
        gesture(held)
        held.save()
        if published:
            ready.enter_context(publishing.perimeters(held.accolta_da))
    return held


def _held(row: Proposta) -> Proposta:
    held: Proposta = Proposta.objects.select_for_update().get(pk=row.pk)
    return held


def _conflict(held: Proposta) -> Conflict:
    last = held.passi.exclude(kind=Passo.CONFLICT).first()
    who = last.chi if last else "un'altra persona"
    return Conflict(who=who, when=f"il {_moment(held.updated)}")


def _moment(at: Any) -> str:
    return date_format(timezone.localtime(at), "d.m.Y, H:i")


def _lay(row: Proposta, drawn: Drawn) -> None:
    row.document, row.geometry = drawn.document, drawn.wkb
    row.area_m2 = None if drawn.shape is None else float(drawn.shape.area)
    row.checks, row.passed = drawn.rows, drawn.passed


def _keep(row: Proposta, kind: str, actor: Actor, *, motive: str = "", drawn: Drawn | None = None) -> None:
    area = row.area_m2 if drawn is None else None if drawn.shape is None else float(drawn.shape.area)
    Passo.objects.create(
        proposta=row,
        revision=row.revision,
        kind=kind,
        motivo=motive,
        chi=actor.name,
        ente=actor.body,
        atto=row.atto,
        data_atto=row.data_atto,
        document=drawn.document if drawn else row.document,
        area_m2=area,
        checks=drawn.rows if drawn else row.checks,
    )
