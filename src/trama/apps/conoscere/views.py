"""Pages of Conoscere: the home, the map, its table, the comuni."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from trama.apps.conoscere import keepers, queries, tables, twin
from trama.apps.conoscere.arrivals.remedies import by_analysis
from trama.apps.conoscere.boundaries import OF_COMUNI, generalised
from trama.apps.conoscere.comuni_views import chosen_comune
from trama.apps.conoscere.coverage import partial_areas
from trama.apps.conoscere.data_views import theme_called
from trama.apps.conoscere.subjects import GRAINS
from trama.apps.conoscere.themes import Theme, available, choose, named, picker, unmet
from trama.apps.conoscere.whereabouts import NotAPlace, spot
from trama.lake import Lake, Version, open_lake


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the territory and the four doors."""
    lake = open_lake()
    themes = available(lake)
    shown = choose(themes, "idren-comuni")
    context: dict[str, Any] = {"config": queries.map_config(lake), "empty": not lake.has("comuni")}
    if shown and not shown.raster:
        version = lake.version(shown.layer)
        classes = queries.classes(shown, version)
        context["theme"] = queries.theme_json(shown, version, classes)
        context["panel"] = panel_context(lake, shown, version)
    context["attention"] = _attention(lake)
    context["layers"] = len(lake.layers())
    return render(request, "conoscere/home.html", context)


def _attention(lake: Lake) -> dict[str, Any]:
    versions = [lake.version(layer) for layer in lake.layers()]
    newest = max(versions, key=lambda version: version.created, default=None)
    return {
        "synthetic": [version for version in versions if version.synthetic and version.manifest.synthetic],
        "stale": by_analysis(lake),
        "newest": newest,
    }


@require_safe
def map_page(request: HttpRequest) -> HttpResponse:
    """Show the map with its panel; ``?tema=`` and ``?comune=`` choose what and where."""
    lake = open_lake()
    themes = available(lake)
    theme = choose(themes, request.GET.get("tema", ""))
    istat = request.GET.get("comune", "")
    chosen = chosen_comune(lake, istat)
    context: dict[str, Any] = {
        "config": queries.map_config(lake),
        "groups": picker(themes),
        "theme": None,
        "chosen": chosen,
        "asked": _asked(request, theme),
        "no_comune": "" if chosen else istat,
    }
    if theme:
        version = lake.version(theme.layer, request.GET.get("versione") or None)
        context.update(panel_context(lake, theme, version))
        context["compared"] = request.GET.get("confronto", "")
        context["theme_json"] = queries.theme_json(theme, version, queries.classes(theme, version))
    return render(request, "conoscere/mappa.html", context)


def _asked(request: HttpRequest, shown: Theme | None) -> dict[str, Any]:
    """Return the theme that the address asks for, and why another one is shown, where it is."""
    wanted = request.GET.get("tema", "")
    subject, _dash, grain = wanted.rpartition("-")
    known = named(wanted)
    return {
        "why": unmet(wanted, shown),
        "words": str(known.subject.title) if known else wanted,
        "grain": GRAINS.get(grain, grain) if subject else "",
    }


def panel_context(lake: Lake, theme: Theme, version: Version) -> dict[str, Any]:
    """Return what the panel says of a theme: what, from which data, of when, with which limits."""
    spec = tables.field(version, theme.column)
    node = queries.step_of(lake, version, "")
    return {
        "people": _people(lake, theme, version),
        "theme": theme,
        "version": version,
        "steward": keepers.keeper(version),
        "unit": spec.unit if theme.raster else queries.shown_unit(theme, version),
        "classes": queries.classes(theme, version),
        "missing": 0 if theme.raster else list(tables.values(version, theme.column).values()).count(None),
        "partial": 0 if theme.raster else len(partial_areas(version, theme.column)),
        "unofficial": queries.unofficial_of(lake, version),
        "stale": queries.superseded(lake, version),
        "generalised": theme.grain in OF_COMUNI and generalised(lake, version),
        "history": lake.history(version.layer)[::-1],
        "has_trace": node is not None,
        "base_synthetic": queries.base_synthetic(lake),
        "same_subject": [other for other in available(lake) if other.subject.id == theme.subject.id],
        "grain_name": GRAINS[theme.grain],
        "grains": GRAINS,
    }


