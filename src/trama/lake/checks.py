"""What a new version is checked for: each check finds, says where, and proposes a mend."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from trama.kernel.layers import Manifest

if TYPE_CHECKING:
    import geopandas

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found.

    Attributes
    ----------
    check
        Name of the check, one of `trama.kernel.layers.CHECKS`.
    ok
        Whether there is nothing to mend.
    count
        How many features are concerned.
    where
        The first of them: key (or row number), a point on it, what is wrong.
    hint
        What to do about it, in Italian.
    of
        How many were looked at, where that is told; 0 where it is not.
    about
        What is so, apart from what to do, in Italian.
    """

    check: str
    ok: bool
    count: int = 0
    where: tuple[dict[str, Any], ...] = ()
    hint: str = ""
    of: int = 0
    about: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the finding as plain JSON values; what is not told is left out."""
        plain = {**asdict(self), "where": list(self.where)}
        return {name: value for name, value in plain.items() if name not in ("of", "about") or value}


def check_table(
    table: geopandas.GeoDataFrame, manifest: Manifest, territory: shapely.Geometry | None = None
) -> list[Finding]:
    """Run the manifest's checks on `table`, in its order.

    Parameters
    ----------
    territory
        The whole territory in the layer's CRS; ``inside_territory`` and ``no_gap`` are left out without it.
    """
    findings = []
    for name in manifest.checks:
        if name == "unique_id" and manifest.key:
            findings.append(_unique_id(table, manifest.key))
        elif name == "valid_geometry":
            findings.append(_valid_geometry(table, manifest.key))
        elif name == "inside_territory" and territory is not None:
            findings.append(_inside(table, manifest.key, territory))
        elif name == "no_gap" and territory is not None:
            findings.append(_no_gap(table, territory))
    return findings


def mend(table: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    """Return a copy whose broken polygons are rebuilt: areas stay, leftover lines and points are dropped."""
    fixed = shapely.make_valid(table.geometry.to_numpy(), method="structure", keep_collapsed=False)
    return table.set_geometry(fixed, crs=table.crs)


def _unique_id(table: geopandas.GeoDataFrame, key: str) -> Finding:
    repeated = table[key][table[key].duplicated(keep=False)]
    where = tuple({"id": str(value), "why": "identificativo ripetuto"} for value in repeated.unique()[:SHOWN])
    return Finding(
        "unique_id", repeated.empty, len(repeated), where, "Dare a ogni elemento un identificativo diverso."
    )


def _valid_geometry(table: geopandas.GeoDataFrame, key: str | None) -> Finding:
    shapes = table.geometry.to_numpy()
    broken = np.flatnonzero(~shapely.is_valid(shapes) | shapely.is_empty(shapes) | shapely.is_missing(shapes))
    where = tuple(
        {"id": _name(table, key, row), "at": _point(shapes[row]), "why": _reason(shapes[row])}
        for row in broken[:SHOWN]
    )
    hint = "Si può riparare da sé (opzione --repair): le aree restano, i pezzi senza area si perdono."
    return Finding("valid_geometry", len(broken) == 0, len(broken), where, hint if len(broken) else "")


def _inside(table: geopandas.GeoDataFrame, key: str | None, territory: shapely.Geometry) -> Finding:
    shapely.prepare(territory)
    shapes = table.geometry.to_numpy()
    outside = np.flatnonzero(~shapely.intersects(territory, shapes))
    where = tuple(
        {"id": _name(table, key, row), "at": _point(shapes[row]), "why": "fuori dal territorio"}
        for row in outside[:SHOWN]
    )
    return Finding(
        "inside_territory",
        len(outside) == 0,
        len(outside),
        where,
        "Togliere gli elementi o controllare il sistema di riferimento.",
    )


def _no_gap(table: geopandas.GeoDataFrame, territory: shapely.Geometry) -> Finding:
    rest = shapely.difference(territory, shapely.union_all(table.geometry.to_numpy()))
    share = rest.area / territory.area
    holes = [piece for piece in shapely.get_parts(rest) if piece.area > 100]
    where = tuple(
        {"id": "", "at": _point(hole), "why": f"vuoto di {hole.area:.0f} m2"} for hole in holes[:SHOWN]
    )
    return Finding(
        "no_gap", share < 1e-6, len(holes), where, "Coprire i vuoti o dichiararli tra i limiti noti."
    )


def _name(table: geopandas.GeoDataFrame, key: str | None, row: int) -> str:
    return str(table[key].iloc[row]) if key and key in table.columns else f"riga {row + 1}"


def _point(shape: shapely.Geometry | None) -> list[float] | None:
    if shape is None or shape.is_empty:
        return None
    x, y = shapely.get_coordinates(shape)[0]
    return [round(float(x), 1), round(float(y), 1)]


def _reason(shape: shapely.Geometry | None) -> str:
    if shape is None or shape.is_empty:
        return "manca la geometria"
    return f"geometria non valida ({shapely.is_valid_reason(shape)})"
