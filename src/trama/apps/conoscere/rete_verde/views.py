"""The page of the Rete Verde, and its order of financing as files."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from trama.analyses.installation import open_installation
from trama.analyses.rete_verde import export
from trama.analyses.rete_verde.errors import NoIndicators
from trama.analyses.rete_verde.run import ACTIONS, NETWORK, TABLES
from trama.apps.conoscere import queries
from trama.apps.conoscere.rete_verde.queries import (
    GRAINS,
    SHOWN,
    actions_of,
    cards,
    indicators,
    last_places,
    matrix,
    order_rows,
    place_rows,
    rules_on,
    told,
    unplaced,
)
from trama.apps.conoscere.themes import named
from trama.lake import Lake, Version, open_lake


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show priorities on the map and in a table, the order of financing, the catalogue of actions."""
    lake, book = open_lake(), open_installation().book
    rules = rules_on(book, timezone.localdate())
    grain = request.GET.get("per", "upa")
    grain = grain if grain in GRAINS else "upa"
    layer = TABLES[grain]
    version = lake.version(layer) if lake.has(layer) else None
    upa, every = request.GET.get("upa", ""), request.GET.get("tutte") == "1"
    context: dict[str, Any] = {
        "grain": grain,
        "version": version,
        "cards": cards(rules),
        "config": queries.map_config(lake),
        "drawn": lake.has(NETWORK),
        "sensitivity": rules.sensitivity.value,
        "upa": upa,
        "every": every,
    }
    if version:
        context.update(_priorities(lake, version, grain))
        context["rows"] = place_rows(version, grain, rules)
        context["used"] = told(indicators(version, rules))
        context["absent"] = told(indicators(version, rules, missing=True))
        context["upas"] = upas = place_rows(lake.version(TABLES["upa"]), "upa", rules)
        shown = [one for one in upas if not upa or one.key == upa]
        orders = order_rows(lake, rules, upa, {one.key: str(one.facts["nome"]) for one in upas})
        last = last_places(lake.version(ACTIONS)) if orders else {}
        context["orders"] = [
            {
                "theme": theme,
                "rows": rows if every or upa else rows[:SHOWN],
                "count": len(rows),
                "columns": [(one.key.replace("fluviale_", ""), one.facts["nome"]) for one in shown],
                "matrix": matrix(rows, [one.key for one in shown], last.get(theme, 0)),
                "unplaced": unplaced(rows),
                "scored": any(row.facts["punteggio"] is not None for row in rows),
            }
            for theme, rows in orders.items()
        ]
        context["order_version"] = lake.version(ACTIONS) if lake.has(ACTIONS) else None
    return render(request, "conoscere/rete_verde/pagina.html", context)


def _priorities(lake: Lake, version: Version, grain: str) -> dict[str, Any]:
    theme = named(f"priorita-{grain}")
    assert theme is not None
    classes = queries.classes(theme, version)
    return {
        "theme": queries.theme_json(theme, version, classes),
        "classes": classes,
        "unofficial": queries.unofficial_of(lake, version),
        "stale": queries.superseded(lake, version),
    }


@require_safe
def as_json(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Give the order of financing as JSON."""
    version = _order()
    return JsonResponse({"ordine": actions_of(version), **queries.version_json(version)})


@require_safe
def order_csv(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Give the order of financing as CSV with Italian decimals."""
    version = _order()
    text = export.order_csv(actions_of(version))
    return _attached(text.encode(), "text/csv; charset=utf-8", f"rete-verde-{version.id}.csv")


@require_safe
def geopackage(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Give places and order as one GeoPackage."""
    lake = open_lake()
    version = _order()
    versions = {name: lake.version(name) for name in (*TABLES.values(), ACTIONS) if lake.has(name)}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rete-verde.gpkg"
        export.write_geopackage(path, versions)
        body = path.read_bytes()
    return _attached(body, "application/geopackage+sqlite3", f"rete-verde-{version.id}.gpkg")


def _order() -> Version:
    lake = open_lake()
    if not lake.has(ACTIONS):
        raise NoIndicators(layers=f"«{ACTIONS}»")
    return lake.version(ACTIONS)


def _attached(body: bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(body, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
