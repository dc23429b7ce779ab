"""Anticipated errors become a page (or JSON) that says what to do, with the right status."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language

from trama.kernel.errors import TramaError
from trama.site.tags import FrontendNotBuilt


class AnticipatedErrors:
    """Middleware: a `TramaError` raised by a view is told to the person who caused it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; errors pass through `process_exception`, what Django refuses by itself is put in words."""
        answer = self.get_response(request)
        if answer.status_code not in _REFUSALS or _is_told(request, answer):
            return answer
        told = _tell(request, _sentence(request, answer), answer.status_code)
        if "Allow" in answer:
            told["Allow"] = answer["Allow"]
        return told

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return the error as a sentence, or None for what nobody anticipated."""
        if not isinstance(error, TramaError):
            return None
        sentence = error.text((get_language() or "it")[:2])
        if isinstance(error, FrontendNotBuilt):  # no page can be drawn, not even that of errors
            return HttpResponse(sentence, content_type="text/plain; charset=utf-8", status=error.http_status)
        return _tell(request, sentence, error.http_status)


_REFUSALS = {
    400: "La richiesta non si legge: ricaricare la pagina e riprovare.",
    403: "Questa richiesta non è permessa: ricaricare la pagina e riprovare.",
    404: "A questo indirizzo non c'è nulla: controllarlo, o ripartire dalla pagina iniziale.",
    405: "Questo indirizzo non accetta il metodo {method}: usare {allowed}.",
    413: "La richiesta è troppo grande: semplificarla e riprovare.",
}
"""What Django refuses by itself, with a page in English or with nothing at all."""


def _sentence(request: HttpRequest, answer: HttpResponse) -> str:
    allowed = answer.headers.get("Allow", "").replace(", ", " o ")
    return _REFUSALS[answer.status_code].format(method=request.method, allowed=allowed)


def _is_told(request: HttpRequest, answer: HttpResponse) -> bool:
    """Tell whether an answer already carries a sentence, in the form that was asked for."""
    if answer.streaming or answer.headers.get("Content-Type", "").startswith("application/json"):
        return True
    return bool(answer.content) and not wants_json(request)


def _tell(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    """Say a sentence as data or as a page, as was asked."""
    if wants_json(request):
        return JsonResponse({"errore": sentence}, status=status)
    return render(request, "errore.html", {"sentence": sentence}, status=status)


def wants_json(request: HttpRequest) -> bool:
    """Tell whether the request asked for data rather than a page: by address, view, or what it sent."""
    path = request.path
    return (
        path.endswith((".json", ".geojson", ".png", ".pmtiles"))
        or "/api/" in path
        or request.content_type == "application/json"
        or (request.resolver_match is not None and hasattr(request.resolver_match.func, "answers_data"))
        or not request.accepts("text/html")
    )


_WRONG_HOST = (
    "Il sito non risponde a questo nome: aprirlo dal suo indirizzo. "
    "Chi lo gestisce aggiunge altri nomi con TRAMA_HOSTS."
)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say what was wrong with a request that Django refuses by itself: above all, the host it asks for."""
    sentence = _WRONG_HOST if isinstance(exception, DisallowedHost) else _REFUSALS[400]
    return _tell(request, sentence, 400)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Say that no page has that address."""
    sentence = "A questo indirizzo non c'è alcuna pagina."
    return _tell(request, sentence, 404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Say that the form was open too long, or came from elsewhere."""
    sentence = (
        "La richiesta non viene da una pagina aperta di recente su questo sito: nulla è cambiato. "
        "Ricaricare la pagina e riprovare."
    )
    return _tell(request, sentence, 403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that the fault is ours."""
    sentence = "Il sito ha incontrato un errore che non era previsto. I dati salvati non sono toccati."
    return _tell(request, sentence, 500)
