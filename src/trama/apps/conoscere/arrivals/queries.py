"""Reads: which layers take an original, what is to be computed again, with which rain."""

from __future__ import annotations

from datetime import date
from typing import Any

from trama.analyses import storm, warm
from trama.analyses.freshness import Stale, stale
from trama.analyses.installation import Installation
from trama.analyses.storm.events import events_mm
from trama.apps.conoscere.arrivals import remedies
from trama.apps.conoscere.arrivals.actions import STORM, WARM
from trama.apps.conoscere.arrivals.recomputing_rooms import made_by
from trama.apps.lavori import queries as works
from trama.kernel.errors import BadInput, NotFound
from trama.kernel.layers import Manifest
from trama.lake import Lake
from trama.norms import NormBook
from trama.sources.known import LANDCOVER_TABLE, leading

USUAL_RAIN_MM = 50.0


class NoOriginal(BadInput):
    """The layer is computed or comes from the norms."""

    it = "Il livello «{layer}» non si carica da un file: lo calcola Trama, o viene dalle norme."
    en = "Layer “{layer}” is not loaded from a file: Trama computes it, or it comes from the norms."


class UnknownManifest(NotFound):
    """Neither the norms nor the lake describe that layer."""

    it = "Nessuna scheda descrive il livello «{what}». Cercarlo nell'elenco dei livelli."
    en = "No manifest describes layer “{what}”. Look for it in the list of layers."


def takes_original(manifest: Manifest) -> bool:
    """Tell whether a file can become a version of the layer, alone or with those it goes with."""
    return not manifest.source.computed and (
        manifest.geometry != "table" or leading(manifest.id) != manifest.id
    )


def by_standing(installation: Installation) -> dict[str, list[Manifest]]:
    """Return the layers that take an original: not there yet, invented for the demonstration, original."""
    lake = installation.lake
    known = {layer: lake.version(layer).manifest for layer in lake.layers()}
    groups: dict[str, list[Manifest]] = {"attesi": [], "inventati": [], "originali": []}
    for layer, manifest in sorted({**known, **installation.book.manifests}.items()):
        if not takes_original(manifest) or leading(layer) != layer:
            continue
        if layer not in known:
            groups["attesi"].append(manifest)
        else:
            groups["inventati" if lake.version(layer).synthetic else "originali"].append(manifest)
    return groups


def described(installation: Installation, layer: str) -> Manifest:
    """Return the manifest an original of `layer` is read by; raises `UnknownManifest`, `NoOriginal`."""
    manifest = installation.book.manifests.get(layer)
    if manifest is None and installation.lake.has(layer):
        manifest = installation.lake.version(layer).manifest
    if manifest is None:
        raise UnknownManifest(what=layer, hint="")
    if not takes_original(manifest):
        raise NoOriginal(layer=manifest.title)
    return manifest


def class_names(book: NormBook, manifest: Manifest, day: date) -> dict[str, str]:
    """Return code → name of the land-cover classes the norms know on `day`; empty for any other layer."""
    if manifest.source.kind != "dusaf" or LANDCOVER_TABLE not in book.parameters:
        return {}
    rows = book.value(LANDCOVER_TABLE, day).value
    return {str(code): str(row["name_it"]) for code, row in rows.items() if row.get("name_it")}


def last_rain_mm(lake: Lake) -> float:
    """Return the rain of the last run of STORM, or the usual one where there was none."""
    return next(iter(events_mm(lake)), USUAL_RAIN_MM)


def italian(value: float) -> str:
    """Write a number as the form reads it back: ``61,4``.

    >>> italian(61.4), italian(50.0)
    ('61,4', '50')
    """
    return f"{value:g}".replace(".", ",")


def most_rain_mm(book: NormBook, day: date) -> float:
    """Return the deepest event that the norms let STORM compute."""
    return float(book.value("sttm1/storm/pioggia_massima_ammessa", day).value)


def to_compute_again(lake: Lake) -> list[dict[str, Any]]:
    """Return the layers of STORM made from data that were superseded."""
    return _titled(lake, storm.stale(lake))


def heat_to_compute_again(lake: Lake) -> list[dict[str, Any]]:
    """Return the layers of WARM made from data that were superseded."""
    return _titled(lake, warm.stale(lake))


def rooms_to_compute_again(lake: Lake, analysis: str) -> list[dict[str, Any]]:
    """Return the layers of an analysis made from data that were superseded."""
    return _titled(lake, stale(lake, made_by(lake, analysis)))


def _titled(lake: Lake, found: list[Stale]) -> list[dict[str, Any]]:
    return [
        {
            "stale": one,
            "title": lake.version(one.layer).manifest.title,
            "replaced": remedies.told(lake, one.superseded),
        }
        for one in found
    ]


def box(installation: Installation, layer: str) -> dict[str, Any]:
    """Return what the page of a layer says of arrivals: whether it takes one, what its arrival made stale."""
    lake = installation.lake
    manifest = installation.book.manifests.get(layer) or lake.version(layer).manifest
    found = [one for one in stale(lake) if layer == one.layer or layer in one.superseded]
    cures = remedies.remedies(lake.version(one.layer) for one in found)
    analyses = {one.analysis for one in cures}
    rain, heat = STORM in analyses, WARM in analyses
    return {
        "can_add": takes_original(manifest),
        "to_compute": _titled(lake, found),
        "of_storm": rain,
        "of_warm": heat,
        "others": [one for one in cures if one.analysis not in (STORM, WARM)],
        "rain": italian(last_rain_mm(lake)),
        "running": works.active(STORM) if rain else None,
        "running_warm": works.active(WARM) if heat else None,
    }
