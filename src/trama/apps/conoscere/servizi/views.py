"""The pages of services: the atlas at three scales, the sheet of a comune, the sheet of a pole."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from trama.analyses.installation import open_installation
from trama.analyses.services.errors import NoAtlas
from trama.analyses.services.reading import FIRST, Reading, read_atlas
from trama.analyses.services.roster import by_category
from trama.analyses.services.rules import Rules, read_rules
from trama.analyses.services.sheet import comune_sheet, pole_sheet
from trama.apps.conoscere.queries import map_config, superseded, unofficial_of
from trama.apps.conoscere.servizi import queries
from trama.apps.conoscere.servizi.choice import read_choice, shown
from trama.lake import open_lake


def opened() -> tuple[Reading, Rules]:
    """Return the atlas in the lake and the norms it was made with; raises `NoAtlas`."""
    reading = read_atlas(open_lake())
    day = queries.day_of(reading.versions[FIRST], localdate())
    return reading, read_rules(open_installation().book, day)


def _frame(reading: Reading) -> dict[str, Any]:
    version = reading.versions[FIRST]
    return {
        "version": version,
        "trace": reading.trace,
        "synthetic": reading.synthetic,
        "unofficial": unofficial_of(reading.lake, version),
        "stale": superseded(reading.lake, version),
    }


@require_safe
def atlas_page(request: HttpRequest) -> HttpResponse:
    """Show the atlas at one scale: ``?scala=comuni|zone|poli``; for comuni what the query picks."""
    try:
        reading, rules = opened()
    except NoAtlas:
        return render(request, "conoscere/servizi/vuoto.html")
    scale = request.GET.get("scala", "comuni")
    scale = scale if scale in queries.SCALES else "comuni"
    choice = read_choice(request.GET, rules)
    context: dict[str, Any] = {
        **_frame(reading),
        "scale": scale,
        "choice": choice,
        "config": map_config(reading.lake),
    }
    context |= {"comuni": _comuni, "zone": _zones, "poli": _poles}[scale](reading, rules, choice)
    return render(request, f"conoscere/servizi/{scale}.html", context)


def _comuni(reading: Reading, rules: Rules, choice: Any) -> dict[str, Any]:
    seen = shown(reading, rules, choice)
    version = reading.versions[FIRST]
    return {
        "shown": seen,
        "classes": seen.classes,
        "missing": seen.missing,
        "partial": len(seen.partial),
        "menus": queries.menus(rules, choice),
        "rows": queries.comuni_rows(reading, seen),
        "theme": queries.theme(version, seen.title, seen.classes, seen),
        "dots": queries.dots(reading.lake, rules, choice),
    }


def _zones(reading: Reading, rules: Rules, _choice: Any) -> dict[str, Any]:
    classes, values = queries.zone_classes(reading, rules)
    version = reading.versions["servizi_zone"]
    return {
        "classes": classes,
        "rows": queries.zone_rows(reading, rules),
        "spread": queries.spread_rows(reading, rules),
        "limit": rules.thresholds.value["hhi_concentrato"],
        "missing": sum(value is None for value in values.values()),
        "theme": queries.theme(version, "Zone omogenee", classes, values=values),
        "dots": None,
    }


def _poles(reading: Reading, rules: Rules, _choice: Any) -> dict[str, Any]:
    classes = queries.pole_classes(reading, rules)
    version = reading.versions["servizi_poli"]
    values = {row["istat"]: row["rilevanza"] for row in reading.rows("servizi_poli")}
    return {
        "classes": classes,
        "rows": queries.pole_rows(reading, rules),
        "levels": rules.levels.value,
        "draws": rules.draws.value,
        "unmeasured": queries.unmeasured(rules),
        "missing": sum(value is None for value in values.values()),
        "theme": queries.theme(version, "Poli", classes, values=values),
        "outlines": queries.outlines(reading),
        "dots": None,
    }


@require_safe
def comune_page(request: HttpRequest, istat: str) -> HttpResponse:
    """Show the sheet of a comune."""
    try:
        reading, rules = opened()
    except NoAtlas:
        return render(request, "conoscere/servizi/vuoto.html")
    sheet = comune_sheet(reading, rules, istat)
    comune = sheet["comune"]
    context = {
        **_frame(reading),
        **sheet,
        "listed": by_category(sheet["elenco"], rules),
        "known": comune["voci_attese"] - comune["voci_senza_dato"],
    }
    return render(request, "conoscere/servizi/comune.html", context)


@require_safe
def pole_page(request: HttpRequest, istat: str) -> HttpResponse:
    """Show the sheet of a comune as a pole."""
    try:
        reading, rules = opened()
    except NoAtlas:
        return render(request, "conoscere/servizi/vuoto.html")
    sheet = pole_sheet(reading, rules, istat)
    context = {
        **_frame(reading),
        **sheet,
        "listed": by_category(sheet["servizi"], rules),
        "limits": reading.versions["servizi_poli"].manifest.known_limits,
    }
    return render(request, "conoscere/servizi/polo.html", context)
