"""From a row of the register to something the what-if can try: a solution on the ground, of its size."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import shapely
from shapely import affinity

from trama.analyses.opere.register import Work
from trama.analyses.whatif.drawing import Solutions
from trama.kernel.units import UNITS

AS_DRAWN = "com'è disegnata"
SIZED = "ricavata dalla quantità, attorno alla posizione"
SAME = 0.02
"""A declared area within this share of the drawn one is the drawn one."""


class Unsaid(Exception):
    """The register does not say what an estimate needs; the text says what is missing."""


@dataclass(frozen=True)
class Piece:
    """A solution as the what-if takes it."""

    id: str
    geometry: shapely.Geometry
    quantity: float | None


@dataclass(frozen=True)
class Trial:
    """What is tried for a work: one solution, the area it belongs to, and where its shape comes from."""

    piece: Piece
    area: shapely.Geometry | None
    form: str


def trial_of(work: Work, solutions: Solutions) -> Trial:
    """Return what to try for a work.

    A solution that covers ground takes the declared square metres: the drawn area scaled to them, a strip
    along a line, a disc around a point. What is counted in metres or pieces keeps its number.

    Raises `Unsaid`.
    """
    if work.solution is None:
        told = f"la soluzione «{work.written_solution}» non è nel catalogo" if work.written_solution else ""
        raise Unsaid(told or "manca la soluzione")
    row, footprint = solutions.catalogue.value[work.solution], solutions.footprints.value.get(work.solution)
    if footprint is None:
        raise Unsaid("la soluzione non ha un'impronta nel catalogo")
    if work.shape is None:
        raise Unsaid("non è sulla mappa: il suolo del luogo non è noto")
    quantity = _quantity(work, str(row["unit"]), str(footprint["drawn"]))
    if footprint["drawn"] == "area":
        shape, form = _sized(work.shape, quantity)
        area = (
            work.shape if shapely.get_dimensions(work.shape) == 2 and shape.area < work.shape.area else None
        )
        return Trial(Piece(work.solution, shape, None), area, form)
    shape, form = _traced(work.shape, quantity, footprint)
    area = work.shape if shapely.get_dimensions(work.shape) == 2 else None
    return Trial(Piece(work.solution, shape, quantity), area, form)


def _quantity(work: Work, unit: str, drawn: str) -> float:
    wanted = UNITS.get(unit, unit) or "pezzi"
    if work.quantity is None:
        dimension = shapely.get_dimensions(work.shape)
        if drawn == "area" and dimension == 2:
            return float(shapely.area(work.shape))
        if drawn == "linea" and unit == "m" and dimension == 1:
            return float(shapely.length(work.shape))
        raise Unsaid(f"manca la quantità ({wanted})")
    if work.unit is None:
        raise Unsaid("manca l'unità della quantità")
    if work.unit != unit:
        given = UNITS.get(work.unit, work.unit) or "pezzi"
        raise Unsaid(f"la quantità è in {given} e la soluzione si conta in {wanted}")
    return work.quantity


def _sized(shape: shapely.Geometry, area_m2: float) -> tuple[shapely.Geometry, str]:
    """Return ground of `area_m2` where the work is."""
    dimension = shapely.get_dimensions(shape)
    if dimension == 2:
        if abs(area_m2 / shape.area - 1) <= SAME:
            return shape, AS_DRAWN
        factor = math.sqrt(area_m2 / shape.area)
        return affinity.scale(shape, factor, factor, origin="centroid"), SIZED
    if dimension == 1:
        return shapely.buffer(shape, area_m2 / shape.length / 2, cap_style="flat"), SIZED
    points = shapely.get_num_coordinates(shape)
    return shapely.buffer(shape, math.sqrt(area_m2 / points / math.pi), quad_segs=8), SIZED


def _traced(
    shape: shapely.Geometry, quantity: float, footprint: Mapping[str, Any]
) -> tuple[shapely.Geometry, str]:
    """Return points, or a line, where the work is."""
    dimension = shapely.get_dimensions(shape)
    if footprint["drawn"] == "punti":
        return (shape, AS_DRAWN) if dimension == 0 else (shapely.point_on_surface(shape), SIZED)
    if dimension == 1:
        return shape, AS_DRAWN
    middle = shapely.point_on_surface(shape)
    half = quantity / float(footprint["quantity_per_drawn"] or 1) / 2
    return shapely.LineString([(middle.x - half, middle.y), (middle.x + half, middle.y)]), SIZED
