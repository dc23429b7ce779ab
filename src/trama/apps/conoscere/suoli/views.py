"""Pages of soils: the map by place, and the question "what is lost if this is built?"."""

from __future__ import annotations

import math
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from trama.analyses.installation import open_installation
from trama.analyses.suoli import Question, consume
from trama.analyses.suoli.answer import consumption_json
from trama.analyses.suoli.rules import read_rules
from trama.apps.conoscere import queries
from trama.apps.conoscere.suoli.queries import GRAINS, class_colours, class_names, services, soil_rows
from trama.apps.requests import answers_data, json_of
from trama.kernel.errors import BadInput, TramaError
from trama.kernel.strict_json import NotStrict
from trama.lake import open_lake
from trama.sources.interventions import Intervention
from trama.sources.interventions.systems import ACCEPTED


class BadRequest(BadInput):
    """What the page sent is not a question."""

    it = "La domanda non si legge: {why}"
    en = "The question cannot be read: {why}"


MAX_REQUEST_BYTES = 2_000_000


@require_safe
def map_page(request: HttpRequest) -> HttpResponse:
    """Show the soils of comuni or UPA, computed and by matrix side by side, with what is missing."""
    lake, book, today = open_lake(), open_installation().book, timezone.localdate()
    grain = request.GET.get("per", "comuni")
    grain = grain if grain in GRAINS else "comuni"
    layer = f"suoli_{grain}"
    version = lake.version(layer) if lake.has(layer) else None
    rules = read_rules(book, today)
    colours = class_colours(rules)
    context: dict[str, Any] = {
        "grain": grain,
        "version": version,
        "services": services(lake, book, today, version),
        "classes": [{"grade": g, "name": n, "colour": colours[g]} for g, n in class_names(rules).items()],
        "matrix": rules.matrix,
    }
    if version:
        context["rows"] = soil_rows(version, grain, colours)
        context["unofficial"] = queries.unofficial_of(lake, version)
        context["stale"] = queries.superseded(lake, version)
    return render(request, "conoscere/suoli/carta.html", context)


@require_safe
def land_take(request: HttpRequest) -> HttpResponse:
    """Show the page on which an area is drawn and its loss is told."""
    book, today = open_installation().book, timezone.localdate()
    lake = open_lake()
    default = queries.in_force("sttm1/suoli/composizione_costruito", today)
    intensity = queries.in_force("sttm1/suoli/intensita_edificata", today)
    config = {
        "stato": {"geometria": None},
        "mappa": queries.map_config(lake),
        "risultato": None,
        "api": {
            "perimetro": reverse("riconoscere:api-perimetro"),
            "calcola": reverse("conoscere:consumo-calcola"),
        },
    }
    context = {
        "config": config,
        "sealed": 100 * float(default.value.get("impermeabile", 0)) if default else 80,
        "intensity": intensity.value if intensity else None,
        "rain": queries.in_force("sttm1/suoli/pioggia_annua", today),
        "ready": lake.has("uso_suolo") and lake.has("gruppo_idrologico"),
        "drawn": lake.has("attitudine_suoli"),
        "book": book.package.title,
        "systems": [(code, f"{name} (EPSG:{code})") for code, name in ACCEPTED.items()],
    }
    return render(request, "conoscere/suoli/consumo.html", context)


@answers_data
@require_POST
def weigh(request: HttpRequest) -> HttpResponse:
    """Answer a question sent by the page: the loss as JSON, and as the piece of page that shows it.

    ``{geometria, nome, impermeabile, intensita, pioggia}``; errors are ``{"errore": sentence}``.
    """
    try:
        question = _read(request)
        installation = open_installation()
        found = consume(installation.lake, installation.book, question, timezone.localdate())
    except TramaError as error:
        sentence = error.text((get_language() or "it")[:2])
        return JsonResponse({"errore": sentence}, status=error.http_status)
    body = consumption_json(found)
    english = (get_language() or "it").startswith("en")
    rules = found.site.rules
    colours = class_colours(rules)
    total = sum(row["ha"] for row in body["suoli_consumati"]) or 1.0
    bars, at = [], 0.0
    for row in body["suoli_consumati"]:
        width = 100 * row["ha"] / total
        bars.append({"start": at, "width": width, "colour": colours[row["classe"]], **row})
        at += width
    html = render_to_string(
        "conoscere/suoli/perdite.html",
        {
            "found": body,
            "trace": found.trace.id,
            "bars": bars,
            "synthetic": any(use.synthetic for use in found.trace.layers()),
            "unofficial": found.trace.unofficial(),
            "said_first": [one.en if english else one.it for one in found.notices],
            "all_water": found.site.soil_m2 <= 0,
        },
        request=request,
    )
    return JsonResponse({"risultato": body, "trace": found.trace.id, "html": html})


def _read(request: HttpRequest) -> Question:
    try:
        asked = json_of(request, MAX_REQUEST_BYTES)
    except NotStrict as error:
        raise BadRequest(why=f"{error}.") from None
    if not isinstance(asked, dict) or not isinstance(asked.get("geometria"), dict):
        raise BadRequest(why="manca l'area.")
    feature = {"type": "Feature", "geometry": asked["geometria"], "properties": {}}
    area = Intervention.from_geojson(feature)
    return Question(
        geometry=area.geometry,
        nome=_name(asked),
        impermeabile_percento=_number(asked, "impermeabile"),
        intensita_edificata=_number(asked, "intensita"),
        pioggia_annua_mm=_number(asked, "pioggia"),
    )


def _name(asked: dict[str, Any]) -> str:
    name = asked.get("nome")
    if name is None:
        return ""
    if not isinstance(name, str):
        raise BadRequest(why="«nome» non è un testo.")
    if any(ord(letter) < 32 or 0xD800 <= ord(letter) <= 0xDFFF for letter in name):
        raise BadRequest(why="«nome» contiene caratteri non ammessi: riscriverlo senza.")
    return name[:200]


def _number(asked: dict[str, Any], name: str) -> float | None:
    value = asked.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise BadRequest(why=f"«{name}» non è un numero.")
    return float(value)
