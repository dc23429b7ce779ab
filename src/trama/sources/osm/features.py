"""The services that the tags of an extract tell: points, and areas by a point within them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from trama.kernel.places import METRIC_EPSG
from trama.sources.opening import OSM_PBF, opened
from trama.sources.original import Original, TableReading
from trama.sources.osm.errors import DamagedExtract
from trama.sources.osm.extract import EXTRACTS, LIMITS, store_for
from trama.sources.territory import Territory
from trama.sources.works.values import Unclear, number_of

if TYPE_CHECKING:
    from trama.sources.services.rows import Found
    from trama.sources.services.taxonomy import Taxonomy

OSM = "OpenStreetMap"
_MAIN = ("amenity", "healthcare", "social_facility", "leisure", "office", "tourism")
"""Keys that say what an object is: those of them that no rule meets are told."""
_SHOWN = 10
_CLOSED = frozenset({"private", "no"})


def read_tagged(
    original: Original, taxonomy: Taxonomy, territory: Territory, margin_m: float, reading: TableReading
) -> Found:
    """Read the services of an extract, near the territory.

    Raises
    ------
    DamagedExtract
        And what `trama.sources.opening.opened` raises.
    """
    from trama.sources.services.rows import EXTRACT, Found

    found = Found(OSM, EXTRACT)
    box = _degrees(territory, margin_m)
    closed: Counter[str] = Counter()
    silent: Counter[str] = Counter()
    read = [0, 0]
    for name, tags, lon, lat in _objects(original, taxonomy.keys, read):
        voices = taxonomy.voices(tags)
        if not voices:
            silent.update(f"{key}={tags[key]}" for key in _MAIN if key in tags)
            continue
        if box and not (box[0] <= lon <= box[2] and box[1] <= lat <= box[3]):
            found.far += 1
            continue
        if tags.get("access") in _CLOSED:
            closed.update(voices)
            continue
        found.rows += [_row(taxonomy, voce, name, tags, lon, lat, original) for voce in voices]
    _into_metres(found.rows)
    if silent:
        most = ", ".join(f"{tag} ({count})" for tag, count in silent.most_common(_SHOWN))
        reading.notes.append(f"Etichette a cui non corrisponde alcuna voce, le più frequenti: {most}.")
    if closed:
        reading.notes.append(f"{sum(closed.values())} servizi riservati non si contano.")
    if found.far:
        reading.notes.append(f"{found.far} servizi dell'estratto sono lontani dal territorio.")
        found.far = 0
    if read[1]:
        reading.notes.append(f"{read[1]} aree dell'estratto non si chiudono e non si leggono.")
    return found


def _objects(original: Original, keys: tuple[str, ...], read: list[int]) -> Any:
    """Yield (name, tags, longitude, latitude) of the points and areas that have one of the `keys`."""
    import osmium

    with opened(original.path, EXTRACTS, LIMITS) as file, store_for(file.path) as store:
        source = osmium.io.File(str(file.path.resolve()), "pbf" if file.kind == OSM_PBF else "osm")
        wanted = osmium.filter.KeyFilter(*keys)
        factory = osmium.geom.WKBFactory()
        try:
            found = osmium.FileProcessor(source).with_locations(store).with_areas(wanted)
            every: Any = found.with_filter(wanted)
            for one in every:
                read[0] += 1
                if one.is_node():
                    yield f"node/{one.id}", dict(one.tags), one.location.lon, one.location.lat
                elif one.is_area():
                    point = _inside(factory, one)
                    if point is None:
                        read[1] += 1
                        continue
                    kind = "way" if one.from_way() else "relation"
                    yield f"{kind}/{one.orig_id()}", dict(one.tags), point.x, point.y
        except RuntimeError as error:
            why = " ".join(str(error).split())[:120]
            raise DamagedExtract(name=original.name, why=why) from error


def _inside(factory: Any, area: Any) -> shapely.Point | None:
    try:
        shape = shapely.from_wkb(bytes.fromhex(factory.create_multipolygon(area)))
    except (RuntimeError, ValueError, shapely.errors.GEOSException):
        return None
    point = shapely.point_on_surface(shapely.make_valid(shape))
    return None if point is None or point.is_empty else point


def _row(
    taxonomy: Taxonomy,
    voce: str,
    name: str,
    tags: dict[str, str],
    lon: float,
    lat: float,
    original: Original,
) -> dict[str, Any]:
    from trama.sources.services.rows import service

    street = " ".join(filter(None, (tags.get("addr:street"), tags.get("addr:housenumber"))))
    return service(
        taxonomy,
        voce,
        level=None,
        state=None,
        id=f"osm:{name}",
        nome=tags.get("name"),
        capienza=_capacity(tags),
        capienza_unita=None,
        orari=tags.get("opening_hours"),
        bacino=None,
        gestore=tags.get("operator"),
        indirizzo=", ".join(filter(None, (street, tags.get("addr:city")))) or None,
        comune=None,
        rilevato=original.edition or None,
        geometry=shapely.Point(lon, lat),
    )


def _capacity(tags: dict[str, str]) -> float | None:
    try:
        return number_of(tags.get("capacity") or tags.get("beds"))
    except Unclear:
        return None


def _degrees(territory: Territory, margin_m: float) -> tuple[float, float, float, float] | None:
    """Return the box of the territory with its margin, in degrees."""
    from pyproj import Transformer

    if territory.shape is None:
        return None
    west, south, east, north = territory.shape.bounds
    to = Transformer.from_crs(METRIC_EPSG, 4326, always_xy=True)
    box = to.transform_bounds(west - margin_m, south - margin_m, east + margin_m, north + margin_m)
    return box[0], box[1], box[2], box[3]


def _into_metres(rows: list[dict[str, Any]]) -> None:
    from pyproj import Transformer

    if not rows:
        return
    to = Transformer.from_crs(4326, METRIC_EPSG, always_xy=True)
    degrees = shapely.get_coordinates([row["geometry"] for row in rows])
    points = shapely.points(np.stack(to.transform(degrees[:, 0], degrees[:, 1]), axis=1))
    for row, point in zip(rows, points, strict=True):
        row["geometry"] = point
