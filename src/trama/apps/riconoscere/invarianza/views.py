"""The pages of hydraulic invariance: the list, the file, its history, its documents."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from trama.analyses.installation import open_installation
from trama.analyses.invarianza.pratica import Pratica as Request
from trama.analyses.invarianza.pratica import parse_pratica
from trama.analyses.invarianza.pratica.document import render_pdf
from trama.analyses.invarianza.pratica.geopackage import to_geopackage
from trama.analyses.invarianza.pratica.verdict import VERDICT_LABELS
from trama.apps.riconoscere.errors import Conflict
from trama.apps.riconoscere.invarianza import actions, queries
from trama.apps.riconoscere.invarianza.actions import Attempt
from trama.apps.riconoscere.invarianza.errors import NothingYet
from trama.apps.riconoscere.invarianza.form import SECTIONS, form_at
from trama.apps.riconoscere.invarianza.models import Pratica
from trama.apps.riconoscere.invarianza.panel import Panel
from trama.apps.riconoscere.invarianza.state import State
from trama.kernel.errors import TramaError

MAX_FILE_BYTES = 400_000


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Show the files of this installation."""
    rows = [
        {"row": row, "outcome": VERDICT_LABELS.get(row.outcome, "da cominciare"), "result": row.result}
        for row in queries.pratiche()[:500]
    ]
    return render(request, "invarianza/elenco.html", {"rows": rows})


@require_GET
def new(request: HttpRequest) -> HttpResponse:
    """Show the page of a new file: it is kept from the first thing said."""
    return _page(request, State(timezone.localdate(), Request()), None)


@require_POST
def from_file(request: HttpRequest) -> HttpResponse:
    """Begin a file from a YAML or JSON one."""
    sent = request.FILES.get("file")
    if sent is None:
        messages.error(request, "Scegliere il file della pratica, in YAML o JSON.")
        return redirect("invarianza:index")
    try:
        read = parse_pratica(sent.read(MAX_FILE_BYTES + 1), sent.name or "file")
    except TramaError as error:
        messages.error(request, error.text())
        return redirect("invarianza:index")
    row, _ = actions.begin(State(timezone.localdate(), read))
    return redirect("invarianza:pratica", row.pk)


@require_GET
def pratica(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show a file as it was left."""
    row = queries.pratica(key)
    return _page(request, queries.checked_state(row), row)


@require_GET
def history(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show every save of a file."""
    row = queries.pratica(key)
    return render(request, "invarianza/storia.html", {"row": row, "versions": queries.history(row)})


@require_POST
def recover(request: HttpRequest, key: UUID, number: int) -> HttpResponse:
    """Make an earlier version the present one."""
    row = queries.pratica(key)
    version = queries.version(row, number)
    try:
        actions.recover(row, int(request.POST.get("revisione") or 0), version, queries.checked_state(version))
    except (Conflict, ValueError):
        messages.warning(request, Conflict().text())
        return redirect("invarianza:storia", key)
    messages.success(request, "Versione ripresa; quella di prima è nella storia.")
    return redirect("invarianza:pratica", key)


@require_GET
def download(_request: HttpRequest, key: UUID, form: str) -> HttpResponse:
    """Hand over the file as PDF, JSON or GeoPackage."""
    row = queries.pratica(key)
    if form == "json":
        if row.result is None:
            raise NothingYet(why=row.problem or "mancano i dati dell'intervento.")
        answer: HttpResponse = JsonResponse(
            row.result, json_dumps_params={"ensure_ascii": False, "indent": 1}
        )
    else:
        outcome = queries.outcome_again(row)
        made = render_pdf(outcome) if form == "pdf" else to_geopackage(outcome)
        kind = "application/pdf" if form == "pdf" else "application/geopackage+sqlite3"
        answer = HttpResponse(made, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{_file_name(row)}.{form}"'
    return answer


def _page(request: HttpRequest, state: State, row: Pratica | None) -> HttpResponse:
    installation = open_installation()
    untouched = row is None
    done = Attempt(None, "") if untouched else actions.attempt(installation, state)
    panel = Panel(done.outcome, done.problem, saved=row is not None)
    pieces = panel.pieces()
    stored: dict[str, Any] = {"giorno": state.day.isoformat(), "pratica": state.plain()}
    config = {
        "scheda": "invarianza",
        "id": str(row.pk) if row else None,
        "revisione": row.revision if row else 0,
        "salvata": row.updated.isoformat() if row else None,
        "stato": stored,
        "sezioni": [] if untouched else panel.sections(),
        "pezzi": {name: text for name, text in pieces.items() if name.startswith("opera-")},
        "api": {"prova": reverse("invarianza:api-prova"), "inizia": reverse("invarianza:api-pratiche")},
    }
    context = {
        "row": row,
        "state": state,
        "form": form_at(installation.book, state.day),
        "sections": list(enumerate(SECTIONS)),
        "pieces": pieces,
        "config": config,
        "ready": done.outcome is not None,
        "placed": None not in (state.request.intervento.est_m, state.request.intervento.nord_m),
    }
    return render(request, "invarianza/pratica.html", context)


def _file_name(row: Pratica) -> str:
    """Return a name that any system takes."""
    plain = re.sub(r"[^a-z0-9]+", "-", row.nome.lower()).strip("-")[:60]
    return f"invarianza-{plain}" if plain else "invarianza"
