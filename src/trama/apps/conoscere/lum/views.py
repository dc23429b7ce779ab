"""Pages of the atlas of LUM: map and list, one sheet, the same on paper."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST, require_safe

from trama.analyses.installation import open_installation
from trama.analyses.lum.answer import book_of, counts, grade, row_json
from trama.analyses.lum.errors import NoAtlas
from trama.analyses.lum.rules import Rules, read_rules
from trama.apps.conoscere.lum import actions, queries
from trama.apps.conoscere.lum.queries import Choice
from trama.apps.conoscere.lum.settling import before_reading
from trama.apps.conoscere.queries import map_config, superseded, unofficial_of
from trama.apps.lavori import queries as lavori
from trama.lake import open_lake


@require_safe
def atlas(request: HttpRequest) -> HttpResponse:
    """Show the LUM kept by ``?comune=``, ``?livello=`` and ``?completezza=``: map and list."""
    before_reading(localdate())
    lake, running = open_lake(), lavori.active(actions.ATLAS)
    try:
        book = book_of(lake)
    except NoAtlas as error:
        can = lake.has("fermate") and lake.has("comuni")
        empty: dict[str, Any] = {"why": error, "running": running, "can": can}
        return render(request, "conoscere/lum/vuoto.html", empty)
    rules, choice = rules_today(), Choice.of(request.GET)
    rows = queries.rows_of(book, rules, choice)
    places = {str(row["istat"]): str(row["comune"]) for row in book.rows.lum}
    context = {
        "choice": choice,
        "rows": [queries.listed(rules, row) for row in rows],
        "counts": counts(rows),
        "all": len(book.rows.lum),
        "levels": queries.levels(rules, rows),
        "places": sorted(places.items(), key=lambda one: one[1]),
        "grades": [("completa", _("completa")), ("parziale", _("parziale")), ("scarsa", _("scarsa"))],
        "version": book.version,
        "stale": superseded(lake, book.version),
        "unofficial": unofficial_of(lake, book.version),
        "running": running,
        "orphans": book.orphans,
        "config": map_config(lake),
        "lum_map": {
            "url": f"{reverse('conoscere:lum-forme')}?{choice.query}",
            "sheet": reverse("conoscere:lum-scheda", args=["CODICE"]),
            "bounds": queries.bounds(rows),
        },
    }
    return render(request, "conoscere/lum/atlante.html", context)


@require_safe
@gzip_page
def shapes(request: HttpRequest) -> HttpResponse:
    """Serve the LUM chosen, as GeoJSON."""
    body = queries.geojson(book_of(open_lake()), rules_today(), Choice.of(request.GET))
    return HttpResponse(body, content_type="application/geo+json")


@require_safe
def sheet(request: HttpRequest, code: str) -> HttpResponse:
    """Show the sheet of a LUM."""
    before_reading(localdate())
    lake, rules = open_lake(), rules_today()
    book = book_of(lake)
    found = book.sheet(code)
    row = row_json(found.row)
    context = {
        "lum": row,
        "grade": grade(rules, row["completezza"]),
        "least": str(row["minimi"] or "").split(),
        "inside": queries.inside(found),
        "ages": queries.ages(rules, found.row),
        "level_name": _level_name(rules, row["livello"]),
        "written": _level_name(rules, row["livello_piano"]),
        "computed": _level_name(rules, row["livello_calcolato"]),
        "colour": queries.colour(rules, row["livello"]),
        "redrawn": found.redrawn,
        "waiting": found.waiting,
        "groups": queries.groups(found),
        "node_place": queries.node_place(found),
        "answers": queries.answers(found, rules),
        "unadvised": [str(one["name_it"]).lower() for one in rules.unadvised.value.values()],
        "version": book.version,
        "stale": superseded(lake, book.version),
        "unofficial": found.trace.unofficial() if found.trace else [],
        "reading": _reading(rules, row["rapporto_pedonale"]),
        "config": map_config(lake),
        "lum_map": {
            "url": f"{reverse('conoscere:lum-forme')}?{Choice(comune=str(row['istat'])).query}",
            "sheet": reverse("conoscere:lum-scheda", args=["CODICE"]),
            "bounds": queries.bounds([found.row]),
            "chosen": code,
        },
    }
    return render(request, "conoscere/lum/scheda.html", context)


@require_POST
def compute(_request: HttpRequest) -> HttpResponse:
    """Begin the atlas."""
    return redirect("lavori:lavoro", actions.compute_again(localdate()).pk)


def rules_today() -> Rules:
    """Return the norms of the LUM in force today."""
    return read_rules(open_installation().book, localdate())


def _level_name(rules: Rules, level: Any) -> str:
    return rules.level_name(level) or ""


def _reading(rules: Rules, ratio: float | None) -> str:
    """Say whether the share of the circle reached on foot is good."""
    if ratio is None:
        return ""
    if ratio >= rules.walking("buono"):
        return _("buono")
    return _("accettabile") if ratio >= rules.walking("accettabile") else _("basso")
