"""The pages of the scenarios."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from trama.analyses.installation import open_installation
from trama.analyses.whatif.events import DEFAULT
from trama.apps.conoscere.queries import base_synthetic, map_config
from trama.apps.scenari import actions, exports, queries
from trama.apps.scenari.api import site
from trama.apps.scenari.comparing import comparison
from trama.apps.scenari.errors import Conflict
from trama.apps.scenari.models import Scenario
from trama.apps.scenari.panel import pieces, shown
from trama.norms.errors import NotInForce

EMPTY: dict[str, Any] = {
    "type": "FeatureCollection",
    "nome": "",
    "evento": DEFAULT,
    "pioggia_mm": None,
    "giorno": None,
    "risposte": {},
    "features": [],
}
"""A scenario before the first drawing."""


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Show the scenarios of this installation, and let two to four be put side by side."""
    rows = [{"row": row, **shown(row.result)} for row in queries.scenarios()[:300]]
    for one in rows:
        one["headline"] = {figure.key: figure for figure in one["figures"]}
    labels = {name: any(one[name] for one in rows) for name in ("synthetic", "unofficial")}
    return render(request, "scenari/elenco.html", {"rows": rows, "most": queries.MOST_COMPARED, **labels})


@require_GET
def new(request: HttpRequest) -> HttpResponse:
    """Show the page of a new scenario: it is kept from the first drawing."""
    return _page(request, None)


@require_GET
def scenario(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show a scenario as it was left."""
    return _page(request, queries.scenario(key))


@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """Show two to four scenarios side by side."""
    rows = queries.compared(request.GET.getlist("s"))
    if len(rows) < 2:
        messages.warning(request, "Scegliere almeno due scenari da mettere a confronto.")
        return redirect("scenari:index")
    installation = open_installation()
    catalogue = queries.choices(installation.book, _day_with_norms(rows[0].day))
    config = {
        "mappa": map_config(installation.lake),
        "famiglie": {one.id: one.family for family in catalogue.values() for one in family},
        "nomi": {one.id: one.name for family in catalogue.values() for one in family},
        "scenari": [{"id": str(row.pk), "nome": str(row), "documento": row.document} for row in rows],
    }
    context = {**comparison(rows), "config": config, "base_synthetic": base_synthetic(installation.lake)}
    return render(request, "scenari/confronto.html", context)


@require_POST
def copy(_request: HttpRequest, key: UUID) -> HttpResponse:
    """Begin another scenario from this one."""
    return redirect("scenari:scenario", actions.copy(queries.scenario(key)).pk)


@require_POST
def recompute(request: HttpRequest, key: UUID) -> HttpResponse:
    """Compute a scenario again on the data of now."""
    row = queries.scenario(key)
    try:
        actions.recompute(row)
    except Conflict as conflict:
        messages.warning(request, conflict.text())
    return redirect("scenari:scenario", key)


@require_POST
def remove(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take a scenario away."""
    row = queries.scenario(key)
    actions.remove(row)
    messages.success(request, f"Tolto «{row}».")
    return redirect("scenari:index")


@require_GET
def download(_request: HttpRequest, key: UUID, form: str) -> HttpResponse:
    """Hand over a scenario as GeoJSON, GeoPackage, CSV or JSON."""
    row = queries.scenario(key)
    answer = HttpResponse(exports.export(row, form), content_type=exports.KINDS[form])
    plain = re.sub(r"[^a-z0-9]+", "-", row.nome.lower()).strip("-")[:60]
    answer["Content-Disposition"] = f'attachment; filename="scenario{"-" if plain else ""}{plain}.{form}"'
    return answer


def _page(request: HttpRequest, row: Scenario | None) -> HttpResponse:
    installation = open_installation()
    day = _day_with_norms(row.day if row else timezone.localdate())
    catalogue = queries.choices(installation.book, day)
    shown_now = pieces(row.result, row.problem) if row else pieces(None)
    context = {
        "row": row,
        "pieces": shown_now,
        "notes": [
            (key.removeprefix("disegno-"), html) for key, html in shown_now.items() if key[:8] == "disegno-"
        ],
        "catalogue": catalogue,
        "base_synthetic": base_synthetic(installation.lake),
        "rains": queries.rains(installation.book, day),
        "others": queries.scenarios().exclude(pk=row.pk)[:30] if row else [],
        "documents": list(exports.NAMES.items()),
        "config": _config(row, catalogue) | {"mappa": map_config(installation.lake)},
    }
    return render(request, "scenari/scenario.html", context)


def _config(row: Scenario | None, catalogue: Mapping[str, Sequence[queries.Choice]]) -> dict[str, Any]:
    """Return what the page's own code is told."""
    return {
        "id": str(row.pk) if row else None,
        "revisione": row.revision if row else 0,
        "salvato": row.updated.isoformat() if row else None,
        "documento": row.document if row else EMPTY,
        "catalogo": {
            one.id: {"nome": one.name, "famiglia": one.family, "disegno": one.drawn, "simbolo": one.symbol}
            for family in catalogue.values()
            for one in family
        },
        "api": {"effetti": reverse("scenari:api-effetti"), "scenari": reverse("scenari:api-scenari")},
        "sito": site(row) if row else None,
        "scheda": {"api": reverse("riconoscere:api-valutazioni")},
    }


def _day_with_norms(day: date) -> date:
    """Return `day`, or the first on which the catalogue is in force where that is before it."""
    book = open_installation().book
    try:
        queries.choices(book, day)
    except NotInForce:
        return book.parameters["sttm1/whatif/impronta"].values[0].since
    return day
