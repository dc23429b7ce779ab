"""What is at a point: the comune and the UPA it falls in, and the value of each grid there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import rasterio
import shapely
from pyproj import Transformer

from trama.apps.conoscere import queries, tables
from trama.apps.conoscere.boundaries import comuni_generalised
from trama.apps.conoscere.landcover import GROUPS, SOIL_GROUPS, group_of
from trama.apps.conoscere.subjects import Subject
from trama.apps.conoscere.themes import Theme
from trama.kernel.errors import BadInput
from trama.lake import Lake, Version

NEAR_BORDER_M = 50.0
"""Closer than this to a generalised border a point is said to be on it. About the tolerance of the shapes."""


class NotAPlace(BadInput):
    """The coordinates are not longitude and latitude."""

    it = "La posizione richiesta non è una longitudine e una latitudine in gradi, per esempio 9,19 e 45,46."
    en = "The position is not a longitude and a latitude in degrees, such as 9.19 and 45.46."


@dataclass(frozen=True, slots=True)
class Reading:
    """A value read at a point.

    Attributes
    ----------
    step
        Path of its step in the version's trace; empty for plain data.
    people
        How many people the value is of, where it is a share of people.
    """

    label: str
    value: Any
    unit: str
    version: Version
    step: str = ""
    note: str = ""
    people: float | None = None

    @property
    def words(self) -> bool:
        """Whether the value is a name rather than a number."""
        return isinstance(self.value, str)

    @property
    def trace(self) -> str:
        """Id of the trace that explains it, or nothing."""
        return self.version.provenance.trace


@dataclass(frozen=True, slots=True)
class Spot:
    """Everything said of a point."""

    lon: float
    lat: float
    comune: dict[str, Any] | None
    near_border: bool
    upa: dict[str, Any] | None
    areas: list[Reading]
    cells: list[Reading]

    @property
    def synthetic(self) -> bool:
        """Whether any of the values read here is invented for the demonstration."""
        return any(reading.version.synthetic for reading in (*self.areas, *self.cells))


def spot(lake: Lake, themes: list[Theme], lon: float, lat: float) -> Spot:
    """Read every available theme at a point in degrees; raises `NotAPlace`."""
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise NotAPlace
    comune, distance_m = _area_at(lake, "comuni", lon, lat)
    upa, _distance = _area_at(lake, "upa", lon, lat)
    keys = {
        "comuni": comune["istat"] if comune else None,
        "upa": upa[lake.version("upa").manifest.key or "codice"] if upa else None,
    }
    areas = [
        reading
        for theme in themes
        if not theme.raster and (key := keys.get(theme.grain))
        for reading in [area_reading(lake, theme, key)]
    ]
    cells = [cell_reading(lake, theme, lon, lat) for theme in themes if theme.raster]
    near_border = distance_m < NEAR_BORDER_M and comuni_generalised(lake)
    return Spot(lon, lat, comune, near_border, upa, areas, cells)


def area_reading(lake: Lake, theme: Theme, key: str) -> Reading:
    """Return the value of a theme for one area."""
    version = lake.version(theme.layer)
    row = tables.row(version, key) or {}
    value = queries.shown_values(theme, version).get(key)
    note = str(row.get("classe_nome") or "") if theme.subject.scale == "vulnerability" else ""
    unit = queries.shown_unit(theme, version)
    step = f"{theme.grain}/{key}/{theme.column}" if version.provenance.trace else ""
    label = str(theme.subject.short)
    people = row.get(theme.subject.people) if theme.subject.people else None
    return Reading(label, value, "count" if unit == "class" else unit, version, step, note, people)


def cell_reading(lake: Lake, theme: Theme, lon: float, lat: float) -> Reading:
    """Return the value of a raster theme in the cell that holds the point."""
    version = lake.version(theme.layer)
    spec = tables.field(version, "cell")
    cell = _cell(version, lon, lat)
    value: Any = cell
    note = ""
    if cell is not None and theme.subject.scale != "numbers":
        value, note = _named(theme.subject, int(cell))
    return Reading(str(theme.subject.short), value, spec.unit, version, "", note)


def _named(subject: Subject, code: int) -> tuple[str, str]:
    if subject.scale == "zones":
        named = queries.in_force(subject.names, _today())
        row = named.value.get(str(code)) if named else None
        return (f"{code}, {row.get(queries.name_field(), row['name_it'])}" if row else str(code)), ""
    if subject.scale == "soil_groups":
        return next((str(name) for value, name, _colour in SOIL_GROUPS if value == code), str(code)), ""
    table = queries.in_force("sttm1/storm/suolo_dusaf", _today())
    known = table.value.get(str(code)) if table else None
    group = group_of(code)
    name = (
        known.get(queries.name_field(), known["name_it"])
        if known
        else str(GROUPS[group][1])
        if group is not None
        else str(code)
    )
    return name, f"codice {code}"


def _today() -> Any:
    from django.utils.timezone import localdate

    return localdate()


def _cell(version: Version, lon: float, lat: float) -> float | None:
    x, y = _metric(version, lon, lat)
    with rasterio.open(version.raster) as source:
        row, column = source.index(x, y)
        if not (0 <= row < source.height and 0 <= column < source.width):
            return None
        window = rasterio.windows.Window(column, row, 1, 1)
        cell = source.read(1, window=window, masked=True)
    return None if cell.mask.all() else tables.plain(float(cell[0, 0]))


def _area_at(lake: Lake, layer: str, lon: float, lat: float) -> tuple[dict[str, Any] | None, float]:
    """Return the area of a layer that holds the point, and how far its border is in metres."""
    if not lake.has(layer):
        return None, float("inf")
    version = lake.version(layer)
    table = tables.rows(version)
    point = shapely.Point(*_metric(version, lon, lat))
    found = table.sindex.query(point, predicate="intersects")
    if len(found) == 0:
        return None, float("inf")
    chosen = table.iloc[int(found[0])]
    facts = tables.row(version, str(chosen[version.manifest.key]))
    return facts, float(chosen.geometry.boundary.distance(point))


def _metric(version: Version, lon: float, lat: float) -> tuple[float, float]:
    to_layer = Transformer.from_crs(tables.DEGREES, version.manifest.crs, always_xy=True)
    x, y = to_layer.transform(lon, lat)
    return float(x), float(y)