def _people(lake: Lake, theme: Theme, version: Version) -> dict[str, Any] | None:
    """Return how many people a share is of in the whole territory; None where that is not known."""
    if not theme.subject.people:
        return None
    steps = {name: f"territorio/{name}" for name in (theme.subject.people, theme.column)}
    found = [queries.step_of(lake, version, step) for step in steps.values()]
    if any(node is None or node.value is None for node in found):
        return None
    count, share = (float(node.value) for node in found if node is not None and node.value is not None)
    return {"count": count, "percent": 100 * share, "step": steps[theme.subject.people]}


@require_safe
def theme_panel(request: HttpRequest, theme_id: str) -> HttpResponse:
    """Return the panel's part about one theme, with its data, for the map's script."""
    lake = open_lake()
    theme = theme_called(lake, theme_id)
    version = lake.version(theme.layer, request.GET.get("versione") or None)
    context = panel_context(lake, theme, version)
    context["theme_json"] = queries.theme_json(theme, version, queries.classes(theme, version))
    return render(request, "conoscere/tema.html", context)


@require_safe
def place_panel(request: HttpRequest) -> HttpResponse:
    """Return what is at ``?lon=`` and ``?lat=``, for the map's script."""
    try:
        lon, lat = float(request.GET.get("lon", "")), float(request.GET.get("lat", ""))
    except ValueError:
        raise NotAPlace from None
    lake = open_lake()
    found = spot(lake, available(lake), lon, lat)
    theme = named(request.GET.get("tema", ""))
    wanted = str(theme.subject.short) if theme else ""
    rows = sorted(_by_subject(found), key=lambda row: row["label"] != wanted)
    # the cells first: their traces are short, and one that rests on unofficial values is enough
    readings = (*found.cells, *found.areas)
    context = {
        "spot": found,
        "wanted": wanted,
        "subjects": rows,
        "unofficial": any(queries.unofficial_of(lake, reading.version) for reading in readings),
    }
    return render(request, "conoscere/luogo.html", context)


def _by_subject(found: Any) -> list[dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = {}
    for reading in found.areas:
        grain = reading.step.split("/")[0] if reading.step else "comuni"
        rows.setdefault(reading.label, {"label": reading.label, "unit": reading.unit})[grain] = reading
    for reading in found.cells:
        rows.setdefault(reading.label, {"label": reading.label, "unit": reading.unit})["cella"] = reading
    return list(rows.values())


def _twin(lake: Lake, theme: Theme, version: Version) -> twin.Twin:
    if theme.raster:
        return twin.of_cells(theme, version)
    names = {}
    if theme.grain == "comuni" and lake.has("comuni"):
        names = {place["istat"]: place["nome"] for place in tables.places(lake.version("comuni"))}
    return twin.of_areas(version, names)


@require_safe
def table_page(request: HttpRequest) -> HttpResponse:
    """Show the same content as the map, as a table that can be sorted."""
    lake = open_lake()
    themes = available(lake)
    theme = choose(themes, request.GET.get("tema", ""))
    if theme is None:
        return render(request, "conoscere/tabella.html", {})
    version = lake.version(theme.layer, request.GET.get("versione") or None)
    column = request.GET.get("ordina", theme.column if not theme.raster else "")
    downwards = request.GET.get("verso", "giu") != "su"
    full = _twin(lake, theme, version)
    if theme.grain == "upa":
        full = twin.names_first(full)
    if theme.subject.percent:
        full = twin.in_percent(full, theme.column)
    context = {
        **panel_context(lake, theme, version),
        "groups": picker(themes),
        "asked": _asked(request, theme),
        "twin": full.sorted(column, downwards),
        "ordered_by": column,
        "downwards": downwards,
        "key": version.manifest.key,
    }
    return render(request, "conoscere/tabella.html", context)


@require_safe
def table_csv(request: HttpRequest) -> HttpResponse:
    """Give the table as CSV with Italian decimals."""
    lake = open_lake()
    theme = theme_called(lake, request.GET.get("tema", ""))
    version = lake.version(theme.layer, request.GET.get("versione") or None)
    answer = HttpResponse(
        twin.italian_csv(_twin(lake, theme, version)), content_type="text/csv; charset=utf-8"
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="{theme.id}-{version.id}.csv"'
    return answer
