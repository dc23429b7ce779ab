"""A scenario as a file or as a page tells it: solutions drawn on the map, and the area they belong to.

A GeoJSON FeatureCollection in longitude and latitude. Its own members ``nome``, ``evento`` (a key of the
events), ``pioggia_mm``, ``giorno``, ``risposte``; each feature is a solution (``soluzione``: an id of the
catalogue, ``quantita`` where it is not the drawing's) or, with ``ruolo: "area"``, the area of the whole
intervention. Nothing else is read, nothing is followed: what is there besides is named in a notice, a ``crs``
other than longitude and latitude is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from trama.kernel.errors import BadInput, NotFound
from trama.kernel.notices import Notice
from trama.kernel.system import refusal
from trama.sources.interventions import systems
from trama.sources.interventions.errors import UnknownCrs
from trama.sources.interventions.geojson import declared_crs, parse_json
from trama.sources.interventions.raw import shown

MAX_BYTES = 5_000_000
MAX_PIECES = 60
MAX_VERTICES = 20_000
MAX_POINTS = 1000
MAX_NAMED = 20
MOST = 1e300
"""Of a larger number nothing can be computed; a whole one would not even become a fraction."""
LEAST_M2 = LEAST_M = 0.5
"""A drawing smaller than this cannot be measured."""
_KINDS = {
    "area": ("Polygon", "MultiPolygon"),
    "linea": ("LineString", "MultiLineString"),
    "punti": ("Point", "MultiPoint"),
}
_READ = frozenset({"type", "nome", "evento", "pioggia_mm", "giorno", "risposte", "features", "crs"})
_READ_OF_FEATURE = frozenset({"soluzione", "quantita", "ruolo"})
FIGURES = (
    "id",
    "nome",
    "famiglia",
    "unita",
    "invaso_m3",
    "servita_m2",
    "trattenuta_m3",
    "misura",
    "costo_eur",
)
"""Properties that a scenario handed over carries for its readers; read back they are passed over."""
_PASSED_OVER = frozenset({"name", "bbox", "id", "effetti", "trace"})
"""Members that programs write by themselves, or that a scenario handed over carries."""
_DEPTH = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}


class ScenarioNotThere(NotFound):
    """The path does not lead to a file."""

    it = "Il file «{what}» non si trova o non si legge. {hint}"
    en = "The file “{what}” is not there or cannot be read. {hint}"


class BadScenario(BadInput):
    """The document is not a scenario."""

    it = "Lo scenario «{name}» non si legge: {why}"
    en = "Scenario “{name}” cannot be read: {why}"


class BadDrawing(BadInput):
    """One of the drawings cannot be used."""

    it = "Il disegno {number} ({what}) non è utilizzabile: {why}"
    en = "Drawing {number} ({what}) cannot be used: {why}"


@dataclass(frozen=True)
class Piece:
    """A solution drawn on the map.

    Attributes
    ----------
    id
        In the catalogue.
    geometry
        Polygons, lines or points, EPSG:32632.
    quantity
        In the catalogue's unit, where it is not the drawing's own; None otherwise.
    """

    id: str
    geometry: shapely.Geometry
    quantity: float | None = None


@dataclass(frozen=True)
class Scenario:
    """What a person draws and asks.

    Attributes
    ----------
    area
        Of the whole intervention, EPSG:32632; None for the drawings alone.
    event, rain_mm
        A key of the events of the norms, or a depth written by hand (which wins).
    day
        Day of the law; None for today.
    answers
        Sheet id → criterion → ``{"valore", "motivo"}``.
    notices
        What the file holds and is not read.
    """

    nome: str
    pieces: tuple[Piece, ...]
    area: shapely.Geometry | None = None
    event: str = ""
    rain_mm: float | None = None
    day: date | None = None
    answers: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()


def read_scenario(path: Path) -> Scenario:
    """Read a scenario's file; raises `ScenarioNotThere`, `BadScenario`, `BadDrawing` and nothing else."""
    try:
        data = path.read_bytes() if path.stat().st_size <= MAX_BYTES else None
    except OSError as error:
        hint = f"Controllare il percorso: {refusal(error).why_it}."
        raise ScenarioNotThere(what=str(path), hint=hint) from None
    if data is None:
        raise BadScenario(name=path.name, why=f"supera {MAX_BYTES // 1_000_000} MB, il massimo ammesso.")
    return scenario_from(parse_json(data, path.name), path.name)


