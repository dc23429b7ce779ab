"""Surfaces of an intervention: what was declared, what is estimated, and what they amount to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from trama.kernel.errors import BadInput
from trama.kernel.trace import Node
from trama.kernel.units import format_number
from trama.norms import InForce, NormBook

GROUND_FAMILIES = frozenset({"acqua", "suolo", "verde"})
"""Families of solutions that take ground."""
SHARE_TOLERANCE = 0.01


class Solution(Protocol):
    """A nature-based (or grey) solution in a project: an id of the catalogue and its quantity."""

    @property
    def id(self) -> str:
        """Id in the catalogue."""

    @property
    def area_m2(self) -> float:
        """Quantity, in the catalogue's own unit (m2 for most)."""


class UnknownSurface(BadInput):
    """A surface class the norms do not know."""

    it = "La superficie «{what}» non è tra quelle previste: {known}."
    en = "Surface “{what}” is not a known class: {known}."


class UnknownSolution(BadInput):
    """A solution the catalogue does not hold."""

    it = "La soluzione «{what}» non è nel catalogo. Identificativi ammessi: {known}."
    en = "Solution “{what}” is not in the catalogue. Known ids: {known}."


class TooMuchGround(BadInput):
    """Solutions laid on the ground are larger than the polygon."""

    it = (
        "Le soluzioni a terra sommano a {sum}, ma il poligono misura {area}: "
        "ridurre le loro superfici o allargare il disegno."
    )
    en = "Solutions on the ground sum to {sum}, the polygon measures {area}. Mend either."


class SurfacesDoNotSum(BadInput):
    """Declared surfaces and polygon disagree by more than 1 %."""

    it = (
        "Le superfici di «{what}» sommano a {sum}, ma il poligono misura {area} "
        "(differenza {difference}, al massimo 1 %). Correggere le superfici o il disegno."
    )
    en = "The surfaces of “{what}” sum to {sum}, the polygon measures {area}. Mend either."


@dataclass(frozen=True, slots=True)
class Composition:
    """Square metres by surface class, and who says so (``dichiarato`` or ``stimato``)."""

    label: str
    areas_m2: Mapping[str, float]
    source: str
    note: str = ""

    @property
    def total_m2(self) -> float:
        """Sum of the surfaces, in square metres."""
        return sum(self.areas_m2.values())


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The norms about surfaces and solutions, as in force on a day."""

    surfaces: InForce
    aliases: InForce
    solutions: InForce
    made_surface: InForce

    @classmethod
    def at(cls, book: NormBook, folder: str, day: date) -> Catalogue:
        """Read them from the folder of a sheet's surfaces (`Sheet.vocabulary`) and from the catalogue."""
        return cls(
            book.value(f"{folder}/superfici", day),
            book.value(f"{folder}/superfici_riassunte", day),
            book.value("sttm1/nbs/catalogo", day),
            book.value(f"{folder}/superficie_delle_soluzioni", day),
        )

    def surface(self, name: str) -> str:
        """Return the class called `name`, also by a common name; raises `UnknownSurface`."""
        key = self.aliases.value.get(name, name)
        if key not in self.surfaces.value:
            raise UnknownSurface(what=name, known=", ".join([*self.surfaces.value, *self.aliases.value]))
        return str(key)

    def check(self, solutions: Sequence[Solution], area_m2: float) -> None:
        """Refuse solutions that the catalogue does not hold, or that the ground does not.

        What is counted in square metres of ground (families acqua, suolo, verde) shares the polygon; roofs
        and walls, and what is counted in pieces, metres or cubic metres, do not.

        Raises
        ------
        UnknownSolution, TooMuchGround
        """
        ground_m2 = 0.0
        for solution in solutions:
            if solution.id not in self.solutions.value:
                raise UnknownSolution(what=solution.id, known=", ".join(self.solutions.value))
            row = self.solutions.value[solution.id]
            if row["unit"] == "m2" and row["family"] in GROUND_FAMILIES:
                ground_m2 += solution.area_m2
        if ground_m2 > area_m2 * (1 + SHARE_TOLERANCE):
            raise TooMuchGround(sum=format_number(ground_m2, "m2"), area=format_number(area_m2, "m2"))

    def mean(self, composition: Composition, column: str) -> float:
        """Return the area-weighted mean of a column of the surface table."""
        total = sum(self.surfaces.value[key][column] * area for key, area in composition.areas_m2.items())
        return float(total / composition.total_m2)


