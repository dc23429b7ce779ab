"""Every write to the register of long work: begin, cancel, repeat."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import now

from trama.apps.lavori import launching, queries
from trama.apps.lavori.errors import TooLateToCancel
from trama.apps.lavori.holding import clear, held, is_held
from trama.apps.lavori.kinds import kind_of
from trama.apps.lavori.models import ACTIVE, LOCAL_OPERATOR, STOPPABLE, Lavoro, State

CANCELLED = "Annullato: nulla è stato scritto."


def begin(
    kind: str, *, key: str, title: str, request: dict[str, Any], who: str = LOCAL_OPERATOR
) -> tuple[Lavoro, bool]:
    """Begin a piece of work, unless one is going on under the same `key`.

    Returns
    -------
    The work, and whether it is a new one.

    Raises
    ------
    NoSuchWork
        No app does that kind of work.
    NotLaunched
        The system did not start the process; nothing is left in the register.
    """
    kind_of(kind)
    queries.settle()
    row = Lavoro(id=uuid.uuid4(), kind=kind, key=key, title=title[:200], request=request, who=who)
    with held(row.pk) as lock:
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            going_on = Lavoro.objects.filter(key=key, state__in=ACTIVE).first()
            if going_on is None:
                raise
            clear(row.pk)
            return going_on, False
        try:
            number = launching.launch(row.pk, lock)
        except Exception:
            row.delete()
            clear(row.pk)
            raise
    Lavoro.objects.filter(pk=row.pk).update(process=number)
    row.refresh_from_db()
    return row, True


def cancel(key: str | uuid.UUID) -> Lavoro:
    """Cancel a piece of work: its process is killed, and what it kept aside is thrown away.

    Raises
    ------
    NoSuchWork
        There is none.
    TooLateToCancel
        It has ended, or is handing over its result.
    """
    row = queries.work(key)
    stoppable = Lavoro.objects.filter(pk=row.pk, state__in=STOPPABLE)
    if not stoppable.update(state=State.CANCELLED, sentence=CANCELLED, ended=now()):
        row.refresh_from_db()
        why = "sta consegnando il risultato." if row.active else f"è già {row.get_state_display()}."
        raise TooLateToCancel(why=why)
    row.refresh_from_db()
    if row.process and is_held(row.pk):
        launching.stop(row.pk, row.process)
    clear(row.pk)
    return row


def repeat(key: str | uuid.UUID) -> tuple[Lavoro, bool]:
    """Begin again a piece of work that ended without a result, as it was asked."""
    row = queries.work(key)
    return begin(row.kind, key=row.key, title=row.title, request=row.request, who=row.who)
