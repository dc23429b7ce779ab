"""The pages of Riconoscere."""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from trama.analyses.installation import Installation, open_installation
from trama.analyses.scheda.document import render_pdf
from trama.analyses.scheda.run import companions, find_sheet
from trama.apps.conoscere.queries import map_config
from trama.apps.riconoscere import actions, queries
from trama.apps.riconoscere.board import Board, empty_board, saved_board, tried_board
from trama.apps.riconoscere.catalogue import TOLERANCE, catalogue_at, choices, surface_classes
from trama.apps.riconoscere.errors import Conflict, NothingToShow
from trama.apps.riconoscere.freshness import differences
from trama.apps.riconoscere.models import Valutazione
from trama.apps.riconoscere.outline import CRS_CHOICES
from trama.apps.riconoscere.panel import Panel, tone
from trama.apps.riconoscere.pinned import current_pins
from trama.apps.riconoscere.state import State
from trama.norms import NormBook
from trama.norms.sheets import Sheet


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Show the evaluations of this installation."""
    book = open_installation().book
    rows = [
        {
            "row": row,
            "outcomes": [_listed(book, key, answer) for key, answer in row.results.items()],
            "comuni": ", ".join(one["nome"] for one in row.result["comuni"]) if row.result else "",
        }
        for row in queries.evaluations()[:500]
    ]
    families = {sheet.vocabulary: companions(book, sheet) for sheet in book.sheets.values()}
    return render(request, "riconoscere/elenco.html", {"rows": rows, "families": families.values()})


def _listed(book: NormBook, key: str, answer: dict[str, Any]) -> dict[str, Any]:
    """Return an outcome for the list: of which sheet, in words, with its label and tone."""
    sheet, outcome = book.sheets.get(key), answer["esito"]
    topic = Panel(book, sheet, State(giorno=timezone.localdate()), answer, []).topic if sheet else key
    return {
        "sheet": key,
        "topic": topic,
        "text": outcome["testo"],
        "label": outcome["etichetta"],
        "tone": tone(outcome),
    }


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
    sheet = _asked_sheet(request, installation.book, row)
    return _page(request, installation, sheet, queries.checked_state(row), row)


@require_GET
def history(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show every save of an evaluation."""
    row = queries.evaluation(key)
    sheets = open_installation().book.sheets
    versions = [
        {
            "version": version,
            "outcomes": [
                {
                    "sheet": sheets[sheet].title.it,
                    "text": sheets[sheet].outcome_labels.get(kept["esito"], ""),
                    "trace": kept["trace"],
                }
                for sheet, kept in version.outcomes.items()
                if sheet in sheets
            ],
        }
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
    state = queries.checked_state(row)
    pins = current_pins(installation.lake)
    if request.method == "POST":
        try:
            actions.renew(row, int(request.POST.get("revisione") or 0), state, pins)
        except (Conflict, ValueError):
            messages.warning(request, Conflict().text())
            return redirect("riconoscere:storia", key)
        messages.success(request, "Rivalutata con le versioni più recenti; quella di prima è nella storia.")
        return redirect("riconoscere:valutazione", key)
    again = actions.try_out(row.sheet, state, pins).answers
    compared = [
        {"sheet": sheet.title.it, "differences": differences(sheet, row.results[sheet.id], again[sheet.id])}
        for sheet in installation.book.sheets.values()
        if sheet.id in row.results and sheet.id in again
    ]
    context = {"row": row, "fresh": queries.fresh(row), "again": again, "compared": compared}
    return render(request, "riconoscere/rivaluta.html", context)


@require_GET
def download(request: HttpRequest, key: UUID, form: str) -> HttpResponse:
    """Hand over the evaluation as GeoJSON, or one of its sheets (``?scheda=``) as PDF or JSON."""
    row = queries.evaluation(key)
    sheet = _asked_sheet(request, open_installation().book, row)
    if form == "pdf":
        lake, result, area = queries.result_again(row, sheet.id)
        body = render_pdf(lake, result, area, office=settings.INSTITUTION)
        return _attached(body, "application/pdf", _file_name(row, sheet.id), form)
    if form == "geojson":
        if row.geometry is None:
            raise NothingToShow(why="l'area non è disegnata.")
        body = json.dumps(queries.as_feature(row), ensure_ascii=False, indent=1).encode()
        return _attached(body, "application/geo+json", _file_name(row, "intervento"), form)
    body = json.dumps(queries.answer_of(row, sheet.id), ensure_ascii=False, indent=1).encode()
    return _attached(body, "application/json", _file_name(row, sheet.id), form)


def _asked_sheet(request: HttpRequest, book: NormBook, row: Valutazione) -> Sheet:
    """Return the sheet that the address names, or the one the evaluation was begun with."""
    return find_sheet(book, request.GET.get("scheda") or row.sheet)


def _page(
    request: HttpRequest, installation: Installation, sheet: Sheet, state: State, row: Valutazione | None
) -> HttpResponse:
    board = _board(installation, sheet, state, row)
    catalogue = catalogue_at(installation.book, sheet, state.giorno)
    config = {
        "scheda": sheet.id,
        "id": str(row.pk) if row else None,
        "revisione": row.revision if row else 0,
        "salvata": row.updated.isoformat() if row else None,
        "stato": queries.state_of(row) if row else {**state.model_dump(mode="json"), "geometria": None},
        "risultati": {key: _brief(answer) for key, answer in board.results().items()},
        "modi": board.modes(),
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
            "state": state,
            "board": board,
            "pieces": board.pieces(),
            "surfaces": surface_classes(catalogue),
            "solutions": choices(catalogue),
            "crs_choices": CRS_CHOICES,
            "fresh": queries.fresh(row) if row else None,
            "config": config,
        },
    )


def _board(installation: Installation, sheet: Sheet, state: State, row: Valutazione | None) -> Board:
    """Return what the page shows; a sheet that came after the evaluation was saved is tried here."""
    book = installation.book
    if row is None:
        return empty_board(book, sheet, state)
    if row.results and any(one.id not in row.results for one in companions(book, sheet)):
        return tried_board(book, sheet, state, actions.try_out(sheet.id, state, row.pins), row)
    return saved_board(book, sheet, state, row)


def _brief(answer: dict[str, Any] | None) -> dict[str, Any] | None:
    return answer and {"superfici": answer["superfici"], "area_m2": answer["area_m2"]}


def _attached(body: bytes, kind: str, name: str, form: str) -> HttpResponse:
    answer = HttpResponse(body, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return answer


def _file_name(row: Valutazione, what: str) -> str:
    """Return a name that any system takes: what it is and the evaluation's own name, in plain letters."""
    plain = re.sub(r"[^a-z0-9]+", "-", row.nome.lower()).strip("-")[:60]
    return "-".join(part for part in (what.replace("_", "-"), plain) if part)
