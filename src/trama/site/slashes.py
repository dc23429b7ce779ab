"""An address with a final slash too many, or one too few, leads to the page that was meant."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import is_valid_path
from django.utils.encoding import escape_uri_path
from django.utils.http import escape_leading_slashes


class FinalSlash:
    """Middleware: a read of an address that no page has goes to its other spelling, if a page has that."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or send on with the question kept."""
        response = self.get_response(request)
        if response.status_code != 404 or request.method not in ("GET", "HEAD"):
            return response
        if is_valid_path(request.path_info) or not is_valid_path(_other(request.path_info)):
            return response
        there = escape_leading_slashes(escape_uri_path(_other(request.path)))
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(f"{there}?{query}" if query else there)


def _other(path: str) -> str:
    return path[:-1] if path.endswith("/") else f"{path}/"
