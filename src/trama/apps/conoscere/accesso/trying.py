"""Gestures tried on the map: who gains and who loses, comune by comune."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from trama.analyses.access.asking import ALL, Question
from trama.analyses.access.gestures import CLOSE, GESTURES, MOVE, OPEN, PASSAGE, Gesture, prepare, try_out
from trama.analyses.installation import open_installation
from trama.apps.conoscere.accesso.changed import changed_cells
from trama.apps.conoscere.accesso.queries import Asked, memory_for
from trama.apps.conoscere.accesso.requests import BadRequest, body_of, number, one_of, points_of, text
from trama.apps.requests import answers_data
from trama.kernel.errors import TramaError

MOST = 30
POINTS = {OPEN: 1, MOVE: 1, PASSAGE: 2, CLOSE: 0}
"""Gesture → how many points it needs."""


@answers_data
@require_POST
def attempt(request: HttpRequest) -> HttpResponse:
    """Weigh gestures: ``{che, gruppo, minuti, calcolo, gesti: [{gesto, punti, servizio}], segue}``.

    ``calcolo`` is the run shown (the last where it is not said); with ``prepara`` true nothing is weighed,
    what gestures need of that run is made ready: ``{pronta, calcolo}``. Else ``{risultato, celle, trace,
    html}``: ``celle`` are those gained and lost, as GeoJSON. Where ``segue`` is true the hand still moves: no
    trace is kept, ``trace`` is empty.
    """
    try:
        asked = body_of(request)
        minutes = number(asked, "minuti") if asked.get("minuti") is not None else None
        question = Question(text(asked, "che"), text(asked, "gruppo", "tutti"), minutes)
        installation = open_installation()
        lake = installation.lake
        memory = memory_for(installation, Asked(ALL, "", None, run=text(asked, "calcolo")))
        follows = asked.get("segue", False) is True
        if asked.get("prepara") is True:
            prepare(memory, question)
            return JsonResponse({"pronta": True, "calcolo": memory.run.key})
        effect = try_out(memory, question, _gestures(asked.get("gesti")))
    except TramaError as error:
        sentence = error.text((get_language() or "it")[:2])
        return JsonResponse({"errore": sentence}, status=error.http_status)
    body, trace = effect.to_json(), effect.trace()
    if not follows:
        lake.traces.save(trace)
    kept = "" if follows else trace.id
    context = {
        "found": body,
        "trace": kept,
        "synthetic": any(use.synthetic for use in trace.layers()),
        "unofficial": trace.unofficial(),
    }
    html = render_to_string("conoscere/accesso/prova.html", context, request=request)
    return JsonResponse({"risultato": body, "celle": changed_cells(effect), "trace": kept, "html": html})


def _gestures(given: Any) -> list[Gesture]:
    if not isinstance(given, list) or not 1 <= len(given) <= MOST:
        raise BadRequest(why=f"i cambiamenti sono da 1 a {MOST}.")
    return [_gesture(one) for one in given]


def _gesture(given: Any) -> Gesture:
    if not isinstance(given, dict):
        raise BadRequest(why="un cambiamento non è un insieme di chiavi.")
    kind = one_of(given, "gesto", GESTURES, "")
    points: tuple[tuple[float, float], ...] = ()
    if POINTS[kind]:
        metres = points_of(given.get("punti"))
        points = tuple((float(east), float(north)) for east, north in metres)
        if len(points) != POINTS[kind]:
            raise BadRequest(why=f"«{kind}» vuole {POINTS[kind]} punti.")
    return Gesture(kind, points, text(given, "servizio"))
