"""Pages of the comuni: their list, and what is known of one."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from trama.analyses.installation import open_installation
from trama.analyses.storm.events import events_mm
from trama.apps.conoscere import comune, elsewhere, heat, queries, tables
from trama.apps.conoscere.boundaries import comuni_generalised
from trama.apps.conoscere.footing import footing
from trama.apps.conoscere.lum.queries import lum_in
from trama.apps.conoscere.opere.queries import in_comune
from trama.apps.conoscere.themes import available, choose
from trama.kernel.errors import TramaError
from trama.lake import Lake, Version, open_lake

CHART = {
    "idren": "idren-comuni",
    "kdren": "kdren-comuni",
    "deflusso_mm": "deflusso-comuni",
    "ritenzione": "ritenzione-comuni",
    "anomalia": "anomalia-comuni",
}
"""Figures drawn among those of the other comuni → the theme that lists them all."""


def chosen_comune(lake: Lake, istat: str) -> dict[str, Any] | None:
    """Return name, point and box of the comune with that code; None where there is none."""
    if not lake.has("comuni"):
        return None
    return next((place for place in tables.places(lake.version("comuni")) if place["istat"] == istat), None)


@require_safe
def comuni_page(request: HttpRequest) -> HttpResponse:
    """List the comuni; with ``?cerca=`` those whose name contains it, or straight the one it names."""
    lake = open_lake()
    found = tables.places(lake.version("comuni"))
    zones = comune.zones_of(timezone.localdate())
    words = request.GET.get("cerca", "").strip().casefold()
    if words:
        exact = [place for place in found if place["nome"].casefold() == words or place["istat"] == words]
        if exact:
            return redirect(reverse("conoscere:comune", args=[exact[0]["istat"]]))
        found = [place for place in found if words in place["nome"].casefold()]
    rows = [{**place, "zona": zones.get(place["istat"])} for place in found]
    return render(request, "conoscere/comuni.html", {"places": rows, "words": request.GET.get("cerca", "")})


@require_safe
def comune_page(request: HttpRequest, istat: str) -> HttpResponse:
    """Show what is known of a comune, every figure with its reason."""
    return render(request, "conoscere/comune.html", told_of(open_lake(), istat))


def read_ahead() -> None:
    """Read what the page of any comune reads, so that the first one asked for does not wait for it."""
    lake = open_lake()
    if lake.has("comuni"):
        told_of(lake, tables.places(lake.version("comuni"))[0]["istat"])


def told_of(lake: Lake, istat: str) -> dict[str, Any]:
    """Return what the page of a comune shows; raises `NotFound` where there is none of that code."""
    today = timezone.localdate()
    row = comune.base_facts(lake, istat)
    context = {
        "row": row,
        "istat": istat,
        "today": today,
        "people": comune.population_facts(lake, row),
        "comuni_version": lake.version("comuni"),
        "zone": comune.zone_fact(istat, today),
        "generalised": comuni_generalised(lake),
        "criticality": comune.criticality_fact(istat, today),
        "config": queries.map_config(lake),
        "place": chosen_comune(lake, istat),
        "works": in_comune(istat, today),
        "works_known": lake.has("opere_finanziate"),
        "lum": lum_in(lake, istat),
        **_rain(lake, istat),
        **heat.section(lake, istat),
        **elsewhere.soil_section(lake, istat),
        "indices": elsewhere.indices(lake, open_installation().book, istat),
        "network": elsewhere.network(lake, istat),
        **_small_map(lake),
    }
    context["strips"] = _strips(context, istat)
    context["footing"] = footing(lake, _shown(lake, context))
    return context


def _rain(lake: Lake, istat: str) -> dict[str, Any]:
    if not lake.has("storm_comuni"):
        return {}
    version = lake.version("storm_comuni")
    return {
        "storm": comune.storm_facts(lake, istat),
        "storm_version": version,
        "event_before": next(iter(events_mm(lake)[1:]), None),
        "stale": queries.superseded(lake, version),
    }


def _strips(context: dict[str, Any], istat: str) -> list[dict[str, Any]]:
    """Return the figures drawn among those of the other comuni, each with the theme that lists them all."""
    found = []
    for fact in (*context.get("storm", ()), *context.get("heat", ())):
        if fact.name not in CHART or fact.version is None:
            continue
        if strip := comune.strip(fact.version, fact.name, istat, fact.label):
            found.append({"strip": strip, "theme": CHART[fact.name]})
    return found


def _shown(lake: Lake, context: dict[str, Any]) -> list[tuple[str, Version]]:
    """Return the parts of the page with the versions they show."""
    works = context["works"]
    shown: list[tuple[str, Version | None]] = [
        (_("popolazione"), context["comuni_version"]),
        (_("pioggia"), context.get("storm_version")),
        (_("caldo"), context.get("heat_version")),
        (_("suoli"), context.get("soils_version")),
        *((_("indici"), one.version) for one in context["indices"]),
        (_("Rete Verde"), context["network"].version if context["network"] else None),
        (_("opere"), works["summary"].register.version if works else None),
        (_("opere"), works["summary"].effects if works else None),
        (_("mappa"), context.get("theme_version")),
        *((_("mappa"), lake.version(one)) for one in queries.BASE if lake.has(one)),
    ]
    return [(part, version) for part, version in shown if version is not None]


def _small_map(lake: Lake) -> dict[str, Any]:
    theme = choose(available(lake), "idren-celle")
    if theme is None:
        return {}
    try:
        version = lake.version(theme.layer)
        return {
            "theme": queries.theme_json(theme, version, queries.classes(theme, version)),
            "theme_version": version,
            "theme_synthetic": version.synthetic,
            "theme_unofficial": queries.unofficial_of(lake, version),
        }
    except TramaError:
        return {}
