"""Files of the lake over HTTP: immutable, with entity tags and byte ranges (RFC 9110, section 14)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control

BLOCK = 1 << 20
MOST_IN_MEMORY = 8 * BLOCK
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


@dataclass(frozen=True, slots=True)
class Span:
    """First and last byte, both included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        """Number of bytes."""
        return self.last - self.first + 1


def serve(request: HttpRequest, path: Path, tag: str, *, kind: str, name: str = "") -> HttpResponseBase:
    """Answer with a file that never changes, whole or a range of it.

    Parameters
    ----------
    tag
        Entity tag without quotes: the version's hash.
    kind
        Media type.
    name
        File name offered to who downloads it; empty for what is read in place.
    """
    entity = f'"{tag}"'
    if request.headers.get("If-None-Match") == entity:
        return _with_headers(HttpResponse(status=304), entity, name)
    size = path.stat().st_size
    try:
        span = _asked(request, entity, size)
    except ValueError:
        refused = HttpResponse(status=416)
        refused.headers["Content-Range"] = f"bytes */{size}"
        return _with_headers(refused, entity, name)
    chosen = span or Span(0, size - 1)
    answer = _body(request, path, chosen, kind)
    if span:
        answer.status_code = 206
        answer.headers["Content-Range"] = f"bytes {span.first}-{span.last}/{size}"
    answer.headers["Content-Length"] = str(chosen.length if size else 0)
    return _with_headers(answer, entity, name)


def _asked(request: HttpRequest, entity: str, size: int) -> Span | None:
    """Return the one range asked for; None for the whole file; ValueError for one outside it."""
    wanted = _RANGE.fullmatch(request.headers.get("Range", ""))
    if wanted is None or request.headers.get("If-Range", entity) != entity:
        return None
    first, last = wanted.groups()
    if not first and not last:
        return None
    if not first:
        length = min(int(last), size)
        if length == 0:
            raise ValueError
        return Span(size - length, size - 1)
    if int(first) >= size or (last and int(last) < int(first)):
        raise ValueError
    return Span(int(first), min(int(last), size - 1) if last else size - 1)


def _body(request: HttpRequest, path: Path, span: Span, kind: str) -> HttpResponseBase:
    if span.length <= MOST_IN_MEMORY:
        with path.open("rb") as file:
            file.seek(span.first)
            return HttpResponse(file.read(max(0, span.length)), content_type=kind)
    blocks = _blocks(path, span)
    if isinstance(request, ASGIRequest):
        return StreamingHttpResponse(_awaited(blocks), content_type=kind)
    return StreamingHttpResponse(blocks, content_type=kind)


def _blocks(path: Path, span: Span) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(span.first)
        left = span.length
        while left > 0 and (block := file.read(min(BLOCK, left))):
            left -= len(block)
            yield block


async def _awaited(blocks: Iterator[bytes]) -> AsyncIterator[bytes]:
    while (block := await asyncio.to_thread(next, blocks, None)) is not None:
        yield block


def _with_headers(answer: HttpResponseBase, entity: str, name: str) -> HttpResponseBase:
    answer.headers["ETag"] = entity
    answer.headers["Accept-Ranges"] = "bytes"
    if name:
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    patch_cache_control(answer, public=True, immutable=True, max_age=31536000)
    return answer
