"""What surfaces and trees do to heat: canopy, cooling capacity by day and by night, roofs and paving."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from trama.analyses.scheda.surfaces import Catalogue, Composition, Solution
from trama.engines.heat import CoolingWeights, cooling_capacity, night_capacity
from trama.kernel.trace import Node, ParameterUse
from trama.norms import InForce, NormBook

WARM = "sttm1/warm"
ROOF, PAVING = "tetto", "pavimentazione"


@dataclass(frozen=True)
class HeatSurfaces:
    """The norms on what each class of surface does to heat, as in force on a day.

    Attributes
    ----------
    surfaces
        By class ``canopy_share``, ``albedo``, ``building_intensity`` (0-1), ``kc_summer``, ``kind``; ``cool``
        (1 where green or permeable), ``green_area`` (1 where it counts as green).
    least_albedo
        By kind, the albedo from which a surface is cool all the same.
    """

    catalogue: Catalogue
    surfaces: InForce
    weights: InForce
    eto: InForce
    least_albedo: InForce

    @classmethod
    def at(cls, book: NormBook, folder: str, day: date, catalogue: Catalogue) -> HeatSurfaces:
        """Read them from the sheet's `folder` and from WARM's."""
        return cls(
            catalogue,
            book.value(f"{folder}/superfici", day),
            book.value(f"{WARM}/pesi_cc", day),
            book.value(f"{WARM}/et0", day),
            book.value(f"{folder}/albedo_minima", day),
        )

    def mean(self, composition: Composition, column: str) -> float:
        """Return the area-weighted mean of a column over the surfaces of `composition`."""
        rows = self.surfaces.value
        total = sum(float(rows[key][column]) * area for key, area in composition.areas_m2.items())
        return total / composition.total_m2

    def canopy_m2(self, composition: Composition) -> float:
        """Return the square metres under the canopies that the surfaces themselves carry."""
        return self.mean(composition, "canopy_share") * composition.total_m2

    def trees_m2(self, solutions: Iterable[Solution]) -> float:
        """Return the grown canopy of solutions that make no surface of their own: trees, pergolas, hedges."""
        return sum(self.tree_m2(solution) for solution in solutions)

    def tree_m2(self, solution: Solution) -> float:
        """Return the grown canopy of one solution [m2]; 0 where it makes a surface, which counts instead."""
        if solution.id in self.catalogue.made_surface.value:
            return 0.0
        row = self.catalogue.solutions.value[solution.id]
        return float(row.get("canopy_m2_per_unit") or 0.0) * solution.area_m2

    def shade(self, composition: Composition, trees_m2: float = 0.0) -> float:
        """Return the share of the area under canopies, 1 at most."""
        return min(1.0, (self.canopy_m2(composition) + trees_m2) / composition.total_m2)

    def cooling(self, composition: Composition, trees_m2: float = 0.0) -> float:
        """Return the cooling capacity by day (0-1) of the surfaces with `trees_m2` of further canopy."""
        part, eto = self.weights.value, float(self.eto.value)
        weights = CoolingWeights(part["ombra"], part["albedo"], part["evapotraspirazione"])
        shade = self.shade(composition, trees_m2)
        albedo, kc = self.mean(composition, "albedo"), self.mean(composition, "kc_summer")
        return float(cooling_capacity(shade, albedo, kc, eto, eto, weights))

    def night(self, composition: Composition) -> float:
        """Return the cooling capacity by night (0-1), from the building intensity alone."""
        return float(night_capacity(self.mean(composition, "building_intensity")))

    def area_m2(self, composition: Composition, holds: Callable[[dict[str, Any]], bool]) -> float:
        """Return the square metres of the surfaces whose row `holds`."""
        rows = self.surfaces.value
        return sum(area for key, area in composition.areas_m2.items() if holds(rows[key]))

    def kind_m2(self, composition: Composition, kind: str) -> float:
        """Return the square metres of one kind of surface."""
        return self.area_m2(composition, lambda row: row["kind"] == kind)

    def cool_m2(self, composition: Composition, kind: str) -> float:
        """Return the square metres of one kind that are green, permeable or reflective."""
        least = float(self.least_albedo.value[kind])
        return self.area_m2(
            composition, lambda row: row["kind"] == kind and (row["cool"] == 1 or row["albedo"] >= least)
        )

    def green_m2(self, composition: Composition) -> float:
        """Return the square metres that count as green area."""
        return self.area_m2(composition, lambda row: row["green_area"] == 1)

    def pieces(self, composition: Composition) -> tuple[Node, ...]:
        """Return each surface as a step, with its row of the norms."""
        names = self.catalogue.surfaces.value
        return tuple(
            Node(
                key,
                str(names[key]["label"]),
                round(area, 2),
                "m2",
                source=composition.source,
                parameters=(self.surfaces.use(only=key),),
            )
            for key, area in composition.areas_m2.items()
        )

    def trees(self, solutions: Sequence[Solution]) -> Node:
        """Return the step of the canopy of the solutions that stand over other surfaces."""
        rows = self.catalogue.solutions
        counted = [(solution, self.tree_m2(solution)) for solution in solutions if self.tree_m2(solution)]
        pieces = tuple(
            Node(
                solution.id,
                str(rows.value[solution.id]["name_it"]),
                round(canopy, 2),
                "m2",
                "quantità × chioma adulta per unità",
                parameters=(rows.use(only=solution.id),),
            )
            for solution, canopy in counted
        )
        total = round(sum(canopy for _, canopy in counted), 2)
        return Node("alberi", "Chiome degli alberi previsti", total, "m2", "Σ chiome", inputs=pieces)

    def cooling_uses(self) -> tuple[ParameterUse, ...]:
        """Return the parameters of the cooling capacity, for a trace."""
        return (self.weights.use(), self.eto.use())
