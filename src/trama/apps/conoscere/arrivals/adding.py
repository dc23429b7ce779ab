"""The work of an arrival: read, check, publish, compare; done in a process of its own."""

from __future__ import annotations

from datetime import date
from typing import Any

from trama.analyses.installation import open_installation
from trama.apps.conoscere.arrivals import queries, store
from trama.apps.conoscere.arrivals.wording import refused, with_names
from trama.apps.lavori.work import Work
from trama.kernel.errors import TramaError
from trama.lake import Lake, Version
from trama.lake.staging import StagedLake
from trama.sources.known import known_of
from trama.sources.original import Original
from trama.sources.readers import Said, add_original

STEPS = 3
PAGE = "pagina «Aggiungi una versione» del sito"


def run(work: Work) -> dict[str, Any]:
    """Read the original and, where nothing stops it, publish it as the layer's new version.

    Nothing reaches the lake before everything is ready: killed or cancelled, it leaves no sign.

    Raises
    ------
    Refused
        The original cannot be read; with the field of the form where it can be put right.
    """
    asked = work.request
    installation = open_installation()
    manifest = queries.described(installation, asked["layer"])
    work.tell("Lettura e controllo del file.", 0, STEPS)
    lake = installation.lake
    aside = StagedLake(lake, work.folder / "lake")
    today = date.today()  # noqa: DTZ011 - the day of arrival
    known = known_of(installation.book, manifest, today)
    original = _original(asked)
    said = Said(asked["licence"], asked["edition"], asked["source"], work.who, by=PAGE)
    try:
        reading, made = add_original(aside, manifest, original, said, known)
    except TramaError as error:
        raise refused(error) from error
    report = {**reading.to_json(), "controlli": [_placed(one) for one in reading.to_json()["controlli"]]}
    if made is None:
        return {"layer": manifest.id, "report": report, "version": None}
    before = lake.version(manifest.id) if lake.has(manifest.id) else None
    work.hand_over("Pubblicazione della versione.")
    versions = aside.publish()
    version = versions[manifest.id]
    work.tell("Confronto con la versione di prima.", 2, STEPS)
    result = {
        "layer": manifest.id,
        "report": report,
        "version": version.id,
        "together": [
            {"layer": one.layer, "title": one.manifest.title, "version": one.id}
            for one in versions.values()
            if one.layer != manifest.id
        ],
        "before": before.id if before else None,
        "was_synthetic": bool(before and before.synthetic),
        "differences": [
            with_names(line, queries.class_names(installation.book, manifest, today))
            for line in _differences(lake, before, version)
        ],
    }
    store.discard(asked["file"])
    store.discard(asked["classes"])
    return result


def _original(asked: dict[str, Any]) -> Original:
    return Original(
        store.path_of(asked["file"]),
        store.path_of(asked["classes"]) if asked["classes"] else None,
        asked["crs"],
        asked["inner"],
        asked["field"],
        dict(asked["columns"]),
        repair=asked["repair"],
        confirm=asked.get("confirm", ""),
        source=asked["source"],
        edition=asked["edition"],
        coverage=asked.get("coverage", ""),
        covers=asked.get("covers", ""),
    )


def _differences(lake: Lake, before: Version | None, now: Version) -> list[str]:
    """Say what changed, one sentence a line; nothing where there was no version before, or it is the same."""
    if before is None or before.id == now.id:
        return []
    try:
        return lake.diff(before, now).to_text().splitlines()
    except TramaError as error:
        return [error.text()]


def _placed(check: dict[str, Any]) -> dict[str, Any]:
    """Add to each place its longitude and latitude, for the map."""
    from pyproj import Transformer

    from trama.kernel.places import METRIC_EPSG

    to_degrees = Transformer.from_crs(METRIC_EPSG, 4326, always_xy=True)
    places = []
    for one in check["dove"]:
        place = dict(one)
        if place.get("at"):
            lon, lat = to_degrees.transform(*place["at"])
            place["map"] = f"15/{lat:.5f}/{lon:.5f}"
        places.append(place)
    return {**check, "dove": places}
