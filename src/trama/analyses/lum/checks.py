"""The checks of a redrawn perimeter: what it must keep, how far it may go, whom it may not cover."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely.validation import explain_validity

from trama.analyses.lum.rules import Rules
from trama.kernel.units import format_number


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another LUM nearby: its perimeter in force, and its circle; `redrawn` where a comune's act set it."""

    code: str
    name: str
    comune: str
    perimeter: shapely.Geometry
    circle: shapely.Geometry
    redrawn: bool


@dataclass(frozen=True)
class Ground:
    """What a redraw is checked against.

    Attributes
    ----------
    comuni
        Name → shape of the comuni that redraw it: the stop's own, and those that its circle touches.
    level, radius_m
        The level in force, and its radius.
    """

    code: str
    name: str
    level: str
    radius_m: float
    stops: tuple[shapely.Point, ...]
    circle: shapely.Geometry
    comuni: Mapping[str, shapely.Geometry]
    neighbours: Sequence[Neighbour] = field(default=())


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what was found, what is asked, in words; ``where`` is what to look at on the map."""

    id: str
    label: str
    passed: bool
    found: str
    where: shapely.Geometry | None = None


def check_redraw(rules: Rules, ground: Ground, shape: shapely.Geometry) -> list[Check]:
    """Check a redrawn perimeter (EPSG:32632) against the rules; all checks, in a fixed order.

    Where the shape is no valid area the others cannot be told, and are not there.
    """
    valid = _valid(shape)
    if not valid.passed:
        return [valid]
    return [
        valid,
        _one_piece(shape),
        _holds_stops(ground, shape),
        _near(rules, ground, shape),
        _size(rules, ground, shape),
        _within(rules, ground, shape),
        _apart(rules, ground, shape),
    ]


def _valid(shape: shapely.Geometry) -> Check:
    label = "È un'area disegnata bene"
    if shape.is_empty or shape.geom_type not in {"Polygon", "MultiPolygon"}:
        return Check(
            "valido",
            label,
            False,
            "non è un'area chiusa: disegnare un contorno che torna al punto di partenza.",
        )
    if not shape.is_valid:
        found = "il contorno si incrocia o si tocca da solo: spostare i vertici segnati sulla mappa."
        return Check("valido", label, False, found, _fault(shape))
    return Check("valido", label, True, "contorno chiuso, senza incroci")


def _fault(shape: shapely.Geometry) -> shapely.Geometry | None:
    _, _, place = explain_validity(shape).partition("[")
    numbers = place.rstrip("]").split()
    return shapely.Point(float(numbers[0]), float(numbers[1])) if len(numbers) >= 2 else None


def _one_piece(shape: shapely.Geometry) -> Check:
    pieces = len(shapely.get_parts(shape))
    found = "un'area sola" if pieces == 1 else f"{pieces} aree staccate: unirle, o tenerne una sola."
    return Check("unico", "È un'area sola", pieces == 1, found)


def _holds_stops(ground: Ground, shape: shapely.Geometry) -> Check:
    label = "Contiene gli impianti della fermata"
    lost = [point for point in ground.stops if not shape.covers(point)]
    if not lost:
        count = len(ground.stops)
        return Check(
            "fermata", label, True, "la fermata è dentro" if count == 1 else f"le {count} fermate sono dentro"
        )
    far = max(shape.distance(point) for point in lost)
    which = (
        "la fermata resta"
        if len(ground.stops) == 1
        else f"{len(lost)} fermate su {len(ground.stops)} restano"
    )
    found = (
        f"{which} fuori, fino a {format_number(far, 'm', 0)} dal perimetro: allargarlo fino a comprenderla."
    )
    if len(lost) > 1:
        found = found.replace("comprenderla", "comprenderle")
    return Check("fermata", label, False, found, shapely.multipoints(lost))


def _near(rules: Rules, ground: Ground, shape: shapely.Geometry) -> Check:
    limit = ground.radius_m * float(rules.farthest.value)
    corners = shapely.points(shapely.get_coordinates(shape))
    distances = shapely.distance(corners, shapely.multipoints(list(ground.stops)))
    far = float(np.max(distances))
    asked = (
        f"al massimo {format_number(limit, 'm', 0)}, {format_number(rules.farthest.value)} volte il raggio"
    )
    label = "Resta vicino alla fermata"
    if far <= limit:
        return Check(
            "vicino", label, True, f"il vertice più lontano è a {format_number(far, 'm', 0)}; {asked}"
        )
    found = f"il vertice più lontano è a {format_number(far, 'm', 0)} dalla fermata; {asked}: avvicinarlo."
    return Check("vicino", label, False, found, shapely.multipoints(corners[distances > limit]))


def _size(rules: Rules, ground: Ground, shape: shapely.Geometry) -> Check:
    least, most = (float(rules.area.value[name]) * ground.circle.area for name in ("minima", "massima"))
    between = f"fra {format_number(least / 10_000, 'ha', 1)} e {format_number(most / 10_000, 'ha', 1)}"
    size = f"misura {format_number(shape.area / 10_000, 'ha', 1)}; si ammette {between}"
    label = "Ha una superficie ammessa"
    if least <= shape.area <= most:
        return Check("superficie", label, True, size)
    return Check(
        "superficie", label, False, f"{size}: {'allargarlo' if shape.area < least else 'restringerlo'}."
    )


def _within(rules: Rules, ground: Ground, shape: shapely.Geometry) -> Check:
    names = ", ".join(ground.comuni)
    label = "Sta nei comuni che lo ridisegnano"
    home = shapely.union_all(list(ground.comuni.values()))
    outside = shape.difference(home.buffer(float(rules.border.value)))
    if outside.area <= float(rules.overlap.value):
        return Check("comuni", label, True, f"sta in {names}")
    found = f"{format_number(outside.area, 'm2', 0)} stanno fuori da {names}: riportarlo nel confine."
    return Check("comuni", label, False, found, outside)


def _apart(rules: Rules, ground: Ground, shape: shapely.Geometry) -> Check:
    label = "Non copre un altro LUM"
    limit = float(rules.overlap.value)
    covered = [
        (one, part) for one in ground.neighbours if (part := _covered(ground, one, shape)).area > limit
    ]
    if not covered:
        return Check("altri", label, True, "nessuna sovrapposizione")
    said = "; ".join(
        f"{format_number(part.area, 'm2', 0)} di «{one.name}» ({one.comune}, "
        f"{'perimetro del comune' if one.redrawn else 'cerchio'})"
        for one, part in covered
    )
    return Check(
        "altri",
        label,
        False,
        f"copre {said}: lasciarli fuori.",
        shapely.union_all([part for _, part in covered]),
    )


def _covered(ground: Ground, other: Neighbour, shape: shapely.Geometry) -> shapely.Geometry:
    """Return what a shape takes of another LUM: where two circles cross by themselves nobody is to blame."""
    part = shape.intersection(other.perimeter)
    return part if other.redrawn else part.difference(ground.circle.intersection(other.circle))