def scenario_from(document: Any, name: str = "scenario") -> Scenario:
    """Read a scenario from plain JSON values; raises as `read_scenario`."""
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
        raise BadScenario(name=name, why="serve un GeoJSON di tipo FeatureCollection.")
    _check_crs(document, name)
    features = _features(document, name)
    pieces: list[Piece] = []
    area = None
    for number, feature in enumerate(features, start=1):
        if feature["properties"].get("ruolo") == "area":
            if area is not None:
                raise BadDrawing(
                    number=number, what="area dell'intervento", why="ce n'è già una: tenerne una sola."
                )
            area = to_metres(feature.get("geometry"), "area", number, "area dell'intervento")
        else:
            pieces.append(_piece(feature.get("geometry"), feature["properties"], number))
    return Scenario(
        nome=_text(document, "nome", name),
        pieces=tuple(pieces),
        area=area,
        notices=_notices(document, features),
        event=_text(document, "evento", name),
        rain_mm=_number(document.get("pioggia_mm"), "pioggia_mm", name),
        day=_day(document.get("giorno"), name),
        answers=_answers(document.get("risposte"), name),
    )


def _features(document: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    features = document.get("features")
    if not isinstance(features, list):
        raise BadScenario(name=name, why="manca l'elenco «features».")
    if len(features) > MAX_PIECES:
        raise BadScenario(name=name, why=f"ha più di {MAX_PIECES} disegni: dividerlo in più scenari.")
    for number, feature in enumerate(features, start=1):
        if not isinstance(feature, dict) or not isinstance(feature.get("properties"), dict):
            raise BadDrawing(number=number, what="?", why="non è una «Feature» con le sue proprietà.")
    return features


def _check_crs(document: dict[str, Any], name: str) -> None:
    """Refuse a declared reference system other than longitude and latitude."""
    try:
        found = f"EPSG:{code}" if (code := declared_crs(document)) not in {None, 4326} else ""
    except UnknownCrs as error:
        found = str(error.fields["found"])
    if found:
        why = (
            f"dichiara il sistema di riferimento {found}. Uno scenario si scrive in longitudine e latitudine "
        )
        raise BadScenario(name=name, why=why + "(WGS 84, EPSG:4326): esportarlo così e riprovare.")


def _notices(document: Mapping[str, Any], features: Sequence[Mapping[str, Any]]) -> tuple[Notice, ...]:
    """Name what is there and is not read, each name once."""
    unread = [key for key in document if key not in _READ | _PASSED_OVER]
    by_name: dict[str, list[int]] = {}
    for number, feature in enumerate(features, start=1):
        for key in feature["properties"]:
            if key not in _READ_OF_FEATURE and key not in FIGURES:
                by_name.setdefault(key, []).append(number)
    found = []
    if unread:
        names = ", ".join(f"«{shown(key)}»" for key in unread[:MAX_NAMED])
        found.append(Notice("non_letto", f"Non letto: {names}.", f"Not read: {names}."))
    for key, numbers in list(by_name.items())[:MAX_NAMED]:
        where = ("disegno " if len(numbers) == 1 else "disegni ") + ", ".join(map(str, numbers))
        sentence = f"Proprietà «{shown(key)}» non letta ({where})."
        found.append(Notice("proprieta_non_letta", sentence, f"Property “{shown(key)}” is not read."))
    return tuple(found)


def scenario_document(scenario: Scenario, properties: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """Return the scenario as the file that `read_scenario` reads back.

    Parameters
    ----------
    properties
        For each piece, more properties to carry (its figures); read back they are ignored.
    """
    more = [*properties, *({} for _ in scenario.pieces[len(properties) :])]
    features = [
        {
            "type": "Feature",
            "geometry": to_degrees(piece.geometry),
            "properties": {"soluzione": piece.id, "quantita": piece.quantity, **extra},
        }
        for piece, extra in zip(scenario.pieces, more, strict=True)
    ]
    if scenario.area is not None:
        whole = {"type": "Feature", "geometry": to_degrees(scenario.area), "properties": {"ruolo": "area"}}
        features.append(whole)
    return {
        "type": "FeatureCollection",
        "nome": scenario.nome,
        "evento": scenario.event,
        "pioggia_mm": scenario.rain_mm,
        "giorno": scenario.day.isoformat() if scenario.day else None,
        "risposte": dict(scenario.answers),
        "features": features,
    }


def to_metres(geometry: Any, kind: str | None, number: int, what: str) -> shapely.Geometry:
    """Return a GeoJSON geometry in degrees as a valid one in EPSG:32632; raises `BadDrawing`.

    Parameters
    ----------
    kind
        ``area``, ``linea`` or ``punti``; None for any of them.
    """

    def refuse(why: str) -> BadDrawing:
        return BadDrawing(number=number, what=what, why=why)

    form = geometry.get("type") if isinstance(geometry, dict) else None
    allowed = _KINDS[kind] if kind else tuple(_DEPTH)
    if form not in allowed:
        drawn = {"area": "un'area", "linea": "una linea", "punti": "dei punti"}
        raise refuse(f"si disegna come {drawn[kind]}." if kind else "serve un'area, una linea o dei punti.")
    coordinates = geometry.get("coordinates")
    count = _count(coordinates, _DEPTH[form])
    if count is None:
        raise refuse("le coordinate non sono coppie di numeri.")
    most = MAX_POINTS if form.endswith("Point") else MAX_VERTICES
    if not 0 < count <= most:
        raise refuse(f"ha {count} vertici: al massimo {most}, e almeno uno.")
    try:
        shape = shapely.geometry.shape({"type": form, "coordinates": coordinates})
        points = shapely.get_coordinates(shape)
        systems.check_plausible(points, 4326, what)
    except (shapely.errors.ShapelyError, ValueError, TypeError) as error:
        raise refuse("le coordinate non formano un disegno.") from error
    shape = shapely.set_coordinates(shape, systems.to_metric(points, 4326))
    if _too_small(shape):
        raise refuse("è troppo piccolo per misurarlo: ridisegnarlo più grande.")
    if not shape.is_valid:
        raise refuse("il contorno si incrocia da solo: ridisegnarlo.")
    return shape


def _too_small(shape: shapely.Geometry) -> bool:
    """Tell whether a drawing is too small; of a ring that crosses itself the hull is measured."""
    dimension = shapely.get_dimensions(shape)
    if dimension == 2:
        whole = shape if shape.is_valid else shapely.convex_hull(shape)
        return bool(shape.is_empty or whole.area < LEAST_M2)
    return bool(shape.is_empty or (dimension == 1 and shape.length < LEAST_M))


def to_degrees(shape: shapely.Geometry) -> dict[str, Any]:
    """Return a geometry of EPSG:32632 as GeoJSON in degrees, nine decimals (a tenth of a millimetre)."""
    degrees = np.round(systems.to_lon_lat(shapely.get_coordinates(shape)), 9)
    moved = shapely.set_coordinates(shape, degrees)
    return dict(shapely.geometry.mapping(moved))


def _piece(geometry: Any, properties: Mapping[str, Any], number: int) -> Piece:
    solution = properties.get("soluzione")
    if not isinstance(solution, str) or not 0 < len(solution) <= 80:
        raise BadDrawing(number=number, what="?", why="manca «soluzione», un identificativo del catalogo.")
    quantity = properties.get("quantita")
    if quantity is not None and not (_is_number(quantity) and 0 < quantity <= 1e9):
        why = "«quantita» deve essere un numero, senza virgolette, maggiore di zero e non oltre un miliardo."
        raise BadDrawing(number=number, what=solution, why=why)
    shape = to_metres(geometry, None, number, solution)
    return Piece(solution, shape, None if quantity is None else float(quantity))


def _count(coordinates: Any, depth: int) -> int | None:
    """Count the positions at `depth` lists down; None where anything is not what it should be."""
    if depth == 0:
        good = isinstance(coordinates, list | tuple) and len(coordinates) in {2, 3}
        return 1 if good and all(_is_number(part) for part in coordinates) else None
    if not isinstance(coordinates, list | tuple):
        return None
    counts = [_count(part, depth - 1) for part in coordinates]
    return None if None in counts else sum(count or 0 for count in counts)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and -MOST <= value <= MOST


def _text(document: Mapping[str, Any], key: str, name: str) -> str:
    value = document.get(key)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > 200 or not (value.isprintable()):
        raise BadScenario(name=name, why=f"«{key}» deve essere un testo di al massimo 200 caratteri.")
    return value


def _number(value: Any, key: str, name: str) -> float | None:
    if value is None:
        return None
    if not _is_number(value):
        raise BadScenario(name=name, why=f"«{key}» deve essere un numero.")
    return float(value)


def _day(value: Any, name: str) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise BadScenario(name=name, why="«giorno» si scrive come 2026-01-15.") from None


def _answers(value: Any, name: str) -> dict[str, dict[str, dict[str, Any]]]:
    if value is None:
        return {}
    good = isinstance(value, dict) and all(
        isinstance(sheet, dict)
        and all(isinstance(answer, dict) and "valore" in answer for answer in sheet.values())
        for sheet in value.values()
    )
    if not good:
        why = "«risposte» deve essere {scheda: {criterio: {valore, motivo}}}."
        raise BadScenario(name=name, why=why)
    return dict(value)
