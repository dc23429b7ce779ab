"""What programs and maps read: tiles, shapes, names, files of the lake."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import condition, require_safe

from trama.apps.conoscere import files, queries, tables
from trama.apps.conoscere.comune import zones_of
from trama.apps.conoscere.raster import tile_png
from trama.apps.conoscere.scale import LegendClass
from trama.apps.conoscere.themes import Theme, available, named
from trama.kernel.errors import NotFound
from trama.lake import Lake, Version, open_lake

YEAR_S = 31536000


class NoSuchTheme(NotFound):
    """No theme of the map has that name, or its data are not there."""

    it = "{what} non c'è. {hint}"
    en = "{what_en} is not there. {hint_en}"


def theme_called(lake: Lake, theme_id: str) -> Theme:
    """Return an available theme by its id.

    Raises
    ------
    NoSuchTheme
        Nothing is called so, or its layer is not there; the sentence names those that are.
    """
    found = named(theme_id)
    if found is None or not lake.has(found.layer):
        raise _no_theme(theme_id, available(lake))
    return found


def _no_theme(asked: str, there: list[Theme]) -> NoSuchTheme:
    """Return the error: with the grains of the subject asked for, or the subjects where it is none."""
    near = [theme.id for theme in there if theme.subject.id in (asked, asked.rpartition("-")[0])]
    subjects = dict.fromkeys(theme.subject.id for theme in there)
    names = ", ".join(near or subjects)
    ends = [f"-{grain}" for grain in dict.fromkeys(theme.grain for theme in there)]
    hint, hint_en = f"Indicare uno di questi: {names}", f"Give one of these: {names}"
    if not there:
        hint, hint_en = "La base di conoscenza è vuota", "The knowledge base is empty"
    elif not near:
        hint += f", con {' o '.join(ends)}, come in {there[0].id}"
        hint_en += f", with {' or '.join(ends)}, as in {there[0].id}"
    return NoSuchTheme(
        what=f"Il tema «{asked[:60]}»" if asked else "Il tema richiesto",
        what_en=f"Theme “{asked[:60]}”" if asked else "The theme asked for",
        hint=f"{hint}.",
        hint_en=f"{hint_en}.",
    )


def _kept(answer: HttpResponseBase) -> HttpResponseBase:
    patch_cache_control(answer, public=True, immutable=True, max_age=YEAR_S)
    return answer


@require_safe
def tiles(request: HttpRequest, layer: str, version: str) -> HttpResponseBase:
    """Serve the PMTiles archive of a version, by ranges."""
    found = open_lake().version(layer, version)
    if found.tiles is None:
        raise Http404
    return files.serve(request, found.tiles, f"{found.sha256}-t", kind="application/vnd.pmtiles")


@require_safe
def download(request: HttpRequest, layer: str, version: str) -> HttpResponseBase:
    """Serve the data file of a version: GeoParquet, or a cloud-optimised GeoTIFF."""
    found = open_lake().version(layer, version)
    raster = found.manifest.geometry == "raster"
    kind = (
        "image/tiff; application=geotiff; profile=cloud-optimized"
        if raster
        else "application/vnd.apache.parquet"
    )
    name = f"{layer}-{version}.{'tif' if raster else 'parquet'}"
    return files.serve(request, found.data, found.sha256, kind=kind, name=name)


@require_safe
@gzip_page
def shapes(request: HttpRequest, layer: str, version: str) -> HttpResponseBase:  # noqa: ARG001
    """Serve the shapes of a version that has no tiles, as GeoJSON."""
    found = open_lake().version(layer, version)
    return _kept(HttpResponse(tables.geojson(found), content_type="application/geo+json"))


def _comuni_tag(request: HttpRequest) -> str | None:  # noqa: ARG001 - Django's signature
    lake = open_lake()
    if not lake.has("comuni"):
        return None
    return f'"{lake.version("comuni").sha256[:16]}-{timezone.localdate():%Y%m%d}"'


@require_safe
@gzip_page
@condition(etag_func=_comuni_tag)
def places(request: HttpRequest) -> HttpResponseBase:  # noqa: ARG001
    """Serve the names of the comuni as points."""
    lake = open_lake()
    found = tables.places(lake.version("comuni")) if lake.has("comuni") else []
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": place["punto"]},
            "properties": {"nome": place["nome"], "popolazione": place["popolazione"]},
        }
        for place in found
    ]
    return JsonResponse(
        {"type": "FeatureCollection", "features": features}, content_type="application/geo+json"
    )


@require_safe
@gzip_page
@condition(etag_func=_comuni_tag)
def comuni_json(request: HttpRequest) -> HttpResponseBase:  # noqa: ARG001
    """Serve the comuni for the search: code, name, zona, box."""
    lake = open_lake()
    zones = zones_of(timezone.localdate())
    found = tables.places(lake.version("comuni")) if lake.has("comuni") else []
    return JsonResponse({"comuni": [{**place, "zona": zones.get(place["istat"])} for place in found]})


@require_safe
@gzip_page
def theme(request: HttpRequest, theme_id: str) -> HttpResponseBase:
    """Serve a theme with its classes and values; ``?versione=`` for an older version."""
    lake = open_lake()
    chosen = theme_called(lake, theme_id)
    version = _version_asked(lake, chosen, request)
    body = queries.theme_json(chosen, version, _classes_asked(lake, chosen, version, request))
    if chosen.raster and (other := request.GET.get("classi")):
        body["tiles"] += "?" + urlencode({"classi": other})  # drawn in the colours of the legend shown
    return JsonResponse(body)


def _version_asked(lake: Lake, chosen: Theme, request: HttpRequest) -> Version:
    return lake.version(chosen.layer, request.GET.get("versione") or None)


def _classes_asked(lake: Lake, chosen: Theme, version: Version, request: HttpRequest) -> list[LegendClass]:
    """Return the classes of the version, or of the one in ``?classi=``: two versions, one legend."""
    other = request.GET.get("classi")
    return queries.classes(chosen, lake.version(chosen.layer, other) if other else version)


@require_safe
def raster(request: HttpRequest, theme_id: str, version: str, z: int, x: int, y: int) -> HttpResponseBase:
    """Serve one tile of a raster, in the colours of its legend."""
    lake = open_lake()
    chosen = theme_called(lake, theme_id)
    if not chosen.raster or not (0 <= z <= 22 and 0 <= x < 2**z and 0 <= y < 2**z):
        raise Http404
    found = lake.version(chosen.layer, version)
    classes = tuple(_classes_asked(lake, chosen, found, request))
    image = tile_png(found.raster, classes, chosen.subject.scale, z, x, y)
    return _kept(HttpResponse(image, content_type="image/png"))


@require_safe
def icon(request: HttpRequest) -> HttpResponseBase:  # noqa: ARG001
    """Serve the site's mark."""
    symbol = render_to_string("segno.svg")
    body = symbol.replace("<symbol ", '<svg xmlns="http://www.w3.org/2000/svg" ').replace(
        "</symbol>", "</svg>"
    )
    return _kept(HttpResponse(body, content_type="image/svg+xml"))
