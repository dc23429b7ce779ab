"""The catalogue of layers and the page of one; the explanation of a number."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from trama.analyses.access.runs import is_of_half_a_run
from trama.analyses.installation import open_installation
from trama.apps.conoscere import keepers, queries
from trama.apps.conoscere.arrivals.queries import box
from trama.apps.conoscere.boundaries import says_generalised
from trama.apps.conoscere.explanation import explain
from trama.apps.conoscere.themes import available
from trama.lake import Lake, Version, open_lake

KINDS = {
    "raster": _("griglia"),
    "polygon": _("aree"),
    "line": _("linee"),
    "point": _("punti"),
    "mixed": _("forme miste"),
    "table": _("tabella"),
}


def _entry(lake: Lake, version: Version) -> dict[str, Any]:
    manifest = version.manifest
    return {
        "id": version.layer,
        "title": manifest.title,
        "description": manifest.description,
        "steward": keepers.keeper(version),
        "original_steward": manifest.steward if keepers.invented(version) else "",
        "licence": version.provenance.licence or manifest.licence,
        "kind": KINDS.get(manifest.geometry, manifest.geometry),
        "version": version,
        "versions": len(lake.history(version.layer)),
        "stale": queries.superseded(lake, version),
        "generalised": says_generalised(manifest),
    }


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """List the layers there are, and those the norms expect that are not there."""
    lake = open_lake()
    entries = [_entry(lake, lake.version(layer)) for layer in lake.layers()]
    computed = [entry for entry in entries if entry["version"].provenance.trace]
    given = [entry for entry in entries if not entry["version"].provenance.trace]
    absent = [one for key, one in sorted(open_installation().book.manifests.items()) if not lake.has(key)]
    if request.GET.get("formato") == "json":
        return JsonResponse({"livelli": [queries.version_json(entry["version"]) for entry in entries]})
    context = {"given": given, "computed": computed, "absent": absent, "count": len(entries)}
    return render(request, "conoscere/livelli.html", context)


@require_safe
def layer_page(request: HttpRequest, layer: str) -> HttpResponse:
    """Show what a layer is, where each version comes from, and its limits."""
    lake = open_lake()
    version = lake.version(layer, request.GET.get("versione") or None)
    history = lake.history(layer)[::-1]
    used_by = [
        other for other in (lake.version(name) for name in lake.layers()) if layer in other.provenance.inputs
    ]
    context = {
        **_entry(lake, version),
        "source": (open_installation().book.manifests.get(layer) or version.manifest).source,
        "history": [(one, keepers.maker(one)) for one in history],
        "latest": history[0].id == version.id,
        "half": is_of_half_a_run(lake, version),
        "arrivals": box(open_installation(), layer),
        "used_by": used_by,
        "inputs": [
            {
                "layer": name,
                "version": used,
                "title": lake.version(name, used).manifest.title if lake.has(name) else name,
            }
            for name, used in sorted(version.provenance.inputs.items())
        ],
        "unofficial": queries.unofficial_of(lake, version),
        "size_mb": version.data.stat().st_size / 1e6,
        "themes": [theme for theme in available(lake) if theme.layer == layer],
    }
    return render(request, "conoscere/livello.html", context)


@require_safe
def why(request: HttpRequest, trace: str) -> HttpResponse:
    """Explain a number: as a page, or as a fragment for the drawer when a script asks."""
    found = queries.trace_of(open_lake(), trace)
    explanation = explain(found, request.GET.get("passo", ""))
    template = "conoscere/perche_corpo.html" if request.headers.get("HX-Request") else "conoscere/perche.html"
    answer = render(request, template, {"it": explanation})
    answer.headers["Vary"] = "HX-Request, Accept-Language, Cookie"
    return answer


@require_safe
def why_json(request: HttpRequest, trace: str) -> HttpResponse:
    """Return the whole trace, or the step in ``?passo=``, as JSON."""
    found = queries.trace_of(open_lake(), trace)
    step = request.GET.get("passo", "")
    if not step:
        return JsonResponse(found.to_json())
    return JsonResponse(explain(found, step).to_json())
