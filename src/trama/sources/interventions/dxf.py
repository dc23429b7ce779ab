"""Text DXF: the closed polylines and circles of the drawing, with their layers.

A DXF is pairs of lines, a group code and a value (Autodesk DXF reference, ENTITIES section). Arcs (bulges)
are broken into segments that stay within `SAGITTA_M` of them. Blocks are not opened.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from trama.kernel.notices import Notice
from trama.sources.interventions.errors import DamagedFile, NoFeatures, NotPolygons, SeveralLayers
from trama.sources.interventions.raw import Budget, RawFeature, RawFile, Ring, shown
from trama.sources.interventions.rings import closed_ring, nest

SAGITTA_M = 0.001
PERIMETER = "INTERVENTO"
_MAX_LINES = 4_000_000
_MAX_SEGMENTS = 512
_CLOSED = 1
_IGNORED_CURVES = frozenset({"LINE", "ARC", "SPLINE", "ELLIPSE", "INSERT", "HATCH", "POINT", "3DFACE"})


@dataclass(slots=True)
class _Entity:
    """One entity: its kind, layer, and group pairs in order."""

    kind: str
    pairs: list[tuple[int, str]] = field(default_factory=list)
    vertices: list[_Entity] = field(default_factory=list)

    def text(self, code: int, default: str = "") -> str:
        return next((value for found, value in self.pairs if found == code), default)

    def flag(self, code: int) -> int:
        try:
            return int(self.text(code, "0"))
        except ValueError:
            return 0


def read_dxf(data: bytes, name: str) -> RawFile:
    """Read the closed outlines of a DXF; the layer's name is kept as the property ``livello``.

    A DXF does not say its reference system: it must be declared by who gives the file.

    Raises
    ------
    DamagedFile, NoFeatures, NotPolygons, SeveralLayers, BadCoordinates, TooComplex
    """
    outlines: dict[str, list[Ring]] = {}
    open_lines, others, found = 0, 0, 0
    budget = Budget(name)
    for entity in _entities(_pairs(data, name)):
        found += 1
        if entity.kind not in ("LWPOLYLINE", "POLYLINE", "CIRCLE"):
            others += entity.kind in _IGNORED_CURVES
            continue
        ring = _outline(entity, name, budget)
        if ring is None:
            open_lines += 1
            continue
        outlines.setdefault(shown(entity.text(8, "0"), 80), []).append(ring)
    if not outlines:
        raise _nothing_closed(name, found, open_lines + others)
    features = [
        RawFeature(number, nest(rings, name, number), {"livello": layer})
        for number, (layer, rings) in enumerate(outlines.items(), start=1)
    ]
    return RawFile(
        name,
        features,
        None,
        _notices(features, outlines, open_lines + others),
        (" (un DXF non lo dice)", " (a DXF does not say it)"),
    )


def choose_perimeter(raw: RawFile, nbs_ids: frozenset[str]) -> RawFile:
    """Keep the layer of the perimeter, and turn layers named after a type of the catalogue into its features.

    Raises
    ------
    SeveralLayers
        More than one other layer has closed outlines, and none is called ``INTERVENTO``.
    """
    kinds: list[RawFeature] = []
    rest: list[RawFeature] = []
    for feature in raw.features:
        layer = str(feature.properties["livello"])
        if layer.lower() in nbs_ids:
            kinds.append(RawFeature(feature.number, feature.polygons, {"tipologia": layer.lower()}))
        else:
            rest.append(RawFeature(feature.number, feature.polygons, {"livello": layer}))
    named = [feature for feature in rest if feature.properties["livello"].upper() == PERIMETER]
    if len(rest) > 1 and not named:
        listed = ", ".join(str(feature.properties["livello"])[:40] for feature in rest[:10])
        raise SeveralLayers(name=raw.name, layers=listed)
    raw.features = [*(named or rest), *kinds]
    return raw


def _nothing_closed(name: str, found: int, lines: int) -> Exception:
    if not found:
        return NoFeatures(name=name)
    return NotPolygons(
        name=name,
        where="il disegno" if lines else "quel che c'è nel disegno",
        where_en="the drawing",
        found="fatto di linee aperte, archi o blocchi" if lines else "privo di contorni chiusi",
        found_en="made of open lines, arcs or blocks" if lines else "without closed outlines",
    )


def _notices(features: list[RawFeature], outlines: dict[str, list[Ring]], left_out: int) -> list[Notice]:
    notices = []
    if left_out:
        notices.append(
            Notice(
                "dxf_linee_ignorate",
                f"Ignorati {left_out} oggetti che non sono contorni chiusi (linee, archi, blocchi...).",
                f"{left_out} objects that are not closed outlines were ignored (lines, arcs, blocks...).",
            )
        )
    holes = sum(len(rings) for rings in outlines.values()) - sum(len(item.polygons) for item in features)
    if holes:
        notices.append(
            Notice(
                "dxf_fori",
                f"{holes} contorni interni a un altro sono stati letti come vuoti del perimetro.",
                f"{holes} outlines inside another were read as holes of the perimeter.",
            )
        )
    return notices


def _pairs(data: bytes, name: str) -> Iterator[tuple[int, str]]:
    try:
        text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(lines) > _MAX_LINES:
        raise DamagedFile(
            name=name,
            why="ha troppe righe per essere un perimetro.",
            why_en="it has too many lines for a perimeter.",
        )
    for place in range(0, len(lines) - 1, 2):
        code = lines[place].strip()
        if not code.lstrip("-").isascii() or not code.lstrip("-").isdigit() or len(code) > 5:
            raise DamagedFile(
                name=name,
                why=f"alla riga {place + 1} ci si aspetta un codice di gruppo.",
                why_en=f"line {place + 1} should be a group code.",
            )
        yield int(code), lines[place + 1].strip()


def _entities(pairs: Iterator[tuple[int, str]]) -> Iterator[_Entity]:
    """Yield the entities of the ENTITIES section, the vertices of old polylines gathered under them."""
    inside = opening = False
    entity: _Entity | None = None
    for code, value in pairs:
        if code != 0:
            if opening and code == 2:
                inside, opening = value.upper() == "ENTITIES", False
            elif entity is not None:
                (entity.vertices[-1] if entity.vertices else entity).pairs.append((code, value))
            continue
        kind = value.upper()
        if entity is not None and entity.kind == "POLYLINE" and kind == "VERTEX":
            entity.vertices.append(_Entity(kind))
            continue
        if entity is not None:
            yield entity
        entity, opening = None, kind == "SECTION"
        if kind in ("ENDSEC", "EOF"):
            inside = False
        elif inside and kind not in ("SECTION", "SEQEND"):
            entity = _Entity(kind)
    if entity is not None:
        yield entity


def _outline(entity: _Entity, name: str, budget: Budget) -> Ring | None:
    """Return the closed ring of an entity, or None where it is open."""
    number = budget.feature()
    try:
        if entity.kind == "CIRCLE":
            x, y, radius = (float(entity.text(code)) for code in (10, 20, 40))
            vertices = [(x - radius, y, 1.0), (x + radius, y, 1.0)]
            closed = True
        else:
            vertices = _light(entity) if entity.kind == "LWPOLYLINE" else _heavy(entity)
            closed = bool(entity.flag(70) & _CLOSED)
        mirrored = float(entity.text(230, "1")) < 0
    except ValueError:
        raise DamagedFile(
            name=name,
            why=f"la polilinea {number} ha un numero illeggibile.",
            why_en=f"polyline {number} has an unreadable number.",
        ) from None
    if not closed and (len(vertices) < 4 or vertices[0][:2] != vertices[-1][:2]):
        return None
    budget.vertices(len(vertices))
    points = np.array(_broken_into_segments(vertices), dtype=np.float64).reshape(-1, 2)
    if mirrored:
        points[:, 0] = -points[:, 0]
    if len(points) and not np.array_equal(points[0], points[-1]):
        points = np.vstack([points, points[:1]])
    budget.vertices(len(points) - len(vertices) if len(points) > len(vertices) else 0)
    return closed_ring(points, name, number)


def _light(entity: _Entity) -> list[tuple[float, float, float]]:
    vertices: list[list[float]] = []
    for code, value in entity.pairs:
        if code == 10:
            vertices.append([float(value), 0.0, 0.0])
        elif code in (20, 42) and vertices:
            vertices[-1][1 if code == 20 else 2] = float(value)
    return [(x, y, bulge) for x, y, bulge in vertices]


def _heavy(entity: _Entity) -> list[tuple[float, float, float]]:
    return [
        (float(vertex.text(10)), float(vertex.text(20)), float(vertex.text(42, "0")))
        for vertex in entity.vertices
        if not vertex.flag(70) & 16
    ]


def _broken_into_segments(vertices: list[tuple[float, float, float]]) -> list[tuple[float, float]]:
    points: list[tuple[float, float]] = []
    for place, (x, y, bulge) in enumerate(vertices):
        points.append((x, y))
        after = vertices[(place + 1) % len(vertices)]
        if bulge and math.isfinite(bulge):
            points.extend(_arc((x, y), after[:2], bulge))
    return points


def _arc(start: tuple[float, float], end: tuple[float, float], bulge: float) -> list[tuple[float, float]]:
    """Return the points inside an arc; the bulge is the tangent of a quarter of its angle."""
    chord = math.hypot(end[0] - start[0], end[1] - start[1])
    angle = 4 * math.atan(bulge)
    if not chord or not math.isfinite(chord) or abs(math.sin(angle / 2)) < 1e-12:
        return []
    radius = chord / (2 * abs(math.sin(angle / 2)))
    step = 2 * math.acos(max(-1.0, 1 - min(1.0, SAGITTA_M / radius)))
    pieces = min(_MAX_SEGMENTS, max(2, math.ceil(abs(angle) / max(step, 1e-9))))
    offset = chord / (2 * math.tan(angle / 2))
    middle_x, middle_y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    center_x = middle_x - offset * (end[1] - start[1]) / chord
    center_y = middle_y + offset * (end[0] - start[0]) / chord
    first = math.atan2(start[1] - center_y, start[0] - center_x)
    return [
        (
            center_x + radius * math.cos(first + angle * piece / pieces),
            center_y + radius * math.sin(first + angle * piece / pieces),
        )
        for piece in range(1, pieces)
    ]
