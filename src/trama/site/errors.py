"""Anticipated errors become a page (or JSON) that says what to do, with the right status."""

from __future__ import annotations

from collections.abc import Callable

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
        """Answer; errors pass through `process_exception`."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return the error as a sentence, or None for what nobody anticipated."""
        if not isinstance(error, TramaError):
            return None
        sentence = error.text((get_language() or "it")[:2])
        if isinstance(error, FrontendNotBuilt):  # no page can be drawn, not even that of errors
            return HttpResponse(sentence, content_type="text/plain; charset=utf-8", status=error.http_status)
        if wants_json(request):
            return JsonResponse({"errore": sentence}, status=error.http_status)
        return render(request, "errore.html", {"sentence": sentence}, status=error.http_status)


def wants_json(request: HttpRequest) -> bool:
    """Tell whether the request asked for data rather than a page."""
    path = request.path
    return path.endswith((".json", ".geojson", ".png", ".pmtiles")) or request.accepts("text/html") is False


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Say that no page has that address."""
    sentence = "A questo indirizzo non c'è alcuna pagina."
    return render(request, "errore.html", {"sentence": sentence}, status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Say that the form was open too long, or came from elsewhere."""
    sentence = (
        "La richiesta non viene da una pagina aperta di recente su questo sito: nulla è cambiato. "
        "Ricaricare la pagina e riprovare."
    )
    if wants_json(request) or "/api/" in request.path:
        return JsonResponse({"errore": sentence}, status=403)
    return render(request, "errore.html", {"sentence": sentence}, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that the fault is ours."""
    sentence = "Il sito ha incontrato un errore che non era previsto. I dati salvati non sono toccati."
    return render(request, "errore.html", {"sentence": sentence}, status=500)
