"""In which comuni an intervention lies, and with what share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely

from trama.kernel.places import METRIC_EPSG
from trama.kernel.units import format_number
from trama.sources.interventions.errors import OutsideTerritory
from trama.sources.interventions.raw import Notice
from trama.sources.interventions.shapes import Area

if TYPE_CHECKING:
    import geopandas

BORDER_TOLERANCE_M = 50.0
"""How far a generalised boundary may be from the true one: nearer than this, which side is not known."""

_DUST_SHARE = 1e-9


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


def locate(
    geometry: Area,
    comuni: geopandas.GeoDataFrame,
    *,
    border_tolerance_m: float = BORDER_TOLERANCE_M,
    key: str = "istat",
    label: str = "nome",
) -> Location:
    """Return the comuni of an intervention and their shares.

    share of comune c = area(geometry and c) / sum over comuni of area(geometry and c)

    Parameters
    ----------
    geometry
        Polygon or multipolygon in EPSG:32632, metres.
    comuni
        The comuni of the territory, in EPSG:32632, with code `key` and name `label`.
    border_tolerance_m
        Nearer than this to a boundary, a comune is "sul confine". An intervention outside every comune but
        within the tolerance is given whole to the nearest.

    Raises
    ------
    OutsideTerritory
        No comune within the tolerance: distance and nearest comune are in the sentence.
    ValueError
        `comuni` is in another reference system (a mistake of the caller).
    """
    if comuni.crs is None or comuni.crs.to_epsg() != METRIC_EPSG:
        raise ValueError(f"comuni must be in EPSG:{METRIC_EPSG}")
    shapes = comuni.geometry.to_numpy()
    rows = comuni.sindex.query(geometry, predicate="dwithin", distance=border_tolerance_m)
    if len(rows) == 0:
        raise _outside(geometry, comuni, shapes, label)
    rows = np.sort(rows)
    areas = np.asarray(shapely.area(shapely.intersection(shapes[rows], geometry)))
    inside = float(areas.sum())
    outside_share = max(0.0, 1 - inside / geometry.area)
    if inside <= _DUST_SHARE * geometry.area:
        areas = _all_to_the_nearest(geometry, shapes[rows])
        inside, outside_share = float(areas.sum()), 1.0
    core = shapely.intersects(shapely.buffer(shapes[rows], -border_tolerance_m), geometry)
    found = [
        ComuneShare(
            str(comuni[key].iloc[row]),
            str(comuni[label].iloc[row]),
            float(area),
            float(area) / inside,
            not deep,
        )
        for row, area, deep in zip(rows, areas, core, strict=True)
        if area > _DUST_SHARE * inside
    ]
    found.sort(key=lambda item: (-item.share, item.istat))
    touched = {item.istat for item in found}
    near = tuple(sorted(code for row in rows if (code := str(comuni[key].iloc[row])) not in touched))
    beyond = outside_share > 0 and not _within_tolerance(geometry, shapes[rows], border_tolerance_m)
    return Location(
        tuple(found), outside_share, near, tuple(_notices(found, outside_share, beyond, border_tolerance_m))
    )


def _all_to_the_nearest(geometry: Area, shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.float64]:
    areas = np.zeros(len(shapes))
    areas[int(np.argmin(shapely.distance(shapes, geometry)))] = geometry.area
    return areas


def _within_tolerance(geometry: Area, shapes: npt.NDArray[np.object_], tolerance_m: float) -> bool:
    return bool(shapely.covers(shapely.buffer(shapely.union_all(shapes), tolerance_m), geometry))


def _outside(
    geometry: Area, comuni: geopandas.GeoDataFrame, shapes: npt.NDArray[np.object_], label: str
) -> OutsideTerritory:
    distances = shapely.distance(shapes, geometry)
    nearest = int(np.argmin(distances))
    return OutsideTerritory(
        distance_km=format_number(float(distances[nearest]) / 1000, "1", 1),
        nearest=str(comuni[label].iloc[nearest]),
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
                "in_parte_fuori",
                f"Il {said} dell'intervento è fuori dal territorio: le quote riguardano la parte dentro.",
                f"{said} of the intervention is outside the territory: shares concern the part inside.",
            )
        )
    for item in found:
        if item.on_border:
            notices.append(
                Notice(
                    "sul_confine",
                    f"Sul confine di {item.nome}: i confini sono generalizzati, entro {tolerance_m:.0f} m "
                    "non si può dire da che parte sia.",
                    f"On the border of {item.nome}: boundaries are generalised, within {tolerance_m:.0f} m "
                    "the side is not known.",
                )
            )
    return notices


def _percent(share: float) -> str:
    return format_number(share * 100, "%", 1 if share * 100 >= 0.1 else 3)
