"""Rows of the lake kept in memory: a version never changes, so reading it once is enough."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from trama.analyses.territory.grid import polygons
from trama.kernel.layers import FieldSpec
from trama.lake.version import Version

if TYPE_CHECKING:
    import geopandas

DEGREES = 4326


class Kept:
    """A version as a cache key: two readings of the same folder are the same thing."""

    __slots__ = ("key", "version")

    def __init__(self, version: Version) -> None:
        self.version = version
        self.key = (str(version.folder), version.sha256)

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Kept) and self.key == other.key


@lru_cache(maxsize=8)
def _keyed(kept: Kept) -> geopandas.GeoDataFrame:
    return polygons(kept.version)


def keyed(version: Version) -> geopandas.GeoDataFrame:
    """Return the rows as `polygons` does, with a column ``key``; never change them, they are shared."""
    return _keyed(Kept(version))


@lru_cache(maxsize=24)
def _rows(kept: Kept) -> geopandas.GeoDataFrame:
    return kept.version.table()


def rows(version: Version) -> geopandas.GeoDataFrame:
    """Return the rows of a version; never change them, they are shared."""
    return _rows(Kept(version))


def values(version: Version, column: str) -> dict[str, Any]:
    """Return key → value of a column, plain Python; missing is None."""
    table = rows(version)
    keys = table[version.manifest.key or table.columns[0]].astype(str)
    return {key: plain(value) for key, value in zip(keys, table[column], strict=True)}


def row(version: Version, key: str) -> dict[str, Any] | None:
    """Return the row called `key` as plain Python values, geometry left out; None if there is none."""
    found = records(version).get(key)
    return None if found is None else dict(found)


@lru_cache(maxsize=24)
def _records(kept: Kept) -> dict[str, dict[str, Any]]:
    table = _rows(kept)
    columns = {name: table[name].tolist() for name in table.columns if name not in {"geometry", "bbox"}}
    found: dict[str, dict[str, Any]] = {}
    keys = table[kept.version.manifest.key].astype(str)
    for key, cells in zip(keys, zip(*columns.values(), strict=True), strict=True):
        found.setdefault(key, dict(zip(columns, map(plain, cells), strict=True)))
    return found


def records(version: Version) -> dict[str, dict[str, Any]]:
    """Return key → row as plain Python values, in the table's order; never change them, they are shared."""
    return _records(Kept(version))


def plain(value: Any) -> Any:
    """Return a cell as a plain Python value; NaN, NA and NaT become None."""
    if value is None or value is pd.NA or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if isinstance(value, np.generic):
        return plain(value.item())
    return value


def field(version: Version, name: str) -> FieldSpec:
    """Return what the manifest says of a column; a nameless unit where it says nothing."""
    found = next((spec for spec in version.manifest.fields if spec.name == name), None)
    return found or FieldSpec(name, "number", "1", name)


def bounds_degrees(version: Version) -> tuple[float, float, float, float]:
    """Return west, south, east, north in degrees."""
    to_degrees = Transformer.from_crs(version.manifest.crs, DEGREES, always_xy=True)
    west, south, east, north = to_degrees.transform_bounds(*version.bbox, densify_pts=21)
    return (round(west, 5), round(south, 5), round(east, 5), round(north, 5))


@lru_cache(maxsize=8)
def _geojson(kept: Kept, columns: tuple[str, ...]) -> str:
    table = _rows(kept).to_crs(DEGREES)
    return str(table[[*columns, "geometry"]].to_json(drop_id=True, na="null"))


def geojson(version: Version) -> str:
    """Return the shapes with the key (and the name, where there is one) as GeoJSON in degrees."""
    names = [version.manifest.key, "nome"]
    present = rows(version).columns
    return _geojson(Kept(version), tuple(name for name in names if name and name in present))


@lru_cache(maxsize=4)
def _places(kept: Kept) -> list[dict[str, Any]]:
    version = kept.version
    table = _rows(kept)
    inside = table.geometry.representative_point().to_crs(DEGREES)
    key = version.manifest.key or "istat"
    size = table["popolazione"] if "popolazione" in table.columns else pd.Series(0, index=table.index)
    edges = shapely.bounds(table.geometry.to_crs(DEGREES).to_numpy()).round(5).tolist()
    places = [
        {
            "istat": str(code),
            "nome": str(name),
            "popolazione": plain(people),
            "punto": [round(point.x, 5), round(point.y, 5)],
            "limiti": edge,
        }
        for code, name, people, point, edge in zip(
            table[key], table["nome"], size, inside, edges, strict=True
        )
    ]
    return sorted(places, key=lambda place: place["nome"])


def places(version: Version) -> list[dict[str, Any]]:
    """Return the comuni by name: code, name, people, a point inside, the box that holds them (degrees)."""
    return _places(Kept(version))
