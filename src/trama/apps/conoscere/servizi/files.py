"""What can be taken away: the table of a scale as CSV, the atlas as JSON, the sheets as PDF."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from trama.analyses.envelope import traced
from trama.analyses.services.document import comune_pdf, pole_pdf
from trama.analyses.services.reading import FIRST, SERVICES, Reading
from trama.apps.conoscere.servizi.queries import SCALES
from trama.apps.conoscere.servizi.views import opened
from trama.kernel.spreadsheet import to_csv

LAYER_OF = {"comuni": FIRST, "zone": "servizi_zone", "poli": "servizi_poli", "voci": "servizi_voci",
            "standard": "servizi_standard"}  # fmt: skip


@require_safe
def as_csv(request: HttpRequest) -> HttpResponse:
    """Give a table as CSV with Italian decimals: ``?tabella=comuni|zone|poli|voci|standard``."""
    reading, _ = opened()
    name = request.GET.get("tabella", SCALES[0])
    layer = LAYER_OF.get(name, FIRST)
    rows = reading.rows(layer)
    text = to_csv(list(rows[0]) if rows else [], [list(row.values()) for row in rows])
    return _attached(text.encode(), "text/csv; charset=utf-8", f"{layer}-{reading.versions[layer].id}.csv")


@require_safe
def as_json(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Give the atlas as JSON: comuni, zones, who serves whom, poles."""
    reading, _ = opened()
    names = {"comuni": FIRST, "zone": "servizi_zone", "chi_serve_chi": "servizi_legami",
             "diffusione": "servizi_diffusione", "poli": "servizi_poli",
             "vocazioni": "servizi_vocazioni"}  # fmt: skip
    body: dict[str, Any] = {name: reading.rows(layer) for name, layer in names.items()}
    return JsonResponse(traced(body, reading.lake.traces.load(reading.trace)))


@gzip_page
@require_safe
def points(request: HttpRequest) -> HttpResponse:
    """Give services as GeoJSON points, ended ones left out: ``?voce=IST.NID,IST.INF&livello=locale``."""
    reading, rules = opened()
    voices = {one for one in request.GET.get("voce", "").split(",") if one in rules.voices}
    level = request.GET.get("livello", "")
    if not reading.lake.has(SERVICES) or not (voices or level):
        return JsonResponse({"type": "FeatureCollection", "features": []})
    columns = ["nome", "voce", "livello", "stato"]
    table = reading.lake.version(SERVICES).table(columns=columns)
    kept = table["stato"].fillna("attivo") != "cessato"
    kept &= table["voce"].isin(voices) if voices else True
    kept &= table["livello"] == level if level else True
    found = table.loc[kept, [*columns, "geometry"]].to_crs(4326)
    features = [
        {
            "type": "Feature",
            "properties": {"nome": name, "voce": voice, "stato": state},
            "geometry": {"type": "Point", "coordinates": [round(point.x, 6), round(point.y, 6)]},
        }
        for name, voice, state, point in zip(
            found["nome"], found["voce"], found["stato"], found.geometry, strict=True
        )
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features})


@require_safe
def comune_sheet_pdf(request: HttpRequest, istat: str) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Give the sheet of a comune as PDF/A."""
    return _printed(istat, comune_pdf, "servizi")


@require_safe
def pole_sheet_pdf(request: HttpRequest, istat: str) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Give the sheet of a pole as PDF/A."""
    return _printed(istat, pole_pdf, "polo")


def _printed(istat: str, make: Any, name: str) -> HttpResponse:
    reading, rules = opened()
    body = make(reading, rules, istat, office=settings.INSTITUTION)
    return _attached(body, "application/pdf", f"{name}-{_code(reading, istat)}.pdf")


def _code(reading: Reading, what: str) -> str:
    return str(reading.comune(what)["istat"])


def _attached(body: bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(body, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
