"""Where a polygon falls: shares by comune, with the tolerance of generalised boundaries."""

from __future__ import annotations

from dataclasses import dataclass

import shapely

from trama.kernel.errors import BadInput
from trama.lake import Lake

BORDER_SHARE = 0.005
"""Shares below this are the boundary's own imprecision, not a part of the polygon in another comune."""


class OutsideTerritory(BadInput):
    """The polygon does not touch the territory."""

    it = (
        "Il poligono è fuori dal territorio della Città metropolitana (si trova vicino a {where}). "
        "Controllare il disegno, l'ordine delle coordinate (longitudine, latitudine) e il "
        "sistema di riferimento."
    )
    en = "The polygon lies outside the metropolitan territory (near {where}). Check coordinates and CRS."


@dataclass(frozen=True, slots=True)
class ComuneShare:
    """A comune and the share of the polygon that lies in it (0-1)."""

    istat: str
    nome: str
    share: float


def locate(lake: Lake, polygon: shapely.Geometry) -> tuple[ComuneShare, ...]:
    """Return the comuni that `polygon` (EPSG:32632) falls in, largest share first.

    Shares are of the polygon's part inside the territory, and sum to 1.

    Raises
    ------
    OutsideTerritory
        The polygon touches no comune.
    UnknownLayer
        The boundaries were never loaded.
    """
    table, shapes = lake.version("comuni").features(["istat", "nome"], polygon.bounds)
    areas = shapely.area(shapely.intersection(shapes, polygon))
    total = float(areas.sum())
    if total <= 0:
        x, y = polygon.centroid.coords[0]
        raise OutsideTerritory(where=f"x {x:.0f}, y {y:.0f} in EPSG:32632")
    rows = [
        (str(istat), str(name), float(area) / total)
        for istat, name, area in zip(table["istat"], table["nome"], areas, strict=True)
        if area / total >= BORDER_SHARE
    ]
    kept = sum(share for *_, share in rows)
    return tuple(
        ComuneShare(istat, name, round(share / kept, 6))
        for istat, name, share in sorted(rows, key=lambda row: -row[2])
    )
