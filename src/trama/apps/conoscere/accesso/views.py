"""Pages of access: the map of minutes, who is beyond a threshold, inequality, a place's own minutes."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import shapely
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from pyproj import Transformer

from trama.analyses.access.asking import ALL, around, refuse_threshold
from trama.analyses.access.errors import NotComputed
from trama.analyses.access.layers import COMUNI
from trama.analyses.access.memory import Memory
from trama.analyses.access.rules import EVERYONE, group_of
from trama.analyses.access.runs import half_done, latest
from trama.analyses.installation import open_installation
from trama.apps.conoscere import queries, tables
from trama.apps.conoscere.accesso import charts
from trama.apps.conoscere.accesso.queries import (
    Asked,
    Shown,
    answer,
    asked,
    asked_of,
    choices,
    computed,
    computing,
    memory_for,
    near_rows,
    overview,
    own_minutes,
    rows,
    sets,
    shown,
    supply_rows,
    unreached,
)
from trama.kernel.errors import BadInput, TramaError
from trama.kernel.places import METRIC_EPSG

TILE_SECONDS = 31536000
DEGREES = 4326
DEEPEST = 22


class NotAPlace(BadInput):
    """What was clicked is not a point."""

    it = "Il punto non si legge: servono longitudine e latitudine in gradi (lon, lat)."
    en = "The point cannot be read: longitude and latitude in degrees are needed (lon, lat)."


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show the map of a question, its table by zone and comune, inequality and supply."""
    installation = open_installation()
    lake = installation.lake
    context: dict[str, Any] = {"config": queries.map_config(lake), "ready": False}
    one, refused, status = asked(request.GET), "", 200
    try:
        memory = memory_for(installation, one)
        context |= _answered(memory, one)
    except NotComputed:
        return render(request, "conoscere/accesso/pagina.html", context)
    except TramaError as error:
        refused, status = error.text((get_language() or "it")[:2]), error.http_status
        one = Asked(ALL, EVERYONE, None)
        memory = memory_for(installation, one)
        context |= _answered(memory, one)
    version, last = memory.version, latest(lake)
    context |= {
        "ready": True,
        "refused": refused,
        "version": version,
        "rules": memory.rules,
        "choices": choices(memory),
        "sets": sets(lake, memory),
        "computed": computed(lake),
        "computing": computing(memory),
        "unreached": unreached(lake, memory),
        "unofficial": queries.unofficial_of(lake, version),
        "stale": queries.superseded(lake, version),
        "unequal": charts.unequal(memory),
        "curve": charts.curve(memory.run, one.group),
        "supply": supply_rows(memory),
        "half_done": half_done(lake, last),
        "newer": None if last.key == memory.run.key else last,
    }
    return render(request, "conoscere/accesso/pagina.html", context, status=status)


def _answered(memory: Memory, one: Asked) -> dict[str, Any]:
    one = replace(own_minutes(memory, one), set_id=memory.rules.set_id, run=memory.run.key)
    seen = shown(memory, one, get_language() or "it")
    body: dict[str, Any] = {
        "asked": one,
        "english": queries.name_field() == "name_en",
        "query": one.query(),
        "group": seen.group,
        "pace_km_h": 3.6 * seen.group.m_s,
        "legend": list(zip(seen.classes, seen.shares, strict=True)),
        "missing_share": seen.missing,
        "without": round(seen.without),
        "theme": _theme(seen, one),
        "overall": one.what == ALL,
    }
    if one.what == ALL:
        places = overview(memory, one.group)
        whole = places[0][1]
        body |= {
            "whole": whole,
            "zones": near_rows(places, "zona"),
            "comuni": near_rows(places, "comune"),
            "categories": sorted(whole.categories, key=lambda c: -(c.beyond or 0)),
            "count": len(whole.categories),
        }
    else:
        found = answer(memory, one.question)
        body |= {
            "answer": found,
            "whole": found.whole,
            "share": 100 * found.whole.beyond / found.whole.people
            if found.whole.beyond is not None
            else None,
            "zones": rows(found, "zona"),
            "comuni": rows(found, "comune"),
            "voci": [memory.rules.voce_name(voce, _field()) for voce in found.voci],
            "ages": _ages(memory, found.voci),
            "can_try": found.walk is not None and not found.by_transit,
            "can_site": found.walk is not None and found.category.k == 1,
            "timetable": bool(memory.transit),
            "by_name": sorted(rows(found, "comune"), key=lambda row: row.name),
            "siting": {
                "url": reverse("conoscere:accesso-dove"),
                "prova": reverse("conoscere:accesso-prova"),
                "servizi": f"{reverse('conoscere:accesso-servizi')}?{one.query()}",
                "che": one.what,
                "gruppo": one.group,
                "minuti": one.minutes,
                "calcolo": memory.run.key,
            },
        }
    return body


