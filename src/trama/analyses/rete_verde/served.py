"""How much sealed ground there is for solutions to serve: in the project, and within reach of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import shapely

from trama.analyses.rete_verde.rules import Rules
from trama.analyses.scheda.surfaces import Composition, Solution
from trama.analyses.scheda.window import Covered, read_covered
from trama.engines.hydrology import runoff_mm
from trama.kernel.trace import LayerUse, Node
from trama.kernel.units import format_number
from trama.lake import Lake

MILLIMETRES = 1000.0
_SEALED = "permanente"


@dataclass(frozen=True, slots=True)
class Pool:
    """Sealed ground that can send its water to the solutions [m2].

    Attributes
    ----------
    inside_m2
        Of the project, once made.
    around_m2
        Within the collecting distance of the polygon, from the land cover; None where nothing is known of it.
    unknown_m2
        Of the surroundings, without land cover: not counted.
    """

    inside_m2: float
    around_m2: float | None
    unknown_m2: float
    layers: tuple[LayerUse, ...]

    @property
    def total_m2(self) -> float:
        """Return all that is known to be there."""
        return self.inside_m2 + (self.around_m2 or 0.0)


@dataclass(frozen=True, slots=True)
class Served:
    """What the solutions of a project store of the sealed ground they serve.

    Attributes
    ----------
    wanted_m2
        What they could serve and store, by the catalogue.
    served_m2
        That, at most what there is.
    stored_m3
        Of the event, out of sewers.
    """

    wanted_m2: float
    served_m2: float
    stored_m3: float
    node: Node

    @property
    def said(self) -> str:
        """Return what was cut and why, in a sentence; empty where nothing was."""
        if self.served_m2 >= self.wanted_m2:
            return ""
        wanted, there = (format_number(area, "m2", 0) for area in (self.wanted_m2, self.served_m2))
        return (
            f"le soluzioni potrebbero servire {wanted} di superfici impermeabili, nel progetto e intorno "
            f"ce ne sono {there}: il guadagno conta queste, il costo è intero"
        )


def sealed_pool(lake: Lake, rules: Rules, polygon: shapely.Geometry, project: Composition) -> Pool:
    """Return the sealed ground in a project as it will be, and around it as the land cover says."""
    kinds = rules.surfaces.value
    inside_m2 = sum(
        area
        for key, area in project.areas_m2.items()
        if key in kinds and kinds[key]["consumption"] == _SEALED
    )
    if not lake.has("uso_suolo"):
        return Pool(inside_m2, None, 0.0, ())
    ring = shapely.difference(shapely.buffer(polygon, float(rules.collecting.value)), polygon)
    version = lake.version("uso_suolo")
    cells = read_covered(version.raster, ring)
    around_m2, known_m2 = _sealed(rules, cells)
    unknown_m2 = max(0.0, float(ring.area) - known_m2)
    around = around_m2 if known_m2 > 0 else None
    return Pool(inside_m2, around, unknown_m2 if unknown_m2 > 0.01 * ring.area else 0.0, (version.use(),))


def sealed_ground_m2(lake: Lake, rules: Rules, polygon: shapely.Geometry) -> float | None:
    """Return the sealed square metres of today under a polygon; None where the land cover is not known."""
    if not lake.has("uso_suolo"):
        return None
    sealed_m2, known_m2 = _sealed(rules, read_covered(lake.version("uso_suolo").raster, polygon))
    return sealed_m2 if known_m2 > 0 else None


def _sealed(rules: Rules, cells: Covered) -> tuple[float, float]:
    """Return the sealed square metres of some cells, and those whose code the norms know."""
    sealed = known = 0.0
    shares = rules.sealed_share
    for code, area in cells.area_by_value().items():
        if str(code) in shares:
            sealed, known = sealed + area * shares[str(code)], known + area
    return sealed, known


def served(rules: Rules, solutions: Sequence[Solution], pool: Pool) -> Served:
    """Return what solutions store of the sealed ground they serve: no more than they hold, nor than there is.

    A solution that would fill with less than the catalogue lets it serve asks only for that much ground.
    """
    runoff_m = sealed_runoff_m(rules)
    wanted_m2 = sum(_could_serve_m2(rules, one, runoff_m) for one in solutions)
    served_m2 = min(wanted_m2, pool.total_m2)
    stored_m3 = served_m2 * runoff_m
    return Served(wanted_m2, served_m2, stored_m3, _node(rules, solutions, pool, wanted_m2, stored_m3))


def sealed_runoff_m(rules: Rules) -> float:
    """Return the event's runoff of sealed ground [m]."""
    curve = float(rules.surfaces.value["impermeabile"]["cn_a"])
    return float(runoff_mm(float(rules.rain.value), curve, float(rules.lambda_.value))) / MILLIMETRES


def _could_serve_m2(rules: Rules, solution: Solution, runoff_m: float) -> float:
    return float(solution.area_m2) * served_by_one_m2(rules.catalogue.value[solution.id], runoff_m)


def served_by_one_m2(row: dict[str, Any], runoff_m: float) -> float:
    """Return the sealed ground whose runoff a unit of a solution can store [m2].

    >>> served_by_one_m2({"served_m2_per_unit": 8, "storage_m3_per_unit": 0.25}, 0.05)
    5.0
    """
    could, holds = float(row["served_m2_per_unit"] or 0.0), float(row["storage_m3_per_unit"] or 0.0)
    return min(could, holds / runoff_m) if runoff_m > 0 else 0.0


def _node(
    rules: Rules, solutions: Sequence[Solution], pool: Pool, wanted_m2: float, stored_m3: float
) -> Node:
    around = Node(
        "intorno",
        f"Superficie impermeabile intorno, entro {format_number(float(rules.collecting.value), 'm', 0)}",
        None if pool.around_m2 is None else round(pool.around_m2, 2),
        "m2",
        "Σ area · quota sigillata",
        "mappa",
        _unknown(pool),
        parameters=(rules.collecting.use(), rules.cover.use()),
        layers=pool.layers,
    )
    inside = Node("nel_progetto", "Superficie impermeabile di progetto", round(pool.inside_m2, 2), "m2")
    rows = tuple(rules.catalogue.use(only=one.id) for one in solutions)
    wanted = Node(
        "servibile",
        "Superficie che le soluzioni possono servire",
        round(wanted_m2, 2),
        "m2",
        "Σ quantità · min(servita per unità, invaso per unità / deflusso)",
        parameters=rows,
    )
    return Node(
        "trattenuta",
        "Acqua trattenuta dalle superfici servite",
        round(stored_m3, 4),
        "m3",
        "min(servibile, nel progetto + intorno) · deflusso di una superficie impermeabile",
        inputs=(wanted, inside, around),
        parameters=(rules.rain.use(), rules.lambda_.use(), rules.surfaces.use(only="impermeabile")),
    )


def _unknown(pool: Pool) -> str:
    if pool.around_m2 is None:
        return "intorno manca l'uso del suolo: conta solo il progetto"
    if pool.unknown_m2:
        return f"senza uso del suolo {format_number(pool.unknown_m2, 'm2', 0)} dell'intorno, non contati"
    return ""
