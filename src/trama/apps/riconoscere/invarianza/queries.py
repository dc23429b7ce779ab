"""Reads of the register of files."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet

from trama.analyses.installation import open_installation
from trama.analyses.invarianza.pratica import Outcome, run
from trama.apps.riconoscere.invarianza.errors import NoSuchPratica, NothingYet
from trama.apps.riconoscere.invarianza.models import Pratica, PraticaVersione, Saved
from trama.apps.riconoscere.invarianza.state import SentState, State


def pratiche() -> QuerySet[Pratica]:
    """Return every file, the latest touched first, without the heavy columns."""
    return Pratica.objects.defer("request")


def pratica(key: str | uuid.UUID) -> Pratica:
    """Return one file; raises `NoSuchPratica`."""
    try:
        return Pratica.objects.get(pk=uuid.UUID(str(key)))
    except (Pratica.DoesNotExist, ValueError):
        raise NoSuchPratica(what=str(key)[:60]) from None


def history(row: Pratica) -> QuerySet[PraticaVersione]:
    """Return every save of a file, the latest first."""
    return PraticaVersione.objects.filter(pratica=row)


def version(row: Pratica, number: int) -> PraticaVersione:
    """Return one save by its own number; raises `NoSuchPratica`."""
    found = PraticaVersione.objects.filter(pratica=row, pk=number).first()
    if found is None:
        raise NoSuchPratica(what=f"versione {number}")
    return found


def state_of(saved: Saved) -> dict[str, Any]:
    """Return a saved state in the shape the page holds it."""
    return {"giorno": saved.day.isoformat(), "pratica": saved.request}


def checked_state(saved: Saved) -> State:
    """Return a saved state read back as strictly as when it came."""
    return State.read(SentState(giorno=saved.day, pratica=saved.request))


def outcome_again(row: Pratica) -> Outcome:
    """Compute a saved file again, for its documents.

    Raises
    ------
    NothingYet
        It has no result.
    """
    state = checked_state(row)
    if row.result is None:
        raise NothingYet(why=row.problem or "mancano i dati dell'intervento.")
    return run(open_installation().book, state.day, state.request)
