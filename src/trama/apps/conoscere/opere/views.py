"""Pages of funded works: the map with its totals, one work, the files to take away."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST, require_safe

from trama.analyses.opere.answer import attested
from trama.analyses.opere.errors import NoRegister
from trama.analyses.opere.export import to_csv, to_geopackage
from trama.analyses.opere.register import LAYER
from trama.analyses.opere.summary import RULE, Summary
from trama.apps.conoscere import tables
from trama.apps.conoscere.opere import actions, queries
from trama.apps.conoscere.queries import map_config
from trama.apps.lavori import queries as lavori
from trama.lake import Lake, open_lake

FIGURES = (
    ("importo", "EUR"),
    ("contributo", "EUR"),
    ("m3_giorno_estivo", "m3"),
    ("m3_t50_1h", "m3"),
    ("idren_m2", "m2"),
    ("costo_m3", "EUR/m3"),
)
DECLARED = ("importo", "contributo")
"""Figures the register itself declares; the others are estimates."""


@require_safe
def works_page(request: HttpRequest) -> HttpResponse:
    """Show the works kept by ``?fondo=``, ``?stato=`` and ``?comune=``: map, totals, list."""
    lake = open_lake()
    try:
        summary = queries.summary_of(queries.choice_of(request.GET), localdate())
    except NoRegister:
        return render(request, "conoscere/opere/vuoto.html", {"layer": LAYER})
    return render(request, "conoscere/opere/opere.html", _context(lake, summary))


def _context(lake: Lake, summary: Summary) -> dict[str, Any]:
    register = summary.register
    total = summary.total.to_json()
    unofficial = queries.unofficial(lake, summary.effects)
    return {
        "summary": summary,
        "total": total,
        "figures": [{"name": name, "label": label, "value": total[name], "unit": unit, "note": note,
                     "estimated": name not in DECLARED}
                    for (name, unit), (label, note) in zip(FIGURES, _words(total), strict=True)],
        "rows": queries.rows_of(summary),
        "groups": _groups(summary),
        "legends": {"fund": queries.legend(summary, "fund"), "state": queries.legend(summary, "state")},
        "funds": queries.choices(register, "fund"),
        "states": queries.choices(register, "state"),
        "places": tables.places(lake.version("comuni")) if lake.has("comuni") else [],
        "query": queries.query_of(summary.choice),
        "lacking": [
            {"why": why, "works": works} for why, works in summary.lacking.items() if summary.effects
        ],
        "unplaced": summary.unplaced,
        "attested": [] if summary.choice.any else attested(summary),
        "unknown_funds": register.unknown_funds,
        "stale": queries.stale_effects(lake) if summary.effects else [],
        "unofficial": unofficial,
        "running": lavori.active(actions.ESTIMATE),
        "rule": RULE,
        "config": map_config(lake),
        "works_map": {
            "url": f"{reverse('conoscere:opere-forme')}?{queries.query_of(summary.choice)}",
            "card": reverse("conoscere:opera"),
            "bounds": queries.bounds(summary),
        },
    }  # fmt: skip


def _words(total: dict[str, Any]) -> list[tuple[str, str]]:
    """Return label and note of each figure, in order."""
    count = total["opere"]
    without = {
        "importo": _("senza importo: %(n)d su %(all)d") % {"n": total["senza_importo"], "all": count},
        "contributo": _("senza contributo: %(n)d su %(all)d")
        % {"n": total["senza_contributo"], "all": count},
        "stima": _("senza stima: %(n)d su %(all)d") % {"n": total["senza_stima"], "all": count},
    }
    estimated = without["stima"] if total["senza_stima"] else ""
    return [
        (_("Importo"), without["importo"] if total["senza_importo"] else ""),
        (_("Contributo"), without["contributo"] if total["senza_contributo"] else ""),
        (_("Acqua fuori dalla fognatura, giorno di pioggia estivo"), estimated),
        (_("Acqua fuori dalla fognatura, temporale di un'ora (T 50)"), estimated),
        (_("Superficie drenante in più"), estimated),
        (_("Costo per m³ nel temporale"), _("delle opere con importo e stima")),
    ]


def _groups(summary: Summary) -> list[dict[str, Any]]:
    """Return the totals by fund, state, comune and UPA, with names in the reader's language."""
    works = summary.register.works
    names = {group.id: queries.name_of(group) for work in works for group in (work.fund, work.state)}
    found = []
    for name, title in _group_titles().items():
        totals = [one.to_json() for one in summary.by[name]]
        if name in ("fondi", "stati"):
            totals = [{**one, "nome": names[one["codice"]]} for one in totals]
        found.append(
            {"name": name, "title": title, "totals": totals, "synthetic": name in summary.synthetic_places}
        )
    return found


def _group_titles() -> dict[str, str]:
    return {"fondi": _("Per fondo"), "stati": _("Per stato"), "comuni": _("Per comune"), "upa": _("Per UPA")}


@require_safe
def work_page(request: HttpRequest) -> HttpResponse:
    """Show the work called ``?id=``: the card beside the map, or a page of its own."""
    lake = open_lake()
    summary = queries.summary_of(queries.choice_of(request.GET), localdate())
    row = queries.find_work(summary, request.GET.get("id", ""))
    part = request.headers.get("HX-Request") == "true"
    context = {
        "row": row,
        "solution": queries.solution_name(summary, row.work),
        "alone": not part,
        "summary": summary,
        "unofficial": queries.unofficial(lake, summary.effects),
    }
    return render(request, f"conoscere/opere/{'opera_corpo' if part else 'opera'}.html", context)


@require_safe
@gzip_page
def shapes(request: HttpRequest) -> HttpResponse:
    """Serve the works on the map, as GeoJSON."""
    summary = queries.summary_of(queries.choice_of(request.GET), localdate())
    return HttpResponse(queries.geojson(summary), content_type="application/geo+json")


@require_safe
def why(request: HttpRequest) -> HttpResponse:
    """Keep the explanation of the totals asked for and go to its step ``?passo=``."""
    trace = actions.keep_explanation(queries.choice_of(request.GET), localdate())
    step = urlencode({"passo": request.GET.get("passo", "")})
    return redirect(f"{reverse('conoscere:perche', args=[trace])}?{step}")


@require_safe
def as_csv(request: HttpRequest) -> HttpResponse:
    """Give the works as CSV, the Italian way."""
    summary = queries.summary_of(queries.choice_of(request.GET), localdate())
    return _file(to_csv(summary), "text/csv; charset=utf-8", f"opere-{summary.register.version.id}.csv")


@require_safe
def as_geopackage(request: HttpRequest) -> HttpResponse:
    """Give the works as GeoPackage."""
    summary = queries.summary_of(queries.choice_of(request.GET), localdate())
    kind = "application/geopackage+sqlite3"
    return _file(to_geopackage(summary), kind, f"opere-{summary.register.version.id}.gpkg")


@require_POST
def estimate(_request: HttpRequest) -> HttpResponse:
    """Begin the estimate of the effects."""
    return redirect("lavori:lavoro", actions.estimate_again(localdate()).pk)


def _file(body: bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(body, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
