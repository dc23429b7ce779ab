"""The works tried with storms: the design event and the check event, through the outlet as it is built."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from trama.analyses.invarianza.method import EVENTS
from trama.analyses.invarianza.place import Rain
from trama.analyses.invarianza.place import rain as rain_of
from trama.analyses.invarianza.pratica.law import Practice
from trama.analyses.invarianza.pratica.request import Pratica
from trama.analyses.invarianza.question import Question
from trama.analyses.invarianza.regulation import ComuneRow
from trama.engines.invariance import (
    ChicagoStorm,
    ConstantOutlet,
    ConstantStorm,
    Horton,
    NetRain,
    Placed,
    Prism,
    RainCurve,
    Reservoir,
    Worst,
    reservoir,
    worst_event,
)
from trama.engines.invariance.routing import balanced_duration_h
from trama.engines.invariance.storms import Storm
from trama.kernel.trace import Node

STEPS_SHOWN = (100, 200, 400, 800, 1600)
"""Numbers of time steps whose peaks are printed side by side: the peak must not depend on them."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A return period tried on the works: each event's worst duration, and which fills them most.

    Attributes
    ----------
    brim_m3
        What the works hold to their brim: an event that asks for more runs over.
    """

    return_period_year: float | None
    curve: RainCurve
    events: dict[str, Worst]
    brim_m3: float

    @property
    def worst(self) -> str:
        """Return the name of the event that fills the works most."""
        return max(self.events, key=lambda name: round(self.events[name].peak_m3, 2))

    @property
    def peak_m3(self) -> float:
        """Return the most the works are asked to hold, whether or not they can [m3]."""
        return self.events[self.worst].peak_m3

    @property
    def spilled_m3(self) -> float:
        """Return what of the worst event runs over the brim [m3]."""
        return self.over(self.peak_m3)

    def over(self, peak_m3: float) -> float:
        """Return what of a peak does not find room below the brim [m3].

        The discharge grows no more above the brim and a storm has one hump: what is asked beyond it is what
        runs over.
        """
        return max(0.0, peak_m3 - self.brim_m3) if peak_m3 > self.brim_m3 * (1 + 1e-9) else 0.0


def storms(practice: Practice, curve: RainCurve) -> dict[str, Callable[[float], Storm]]:
    """Return how each event's storm of a duration is made."""
    peak = float(practice.law("picco_chicago").value)
    return {
        "costante": lambda hours: ConstantStorm(curve, hours),
        "chicago": lambda hours: ChicagoStorm(curve, hours, peak),
    }


def net_rain(practice: Practice, request: Pratica, equivalent_ha: float) -> NetRain:
    """Return the net rain asked for: by coefficient, or Horton on the permeable surfaces."""
    pervious_m2 = request.intervento.superfici_m2.get("permeabile", 0.0)
    group = request.calcolo.gruppo_suolo
    if request.calcolo.pioggia_netta != "horton" or group is None or not pervious_m2:
        return NetRain(equivalent_ha)
    row = practice("horton").value[group]
    own_ha = pervious_m2 / 10_000
    share = float(practice.law("deflusso_permeabile").value)
    law = Horton(float(row["f0"]), float(row["fc"]), float(row["k"]))
    return NetRain(max(equivalent_ha - own_ha * share, 0.0), own_ha, law)


def try_works(practice: Practice, rain: Rain, net: NetRain, held: Reservoir, limit_l_s: float) -> Trial:
    """Return the works tried with the storms of a curve.

    Durations go up to `longest`: beyond, the curve was not estimated and the limit discharge carries more.
    """
    longest_h = longest(practice, net, rain.curve, limit_l_s)
    events = {
        name: worst_event(storm_of, net, held, longest_h)
        for name, storm_of in storms(practice, rain.curve).items()
    }
    return Trial(rain.return_period_year, rain.curve, events, held.brim_m3)


def longest(practice: Practice, net: NetRain, curve: RainCurve, limit_l_s: float) -> float:
    """Return the longest duration to try [h]: a day, or a third of the one that the limit discharge balances.

    The critical duration of a constant rain is ``n^(1/(1−n))`` of the balanced one, about a sixth.
    """
    day_h = float(practice.law("durate_curva_h").value["a"])
    whole_ha = net.equivalent_ha + net.pervious_ha
    balanced_h = balanced_duration_h(whole_ha, curve, limit_l_s)
    return min(max(day_h, balanced_h / 3), 1000.0)


def detailed_volume(practice: Practice, rain: Rain, net: NetRain, limit_l_s: float) -> tuple[float, Trial]:
    """Return the volume a constant limit discharge asks for, and the events behind it [m3]."""
    room = reservoir([Placed(Prism(1e6, 0.0, 1.0))], ConstantOutlet(limit_l_s))
    trial = try_works(practice, rain, net, room, limit_l_s)
    return trial.peak_m3, trial


def check_rain(
    practice: Practice, request: Pratica, question: Question, comune: ComuneRow | None
) -> Rain | None:
    """Return the rainfall of the check return period: declared, or of the comune; None without either."""
    period_year = float(practice.law("tempo_ritorno_verifica").value)
    declared = request.piogge
    if declared.a_verifica_mm is not None:
        n = declared.n_verifica if declared.n_verifica is not None else declared.n
        if n is None and comune is not None:
            n = float(comune.row["n"])
        if n is None:
            return None
        asked = replace(question, a_mm=declared.a_verifica_mm, n=n, return_period_year=period_year)
        return rain_of(practice.law, asked, None)
    if comune is None or question.a_mm is not None:
        return None
    return rain_of(practice.law, replace(question, return_period_year=period_year), comune)


def trial_node(practice: Practice, key: str, label: str, trial: Trial, rain: Rain) -> Node:
    """Return the step of a trial: the most the works are asked to hold, and what runs over."""
    peak = practice.law("picco_chicago").use()
    events = tuple(
        Node(
            f"evento_{name}",
            f"{EVENTS[name]}: volume da invasare",
            worst.peak_m3,
            "m3",
            "dV/dt = Q_entrante(t) − Q_scarico(h) − Q_infiltrata, 0 ≤ V",
            inputs=(Node("durata", "Durata critica", worst.duration_h, "h"),),
            parameters=(peak,) if name == "chicago" else (),
        )
        for name, worst in trial.events.items()
    )
    over: tuple[Node, ...] = ()
    if trial.spilled_m3:
        formula = "volume da invasare − volume fino al bordo"
        over = (Node("trabocca", "Volume che trabocca", trial.spilled_m3, "m3", formula),)
    inputs = (rain.a, rain.n, *events, *over)
    return Node(key, label, trial.peak_m3, "m3", "il maggiore tra gli eventi", inputs=inputs)
