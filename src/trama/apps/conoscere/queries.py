"""What the pages of Conoscere read: the map's configuration, themes with their classes, facts of a comune."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import rasterio
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import get_language, gettext

from trama.analyses import freshness
from trama.analyses.installation import open_installation
from trama.apps.conoscere import tables
from trama.apps.conoscere.coverage import partial_areas
from trama.apps.conoscere.landcover import landcover_classes, soil_classes
from trama.apps.conoscere.scale import LegendClass, equal_classes, quantile_classes
from trama.apps.conoscere.themes import Theme
from trama.kernel.errors import TramaError
from trama.kernel.trace import Node, Trace
from trama.kernel.units import format_number
from trama.lake import Lake, Version
from trama.norms import InForce

BASE = ("strade", "vie", "ferrovie", "acque", "verde")
FALLBACK_BOUNDS = (8.70, 45.16, 9.56, 45.65)
"""Where the map opens while the lake holds no comuni: roughly the metropolitan city, in degrees."""
_SAMPLE = 700


def vector(version: Version) -> dict[str, Any]:
    """Return where the shapes of a version are, for the front end (`VectorData` of frontend/src/map)."""
    kind, name = ("pmtiles", "piastrelle") if version.tiles else ("geojson", "forme")
    return {
        "layer": version.layer,
        "version": version.id,
        "kind": kind,
        "url": reverse(f"conoscere:{name}", args=[version.layer, version.id]),
        "key": version.manifest.key,
    }


def base_synthetic(lake: Lake) -> bool:
    """Tell whether something of the background of the maps is invented."""
    return any(lake.version(layer).synthetic for layer in BASE if lake.has(layer))


def _invented_words() -> dict[str, str]:
    return {
        "label": gettext("dati sintetici"),
        "about": gettext("sullo sfondo della mappa"),
        "title": gettext("Strade, ferrovie, acque e verde dello sfondo sono inventati."),
    }


def map_config(lake: Lake) -> dict[str, Any]:
    """Return what every map of the site needs (`MapConfig` of frontend/src/map/config.ts)."""
    comuni = lake.version("comuni") if lake.has("comuni") else None
    return {
        "bounds": tables.bounds_degrees(comuni) if comuni else FALLBACK_BOUNDS,
        "base": {layer: vector(lake.version(layer)) for layer in BASE if lake.has(layer)},
        "comuni": vector(comuni) if comuni else None,
        "places": reverse("conoscere:toponimi"),
        "invented": _invented_words() if base_synthetic(lake) else None,
    }


def theme_json(theme: Theme, version: Version, classes: list[LegendClass]) -> dict[str, Any]:
    """Return a theme as the front end draws it (`Theme` of frontend/src/map/themes.ts)."""
    body: dict[str, Any] = {
        "id": theme.id,
        "title": str(theme.subject.title),
        "unit": shown_unit(theme, version),
        "kind": "raster" if theme.raster else "areas",
        "version": version.id,
        "classes": [one.to_json() for one in classes],
    }
    rain_mm = version.provenance.asked.get("pioggia_mm")
    if rain_mm is not None and theme.subject.id in ("deflusso", "ritenzione"):
        body["event"] = format_number(float(rain_mm), "mm")
    if theme.raster:
        address = reverse("conoscere:raster", args=[theme.id, version.id, 0, 0, 0])
        body["tiles"] = address.replace("/0/0/0.png", "/{z}/{x}/{y}.png")
        body["bounds"] = tables.bounds_degrees(version)
    else:
        named = theme.subject.scale != "numbers"
        body["shapes"] = vector(version)
        body["values"] = {
            key: str(value) if named and value is not None else value
            for key, value in shown_values(theme, version).items()
        }
        body["partial"] = partial_areas(version, theme.column)
    return body


def shown_unit(theme: Theme, version: Version) -> str:
    """Return the unit a theme of areas is told in."""
    return "%" if theme.subject.percent else tables.field(version, theme.column).unit


def shown_values(theme: Theme, version: Version) -> dict[str, Any]:
    """Return key → value of a theme of areas, in the unit it is told in; missing is None."""
    values = tables.values(version, theme.column)
    if not theme.subject.percent:
        return values
    return {key: None if value is None else 100 * value for key, value in values.items()}


def classes(theme: Theme, version: Version) -> list[LegendClass]:
    """Return the classes of a theme's legend, computed once per version."""
    return _classes(theme.id, str(version.folder), theme, version)


_known_classes: dict[tuple[str, str, str], list[LegendClass]] = {}


def _classes(theme_id: str, folder: str, theme: Theme, version: Version) -> list[LegendClass]:
    key = (theme_id, folder, get_language() or "")  # labels are in the reader's language
    if key not in _known_classes:
        if len(_known_classes) > 200:
            _known_classes.clear()
        _known_classes[key] = _compute_classes(theme, version)
    return _known_classes[key]


