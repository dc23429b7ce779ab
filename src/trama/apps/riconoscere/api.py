"""The evaluation as JSON: try, begin, save, read, and take an outline from a file or from coordinates.

=========================  ======  =================================================================
address                    method  what
=========================  ======  =================================================================
``prova``                  POST    evaluate without keeping anything: ``{scheda, stato}``
``valutazioni``            POST    begin: ``{scheda, stato}`` → 201
``valutazioni/<id>``       GET     state, revision and answer as saved
``valutazioni/<id>``       POST    save: ``{revisione, stato}``; 409 if another came first
``perimetro``              POST    a file (``file``, ``crs``) or coordinates (``testo``, ``crs``)
=========================  ======  =================================================================

Addresses are under ``/riconoscere/api/``. ``stato`` is `trama.apps.riconoscere.state.State`: one project,
and in ``risposte`` the answers by sheet. ``scheda`` is the sheet to show first; ``risultati`` holds its
answer and that of every other sheet that the same project serves. Errors are ``{"errore": sentence,
"campo": field}`` with the status of the error's kind. Writing wants Django's CSRF token in ``X-CSRFToken``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST

from trama.analyses.installation import open_installation
from trama.analyses.scheda.run import find_sheet
from trama.apps.requests import BadText, TooBig
from trama.apps.riconoscere import actions, queries
from trama.apps.riconoscere.area import in_degrees
from trama.apps.riconoscere.board import saved_board, tried_board
from trama.apps.riconoscere.errors import BadField, Conflict
from trama.apps.riconoscere.models import Valutazione
from trama.apps.riconoscere.outline import read_outline
from trama.apps.riconoscere.state import NewRequest, SaveRequest, State, read_request
from trama.apps.writes import Write
from trama.kernel.errors import TramaError

View = Callable[..., HttpResponse]


def as_json(view: View) -> View:
    """Turn anticipated errors into JSON with their status."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except RequestDataTooBig:
            return _refusal(TooBig(limit="la dimensione massima"))
        except SuspiciousOperation:
            return _refusal(TooBig(limit="il numero di campi ammesso"))
        except TramaError as error:
            return _refusal(error)

    return answer


@require_POST
@as_json
def try_out(request: HttpRequest) -> HttpResponse:
    """Evaluate what is on the page now, keeping nothing."""
    asked = read_request(request, NewRequest)
    row = queries.evaluation(asked.valutazione) if asked.valutazione else None
    tried = actions.try_out(asked.scheda, asked.stato, row.pins if row else None)
    return JsonResponse(_tried(asked.scheda, asked.stato, tried))


@require_POST
@as_json
def begin(request: HttpRequest) -> HttpResponse:
    """Begin an evaluation and answer with its address."""
    asked = read_request(request, NewRequest)
    row = actions.begin(asked.scheda, asked.stato, Write.of(request))
    return JsonResponse(reply(row, asked.stato), status=201)


@require_http_methods(["GET", "POST"])
@as_json
def evaluation(request: HttpRequest, key: UUID) -> HttpResponse:
    """Read an evaluation, or save over a revision of it."""
    row = queries.evaluation(key)
    if request.method == "GET":
        return JsonResponse(reply(row, queries.checked_state(row)))
    asked = read_request(request, SaveRequest)
    try:
        saved = actions.save(row, asked.revisione, asked.stato, Write.of(request))
    except Conflict as conflict:
        return _conflict(conflict, row)
    return JsonResponse(reply(saved, asked.stato))


@require_POST
@as_json
def outline(request: HttpRequest) -> HttpResponse:
    """Read an outline from an uploaded file, or from coordinates written by hand; nothing is kept."""
    uploaded = request.FILES.get("file")
    intervention = read_outline(
        cast(BinaryIO, uploaded.file) if uploaded else None,
        (uploaded and uploaded.name) or "coordinate",
        text=request.POST.get("testo", ""),
        crs=request.POST.get("crs", ""),
    )
    return JsonResponse(
        {
            "geometria": in_degrees(intervention.geometry),
            "nome": intervention.nome,
            "tipologie": [{"id": kind.id, "area_m2": kind.area_m2} for kind in intervention.tipologie],
            "stato_attuale": intervention.stato_attuale,
            "progetto": intervention.progetto,
            "avvisi": [str(notice) for notice in intervention.warnings],
        }
    )


def reply(row: Valutazione, state: State) -> dict[str, Any]:
    """Return a saved evaluation as the page needs it: the answer itself, and its pieces as HTML."""
    installation = open_installation()
    sheet = find_sheet(installation.book, row.sheet)
    board = saved_board(installation.book, sheet, state, row)
    return {
        "id": str(row.pk),
        "revisione": row.revision,
        "indirizzo": reverse("riconoscere:valutazione", args=[row.pk]),
        "salvata": row.updated.isoformat(),
        "stato": queries.state_of(row),
        "risultati": board.results(),
        "problemi": row.problems,
        "modi": board.modes(),
        "pezzi": board.pieces(),
    }


def _tried(sheet_name: str, state: State, tried: actions.Evaluated) -> dict[str, Any]:
    installation = open_installation()
    sheet = find_sheet(installation.book, sheet_name)
    board = tried_board(installation.book, sheet, state, tried)
    return {
        "risultati": board.results(),
        "problemi": [problem.to_json() for problem in tried.problems],
        "modi": board.modes(),
        "pezzi": board.pieces(),
    }


def _conflict(conflict: Conflict, row: Valutazione) -> HttpResponse:
    row.refresh_from_db()
    return JsonResponse(
        {
            "errore": conflict.text((get_language() or "it")[:2]),
            "conflitto": True,
            "revisione": row.revision,
            "salvata": row.updated.isoformat(),
            "storia": reverse("riconoscere:storia", args=[row.pk]),
        },
        status=conflict.http_status,
    )


def _refusal(error: TramaError) -> HttpResponse:
    body = {"errore": error.text((get_language() or "it")[:2])}
    if isinstance(error, BadField | BadText):
        body["campo"] = str(error.fields.get("field", ""))
    return JsonResponse(body, status=error.http_status)
