"""GeoJSON (RFC 7946): longitude first, no links followed, nothing repeated, nothing too deep."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from trama.sources.interventions import systems
from trama.sources.interventions.errors import (
    BadCoordinates,
    DamagedFile,
    NoFeatures,
    NotPolygons,
    RepeatedKey,
    UnknownFormat,
    WrongEncoding,
)
from trama.sources.interventions.raw import (
    MAX_VERTICES,
    Budget,
    RawFeature,
    RawFile,
    Ring,
    shown,
    too_complex,
)
from trama.sources.interventions.rings import closed_ring

_OTHERS = {
    "Point": ("un punto", "a point"),
    "MultiPoint": ("un insieme di punti", "a set of points"),
    "LineString": ("una linea", "a line"),
    "MultiLineString": ("un insieme di linee", "a set of lines"),
}
_MAX_BRACKETS = 3 * MAX_VERTICES


def read_geojson(data: bytes, name: str) -> RawFile:
    """Read the bytes of a GeoJSON file.

    Raises
    ------
    WrongEncoding, DamagedFile, RepeatedKey, TooComplex, UnknownFormat, NoFeatures, NotPolygons, UnclosedRing,
    BadCoordinates, UnknownCrs
    """
    return from_document(parse_json(data, name), name)


def parse_json(data: bytes, name: str) -> Any:
    """Read UTF-8 JSON (a byte order mark is tolerated) without repeated keys, NaN or endless nesting."""
    if data.count(b"[") + data.count(b"{") > _MAX_BRACKETS:
        raise too_complex(name, "troppi vertici o elementi", "too many vertices or features", MAX_VERTICES)
    try:
        text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        raise WrongEncoding(name=name, line=data.count(b"\n", 0, error.start) + 1) from None

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key, value in pairs:
            if key in result:
                raise RepeatedKey(name=name, key=shown(key))
            result[key] = value
        return result

    try:
        return json.loads(text, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        place = (error.lineno, error.colno)
        why = "il JSON si interrompe o è errato alla riga {}, colonna {}.".format(*place)
        why_en = "the JSON breaks off or is wrong at line {}, column {}.".format(*place)
        raise DamagedFile(name=name, why=why, why_en=why_en) from None
    except RecursionError:
        raise too_complex(name, "troppi livelli annidati", "too many nested levels", 100) from None
    except ValueError:
        raise DamagedFile(
            name=name,
            why="contiene un numero di troppe cifre.",
            why_en="it holds a number of too many digits.",
        ) from None


def from_document(document: Any, name: str) -> RawFile:
    """Read a GeoJSON already parsed: a Feature, a FeatureCollection, or a bare geometry."""
    if not isinstance(document, dict) or not isinstance(document.get("type"), str):
        raise UnknownFormat(
            name=name,
            looks="è un testo JSON, ma non un GeoJSON (manca «type»)",
            looks_en="is JSON, but not GeoJSON (no “type”)",
        )
    crs = declared_crs(document)
    budget = Budget(name)
    features = [_feature(item, name, budget) for item in _items(document, name)]
    if not features:
        raise NoFeatures(name=name)
    _carry_collection_properties(document, features)
    return RawFile(name, features, crs)


def _items(document: dict[str, Any], name: str) -> Iterator[Any]:
    if document["type"] == "FeatureCollection":
        features = document.get("features")
        if not isinstance(features, list):
            raise DamagedFile(
                name=name,
                why="la FeatureCollection non ha l'elenco «features».",
                why_en="the FeatureCollection has no list “features”.",
            )
        yield from features
    elif document["type"] == "Feature":
        yield document
    else:
        yield {"type": "Feature", "geometry": document, "properties": {}}


def _carry_collection_properties(document: dict[str, Any], features: list[RawFeature]) -> None:
    """Give the collection's own properties to its first feature, where no feature has them."""
    given = document.get("properties")
    if document["type"] == "FeatureCollection" and isinstance(given, dict):
        for key, value in given.items():
            if not any(key in feature.properties for feature in features):
                features[0].properties[key] = value


def declared_crs(document: dict[str, Any]) -> int | None:
    """Return the system of the legacy ``crs`` member; None where there is none (then: lon/lat).

    Raises `UnknownCrs` outside the accepted ones.
    """
    member = document.get("crs")
    if member is None:
        return None
    if isinstance(member, str):
        return systems.from_name(member)
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str):
        # A link to a definition elsewhere is never followed.
        linked = isinstance(properties, dict) and "href" in properties
        return systems.from_name("altrove (un collegamento)" if linked else "in un modo che non si legge")
    return systems.from_name(name)


def _feature(item: Any, name: str, budget: Budget) -> RawFeature:
    number = budget.feature()
    if not isinstance(item, dict):
        raise DamagedFile(
            name=name,
            why=f"l'elemento {number} non è un oggetto GeoJSON.",
            why_en=f"feature {number} is no GeoJSON object.",
        )
    properties = item.get("properties")
    if properties is not None and not isinstance(properties, dict):
        raise DamagedFile(
            name=name,
            why=f"le proprietà dell'elemento {number} non sono un oggetto.",
            why_en=f"the properties of feature {number} are no object.",
        )
    polygons = list(_polygons(item.get("geometry"), name, number, budget))
    return RawFeature(number, polygons, dict(properties or {}))


def _polygons(geometry: Any, name: str, number: int, budget: Budget) -> Iterator[list[Ring]]:
    if geometry is None:
        return
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind == "GeometryCollection":
        raise _not_polygons(name, number, "un insieme di geometrie diverse", "a mixed collection")
    if isinstance(kind, str) and kind in _OTHERS:
        raise _not_polygons(name, number, *_OTHERS[kind])
    if kind not in ("Polygon", "MultiPolygon"):
        raise DamagedFile(
            name=name,
            why=f"la geometria dell'elemento {number} non ha un tipo riconosciuto.",
            why_en=f"the geometry of feature {number} has no known type.",
        )
    coordinates = geometry.get("coordinates")
    for rings in [coordinates] if kind == "Polygon" else _list(coordinates, name, number):
        found = [_ring(ring, name, number, budget) for ring in _list(rings, name, number)]
        if found:
            yield found


def _not_polygons(name: str, number: int, found: str, found_en: str) -> NotPolygons:
    return NotPolygons(
        name=name,
        where=f"l'elemento {number}",
        where_en=f"feature {number}",
        found=found,
        found_en=found_en,
    )


def _list(value: Any, name: str, number: int) -> list[Any]:
    if not isinstance(value, list):
        raise DamagedFile(
            name=name,
            why=f"le coordinate dell'elemento {number} non sono annidate a dovere.",
            why_en=f"the coordinates of feature {number} are not nested as they should.",
        )
    return value


def _ring(value: Any, name: str, number: int, budget: Budget) -> Ring:
    points = _list(value, name, number)
    budget.vertices(len(points))
    found = np.empty((len(points), 2))
    for index, point in enumerate(points):
        pair = point[:2] if isinstance(point, list) else []
        if len(pair) != 2 or any(
            isinstance(part, bool) or not isinstance(part, int | float) for part in pair
        ):
            raise BadCoordinates(
                name=name,
                where=f"dell'elemento {number}",
                where_en=f"of feature {number}",
                why=f"il vertice {index + 1} non è una coppia di numeri.",
                why_en=f"vertex {index + 1} is not a pair of numbers.",
            )
        found[index] = [_number(part) for part in pair]
    return closed_ring(found, name, number)


def _number(value: int | float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf
