"""What can be taken away of the atlas: the whole and one sheet, as PDF, CSV, JSON."""

from __future__ import annotations

from functools import lru_cache
from threading import Lock

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.timezone import localdate
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from trama.analyses.envelope import envelope, traced
from trama.analyses.installation import open_installation
from trama.analyses.lum.answer import atlas_json, book_of, sheet_json
from trama.analyses.lum.document import render_atlas, render_sheet
from trama.analyses.lum.exports import TABLES, atlas_csv, sheet_csv
from trama.analyses.lum.outputs import LAYERS
from trama.apps.conoscere.lum import queries
from trama.apps.conoscere.lum.queries import Choice
from trama.apps.conoscere.lum.views import rules_today
from trama.apps.conoscere.queries import unofficial_of
from trama.apps.requests import chosen as one_of
from trama.lake import Lake, open_lake

PDF, CSV = "application/pdf", "text/csv; charset=utf-8"
_LAYING_OUT = Lock()


@require_safe
def sheet_pdf(_request: HttpRequest, code: str) -> HttpResponse:
    """Give the sheet of a LUM as PDF."""
    lake = open_lake()
    body = render_sheet(lake, rules_today(), book_of(lake).sheet(code), office=settings.INSTITUTION)
    return attached(body, PDF, f"lum-{code}.pdf")


@require_safe
def atlas_pdf(_request: HttpRequest) -> HttpResponse:
    """Give the whole atlas as PDF, laid out once for each version: who asks meanwhile waits for that one."""
    lake = open_lake()
    version = book_of(lake).version
    with _LAYING_OUT:
        body = _whole(_Lake(lake), version.sha256, version.id, localdate().isoformat())
    return attached(body, PDF, f"lum-{version.id}.pdf")


class _Lake:
    """A lake as a cache key: the same where its folder is."""

    def __init__(self, lake: Lake) -> None:
        self.lake = lake

    def __hash__(self) -> int:
        return hash(self.lake.root)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Lake) and self.lake.root == other.lake.root


@lru_cache(maxsize=1)
def _whole(lake: _Lake, _sha256: str, _version: str, _day: str) -> bytes:
    return render_atlas(lake.lake, rules_today(), office=settings.INSTITUTION)


@require_safe
@gzip_page
def atlas_as_csv(request: HttpRequest) -> HttpResponse:
    """Give a table of the LUM chosen as CSV: ``?tabella=lum|servizi|funzioni`` and the choice of the list."""
    lake, rules = open_lake(), rules_today()
    book = book_of(lake)
    layer = TABLES[one_of(request, "tabella", TABLES, "lum")]
    chosen = {
        row["codice"]: at for at, row in enumerate(queries.rows_of(book, rules, Choice.of(request.GET)))
    }
    rows = [row for row in book.rows.tables[layer] if row["codice"] in chosen]
    text = atlas_csv(
        sorted(rows, key=lambda row: chosen[row["codice"]]),
        book.version,
        open_installation().book.manifests[layer],
        unofficial=bool(unofficial_of(lake, book.version)),
    )
    return attached(text.encode(), CSV, f"{layer}-{book.version.id}.csv")


@require_safe
@gzip_page
def atlas_as_json(request: HttpRequest) -> HttpResponse:
    """Give the LUM chosen as JSON, as ``trama lum atlante --json`` does."""
    lake = open_lake()
    book = book_of(lake)
    rows = queries.rows_of(book, rules_today(), Choice.of(request.GET))
    versions = {layer: lake.version(layer) for layer in LAYERS if lake.has(layer)}
    body = atlas_json(rows, versions, book.notes)
    return JsonResponse(traced(body, lake.traces.load(book.version.provenance.trace)))


@require_safe
def sheet_as_csv(_request: HttpRequest, code: str) -> HttpResponse:
    """Give the sheet of a LUM as one long CSV table."""
    book = book_of(open_lake())
    text = sheet_csv(book.sheet(code), rules_today(), book.version)
    return attached(text.encode(), CSV, f"lum-{code}.csv")


@require_safe
def sheet_as_json(_request: HttpRequest, code: str) -> HttpResponse:
    """Give the sheet of a LUM as JSON, as ``trama lum scheda --json`` does."""
    book, rules = book_of(open_lake()), rules_today()
    sheet = book.sheet(code)
    body = sheet_json(sheet, rules)
    if sheet.trace is None:
        return JsonResponse(envelope(body, day=rules.day, layers=[book.version.use()]))
    return JsonResponse(traced(body, sheet.trace))


def attached(body: bytes, kind: str, name: str) -> HttpResponse:
    """Return a file to be kept."""
    answer = HttpResponse(body, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
