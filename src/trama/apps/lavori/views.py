"""Pages of long work: the list, one with its progress and its result, cancel, repeat."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from trama.apps.lavori import actions, queries
from trama.apps.lavori.errors import TooLateToCancel
from trama.apps.lavori.kinds import kind_of, verdict_of
from trama.apps.lavori.models import Lavoro


@require_safe
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """List the latest pieces of work."""
    rows = [(row, verdict_of(row)) for row in queries.recent()]
    return render(request, "lavori/elenco.html", {"rows": rows})


@require_safe
@never_cache
def page(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show a piece of work: its progress while it goes on, then what came of it."""
    row = queries.work(key)
    if request.GET.get("formato") == "json":
        return JsonResponse(_as_json(row))
    return render(request, "lavori/lavoro.html", _context(row))


@require_safe
@never_cache
def state(request: HttpRequest, key: UUID) -> HttpResponse:
    """Return the part of the page that changes, for the page's own asking."""
    return render(request, "lavori/stato.html", _context(queries.work(key)))


@require_POST
def cancel(request: HttpRequest, key: UUID) -> HttpResponse:
    """Cancel it; where it is too late, say why."""
    try:
        actions.cancel(key)
    except TooLateToCancel as late:
        messages.warning(request, late.text())
    return redirect("lavori:lavoro", key)


@require_POST
def repeat(_request: HttpRequest, key: UUID) -> HttpResponse:
    """Do it again, as it was asked."""
    row, _new = actions.repeat(key)
    return redirect("lavori:lavoro", row.pk)


def _context(row: Lavoro) -> dict[str, Any]:
    kind = kind_of(row.kind)
    context: dict[str, Any] = {"row": row, "template": kind.template}
    if not row.active:
        context.update(kind.context(row), verdict=verdict_of(row))
    return context


def _as_json(row: Lavoro) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "titolo": row.title,
        "stato": row.state,
        "messaggio": row.message,
        "fatti": row.done,
        "in_tutto": row.total,
        "esito": row.result,
        "motivo": row.sentence,
    }