def _compute_classes(theme: Theme, version: Version) -> list[LegendClass]:
    scale = theme.subject.scale
    if scale in ("vulnerability", "zones"):
        return named_classes(theme, version)
    if theme.subject.names:
        return mark_classes(version, theme)
    if scale == "soil_groups":
        return soil_classes()
    divide = equal_classes if theme.subject.equal_steps else quantile_classes
    if theme.raster:
        cells = sample(version)
        if scale == "landcover":
            return landcover_classes(cells[np.isfinite(cells)].astype(int))
        found = divide(cells, tables.field(version, "cell").unit, theme.subject.palette)
        return [LegendClass(one.label, one.colour, one.start) for one in found]
    numbers = [value for value in shown_values(theme, version).values() if value is not None]
    return divide(np.asarray(numbers, dtype=float), shown_unit(theme, version), theme.subject.palette)


def mark_classes(version: Version, theme: Theme) -> list[LegendClass]:
    """Return the classes of a mark from 0 to 5, one each unit, as the norms name and colour them."""
    named = in_force(theme.subject.names, _day(version))
    if named is None:
        return []
    known = (
        [] if theme.raster else [v for v in tables.values(version, theme.column).values() if v is not None]
    )
    last = len(named.value) - 1
    return [
        LegendClass(
            f"{start}-{start + 1}, {one[name_field()]}",
            one["colour"],
            float(start),
            None,
            None if theme.raster else sum(1 for value in known if min(int(value), last) == start),
        )
        for start, one in enumerate(named.value.values())
    ]


def name_field() -> str:
    """Return the column of a table of the norms that names its rows in the reader's language."""
    return "name_en" if get_language() == "en" else "name_it"


def _day(version: Version) -> date:
    day = version.provenance.day
    return date.fromisoformat(day) if day else localdate()


def named_classes(theme: Theme, version: Version) -> list[LegendClass]:
    """Return the classes the norms name; with how many areas are in each, or only those that cells are in."""
    table = in_force(theme.subject.names, _day(version))
    named = table.value if table else {}
    if theme.raster:
        cells = sample(version)
        found = {str(int(code)) for code in np.unique(cells[np.isfinite(cells)])}
        return [
            LegendClass(f"{code}, {one.get(name_field(), one['name_it'])}", one["colour"], value=int(code))
            for code, one in named.items()
            if code in found
        ]
    present = [str(value) for value in tables.values(version, theme.column).values() if value is not None]
    return [
        LegendClass(
            f"{code}, {one.get(name_field(), one['name_it'])}",
            one["colour"],
            value=str(code),
            count=present.count(str(code)),
        )
        for code, one in named.items()
    ]


def sample(version: Version) -> np.ndarray:
    """Return a coarse reading of a raster, as float with NaN where missing, at most 700 cells a side."""
    with rasterio.open(version.raster) as source:
        factor = max(1.0, max(source.width, source.height) / _SAMPLE)
        shape = (max(1, int(source.height / factor)), max(1, int(source.width / factor)))
        cells = source.read(1, out_shape=shape, masked=True)
    return np.asarray(np.ma.filled(cells.astype(float), np.nan))


@lru_cache(maxsize=24)
def _trace(root: str, trace_id: str) -> Trace:
    from pathlib import Path

    return Lake(Path(root)).traces.load(trace_id)


def trace_of(lake: Lake, trace_id: str) -> Trace:
    """Return a stored trace, kept in memory (it never changes); raises `UnknownTrace`."""
    return _trace(str(lake.root), trace_id)


def step_of(lake: Lake, version: Version, path: str) -> Node | None:
    """Return the step of a version's trace at `path`; None where the version has no trace or no such step."""
    if not version.provenance.trace:
        return None
    try:
        return trace_of(lake, version.provenance.trace).root.find(path)
    except TramaError:
        return None


def unofficial_of(lake: Lake, version: Version) -> list[dict[str, Any]]:
    """Return the parameters behind a version that no act has set: the list behind "valore non ufficiale"."""
    if not version.provenance.trace:
        return []
    try:
        uses = trace_of(lake, version.provenance.trace).unofficial()
    except TramaError:
        return []
    said = {
        (use.label, str(use.citation)): {
            "label": use.label,
            "status": use.status.value,
            "citation": str(use.citation),
        }
        for use in uses
    }
    return list(said.values())


def in_force(path: str, day: date) -> InForce | None:
    """Return a parameter of the norms on a day, or None where these norms have none."""
    try:
        return open_installation().book.value(path, day)
    except TramaError:
        return None


def superseded(lake: Lake, version: Version) -> list[tuple[str, str, str]]:
    """Return (layer, version used, latest version) for the inputs that were replaced since."""
    found = freshness.superseded(lake, version)
    return [(layer, used, latest) for layer, (used, latest) in found.items()]


def version_json(version: Version) -> dict[str, Any]:
    """Return what a version says of itself, for the JSON twins."""
    return {
        "livello": version.layer,
        "versione": version.id,
        "creata": version.created,
        "sha256": version.sha256,
        "righe": version.rows,
        "sintetico": version.synthetic,
        "provenienza": asdict(version.provenance),
    }
