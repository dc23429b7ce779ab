"""What each work does to water and heat, tried one by one as a scenario drawn by hand is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from trama.analyses.opere.register import Work
from trama.analyses.opere.shapes import Trial, Unsaid, trial_of
from trama.analyses.whatif.drawing import Layout, Solutions, lay
from trama.analyses.whatif.events import Rain, rain_of
from trama.analyses.whatif.findings import Findings
from trama.analyses.whatif.ground import read_ground
from trama.analyses.whatif.heat import HeatNorms, heat_of
from trama.analyses.whatif.money import LEAST_M3, cost_of, upkeep_of
from trama.analyses.whatif.water import WaterNorms, water_of
from trama.kernel.errors import TramaError
from trama.lake import Lake
from trama.lake.nearby import NearbyLake
from trama.norms import NormBook

SUMMER, STORM = "giorno_estivo", "t50_1h"
MOST_UNKNOWN = 0.5
"""Beyond this share of its area without data, nothing is said of a work."""


@dataclass(frozen=True)
class Effect:
    """What a work does; a figure is None where it cannot be known, and the reason is said.

    Attributes
    ----------
    m3
        Water kept out of the sewers, by event.
    draining, draining_m2
        Change of the draining share of the work's area, and the same as ground.
    cooling, night_degc
        Change of the cooling capacity by day, and of the night air temperature, on the work's area.
    eur_m3
        Amount of the work per cubic metre kept out in the storm of one hour.
    found
        By event, what the what-if read and found: for the explanation.
    """

    work: Work
    m3: dict[str, float | None]
    draining: float | None = None
    draining_m2: float | None = None
    cooling: float | None = None
    night_degc: float | None = None
    eur_m3: float | None = None
    area_m2: float | None = None
    form: str = ""
    no_water: str = ""
    no_heat: str = ""
    no_cost: str = ""
    found: dict[str, Findings] | None = None


@dataclass(frozen=True)
class Estimator:
    """Norms and lake, read once for all the works."""

    lake: Lake
    solutions: Solutions
    water: WaterNorms
    heat: HeatNorms | None
    rains: tuple[Rain, ...]

    @classmethod
    def open(cls, lake: Lake, book: NormBook, day: date) -> Estimator:
        """Read what every work needs; raises `NotInForce`."""
        rains = tuple(rain_of(book, day, event, None) for event in (SUMMER, STORM))
        return cls(
            NearbyLake(lake),
            Solutions.at(book, day),
            WaterNorms.at(book, day),
            HeatNorms.at(book, day),
            rains,
        )

    def each(self, works: tuple[Work, ...], told: Callable[[], None]) -> Iterator[Effect]:
        """Yield the effect of each work, in order."""
        for work in works:
            yield self.effect(work)
            told()

    def effect(self, work: Work) -> Effect:
        """Return what a work does, or why it cannot be said."""
        try:
            trial = trial_of(work, self.solutions)
            layout = lay(self.solutions, [trial.piece], trial.area)
        except Unsaid as error:
            return self._unknown(work, str(error))
        except TramaError as error:
            return self._unknown(work, error.text())
        found = self._findings(layout)
        last = found[STORM]
        if last.water is not None and last.water.missing_m2 > MOST_UNKNOWN * last.water.site_m2:
            return self._unknown(work, "più di metà dell'area è senza dati di uso del suolo o di suolo")
        return self._effect(work, trial, found)

    def _effect(self, work: Work, trial: Trial, found: dict[str, Findings]) -> Effect:
        last = found[STORM]
        water, heat = last.water, last.heat
        m3 = {event: one.water.avoided_m3 if one.water else None for event, one in found.items()}
        known = water is not None and water.idren_after is not None and water.idren_before is not None
        draining = water.idren_after - water.idren_before if known else None  # type: ignore[union-attr,operator]
        kept = m3[STORM]
        paid = work.amount is not None and kept is not None and kept >= LEAST_M3
        return Effect(
            work,
            m3,
            draining,
            None if draining is None or water is None else draining * (water.site_m2 - water.missing_m2),
            heat.capacity_after - heat.capacity_before if heat else None,
            heat.night_degc if heat else None,
            work.amount / kept if paid and work.amount is not None and kept else None,
            float(last.layout.site.area),
            trial.form,
            "" if water else last.lacking["acqua"],
            "" if heat else last.lacking["caldo"],
            "" if paid else "manca l'importo" if work.amount is None else "non si tiene fuori acqua",
            found,
        )

    def _findings(self, layout: Layout) -> dict[str, Findings]:
        ground = read_ground(self.lake, layout.site, self.water.margin_m)
        heat, norms = None, self.heat
        if ground and norms:
            reach_m = norms.margin_m
            heat = heat_of(norms, ground, layout, lambda: read_ground(self.lake, layout.site, reach_m))
        cost, upkeep = cost_of(layout.laid), upkeep_of(layout.laid)
        found = {}
        for rain in self.rains:
            water = water_of(self.water, ground, layout, rain) if ground else None
            lacking = {
                "acqua": "mancano l'uso del suolo o i suoli"
                if ground is None
                else "qui i livelli non hanno dati",
                "caldo": "mancano le norme del caldo" if norms is None else "qui i livelli non hanno dati",
            }
            found[rain.key] = Findings(
                self.solutions,
                layout,
                rain,
                ground,
                self.water,
                water,
                norms,
                heat,
                cost,
                upkeep,
                (),
                lacking,
            )
        return found

    @staticmethod
    def _unknown(work: Work, why: str) -> Effect:
        return Effect(
            work,
            {SUMMER: None, STORM: None},
            no_water=why,
            no_heat=why,
            no_cost=f"effetto non stimato: {why}",
        )
