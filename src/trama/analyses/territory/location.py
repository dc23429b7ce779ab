"""In which comuni an intervention lies, and with what share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from trama.kernel.errors import BadInput
from trama.kernel.notices import Notice
from trama.kernel.units import format_number
from trama.lake import Lake
from trama.norms import NormBook

Shapes = npt.NDArray[np.object_]
_DUST_SHARE = 1e-9
PARTLY_OUTSIDE = "in_parte_fuori"


class OutsideTerritory(BadInput):
    """The polygon is nowhere in the territory of the plan."""

    it = (
        "L'intervento è fuori dal territorio: dista circa {distance_km} km dal comune più vicino "
        "({nearest}). Controllare il disegno, l'ordine delle coordinate (longitudine, latitudine) e il "
        "sistema di riferimento."
    )
    en = (
        "The intervention is outside the territory: about {distance_km} km from the nearest comune "
        "({nearest}). Check its position, the order of coordinates (longitude, latitude) and "
        "the reference system."
    )


@dataclass(frozen=True, slots=True)
class ComuneShare:
    """One comune of the intervention.

    Attributes
    ----------
    istat, nome
        Its code and name.
    area_m2
        Area of the intervention inside it.
    share
        Of the part inside the territory; the shares of an intervention sum to 1.
    on_border
        Whether the intervention reaches it only within the tolerance of its boundary.
    """

    istat: str
    nome: str
    area_m2: float
    share: float
    on_border: bool

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "istat": self.istat,
            "nome": self.nome,
            "area_m2": self.area_m2,
            "share": self.share,
            "sul_confine": self.on_border,
        }


@dataclass(frozen=True, slots=True)
class Location:
    """Where an intervention lies.

    Attributes
    ----------
    comuni
        The comuni it lies in, largest share first.
    outside_share
        Share of its area outside every comune.
    near
        Codes of further comuni that it does not touch but that are nearer than the tolerance.
    notices
        What is to be said: straddling, partly outside, on the border.
    """

    comuni: tuple[ComuneShare, ...]
    outside_share: float
    near: tuple[str, ...]
    notices: tuple[Notice, ...]

    @property
    def shares(self) -> dict[str, float]:
        """Share by ISTAT code, largest first; they sum to 1."""
        return {item.istat: item.share for item in self.comuni}

    @property
    def main(self) -> ComuneShare:
        """The comune with the largest share."""
        return self.comuni[0]

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "comuni": [item.to_json() for item in self.comuni],
            "outside_share": self.outside_share,
            "near": list(self.near),
            "notices": [notice.to_json() for notice in self.notices],
        }


def locate(lake: Lake, book: NormBook, day: date, polygon: shapely.Geometry) -> Location:
    """Return the comuni of `polygon` (EPSG:32632), from the layer of comuni in the lake.

    How far a generalised boundary may be from the true one is in the norms.

    Raises
    ------
    OutsideTerritory
        No comune within that tolerance: distance and nearest comune are in the sentence.
    UnknownLayer
        The boundaries were never loaded.
    """
    tolerance_m = float(book.value("territorio/tolleranza_confine", day).value)
    version = lake.version("comuni")
    west, south, east, north = polygon.bounds
    nearby = (west - tolerance_m, south - tolerance_m, east + tolerance_m, north + tolerance_m)
    rows, shapes = version.features(["istat", "nome"], nearby)
    if not np.any(shapely.dwithin(shapes, polygon, tolerance_m)):
        rows, shapes = version.features(["istat", "nome"], version.bbox)
    return share_out(polygon, rows["istat"], rows["nome"], shapes, tolerance_m)


def part_inside(lake: Lake, where: Location, polygon: shapely.Geometry) -> shapely.Geometry:
    """Return the part of `polygon` inside the comuni it lies in; all of it where its border is not crossed.

    A polygon outside every comune but within the tolerance is not divided.
    """
    if not any(notice.code == PARTLY_OUTSIDE for notice in where.notices):
        return polygon
    version = lake.version("comuni")
    rows, shapes = version.features(["istat"], polygon.bounds)
    mine = [place for place, code in enumerate(rows["istat"]) if str(code) in where.shares]
    inside = shapely.intersection(polygon, shapely.union_all(shapes[mine]))
    parts = [part for part in shapely.get_parts(inside) if part.area > _DUST_SHARE * polygon.area]
    return shapely.union_all(parts) if parts else polygon


def share_out(
    polygon: shapely.Geometry, codes: Sequence[str], names: Sequence[str], shapes: Shapes, tolerance_m: float
) -> Location:
    """Return the comuni of `polygon` and their shares.

    share of comune c = area(polygon and c) / sum over comuni of area(polygon and c)

    Parameters
    ----------
    polygon
        Polygon or multipolygon, metres.
    codes, names, shapes
        The comuni, in the same reference system.
    tolerance_m
        Nearer than this to a boundary, a comune is "sul confine". A polygon outside every comune but within
        the tolerance is given whole to the nearest.

    Raises
    ------
    OutsideTerritory
        No comune within the tolerance.
    """
    close = np.flatnonzero(shapely.dwithin(shapes, polygon, tolerance_m)).tolist()
    if len(close) == 0:
        raise _outside(polygon, names, shapes)
    areas = np.asarray(shapely.area(shapely.intersection(shapes[close], polygon)))
    inside = float(areas.sum())
    outside_share = max(0.0, 1 - inside / polygon.area)
    if inside <= _DUST_SHARE * polygon.area:
        areas = _all_to_the_nearest(polygon, shapes[close])
        inside, outside_share = float(areas.sum()), 1.0
    core = shapely.intersects(shapely.buffer(shapes[close], -tolerance_m), polygon)
    found = [
        ComuneShare(str(codes[row]), str(names[row]), float(area), float(area) / inside, not deep)
        for row, area, deep in zip(close, areas, core, strict=True)
        if area > _DUST_SHARE * inside
    ]
    found.sort(key=lambda item: (-item.share, item.istat))
    touched = {item.istat for item in found}
    near = tuple(sorted(str(codes[row]) for row in close if str(codes[row]) not in touched))
    beyond = outside_share > 0 and not _within_tolerance(polygon, shapes[close], tolerance_m)
    return Location(
        tuple(found), outside_share, near, tuple(_notices(found, outside_share, beyond, tolerance_m))
    )


def _all_to_the_nearest(geometry: shapely.Geometry, shapes: Shapes) -> npt.NDArray[np.float64]:
    areas = np.zeros(len(shapes))
    areas[int(np.argmin(shapely.distance(shapes, geometry)))] = geometry.area
    return areas


def _within_tolerance(geometry: shapely.Geometry, shapes: Shapes, tolerance_m: float) -> bool:
    return bool(shapely.covers(shapely.buffer(shapely.union_all(shapes), tolerance_m), geometry))


def _outside(polygon: shapely.Geometry, names: Sequence[str], shapes: Shapes) -> OutsideTerritory:
    distances = shapely.distance(shapes, polygon)
    nearest = int(np.argmin(distances))
    return OutsideTerritory(
        distance_km=format_number(float(distances[nearest]) / 1000, "1", 1), nearest=str(names[nearest])
    )


def _notices(
    found: list[ComuneShare], outside_share: float, beyond: bool, tolerance_m: float
) -> list[Notice]:
    notices = []
    if len(found) > 1:
        parts = ", ".join(f"{item.nome} {_percent(item.share)}" for item in found)
        notices.append(
            Notice("piu_comuni", f"L'intervento è in più comuni: {parts}.", f"In several comuni: {parts}.")
        )
    if beyond:
        said = _percent(outside_share)
        notices.append(
            Notice(
                PARTLY_OUTSIDE,
                f"Il {said} dell'intervento è fuori dal territorio: le quote riguardano la parte dentro.",
                f"{said} of the intervention is outside the territory: shares concern the part inside.",
            )
        )
    for item in found:
        if item.on_border:
            notices.append(
                Notice(
                    "sul_confine",
                    f"Sul confine di {item.nome}: entro {tolerance_m:.0f} m, la precisione data ai confini, "
                    "non si può dire da che parte sia.",
                    f"On the border of {item.nome}: within {tolerance_m:.0f} m, the precision taken for "
                    "boundaries, the side is not known.",
                )
            )
    return notices


def _percent(share: float) -> str:
    return format_number(share * 100, "%", 1 if share * 100 >= 0.1 else 3)
