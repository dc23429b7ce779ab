"""Reads of long work; whoever reads first settles what death left unsaid."""

from __future__ import annotations

from uuid import UUID

from django.utils.timezone import now

from trama.apps.lavori.errors import NoSuchWork
from trama.apps.lavori.holding import clear, is_held
from trama.apps.lavori.launching import forget_the_dead
from trama.apps.lavori.models import ACTIVE, Lavoro, State

INTERRUPTED = (
    "Il lavoro si è interrotto: il sito è stato fermato, o il suo processo è caduto. "
    "Nulla è stato scritto: si può ripetere."
)
INTERRUPTED_LATE = (
    "Il lavoro si è interrotto mentre consegnava il risultato. Ogni versione pubblicata è intera; "
    "quelle che mancano si ottengono ripetendolo."
)


def settle() -> None:
    """Mark as interrupted the active work whose process is dead."""
    forget_the_dead()
    for row in Lavoro.objects.filter(state__in=ACTIVE):
        if is_held(row.pk):
            continue
        # The process may have written its end between our reading and our looking: then nothing is updated.
        late = row.state == State.HANDING_OVER
        sentence = INTERRUPTED_LATE if late else INTERRUPTED
        Lavoro.objects.filter(pk=row.pk, state=row.state).update(
            state=State.INTERRUPTED, sentence=sentence, ended=now()
        )
        clear(row.pk)


def work(key: str | UUID) -> Lavoro:
    """Return a piece of work as it is now; raises `NoSuchWork`."""
    settle()
    try:
        return Lavoro.objects.get(pk=UUID(str(key)))
    except (Lavoro.DoesNotExist, ValueError):
        raise NoSuchWork(what=str(key)[:60]) from None


def recent(count: int = 50) -> list[Lavoro]:
    """Return the latest pieces of work, the newest first."""
    settle()
    return list(Lavoro.objects.defer("request")[:count])


def active(key: str) -> Lavoro | None:
    """Return the work going on under `key`, if any."""
    settle()
    return Lavoro.objects.filter(key=key, state__in=ACTIVE).first()
