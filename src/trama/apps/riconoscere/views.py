"""The pages of Riconoscere."""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from trama.analyses.installation import Installation, open_installation
from trama.analyses.scheda.document import DEFAULT_OFFICE, render_pdf
from trama.analyses.scheda.run import find_sheet
from trama.apps.conoscere.queries import map_config
from trama.apps.riconoscere import actions, queries
from trama.apps.riconoscere.catalogue import TOLERANCE, catalogue_at, choices, surface_classes
from trama.apps.riconoscere.errors import Conflict, NothingToShow
from trama.apps.riconoscere.freshness import differences
from trama.apps.riconoscere.models import Valutazione
from trama.apps.riconoscere.outline import CRS_CHOICES
from trama.apps.riconoscere.panel import Panel
from trama.apps.riconoscere.pinned import current_pins
from trama.apps.riconoscere.state import State
from trama.norms.sheets import Sheet


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Show the evaluations of this installation."""
    book = open_installation().book
    titles = {key: sheet.title.it for key, sheet in book.sheets.items()}
    rows = [
        {
            "row": row,
            "sheet": titles.get(row.sheet, row.sheet),
            "outcome": row.result["esito"]["testo"] if row.result else "",
            "label": row.result["esito"]["etichetta"] if row.result else "",
            "negative": bool(row.result and row.result["esito"]["negativo"]),
            "comuni": ", ".join(one["nome"] for one in row.result["comuni"]) if row.result else "",
        }
        for row in queries.evaluations()[:500]
    ]
    return render(request, "riconoscere/elenco.html", {"rows": rows, "sheets": titles})


@require_GET
def new(request: HttpRequest) -> HttpResponse:
    """Show the page of a new evaluation: it is kept from the first thing said."""
    installation = open_installation()
    default = next(iter(installation.book.sheets), "")
    sheet = find_sheet(installation.book, request.GET.get("scheda", default))
    state = State(giorno=timezone.localdate())
    return _page(request, installation, sheet, state, None)


@require_GET
def evaluation(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show an evaluation as it was left."""
    installation, row = open_installation(), queries.evaluation(key)
    sheet = find_sheet(installation.book, row.sheet)
    return _page(request, installation, sheet, queries.checked_state(row), row)


@require_GET
def history(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show every save of an evaluation."""
    row = queries.evaluation(key)
    sheet = open_installation().book.sheets.get(row.sheet)
    versions = [
        {"version": version, "outcome": sheet.outcome_labels.get(version.outcome, "") if sheet else ""}
        for version in queries.history(row)
    ]
    return render(request, "riconoscere/storia.html", {"row": row, "versions": versions})


@require_POST
def recover(request: HttpRequest, key: UUID, number: int) -> HttpResponse:
    """Make an earlier version the present one."""
    row = queries.evaluation(key)
    version = queries.version(row, number)
    try:
        actions.recover(row, row.revision, version, queries.checked_state(version))
    except Conflict as conflict:
        messages.warning(request, conflict.text())
        return redirect("riconoscere:storia", key)
    messages.success(request, "Versione ripresa: è ora quella corrente. Le altre restano nella storia.")
    return redirect("riconoscere:valutazione", key)


@require_http_methods(["GET", "POST"])
def renew(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show what evaluating again on the newest versions would change; do it when asked."""
    installation, row = open_installation(), queries.evaluation(key)
    sheet, state = find_sheet(installation.book, row.sheet), queries.checked_state(row)
    pins = current_pins(installation.lake)
    if request.method == "POST":
        try:
            actions.renew(row, int(request.POST.get("revisione") or 0), state, pins)
        except (Conflict, ValueError):
            messages.warning(request, Conflict().text())
            return redirect("riconoscere:storia", key)
        messages.success(request, "Rivalutata con le versioni più recenti; quella di prima è nella storia.")
        return redirect("riconoscere:valutazione", key)
    again = actions.try_out(row.sheet, state, pins)
    context: dict[str, Any] = {"row": row, "fresh": queries.fresh(row), "again": again.answer}
    if row.result and again.answer:
        context["differences"] = differences(sheet, row.result, again.answer)
    return render(request, "riconoscere/rivaluta.html", context)


@require_GET
def download(_request: HttpRequest, key: UUID, form: str) -> HttpResponse:
    """Hand over the evaluation as PDF, JSON or GeoJSON."""
    row = queries.evaluation(key)
    if form == "pdf":
        lake, result, area = queries.result_again(row)
        office = settings.INSTITUTION or DEFAULT_OFFICE
        return _attached(render_pdf(lake, result, area, office=office), "application/pdf", row, form)
    if form == "geojson":
        if row.geometry is None:
            raise NothingToShow(why="l'area non è disegnata.")
        body = json.dumps(queries.as_feature(row), ensure_ascii=False, indent=1).encode()
        return _attached(body, "application/geo+json", row, form)
    if row.result is None:
        raise NothingToShow(why="l'area non è disegnata o i dati del luogo non si leggono.")
    answer = JsonResponse(row.result, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="{_file_name(row)}.json"'
    return answer


def _page(
    request: HttpRequest, installation: Installation, sheet: Sheet, state: State, row: Valutazione | None
) -> HttpResponse:
    problems = row.problems if row else []
    panel = Panel(installation.book, sheet, state, row.result if row else None, problems)
    catalogue = catalogue_at(installation.book, sheet, state.giorno)
    config = {
        "scheda": sheet.id,
        "id": str(row.pk) if row else None,
        "revisione": row.revision if row else 0,
        "salvata": row.updated.isoformat() if row else None,
        "stato": queries.state_of(row) if row else {**state.model_dump(mode="json"), "geometria": None},
        "risultato": {"superfici": row.result["superfici"], "area_m2": row.result["area_m2"]}
        if row and row.result
        else None,
        "modi": panel.modes(),
        "tolleranza": TOLERANCE,
        "api": {
            "prova": reverse("riconoscere:api-prova"),
            "inizia": reverse("riconoscere:api-valutazioni"),
            "perimetro": reverse("riconoscere:api-perimetro"),
        },
        "mappa": map_config(installation.lake),
    }
    return render(
        request,
        "riconoscere/valuta.html",
        {
            "row": row,
            "sheet": sheet,
            "state": state,
            "form": panel.form,
            "panel": panel,
            "pieces": panel.pieces(),
            "surfaces": surface_classes(catalogue),
            "solutions": choices(catalogue),
            "crs_choices": CRS_CHOICES,
            "fresh": queries.fresh(row) if row else None,
            "config": config,
        },
    )


def _attached(body: bytes, kind: str, row: Valutazione, form: str) -> HttpResponse:
    answer = HttpResponse(body, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{_file_name(row)}.{form}"'
    return answer


def _file_name(row: Valutazione) -> str:
    """Return a name that any system takes: the evaluation's own, in plain letters."""
    plain = re.sub(r"[^a-z0-9]+", "-", row.nome.lower()).strip("-")[:60]
    return f"{row.sheet.replace('_', '-')}-{plain}" if plain else row.sheet.replace("_", "-")
