"""The redraw as JSON: check, begin, save, read.

======================  ======  ====================================================
address                 method  what
======================  ======  ====================================================
``verifica``            POST    check without keeping anything: ``{codice, stato}``
``proposte``            POST    begin: ``{codice, stato}`` → 201
``proposte/<id>``       GET     state, revision and checks as saved
``proposte/<id>``       POST    save: ``{revisione, stato}``; 409 if another came first
======================  ======  ====================================================

Addresses are under ``/riconoscere/lum/api/``; ``stato`` is ``{geometria, motivazione}``, the area as GeoJSON
in degrees. Errors are as in `trama.apps.riconoscere.api`.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST

from trama.apps.requests import json_of
from trama.apps.riconoscere.api import as_json
from trama.apps.riconoscere.lum import actions, queries
from trama.apps.riconoscere.lum.area import Drawn, read_drawn
from trama.apps.riconoscere.lum.errors import BadRequest, Conflict, WrongState
from trama.apps.riconoscere.lum.models import Proposta
from trama.apps.writes import Write
from trama.sources.interventions.geojson import parse_json

MAX_BYTES = 1_000_000


@require_POST
@as_json
def check(request: HttpRequest) -> HttpResponse:
    """Check what is drawn now, keeping nothing."""
    body = _body(request)
    return JsonResponse(pieces(read_drawn(_code(body), body.get("stato"), timezone.localdate())))


@require_POST
@as_json
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a redraw and answer with its address."""
    body = _body(request)
    row, drawn = actions.begin(_code(body), body.get("stato"), Write.of(request))
    return JsonResponse(reply(row, drawn), status=201)


@require_http_methods(["GET", "POST"])
@as_json
def proposal(request: HttpRequest, key: UUID) -> HttpResponse:
    """Read a proposal, or save over a revision of it."""
    row = queries.proposal(key)
    if request.method == "GET":
        return JsonResponse(reply(row, read_drawn(row.codice, row.document, timezone.localdate())))
    body = _body(request)
    revision = body.get("revisione")
    if not isinstance(revision, int) or isinstance(revision, bool):
        raise BadRequest(why="serve «revisione».")
    try:
        saved, drawn = actions.save(row, revision, body.get("stato"), Write.of(request))
    except (Conflict, WrongState) as error:
        row.refresh_from_db()
        return JsonResponse(
            {
                "errore": error.text((get_language() or "it")[:2]),
                "conflitto": True,
                "revisione": row.revision,
                "stato": row.document,
                "indirizzo": reverse("lum:proposta", args=[row.pk]),
            },
            status=error.http_status,
        )
    return JsonResponse(reply(saved, drawn))


def reply(row: Proposta, drawn: Drawn) -> dict[str, Any]:
    """Return a saved proposal as the page needs it."""
    return {
        "id": str(row.pk),
        "revisione": row.revision,
        "indirizzo": reverse("lum:proposta", args=[row.pk]),
        "salvata": row.updated.isoformat(),
        "stato": row.document,
        **pieces(drawn),
    }


def pieces(drawn: Drawn) -> dict[str, Any]:
    """Return what the page shows of a drawing: its checks, as data and as HTML, and what to look at."""
    return {
        "accettabile": drawn.passed,
        "verifiche": drawn.rows,
        "area_m2": None if drawn.shape is None else drawn.shape.area,
        "guasti": [queries.degrees(one.where) for one in drawn.checks if one.where is not None],
        "pezzo": render_to_string("lum/pezzi/verifiche.html", {"checks": drawn.rows, "passed": drawn.passed}),
    }


def _code(body: dict[str, Any]) -> str:
    code = body.get("codice")
    if not isinstance(code, str) or not code:
        raise BadRequest(why="serve «codice», il codice del LUM.")
    return code


def _body(request: HttpRequest) -> dict[str, Any]:
    body = json_of(request, MAX_BYTES, lambda raw: parse_json(raw, "richiesta"))
    if not isinstance(body, dict):
        raise BadRequest(why="serve un insieme di chiavi.")
    return body
