"""The area of an intervention between the page (degrees), the register (WKB) and the sheet (metres)."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import shapely

from trama.sources.interventions import Intervention

SAME_M = 0.001
"""Coordinates nearer than this are the same corner: going to degrees and back must not move an area."""


def read_area(geometry: dict[str, Any]) -> shapely.Geometry:
    """Return a GeoJSON geometry in degrees as a valid area in EPSG:32632; raises `TramaError`."""
    feature = {"type": "Feature", "geometry": geometry, "properties": {}}
    return Intervention.from_geojson(feature).geometry


def to_wkb(area: shapely.Geometry) -> bytes:
    """Return the area as the register keeps it."""
    return bytes(shapely.to_wkb(area, output_dimension=2))


def from_wkb(wkb: bytes | memoryview | None) -> shapely.Geometry | None:
    """Return the area the register keeps, or None."""
    return None if wkb is None else shapely.from_wkb(bytes(wkb))


def in_degrees(area: shapely.Geometry) -> dict[str, Any]:
    """Return the area as a GeoJSON geometry in degrees, nine decimals (a tenth of a millimetre)."""
    feature = Intervention.from_json(
        {
            "geometry": json.loads(shapely.to_geojson(area)),
            "nome": None,
            "tipologie": [],
            "stato_attuale": None,
            "progetto": None,
            "source": {"name": "registro", "sha256": "", "crs": 32632},
            "warnings": [],
        }
    ).to_geojson()
    geometry: dict[str, Any] = feature["geometry"]
    return geometry


def same(one: shapely.Geometry | None, other: shapely.Geometry | None) -> bool:
    """Tell whether two areas are the same but for the rounding of degrees: same corners, same extent.

    Corners are matched by place, not by order: rounding may change which one comes first.
    """
    if one is None or other is None:
        return one is other
    first, second = (shapely.points(shapely.get_coordinates(area)) for area in (one, other))
    if len(first) != len(second) or abs(one.area - other.area) > SAME_M * max(one.length, 1.0):
        return False
    return _within(first, second) and _within(second, first)


def _within(points: np.ndarray[Any, Any], others: np.ndarray[Any, Any]) -> bool:
    tree = shapely.STRtree(others)
    found = tree.query_nearest(points, max_distance=SAME_M, all_matches=False)
    return bool(len(found[0]) == len(points))