def _field() -> str:
    """Return the column of the taxonomy with the names of entries, in the language of the page."""
    return "name_en" if queries.name_field() == "name_en" else "nome"


def _ages(memory: Memory, voci: tuple[str, ...]) -> tuple[int, int] | None:
    """Return the ages that a lone entry is for, where it is not for all."""
    ages = memory.rules.ages_of(voci[0]) if len(voci) == 1 else None
    return ages if ages and ages != (0, 100) else None


def _theme(seen: Shown, one: Asked) -> dict[str, Any]:
    """Return the map's layer as the front end draws it (`Theme` of frontend/src/map/themes.ts)."""
    memory = seen.memory
    address = reverse("conoscere:accesso-piastrella", args=[memory.run.key, 0, 0, 0]).replace(
        "/0/0/0.", "/{z}/{x}/{y}."
    )
    return {
        "id": "accesso",
        "title": one.what,
        "unit": "count" if one.what == ALL else "min",
        "kind": "raster",
        "version": memory.version.id,
        "classes": [found.to_json() for found in seen.classes],
        "tiles": f"{address}?{one.query()}",
        "bounds": tables.bounds_degrees(memory.version),
    }


@require_safe
def tile(request: HttpRequest, key: str, z: int, x: int, y: int) -> HttpResponse:
    """Serve a tile of the map of a question in run `key`: it never changes, and can be kept for ever."""
    if not (0 <= z <= DEEPEST and 0 <= x < 2**z and 0 <= y < 2**z):
        raise Http404
    one = replace(asked(request.GET), run=key)
    seen = shown(memory_for(open_installation(), one), one, get_language() or "it")
    response = HttpResponse(seen.grid.tile(z, x, y), content_type="image/png")
    response.headers["Cache-Control"] = f"public, max-age={TILE_SECONDS}, immutable"
    return response


@require_safe
def place(request: HttpRequest) -> HttpResponse:
    """Say, for the inhabited cell under a point, the minutes to each category and the nearest service."""
    memory, one = asked_of(request)
    east, north = _point(request)
    cell = memory.cell_at(east, north)
    group = group_of(memory.rules, one.group)
    english = queries.name_field() == "name_en"
    context: dict[str, Any] = {"group": group, "cell": cell, "english": english}
    if one.what != ALL or one.minutes is not None:
        refuse_threshold(memory, one.question)
    if cell is None:
        context["where"] = _where(memory, request)
    else:
        found = around(memory, cell, group, one.what)
        to_degrees = Transformer.from_crs(METRIC_EPSG, DEGREES, always_xy=True)
        for row in found:
            row["lonlat"] = to_degrees.transform(*row["punto"]) if row["punto"] else None
            row["far"] = row["minuti"] is not None and row["minuti"] > row["soglia_min"]
        comune = int(memory.cells.comune[cell])
        people = memory.people.between(group.first, group.last)[comune] * memory.cells.share[cell]
        context |= {
            "rows": found,
            "comune": memory.names[comune],
            "istat": memory.codes[comune],
            "people": people if math.isfinite(people) else None,
            "off": int(memory.cells.node[cell]) < 0,
            "asked_what": one.what,
            "limit_m": memory.rules.limit_mm / 1000,
        }
    return render(request, "conoscere/accesso/luogo.html", context)


def _where(memory: Memory, request: HttpRequest) -> str:
    """Say of a point where nobody lives: empty inside, ``fuori``, or ``scambiate`` (lat before lon)."""
    lon, lat = _degrees(request)
    if _inside(memory, lon, lat):
        return ""
    return "scambiate" if abs(lon) <= 90 and _inside(memory, lat, lon) else "fuori"


def _inside(memory: Memory, lon: float, lat: float) -> bool:
    east, north = Transformer.from_crs(DEGREES, METRIC_EPSG, always_xy=True).transform(lon, lat)
    if not (math.isfinite(east) and math.isfinite(north)):
        return False
    _rows, shapes = memory.inputs[COMUNI].features(["istat"], (east, north, east, north))
    return bool(shapely.intersects_xy(shapes, east, north).any())


def _degrees(request: HttpRequest) -> tuple[float, float]:
    try:
        return float(request.GET["lon"]), float(request.GET["lat"])
    except (KeyError, ValueError):
        raise NotAPlace from None


def _point(request: HttpRequest) -> tuple[float, float]:
    lon, lat = _degrees(request)
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        raise NotAPlace
    east, north = Transformer.from_crs(DEGREES, METRIC_EPSG, always_xy=True).transform(lon, lat)
    if not (math.isfinite(east) and math.isfinite(north)):
        raise NotAPlace
    return float(east), float(north)
