"""Pages of the indices."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from trama.analyses.envelope import envelope
from trama.analyses.indices.run import summary
from trama.analyses.installation import open_installation
from trama.apps.conoscere import queries as lake_queries
from trama.apps.conoscere.boundaries import OF_COMUNI, generalised
from trama.apps.conoscere.indici import queries
from trama.lake import Lake, open_lake


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """List the indices the norms declare."""
    lake = open_lake()
    return render(
        request, "conoscere/indici/elenco.html", {"rows": queries.declared(lake, open_installation().book)}
    )


@require_safe
def index_page(request: HttpRequest, index_id: str) -> HttpResponse:
    """Show an index: weights, map, ranking, what moves it."""
    lake = open_lake()
    one = queries.shown(lake, index_id, request.GET)
    context = _context(request, lake, one)
    context["config"] = lake_queries.map_config(lake)
    context["explorer"] = queries.page_json(one)
    context["last"] = last = len(context["explorer"]["luoghi"])
    context["middle"] = round((last + 1) / 2)
    return render(request, "conoscere/indici/indice.html", context)


@require_safe
def table_page(request: HttpRequest, index_id: str) -> HttpResponse:
    """Show the same ranking as a table, every indicator with its reason."""
    lake = open_lake()
    one = queries.shown(lake, index_id, request.GET)
    context = _context(request, lake, one)
    columns = queries.columns(one)
    context["columns"] = columns
    context["rows"] = [
        {**row, "cells": [(column, row[column["id"]]) for column in columns]} for row in queries.rows(one)
    ]
    return render(request, "conoscere/indici/tabella.html", context)


@require_safe
def ranking_csv(request: HttpRequest, index_id: str) -> HttpResponse:
    """Give the ranking as CSV with Italian decimals."""
    one = queries.shown(open_lake(), index_id, request.GET)
    answer = HttpResponse(queries.italian_csv(one), content_type="text/csv; charset=utf-8")
    name = f"{one.version.layer}-{one.version.id}{'-altri-pesi' if one.changed else ''}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_safe
def index_json(request: HttpRequest, index_id: str) -> JsonResponse:
    """Give the ranking, how sure it is and what moves it, for programs."""
    lake = open_lake()
    one = queries.shown(lake, index_id, request.GET)
    trace = lake_queries.trace_of(lake, one.version.provenance.trace)
    body = {
        "indice": index_id,
        "per": one.ranked.matrix.places.grain,
        "scelta": one.choice.to_json(),
        "delle_norme": not one.changed,
        **summary(one.ranked),
    }
    layers, unofficial = [one.version.use(), *trace.layers()], trace.unofficial()
    return JsonResponse(
        envelope(body, day=trace.day, layers=layers, unofficial=unofficial, trace=trace.id),
        json_dumps_params={"ensure_ascii": False},
    )


def _context(request: HttpRequest, lake: Lake, one: queries.Shown) -> dict[str, Any]:
    """Return what both forms of the page say of an index."""
    prepared, rules = one.ranked.assessment.prepared, one.ranked.matrix.rules
    query = request.GET.copy()
    query.pop("grana", None)
    return {
        "index": rules.index,
        "title": queries.said(rules.index.title),
        "asks": queries.said(rules.index.asks),
        "high_is": queries.said(rules.index.high_is),
        "version": one.version,
        "grain": one.ranked.matrix.places.grain,
        "query": request.GET.urlencode(),
        "query_without_grain": query.urlencode(),
        "changed": one.changed,
        "choice": one.choice,
        "used": len(prepared.names),
        "declared": len(rules.order),
        "absent": [
            {"name": queries.said(one.name), "unit": one.unit, "source": one.source}
            for one in (rules.indicator(name) for name in prepared.absent)
        ],
        "whole": one.ranked.whole,
        "without": int((~prepared.kept).sum()),
        "count": int(prepared.kept.sum()),
        "findings": _findings(one),
        "draws": rules.plan.draws,
        "trace": one.version.provenance.trace,
        "unofficial": lake_queries.unofficial_of(lake, one.version),
        "stale": lake_queries.superseded(lake, one.version),
        "generalised": one.ranked.matrix.places.grain in OF_COMUNI and generalised(lake, one.version),
        "classes": list(rules.classes.value.items()),
    }


def _findings(one: queries.Shown) -> list[dict[str, Any]]:
    if not one.ranked.whole:
        return []
    told = one.ranked.assessment
    rules, names = one.ranked.matrix.rules, told.prepared.names
    return [
        {
            "first": queries.said(rules.indicator(names[pair.first]).name),
            "second": queries.said(rules.indicator(names[pair.second]).name),
            "r": pair.correlation,
            "finding": pair.finding,
        }
        for pair in told.findings
    ]
