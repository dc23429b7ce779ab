"""The page of siting, its judgement as data, its documents: each made again from the question, nothing kept.

=====================  ======  ====================================================================
address                method  what
=====================  ======  ====================================================================
``/``                  GET     the page; ``?voce=&lon=&lat=`` puts a kind and a point on it
``giudizio``           POST    judge: ``{voce, geometria, nome, risposte, giorno}`` → pieces of page
``giudizio.pdf``       POST    the same question, answered as PDF/A
``punto``              POST    a point written by hand: ``testo``, ``crs`` → longitude, latitude
``giudizio.json``      POST    the same, as ``trama localizza --json`` answers
=====================  ======  ====================================================================

Errors are ``{"errore": sentence, "campo": field}`` with the status of the error's kind.
"""

from __future__ import annotations

import math
import re
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from trama.analyses.access.runs import runs
from trama.analyses.envelope import traced
from trama.analyses.installation import open_installation
from trama.analyses.siting.candidates import LUM
from trama.analyses.siting.criteria import criteria_of
from trama.analyses.siting.document import render_pdf
from trama.analyses.territory.location import locate
from trama.apps.conoscere.queries import map_config
from trama.apps.requests import answers_data
from trama.apps.riconoscere.api import as_json
from trama.apps.riconoscere.errors import Problem
from trama.apps.riconoscere.localizza.judging import Tried, try_site
from trama.apps.riconoscere.localizza.panel import entries, panel_of
from trama.apps.riconoscere.localizza.state import SiteQuestion, around, read_spot
from trama.apps.riconoscere.outline import CRS_CHOICES
from trama.apps.riconoscere.state import read_request

SERVICES = "servizi"


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show the page on which a place is put and judged."""
    installation, today = open_installation(), timezone.localdate()
    lake, book = installation.lake, installation.book
    sheet = criteria_of(book)
    begin = Problem("", _("Scegliere il servizio e segnare il luogo: un punto o un'area."))
    panel = panel_of(book, sheet, today, None, (begin,))
    kinds = entries(book, today)
    asked = request.GET.get("voce", "")
    known = {one["key"] for _title, rows in kinds for one in rows}
    config = {
        "criteri": sheet.id,
        "punto": _point(request),
        "voce": asked if asked in known else "",
        "giorno": today.isoformat(),
        "stato": {"geometria": None},
        "modi": {sheet.id: panel.modes()},
        "api": {
            "perimetro": reverse("riconoscere:api-perimetro"),
            "giudizio": reverse("localizza:giudizio"),
            "punto": reverse("localizza:punto"),
            "pdf": reverse("localizza:pdf"),
            "json": reverse("localizza:json"),
        },
        "mappa": map_config(lake),
        "lum": reverse("conoscere:lum-forme") if lake.has(LUM) else None,
        "servizi": reverse("conoscere:servizi-punti") if lake.has(SERVICES) else None,
    }
    context = {
        "panel": panel,
        "pieces": panel.pieces(),
        "kinds": kinds,
        "chosen": config["voce"],
        "config": config,
        "crs_choices": CRS_CHOICES,
        "ready": bool(runs(lake)),
        "lum": lake.has(LUM),
    }
    return render(request, "localizza/pagina.html", context)


@answers_data
@require_POST
@as_json
def judgement(request: HttpRequest) -> HttpResponse:
    """Judge what is on the page now."""
    asked, tried = _tried(request)
    installation = open_installation()
    day = asked.giorno or timezone.localdate()
    panel = panel_of(installation.book, criteria_of(installation.book), day, tried.judged, tried.problems)
    return JsonResponse(
        {
            "risultato": panel.answer,
            "trace": panel.trace,
            "problemi": [problem.to_json() for problem in tried.problems],
            "modi": panel.modes(),
            "pezzi": panel.pieces(),
        }
    )


@answers_data
@require_POST
@as_json
def as_pdf(request: HttpRequest) -> HttpResponse:
    """Hand over the judgement as PDF/A."""
    asked, tried = _tried(request)
    body = render_pdf(tried.judged, office=settings.INSTITUTION)
    return _attached(HttpResponse(body, content_type="application/pdf"), asked, "pdf")


@answers_data
@require_POST
@as_json
def as_document(request: HttpRequest) -> HttpResponse:
    """Hand over the judgement as ``trama localizza --json`` prints it."""
    asked, tried = _tried(request)
    body = traced(tried.judged.to_json(), tried.judged.trace)
    answer = JsonResponse(body, json_dumps_params={"ensure_ascii": False, "indent": 1})
    return _attached(answer, asked, "json")


@answers_data
@require_POST
@as_json
def spot(request: HttpRequest) -> HttpResponse:
    """Read a point written by hand: ``testo``, ``crs``; nowhere in the territory, it is refused at once."""
    point = read_spot(request.POST.get("testo", ""), request.POST.get("crs", "4326"))
    installation = open_installation()
    if installation.lake.has("comuni"):
        locate(installation.lake, installation.book, timezone.localdate(), around(point))
    return JsonResponse({"punto": point})


def _tried(request: HttpRequest) -> tuple[SiteQuestion, Tried]:
    asked = read_request(request, SiteQuestion)
    return asked, try_site(open_installation(), asked, timezone.localdate())


def _point(request: HttpRequest) -> list[float] | None:
    """Return the point that the address puts on the map; None where it is none that can be read."""
    try:
        lon, lat = (float(request.GET[name].replace(",", ".")) for name in ("lon", "lat"))
    except (KeyError, ValueError):
        return None
    return [lon, lat] if math.isfinite(lon + lat) and abs(lon) <= 180 and abs(lat) <= 90 else None


def _attached(answer: Any, asked: SiteQuestion, form: str) -> HttpResponse:
    plain = re.sub(r"[^a-z0-9]+", "-", f"{asked.voce} {asked.nome}".lower()).strip("-")[:60]
    answer["Content-Disposition"] = f'attachment; filename="localizza-{plain}.{form}"'
    return answer  # type: ignore[no-any-return]
