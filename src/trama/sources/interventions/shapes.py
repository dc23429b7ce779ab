"""From rings to sound polygons in metres: placed, validated, mended where that changes nothing, joined."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import MultiPolygon, Polygon

from trama.kernel.notices import Notice
from trama.kernel.units import format_number
from trama.sources.interventions import systems
from trama.sources.interventions.errors import BadCoordinates, NoFeatures, SelfCrossing, TooSmall
from trama.sources.interventions.raw import RawFeature, RawFile
from trama.sources.interventions.rings import check_effort

Area: TypeAlias = Polygon | MultiPolygon

LEAST_AREA_M2 = 1.0
LARGE_AREA_M2 = 1_000_000.0
NEGLIGIBLE_M2 = 0.01
NEGLIGIBLE_SHARE = 1e-6

_TROUBLES = {
    "Ring Self-intersection": ("tocca sé stesso", "touches itself"),
    "Self-intersection": ("si incrocia", "crosses itself"),
    "Hole lies outside shell": ("ha un vuoto fuori dal contorno", "has a hole outside its outline"),
    "Holes are nested": ("ha un vuoto dentro un vuoto", "has a hole inside a hole"),
    "Interior is disconnected": ("è diviso in due dai suoi vuoti", "is cut in two by its holes"),
    "Duplicate Rings": ("ha un contorno ripetuto", "has a repeated outline"),
}
_REASON = re.compile(r"([^\[]*)\[([-0-9.eE+]+) ([-0-9.eE+]+)")


def square_metres(value: float) -> tuple[str, str]:
    """Write an area for a sentence, in Italian and English; decimals only where they say something.

    >>> square_metres(9012.4), square_metres(12.345)
    (('9.012', '9,012'), ('12,35', '12.35'))
    """
    decimals = 0 if abs(value) >= 100 else 2
    return format_number(value, "1", decimals), f"{value:,.{decimals}f}"


def in_metres(raw: RawFile, crs: int, *, mend: bool) -> list[tuple[RawFeature, Area]]:
    """Return each feature with its geometry in EPSG:32632, valid.

    Parameters
    ----------
    raw
        The file as read; what is mended or left out is added to its notices.
    crs
        The system of its coordinates.
    mend
        Whether a polygon that crosses itself is rebuilt (with a notice) instead of refused.

    Raises
    ------
    NoFeatures, SwappedAxes, WrongCrs, SelfCrossing, BadCoordinates
    """
    full = [feature for feature in raw.features if feature.polygons]
    if not full:
        raise NoFeatures(name=raw.name)
    if len(full) < len(raw.features):
        left = len(raw.features) - len(full)
        raw.notices.append(
            Notice(
                "senza_geometria",
                f"{left} elementi senza geometria sono stati ignorati.",
                f"{left} features without geometry were ignored.",
            )
        )
    every = [ring for feature in full for rings in feature.polygons for ring in rings]
    systems.check_plausible(np.vstack(every), crs, raw.name)
    check_effort(every, raw.name)
    return [(feature, _feature(feature, raw, crs, mend)) for feature in full]


def _feature(feature: RawFeature, raw: RawFile, crs: int, mend: bool) -> Area:
    try:
        parts = [
            _sound(_polygon([systems.to_metric(ring, crs) for ring in rings]), feature, raw, mend)
            for rings in feature.polygons
        ]
        return join(parts, raw.notices)
    except shapely.errors.GEOSException:
        raise BadCoordinates(
            name=raw.name,
            where=f"dell'elemento {feature.number}",
            where_en=f"of feature {feature.number}",
            why="la geometria non è calcolabile.",
            why_en="its geometry cannot be computed.",
        ) from None


def _polygon(rings: Sequence[npt.NDArray[np.float64]]) -> Polygon:
    return Polygon(rings[0], rings[1:])


def _sound(polygon: Polygon, feature: RawFeature, raw: RawFile, mend: bool) -> Area:
    """Return the polygon valid: as it is, mended where its area stays, or refused with a proposal."""
    if polygon.is_valid:
        return polygon
    fixed = only_areas(shapely.make_valid(polygon, method="structure", keep_collapsed=False))
    harmless = abs(fixed.area - polygon.area) <= max(NEGLIGIBLE_M2, NEGLIGIBLE_SHARE * polygon.area)
    if not harmless and not mend:
        raise _crossing(polygon, fixed, feature, raw.name)
    before, after = square_metres(polygon.area), square_metres(fixed.area)
    raw.notices.append(
        Notice(
            "riparato",
            f"Il contorno dell'elemento {feature.number} è stato riparato ({before[0]} → {after[0]} m²).",
            f"The outline of feature {feature.number} was mended ({before[1]} → {after[1]} m²).",
        )
    )
    return fixed


def _crossing(polygon: Polygon, fixed: Area, feature: RawFeature, name: str) -> SelfCrossing:
    found = _REASON.match(shapely.is_valid_reason(polygon))
    trouble = _TROUBLES.get(found.group(1) if found else "", ("non è valido", "is not valid"))
    x, y = (float(found.group(2)), float(found.group(3))) if found else polygon.exterior.coords[0]
    lon, lat = systems.to_lon_lat([[x, y]])[0]
    parts = len(shapely.get_parts(fixed))
    area = square_metres(fixed.area)
    error = SelfCrossing(
        name=name,
        where=f"dell'elemento {feature.number}",
        where_en=f"of feature {feature.number}",
        trouble=trouble[0],
        trouble_en=trouble[1],
        lon=f"{lon:.5f}",
        lat=f"{lat:.5f}",
        x=f"{x:.1f}",
        y=f"{y:.1f}",
        parts="una parte" if parts == 1 else f"{parts} parti",
        parts_en="one part" if parts == 1 else f"{parts} parts",
        area_m2=area[0],
        area_m2_en=area[1],
    )
    error.proposal = lon_lat_geometry(fixed)
    return error


def join(parts: Sequence[Area], notices: list[Notice]) -> Area:
    """Return the union of `parts`; where they overlap, the overlap counts once and a notice says so."""
    if len(parts) == 1:
        return parts[0]
    whole = only_areas(shapely.union_all(parts))
    overlap = sum(part.area for part in parts) - whole.area
    if overlap > max(NEGLIGIBLE_M2, NEGLIGIBLE_SHARE * whole.area):
        said = square_metres(overlap)
        notices.append(
            Notice(
                "sovrapposizione",
                f"Parti del perimetro si sovrappongono per {said[0]} m²: l'area comune è contata una volta.",
                f"Parts of the perimeter overlap by {said[1]} m²: the common area is counted once.",
            )
        )
    return whole


def only_areas(shape: shapely.Geometry) -> Area:
    """Return the polygons of `shape`, without the points and lines that operations leave behind."""
    if isinstance(shape, Polygon | MultiPolygon):
        return shape
    pieces = [piece for piece in shapely.get_parts(shape) if isinstance(piece, Polygon | MultiPolygon)]
    return only_areas(shapely.union_all(pieces)) if pieces else Polygon()


def check_size(whole: Area, name: str, notices: list[Notice]) -> None:
    """Refuse what is no area, and remark on what is larger than an intervention; raises `TooSmall`."""
    area = square_metres(whole.area)
    if not whole.area >= LEAST_AREA_M2:
        raise TooSmall(name=name, area_m2=area[0], area_m2_en=area[1], least_m2=f"{LEAST_AREA_M2:g}")
    if whole.area > LARGE_AREA_M2:
        hectares = whole.area / 10_000
        notices.append(
            Notice(
                "molto_grande",
                f"Il perimetro misura {format_number(hectares, '1', 0)} ettari: è un solo intervento?",
                f"The perimeter measures {hectares:,.0f} hectares: is it really one intervention?",
            )
        )


def lon_lat_geometry(shape: Area) -> dict[str, Any]:
    """Return an area in EPSG:32632 as a GeoJSON geometry (RFC 7946: lon/lat, shells counterclockwise)."""
    turned = shapely.orient_polygons(shape)
    placed = shapely.transform(turned, systems.to_lon_lat)
    return _geometry(placed, 9)


def metric_geometry(shape: Area) -> dict[str, Any]:
    """Return an area in EPSG:32632 as the same structure with coordinates in metres, unrounded."""
    return _geometry(shape, None)


def _geometry(shape: Area, digits: int | None) -> dict[str, Any]:
    def pairs(ring: Any) -> list[list[float]]:
        return [
            [float(x), float(y)] if digits is None else [round(float(x), digits), round(float(y), digits)]
            for x, y in shapely.get_coordinates(ring)
        ]

    polygons = [
        [pairs(part.exterior), *(pairs(hole) for hole in part.interiors)] for part in shapely.get_parts(shape)
    ]
    if isinstance(shape, Polygon):
        return {"type": "Polygon", "coordinates": polygons[0] if polygons else []}
    return {"type": "MultiPolygon", "coordinates": polygons}
