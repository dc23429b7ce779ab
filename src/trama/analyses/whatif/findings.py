"""What a scenario's run read and found, before it is explained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from trama.analyses.whatif.drawing import Layout, Solutions
from trama.analyses.whatif.events import Rain
from trama.analyses.whatif.ground import Ground
from trama.analyses.whatif.heat import Heat, HeatNorms
from trama.analyses.whatif.money import LEAST_PERSON_DEGC, Money
from trama.analyses.whatif.sheets import SheetOutcome
from trama.analyses.whatif.water import Water, WaterNorms
from trama.kernel.trace import LayerUse, ParameterUse

FORMULAS = {
    "idren": "Σ area × quota drenante / Σ area, dopo: le soluzioni al posto di ciò che la mappa dice",
    "deflusso_prima": "Σ area × Q(CN attuale) + impermeabile servito fuori dall'area × Q(CN impermeabile)",
    "deflusso_dopo": "Σ area × Q(CN con le soluzioni) + impermeabile servito × Q(CN impermeabile) "
    "− acqua trattenuta negli invasi",
    "trattenuta": "volume verso la fognatura prima − dopo",
    "invasi": "Σ minimo tra invaso e acqua che arriva (pioggia propria e superficie servita)",
    "raffrescamento": "media di CC = ombra·o + albedo·a + evapotraspirazione·e, dopo: le soluzioni mature",
    "temperatura_notte": "media di T dopo − T prima, T = T rif + (1 − HM)·isola di calore, "
    "mescolata con exp(−d/raggio)",
    "gradi_persona": "− Σ sulle celle di (variazione della temperatura notturna × residenti della cella), "
    "fin dove l'aria la porta",
    "costo": "Σ quantità × costo unitario",
    "manutenzione": "Σ quantità × manutenzione unitaria",
    "costo_m3": "costo / acqua tenuta fuori dalla fognatura",
    "costo_gradi_persona": "costo / gradi di notte in meno × residenti che li sentono",
}
"""Formula of each headline figure, also told while drawing, before there is anything kept to open."""


@dataclass(frozen=True)
class Findings:
    """What was read and what came of it.

    Attributes
    ----------
    ground
        None where a layer is not there.
    water, heat
        None where they cannot be computed: `lacking` says why, by ``acqua`` and ``caldo``.
    """

    solutions: Solutions
    layout: Layout
    rain: Rain
    ground: Ground | None
    norms: WaterNorms
    water: Water | None
    heat_norms: HeatNorms | None
    heat: Heat | None
    cost: Money
    upkeep: Money
    sheets: tuple[SheetOutcome, ...]
    lacking: Mapping[str, str]

    @property
    def layers(self) -> tuple[LayerUse, ...]:
        """The versions of the window read."""
        return self.ground.layers if self.ground else ()

    @property
    def person_degrees(self) -> float | None:
        """Degrees of night avoided times the residents that feel them; None where not known."""
        return self.heat.spared.avoided if self.heat and self.heat.spared else None

    @property
    def cost_per_person_degree(self) -> Money:
        """Cost of making the solutions for each of `person_degrees`."""
        return self.cost.per(self.person_degrees, LEAST_PERSON_DEGC)

    @property
    def why_no_person_degrees(self) -> str:
        """Say why there is no cost for each; empty where there is one."""
        if self.heat is None or self.heat.spared is None:
            return self.lacking.get("caldo", "")
        if self.heat.spared.avoided is None:
            return self.heat.spared.people.lacking
        if self.heat.spared.avoided < LEAST_PERSON_DEGC:
            return "la notte di chi abita attorno non si raffresca"
        return "" if self.cost.middle is not None else "il catalogo non dà il costo di una delle soluzioni"

    def rows(self) -> tuple[ParameterUse, ...]:
        """Quote the rows of every solution drawn, each once."""
        ids = dict.fromkeys(one.id for one in self.layout.laid)
        return tuple(use for solution in ids for use in self.solutions.uses(solution))


def rounded(value: float | None) -> float | None:
    """Return a figure as an explanation keeps it; None stays None."""
    return None if value is None else round(value, 6) + 0.0


def coverage_note(missing_m2: float, site_m2: float) -> str:
    """Say how much of the site has no data; nothing below one part in a hundred."""
    share = 100 * missing_m2 / site_m2 if site_m2 else 0.0
    return f"senza dati il {share:.0f} % dell'area" if share >= 1 else ""
