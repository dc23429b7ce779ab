"""Scenarios as JSON: effects of what is drawn, begin, save, read.

====================  ======  =================================================================
address               method  what
====================  ======  =================================================================
``effetti``           POST    effects of a document, keeping nothing
``scenari``           POST    begin: a document → 201
``scenari/<id>``      GET     document, revision and effects as saved
``scenari/<id>``      POST    save: ``{revisione, documento}``; 409 if another came first
====================  ======  =================================================================

Addresses are under ``/scenari/api/``. A document is a scenario's file (`trama.sources.scenarios`). Errors are
``{"errore": sentence}`` with the status of the error's kind. Writing wants Django's CSRF token; a page that
may lose an answer signs its saves (`trama.apps.writes`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

import shapely
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST

from trama.apps.requests import TooBig, json_of
from trama.apps.scenari import actions, queries
from trama.apps.scenari.errors import BadRequest, Conflict
from trama.apps.scenari.models import Scenario
from trama.apps.scenari.panel import pieces
from trama.apps.writes import Write
from trama.kernel.errors import TramaError
from trama.sources.interventions.geojson import parse_json
from trama.sources.scenarios import to_degrees

View = Callable[..., HttpResponse]
MAX_BYTES = 2_000_000


def as_json(view: View) -> View:
    """Turn anticipated errors into JSON with their status."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except RequestDataTooBig:
            return _refusal(TooBig(limit="la dimensione massima"))
        except TramaError as error:
            return _refusal(error)

    return answer


@require_POST
@as_json
def effects(request: HttpRequest) -> HttpResponse:
    """Return the effects of what is drawn now, keeping nothing."""
    answer = actions.try_out(_body(request))
    return JsonResponse({"effetti": answer, "pezzi": pieces(answer)})


@require_POST
@as_json
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a scenario and answer with its address."""
    return JsonResponse(reply(actions.begin(_body(request), Write.of(request))), status=201)


@require_http_methods(["GET", "POST"])
@as_json
def scenario(request: HttpRequest, key: UUID) -> HttpResponse:
    """Read a scenario, or save over a revision of it."""
    row = queries.scenario(key)
    if request.method == "GET":
        return JsonResponse({**reply(row), "documento": row.document})
    body = _body(request)
    revision = body.get("revisione") if isinstance(body, dict) else None
    if not isinstance(revision, int) or isinstance(revision, bool) or "documento" not in body:
        raise BadRequest(why="servono «revisione» e «documento».")
    try:
        return JsonResponse(reply(actions.save(row, revision, body["documento"], Write.of(request))))
    except Conflict as conflict:
        row.refresh_from_db()
        body = {"errore": conflict.text(_language()), "conflitto": True, "revisione": row.revision}
        return JsonResponse(body, status=conflict.http_status)


def reply(row: Scenario) -> dict[str, Any]:
    """Return a saved scenario as the page needs it."""
    return {
        "id": str(row.pk),
        "revisione": row.revision,
        "indirizzo": reverse("scenari:scenario", args=[row.pk]),
        "salvato": row.updated.isoformat(),
        "effetti": row.result,
        "problema": row.problem,
        "pezzi": pieces(row.result, row.problem),
        "sito": site(row),
    }


def site(row: Scenario) -> dict[str, Any] | None:
    """Return the area of everything drawn, in degrees, for the evaluation sheet to go on from."""
    return None if row.geometry is None else to_degrees(shapely.from_wkb(bytes(row.geometry)))


def _body(request: HttpRequest) -> Any:
    return json_of(request, MAX_BYTES, lambda raw: parse_json(raw, "richiesta"))


def _language() -> str:
    return (get_language() or "it")[:2]


def _refusal(error: TramaError) -> HttpResponse:
    return JsonResponse({"errore": error.text(_language())}, status=error.http_status)
