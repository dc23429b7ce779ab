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
from trama.analyses.services.roster import LISTED, forecasts, roster
from trama.analyses.services.rules import Rules
from trama.analyses.services.sheet import comune_sheet, told
from trama.apps.conoscere.queries import unofficial_of
from trama.apps.conoscere.servizi.queries import SCALES
from trama.apps.conoscere.servizi.views import opened
from trama.apps.requests import chosen
from trama.kernel.spreadsheet import to_csv

LAYER_OF = {"comuni": FIRST, "zone": "servizi_zone", "poli": "servizi_poli", "voci": "servizi_voci",
            "standard": "servizi_standard"}  # fmt: skip
SYNTHETIC, UNOFFICIAL = "dati sintetici", "valore non ufficiale"
"""Labels of a row: the same words as on the pages."""


@require_safe
def as_csv(request: HttpRequest) -> HttpResponse:
    """Give a table as CSV with Italian decimals: ``?tabella=comuni|zone|poli|voci|standard&comune=ISTAT``.

    Each row says in its last columns whether it rests on invented data and on unofficial values.
    """
    reading, rules = opened()
    layer = LAYER_OF[chosen(request, "tabella", LAYER_OF, SCALES[0])]
    rows = reading.rows(layer)
    version = reading.versions.get(layer, reading.versions[FIRST])
    title = f"{layer}-{version.id}"
    if asked := request.GET.get("comune", ""):
        istat = reading.comune(asked)["istat"]
        rows = [row for row in rows if istat in (row.get("istat"), row.get("luogo"))]
        title = f"{layer}-{istat}-{version.id}"
    unofficial = bool(unofficial_of(reading.lake, version))
    labelled = [{**row, **_labels(row, rules, version.synthetic, unofficial)} for row in rows]
    return _table(labelled, list(rows[0]) if rows else [], title)


@require_safe
def comune_csv(request: HttpRequest, istat: str) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Give the services of a comune one by one as CSV, then what is only forecast (``stato`` previsto)."""
    reading, rules = opened()
    code = _code(reading, istat)
    planned = [{**row, "stato": "previsto"} for row in forecasts(reading, rules, code)]
    rows = [*roster(reading, rules, code), *planned]
    named = {name: row["nome"] for name, row in rules.categories.value.items()}
    for row in rows:
        row["categoria"] = named.get(row["categoria"], row["categoria"])
        row["dati"] = SYNTHETIC if row["sintetico"] else ""
    return _table(rows, [*LISTED, "area_m2"], f"servizi-{code}")


@require_safe
def comune_json(request: HttpRequest, istat: str) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Give the sheet of a comune as JSON: equipment, standards, services one by one, what is forecast."""
    reading, rules = opened()
    body = comune_sheet(reading, rules, istat)
    del body["trace"]
    return JsonResponse(traced(body, reading.lake.traces.load(reading.trace)))


def _labels(row: dict[str, Any], rules: Rules, synthetic: bool, unofficial: bool) -> dict[str, str]:
    """Return the labels of a row: a standard is as official as the act that says it."""
    standard = rules.standards.get(str(row.get("standard")))
    mark = told(standard)["non_ufficiale"] if standard else unofficial
    return {"dati": SYNTHETIC if synthetic else "", "valori": UNOFFICIAL if mark else ""}


def _table(rows: list[dict[str, Any]], names: list[str], title: str) -> HttpResponse:
    columns = [*names, *(name for name in ("dati", "valori") if rows and name in rows[0])]
    text = to_csv(columns, [[row.get(name) for name in columns] for row in rows])
    return _attached(text.encode(), "text/csv; charset=utf-8", f"{title}.csv")


@require_safe
def as_json(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Give the atlas as JSON: comuni, zones, who serves whom, poles, and what the data do not allow."""
    reading, rules = opened()
    names = {"comuni": FIRST, "zone": "servizi_zone", "chi_serve_chi": "servizi_legami",
             "diffusione": "servizi_diffusione", "poli": "servizi_poli",
             "vocazioni": "servizi_vocazioni"}  # fmt: skip
    body: dict[str, Any] = {name: reading.rows(layer) for name, layer in names.items()}
    body["misure_senza_dato"] = list(rules.unmeasured.value.values())
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