def declared(catalogue: Catalogue, label: str, areas_m2: Mapping[str, float], area_m2: float) -> Composition:
    """Check a declared composition against the polygon's area and return it by surface class.

    Raises
    ------
    UnknownSurface, SurfacesDoNotSum
    """
    by_class: dict[str, float] = {}
    for name, value in areas_m2.items():
        key = catalogue.surface(name)
        by_class[key] = by_class.get(key, 0.0) + float(value)
    total = sum(by_class.values())
    difference = abs(total - area_m2) / area_m2
    if difference > SHARE_TOLERANCE:
        raise SurfacesDoNotSum(
            what=label,
            sum=format_number(total, "m2"),
            area=format_number(area_m2, "m2"),
            difference=format_number(100 * difference, "%"),
        )
    ordered = {key: by_class[key] for key in catalogue.surfaces.value if key in by_class}
    return Composition(label, ordered, "dichiarato")


def estimated_present(sealed_share: float | None, area_m2: float) -> Composition:
    """Estimate the present surfaces from the sealed share that the land cover gives the polygon.

    Where the land cover is not known (None) all of it counts as green, and the note says so.
    """
    if sealed_share is None:
        note = "uso del suolo mancante: contato tutto come verde finché non si dichiarano le superfici"
        return Composition("stato attuale", {"verde_profondo": area_m2}, "stimato", note)
    areas = {"impermeabile": sealed_share * area_m2, "verde_profondo": (1 - sealed_share) * area_m2}
    note = "stimato dalla mappa dell'uso del suolo: dichiarare le superfici reali per un esito più sicuro"
    return Composition(
        "stato attuale", {key: area for key, area in areas.items() if area > 0}, "stimato", note
    )


def estimated_project(
    catalogue: Catalogue, present: Composition, solutions: Sequence[Solution]
) -> Composition:
    """Estimate the project's surfaces: each solution replaces present surfaces, the most sealed first."""
    left = dict(present.areas_m2)
    made: dict[str, float] = {}
    order = sorted(left, key=lambda key: catalogue.surfaces.value[key]["draining_share"])
    for solution in solutions:
        surface = catalogue.made_surface.value.get(solution.id)
        wanted = solution.area_m2 if surface else 0.0
        for key in order:
            taken = min(left[key], wanted)
            left[key] -= taken
            wanted -= taken
            if surface and taken:
                made[surface] = made.get(surface, 0.0) + taken
    areas = {key: left.get(key, 0.0) + made.get(key, 0.0) for key in {**left, **made}}
    note = "stimato: le soluzioni scelte al posto delle superfici attuali, a partire da quelle impermeabili"
    return Composition("progetto", {key: area for key, area in areas.items() if area > 1e-9}, "stimato", note)


def mean_node(catalogue: Catalogue, key: str, label: str, composition: Composition, column: str) -> Node:
    """Return the step of an area-weighted mean over the surfaces of `composition`."""
    pieces = tuple(
        Node(
            name,
            str(catalogue.surfaces.value[name]["label"]),
            round(area, 2),
            "m2",
            source=composition.source,
            parameters=(catalogue.surfaces.use(only=name),),
        )
        for name, area in composition.areas_m2.items()
    )
    return Node(
        key,
        label,
        round(catalogue.mean(composition, column), 6),
        "1",
        "Σ area × valore / Σ area",
        composition.source if composition.source == "stimato" else "calcolato",
        composition.note,
        pieces,
    )
