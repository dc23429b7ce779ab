"""Pages of arrivals: the form of an original, its mending, the runs of STORM and of WARM."""

from __future__ import annotations

import math
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from trama.analyses.installation import open_installation
from trama.analyses.storm.events import events_mm
from trama.apps.conoscere.arrivals import actions, queries, store
from trama.apps.conoscere.arrivals.form import ArrivalForm
from trama.apps.conoscere.arrivals.recomputing_rooms import RUNS
from trama.apps.conoscere.arrivals.wording import Refused
from trama.apps.conoscere.keepers import MAKERS
from trama.apps.lavori import queries as works
from trama.kernel.errors import TramaError
from trama.kernel.layers import Manifest
from trama.lake import open_lake
from trama.sources.known import leading


@require_safe
def which(request: HttpRequest) -> HttpResponse:
    """List the layers that a file can become a version of: what is awaited, invented, already an original."""
    groups = queries.by_standing(open_installation())
    context = {"groups": [{"name": name, "manifests": found} for name, found in groups.items()]}
    return render(request, "conoscere/arrivi/quale.html", context)


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, layer: str) -> HttpResponse:
    """Ask for an original of `layer`; ``?da=`` names the work it puts right, whose file is kept."""
    manifest = queries.described(open_installation(), layer)
    if leading(layer) != layer:
        return redirect("conoscere:aggiungi", leading(layer))
    earlier, trouble = _earlier(request.GET.get("da", ""), layer)
    kept = earlier.get("file", "") if earlier and store.is_kept(earlier["file"]) else ""
    if request.method != "POST":
        form = ArrivalForm(manifest, initial=_initial(earlier) if earlier else {}, kept=kept)
        return _form_page(request, manifest, form, kept, trouble)
    form = ArrivalForm(manifest, request.POST, request.FILES, kept=kept)
    if form.is_valid():
        try:
            return redirect("lavori:lavoro", actions.take_in(form, earlier if kept else {}).pk)
        except Refused as error:
            trouble = {name: str(text) for name, text in error.fields.items()}
    return _form_page(request, manifest, form, kept, trouble, status=422)


@require_POST
def mend(_request: HttpRequest, key: UUID) -> HttpResponse:
    """Do an arrival again, mending what its checks found."""
    row = works.work(key)
    manifest = queries.described(open_installation(), row.request["layer"])
    return redirect("lavori:lavoro", actions.mend(row.request, manifest.title).pk)


@require_POST
def confirm(request: HttpRequest, key: UUID) -> HttpResponse:
    """Do an arrival again, taking as true the unusual values it has, for the reason given."""
    row = works.work(key)
    manifest = queries.described(open_installation(), row.request["layer"])
    return redirect("lavori:lavoro", actions.confirm(row, request.POST.get("motivo", ""), manifest.title).pk)


@require_http_methods(["GET", "POST"])
def storm(request: HttpRequest) -> HttpResponse:
    """Ask for the rain and run STORM again."""
    installation = open_installation()
    most = queries.most_rain_mm(installation.book, localdate())
    words = request.POST.get("pioggia_mm", "")
    error = ""
    if request.method == "POST":
        try:
            rain_mm = float(words.replace(",", "."))
        except ValueError:
            rain_mm = math.nan
        if math.isfinite(rain_mm) and 0 < rain_mm <= most:
            return redirect("lavori:lavoro", actions.run_storm_again(rain_mm, localdate()).pk)
        error = f"Scrivere i millimetri di pioggia dell'evento, fino a {most:g}: per esempio 50 oppure 61,4."
    context = {
        "rain": words or queries.italian(queries.last_rain_mm(installation.lake)),
        "error": error,
        "events": events_mm(installation.lake),
        "to_compute": queries.to_compute_again(installation.lake),
        "running": works.active(actions.STORM),
    }
    return render(request, "conoscere/arrivi/ricalcola.html", context, status=422 if error else 200)


@require_http_methods(["GET", "POST"])
def warm(request: HttpRequest) -> HttpResponse:
    """Run WARM again."""
    if request.method == "POST":
        return redirect("lavori:lavoro", actions.run_warm_again(localdate()).pk)
    context = {
        "to_compute": queries.heat_to_compute_again(open_lake()),
        "running": works.active(actions.WARM),
    }
    return render(request, "conoscere/arrivi/ricalcola_warm.html", context)


@require_http_methods(["GET", "POST"])
def room(request: HttpRequest, analysis: str) -> HttpResponse:
    """Compute again soils, Rete Verde or indices."""
    if analysis not in RUNS:
        raise Http404
    name = str(MAKERS[analysis])
    if request.method == "POST":
        return redirect("lavori:lavoro", actions.run_room_again(analysis, name, localdate()).pk)
    context = {
        "name": name,
        "to_compute": queries.rooms_to_compute_again(open_lake(), analysis),
        "running": works.active(f"{actions.ROOM}/{analysis}"),
    }
    return render(request, "conoscere/arrivi/ricalcola_stanza.html", context)


def _earlier(key: str, layer: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the request of an earlier work on this layer, and what was wrong with it."""
    if not key:
        return {}, {}
    try:
        row = works.work(key)
    except TramaError:
        return {}, {}
    if row.request.get("layer") != layer:
        return {}, {}
    return row.request, row.trouble.get("fields", {})


def _initial(earlier: dict[str, Any]) -> dict[str, Any]:
    return {
        "fonte": earlier["source"],
        "licenza": earlier["licence"],
        "giorno": earlier["edition"],
        "crs": earlier["crs"],
        "interno": earlier["inner"] or "",
        "colonna": earlier["field"] or "",
        "copertura": earlier.get("coverage", ""),
        "comuni": earlier.get("covers", ""),
        **{f"colonna_{name}": column for name, column in earlier["columns"].items()},
    }


def _form_page(
    request: HttpRequest,
    manifest: Manifest,
    form: ArrivalForm,
    kept: str,
    trouble: dict[str, str],
    status: int = 200,
) -> HttpResponse:
    rare = ("crs", "interno", "colonna")
    if wrong := form.fields.get(trouble.get("field", "")):
        described = wrong.widget.attrs.get("aria-describedby", "")
        marks = {"aria-describedby": f"{described} {trouble['field']}-guaio".strip(), "aria-invalid": "true"}
        wrong.widget.attrs.update(marks)
    fields = list(form)
    unusual = [one for one in fields if one.name in rare or one.name.startswith("colonna_")]
    context = {
        "manifest": manifest,
        "exists": open_lake().has(manifest.id),
        "usual": [one for one in fields if one.name not in rare and not one.name.startswith("colonna_")],
        "rare": [one for one in fields if one.name in rare],
        "columns": [one for one in fields if one.name.startswith("colonna_")],
        "errors": [one for one in fields if one.errors],
        "kept": kept.rpartition("/")[2],
        "trouble": trouble,
        "unfold": trouble.get("field") in {*rare, "colonne"} or any(one.errors for one in unusual),
    }
    return render(request, "conoscere/arrivi/aggiungi.html", context, status=status)
