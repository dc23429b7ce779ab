"""From what is drawn to the ground it takes: quantities, footprints, the area of the intervention."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Protocol

import shapely

from trama.analyses.whatif.errors import (
    Crowded,
    NothingDrawn,
    TooWide,
    UnknownSolution,
    WrongDrawing,
    WrongQuantity,
)
from trama.kernel.trace import ParameterUse
from trama.kernel.units import format_number
from trama.norms import InForce, NormBook

FOLDER = "sttm1/whatif"
CATALOGUE = "sttm1/nbs/catalogo"
MAX_EXTENT_M = 6000.0
"""Drawings farther apart than this are not one place, and would not be answered in the time of a gesture."""
TRACE_M = 1.0
"""What takes no ground (a well, a wall) is still somewhere: a strip or a disc this wide."""

SAME_SHARE = 0.01
"""A quantity within this share of the drawing's own is the drawing's own."""

_WORDS = {"area": "un'area", "linea": "una linea", "punti": "dei punti"}
_FORMS = {"Polygon": "area", "LineString": "linea", "LinearRing": "linea", "Point": "punti"}


class DrawnPiece(Protocol):
    """A solution drawn on the map (see `trama.sources.scenarios.Piece`)."""

    @property
    def id(self) -> str:
        """Id in the catalogue."""

    @property
    def geometry(self) -> shapely.Geometry:
        """Polygons, lines or points, EPSG:32632."""

    @property
    def quantity(self) -> float | None:
        """In the catalogue's unit, where not the drawing's own."""


@dataclass(frozen=True)
class Solutions:
    """The catalogue and the footprints, as in force on a day."""

    catalogue: InForce
    footprints: InForce

    @classmethod
    def at(cls, book: NormBook, day: date) -> Solutions:
        """Read them; raises `NotInForce`."""
        return cls(book.value(CATALOGUE, day), book.value(f"{FOLDER}/impronta", day))

    def uses(self, solution: str) -> tuple[ParameterUse, ...]:
        """Quote the rows of one solution."""
        return self.catalogue.use(only=solution), self.footprints.use(only=solution)


@dataclass(frozen=True)
class Laid:
    """A solution on the ground.

    Attributes
    ----------
    number
        Place among the drawings, from 0.
    row, footprint
        Its rows of the catalogue and of the footprints.
    ground
        What it covers and no later drawing covers, EPSG:32632.
    quantity
        In the catalogue's unit; of a drawn area, the part no later drawing covers.
    drawn
        The quantity that the drawing alone would give.
    hidden_m2
        What later drawings cover of it.
    """

    number: int
    id: str
    row: Mapping[str, Any]
    footprint: Mapping[str, Any]
    ground: shapely.Geometry
    quantity: float
    drawn: float
    hidden_m2: float

    @property
    def name(self) -> str:
        """Name for people."""
        return str(self.row["name_it"])

    @property
    def key(self) -> str:
        """Name of its step in the explanation."""
        return f"{self.number + 1}_{self.id}"

    def amount(self, column: str) -> float | None:
        """Return quantity × a column of the catalogue; None where the catalogue has no value."""
        value = self.row[column]
        return None if value is None else float(value) * self.quantity

    @property
    def area_m2(self) -> float:
        """Its own quantity where that is an area, else the ground it takes."""
        return self.quantity if self.row["unit"] == "m2" else float(self.ground.area)


@dataclass(frozen=True)
class Layout:
    """Everything drawn, and the area it belongs to."""

    laid: tuple[Laid, ...]
    site: shapely.Geometry
    declared_site: bool

    @cached_property
    def extent_m(self) -> float:
        """Longer side of the box around everything."""
        west, south, east, north = self.site.bounds
        return float(max(east - west, north - south))

    @property
    def without_ground(self) -> bool:
        """Whether nothing drawn takes or covers ground, and no area was declared: all means are on marks."""
        return not self.declared_site and not any(self.taking(column) for column in TAKES)

    def taking(self, column: str) -> list[Laid]:
        """Return the solutions that take ground in the sense of a column of the footprints."""
        return [one for one in self.laid if float(one.footprint[column] or 0) > 0]


def lay(solutions: Solutions, pieces: Sequence[DrawnPiece], area: shapely.Geometry | None) -> Layout:
    """Lay the drawings on the ground, the last one on top.

    Parameters
    ----------
    area
        Of the whole intervention; where None, what the drawings cover.

    Raises
    ------
    NothingDrawn, UnknownSolution, WrongDrawing, TooWide
    """
    if not pieces:
        raise NothingDrawn()
    grounds = [_ground(solutions, piece) for piece in pieces]
    laid: list[Laid] = []
    above: shapely.Geometry = shapely.MultiPolygon()
    for number in range(len(pieces) - 1, -1, -1):
        row = solutions.catalogue.value[pieces[number].id]
        footprint = solutions.footprints.value[pieces[number].id]
        whole, seen = grounds[number], grounds[number]
        takes_ground = float(footprint["water_m2_per_unit"]) > 0
        if takes_ground:
            seen = shapely.difference(whole, above)
            above = shapely.union(above, whole)
        hidden = max(0.0, float(whole.area - seen.area))
        drawn, written = _drawn_quantity(pieces[number], footprint, seen), pieces[number].quantity
        quantity = drawn if written is None or footprint["drawn"] == "area" else float(written)
        laid.append(Laid(number, pieces[number].id, row, footprint, seen, quantity, drawn, hidden))
    laid.reverse()
    everything = shapely.union_all(grounds)
    site = everything if area is None else shapely.union(area, everything)
    layout = Layout(tuple(laid), site, area is not None)
    if layout.extent_m > MAX_EXTENT_M:
        found, most = (format_number(side / 1000, "1", 1) for side in (layout.extent_m, MAX_EXTENT_M))
        raise TooWide(found=found, most=most)
    return layout


def _ground(solutions: Solutions, piece: DrawnPiece) -> shapely.Geometry:
    """Return the ground under a drawing, whatever lies above it."""
    if piece.id not in solutions.catalogue.value or piece.id not in solutions.footprints.value:
        raise UnknownSolution(what=piece.id, hint=", ".join(solutions.catalogue.value))
    footprint = solutions.footprints.value[piece.id]
    wanted = str(footprint["drawn"])
    parts = shapely.get_parts(piece.geometry)
    if any(_FORMS[part.geom_type] != wanted for part in parts):
        name = solutions.catalogue.value[piece.id]["name_it"]
        raise WrongDrawing(name=name, wanted=_WORDS[wanted])
    if wanted == "area":
        _check_quantity(solutions, piece)
        return piece.geometry
    per_unit = max(float(footprint[c]) for c in TAKES)
    if wanted == "linea":
        return shapely.buffer(piece.geometry, max(per_unit, TRACE_M) / 2, cap_style="flat")
    number = len(parts)
    share = (piece.quantity or number) / number if footprint["over_m2_per_unit"] else 1.0
    return shapely.buffer(piece.geometry, math.sqrt(max(per_unit * share, TRACE_M) / math.pi), quad_segs=8)


TAKES = ("water_m2_per_unit", "ground_m2_per_unit", "over_m2_per_unit")


def _check_quantity(solutions: Solutions, piece: DrawnPiece) -> None:
    """Refuse another quantity for what is drawn as an area: its quantity is its surface."""
    drawn_m2 = float(piece.geometry.area)
    if piece.quantity is not None and abs(piece.quantity - drawn_m2) > SAME_SHARE * drawn_m2:
        raise WrongQuantity(
            name=solutions.catalogue.value[piece.id]["name_it"],
            given=format_number(piece.quantity, "m2"),
            drawn=format_number(drawn_m2, "m2"),
        )


def check_crowding(layout: Layout, pieces: Sequence[DrawnPiece]) -> None:
    """Refuse more pieces than there is room for around the points drawn; raises `Crowded`."""
    for one in layout.laid:
        most = one.footprint["most_per_point"]
        if not most:
            continue
        points = len({point.wkb for point in shapely.get_parts(pieces[one.number].geometry)})
        if one.quantity > points * float(most):
            raise Crowded(
                name=one.name,
                found=format_number(one.quantity, decimals=0),
                points="un punto solo" if points == 1 else f"{points} punti",
                most=format_number(float(most), decimals=0),
                needed=format_number(math.ceil(one.quantity / float(most)), decimals=0),
            )


def _drawn_quantity(piece: DrawnPiece, footprint: Mapping[str, Any], seen: shapely.Geometry) -> float:
    drawn = str(footprint["drawn"])
    if drawn == "area":
        return float(seen.area)
    size = float(piece.geometry.length) if drawn == "linea" else float(len(shapely.get_parts(piece.geometry)))
    return size * float(footprint["quantity_per_drawn"])
