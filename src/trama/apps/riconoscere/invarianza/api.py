"""The file as JSON: try, begin, save, read.

=====================  ======  ====================================================
address                method  what
=====================  ======  ====================================================
``prova``              POST    compute without keeping anything: ``{stato}``
``pratiche``           POST    begin: ``{stato}`` → 201
``pratiche/<id>``      GET     state, revision and answer as saved
``pratiche/<id>``      POST    save: ``{revisione, stato}``; 409 if another came first
=====================  ======  ====================================================

Addresses are under ``/riconoscere/invarianza/api/``; ``stato`` is ``{giorno, pratica}``, with the request of
`trama.analyses.invarianza.pratica.Pratica`. Errors are as in `trama.apps.riconoscere.api`.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST

from trama.analyses.installation import open_installation
from trama.apps.riconoscere.api import as_json
from trama.apps.riconoscere.errors import Conflict
from trama.apps.riconoscere.invarianza import actions, queries
from trama.apps.riconoscere.invarianza.actions import Attempt
from trama.apps.riconoscere.invarianza.models import Pratica
from trama.apps.riconoscere.invarianza.panel import Panel
from trama.apps.riconoscere.invarianza.state import NewRequest, SaveRequest, State
from trama.apps.riconoscere.state import read_request
from trama.apps.writes import Write


@require_POST
@as_json
def try_out(request: HttpRequest) -> HttpResponse:
    """Compute what is on the page now, keeping nothing."""
    state = State.read(read_request(request, NewRequest).stato)
    return JsonResponse(pieces(actions.attempt(open_installation(), state), saved=False))


@require_POST
@as_json
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a file and answer with its address."""
    row, done = actions.begin(State.read(read_request(request, NewRequest).stato), Write.of(request))
    return JsonResponse(reply(row, done), status=201)


@require_http_methods(["GET", "POST"])
@as_json
def pratica(request: HttpRequest, key: UUID) -> HttpResponse:
    """Read a file, or save over a revision of it."""
    row = queries.pratica(key)
    if request.method == "GET":
        return JsonResponse(reply(row, actions.attempt(open_installation(), queries.checked_state(row))))
    asked = read_request(request, SaveRequest)
    try:
        saved, done = actions.save(row, asked.revisione, State.read(asked.stato), Write.of(request))
    except Conflict as conflict:
        return _conflict(conflict, row)
    return JsonResponse(reply(saved, done))


def reply(row: Pratica, done: Attempt) -> dict[str, Any]:
    """Return a saved file as the page needs it: the answer itself, and its pieces as HTML."""
    return {
        "id": str(row.pk),
        "revisione": row.revision,
        "indirizzo": reverse("invarianza:pratica", args=[row.pk]),
        "salvata": row.updated.isoformat(),
        "stato": queries.state_of(row),
        "risultato": row.result,
        **pieces(done, saved=True),
    }


def pieces(done: Attempt, *, saved: bool) -> dict[str, Any]:
    """Return what the page shows of an attempt."""
    panel = Panel(done.outcome, done.problem, saved=saved)
    return {"problema": done.problem, "pezzi": panel.pieces(), "sezioni": panel.sections()}


def _conflict(conflict: Conflict, row: Pratica) -> HttpResponse:
    row.refresh_from_db()
    return JsonResponse(
        {
            "errore": conflict.text((get_language() or "it")[:2]),
            "conflitto": True,
            "revisione": row.revision,
            "storia": reverse("invarianza:storia", args=[row.pk]),
        },
        status=conflict.http_status,
    )
