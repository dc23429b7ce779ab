"""Where the next services should stand, and what a place moved by hand costs: answers for the map."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from trama.analyses.access.errors import NotTheLatest
from trama.analyses.access.runs import latest
from trama.analyses.installation import open_installation
from trama.analyses.siting import Found, best_sites, sites_given
from trama.analyses.siting.answer import answer_of, how_said, trace_of
from trama.apps.conoscere.accesso.requests import body_of, number, points_of, text, wanted_of
from trama.apps.requests import answers_data
from trama.kernel.errors import TramaError


@answers_data
@require_POST
def find(request: HttpRequest) -> HttpResponse:
    """Find the best places, or weigh those given in ``luoghi``; ``{risultato, trace, html}``.

    ``guadagnati_prima`` is what the places proposed would bring, so that the answer says what moving costs.
    Where ``segue`` is true the hand is still moving: no trace is kept, ``trace`` is empty.
    """
    try:
        asked = body_of(request)
        wanted = wanted_of(asked)
        installation = open_installation()
        lake, book = installation.lake, installation.book
        if text(asked, "calcolo") not in {"", latest(lake).key}:
            raise NotTheLatest()
        if "luoghi" in asked:
            found = sites_given(lake, book, wanted, points_of(asked["luoghi"]))
        else:
            found = best_sites(lake, book, wanted)
        follows = asked.get("segue", False) is True
        before = number(asked, "guadagnati_prima") if asked.get("guadagnati_prima") is not None else None
    except TramaError as error:
        sentence = error.text((get_language() or "it")[:2])
        return JsonResponse({"errore": sentence}, status=error.http_status)
    return _answered(request, found, before, asked.get("luoghi"), follows)


def _answered(
    request: HttpRequest, found: Found, before: float | None, given: list[list[float]] | None, follows: bool
) -> JsonResponse:
    body, trace = answer_of(found), trace_of(found)
    for row, place in enumerate(body["luoghi"]):
        lon, lat = given[row] if given else (place["lon"], place["lat"])
        kind = {"voce": found.demand.target.voci[0], "lon": f"{lon:.6f}", "lat": f"{lat:.6f}"}
        place["step"] = f"luogo/{row + 1}"
        place["criteria"] = f"{reverse('localizza:index')}?{urlencode(kind)}"
    if not follows:
        open_installation().lake.traces.save(trace)
    context: dict[str, Any] = {
        "found": body,
        "trace": "" if follows else trace.id,
        "said": how_said(found),
        "change": None if before is None else body["guadagnati"] - before,
        "synthetic": any(use.synthetic for use in trace.layers()),
        "unofficial": trace.unofficial(),
    }
    html = render_to_string("conoscere/accesso/dove.html", context, request=request)
    return JsonResponse({"risultato": body, "trace": context["trace"], "html": html})
