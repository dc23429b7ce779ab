"""The whole file: what is due, what is provided, how it stands up, and the tree that explains each figure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from trama import __version__
from trama.analyses.invarianza import method, place
from trama.analyses.invarianza.assessment import Assessment, assess
from trama.analyses.invarianza.notices import AGAIN
from trama.analyses.invarianza.place import Rain
from trama.analyses.invarianza.pratica import verification
from trama.analyses.invarianza.pratica.built import Item, items, provided
from trama.analyses.invarianza.pratica.checks import Emptying, checks
from trama.analyses.invarianza.pratica.disposal import only_soil
from trama.analyses.invarianza.pratica.footprint import Room, rooms
from trama.analyses.invarianza.pratica.ground import Ground, ground
from trama.analyses.invarianza.pratica.law import Practice
from trama.analyses.invarianza.pratica.outfall import outlet
from trama.analyses.invarianza.pratica.request import Pratica
from trama.analyses.invarianza.pratica.verdict import Check, verdict
from trama.analyses.invarianza.pratica.verification import Trial
from trama.analyses.invarianza.question import MissingRain, Question, UnknownComune
from trama.analyses.invarianza.regulation import Regulation
from trama.engines.invariance import (
    NetRain,
    Outlet,
    Reservoir,
    emptying_h,
    left_m3,
    reservoir,
)
from trama.kernel.errors import BadInput
from trama.kernel.trace import Node, ParameterUse, Trace
from trama.norms import NormBook

_BY_ITSELF = "la verifica si fa da sé quando ci sono le opere e lo scarico."


class LackingBase(BadInput):
    """Something without which nothing can be computed."""

    it = "Indicare {what} ({where})."
    en = "Give what is missing: {where}."


@dataclass(frozen=True)
class Findings:
    """What is found before the checks.

    Attributes
    ----------
    due_m3
        The volume to build: the larger of method (with the net rain chosen) and minimum.
    due_node
        Its step, the assessment beneath it.
    held
        The works as one reservoir; None where works or outlet are not known.
    most_l_s
        Discharge to the receiver with the works full to the freeboard.
    design, beyond
        Trials with the design and the check return period; None where there is no rain or no reservoir.
    """

    practice: Practice
    request: Pratica
    assessment: Assessment
    only_soil: bool
    items: list[Item]
    provided: Node
    rooms: list[Room]
    ground: Ground
    net: NetRain
    due_m3: float
    due_node: Node
    detailed: Trial | None
    outlet: Outlet | None
    outlet_node: Node
    outlet_problem: str
    held: Reservoir | None
    most_l_s: float | None
    emptying: Emptying | None
    rain: Rain | None
    check_rain: Rain | None
    design: Trial | None
    beyond: Trial | None

    @property
    def provided_m3(self) -> float | None:
        """Return the volume the works provide below their freeboard [m3]."""
        return None if self.provided.value is None else float(self.provided.value)

    @property
    def needed_m3(self) -> float:
        """Return what the works must hold below the freeboard [m3]: the due, or the design event if more."""
        return max(self.due_m3, self.design.peak_m3) if self.design is not None else self.due_m3

    @property
    def event_governs(self) -> bool:
        """Tell whether the design event, with this outlet, asks for more than is due."""
        return not self.exempt and round(self.needed_m3, 1) > round(self.due_m3, 1)

    @property
    def notices(self) -> list[str]:
        """Return the sentences to be read with the figures: without the one this file already answers."""
        if self.beyond is not None:
            return [one for one in self.assessment.notices if AGAIN not in one]
        return [one.replace(AGAIN, _BY_ITSELF) for one in self.assessment.notices]

    @property
    def uses_rain(self) -> bool:
        """Tell whether the method due uses the rainfall curve."""
        return self.assessment.method in method.USES_RAIN

    @property
    def exempt(self) -> bool:
        """Tell whether this is a small work that goes to the ground: no volume, no limit, no project."""
        return self.only_soil and self.assessment.method == "minimi_art12c1"

    @property
    def check_period_year(self) -> float:
        """Return the return period of the check [years]."""
        return float(self.practice.law("tempo_ritorno_verifica").value)

    @property
    def design_period_year(self) -> float:
        """Return the design return period [years]."""
        return float(self.practice.law("tempo_ritorno_progetto").value)

    @property
    def reduction_share(self) -> float:
        """Return the share taken off the minimum for infiltration alone."""
        return float(self.practice.law("riduzione_infiltrazione").value)


@dataclass(frozen=True)
class Outcome:
    """A file with its checks."""

    found: Findings
    checks: list[Check]
    day: date

    @property
    def verdict(self) -> str:
        """Return how it ends: ``conforme``, ``non_conforme`` or ``incompleta``."""
        return verdict(self.checks)

    def trace(self) -> Trace:
        """Return the explanation, ready to be kept."""
        asked = self.found.request.model_dump(mode="json", exclude_defaults=True)
        return Trace("Pratica di invarianza idraulica", self.day, _root(self), __version__, asked)


def question_of(request: Pratica, *, bonus: bool = False, soil_l_s: float | None = None) -> Question:
    """Return what is asked of the regulation."""
    what, rain = request.intervento, request.piogge
    return Question(
        total_m2=what.superficie_m2,
        surfaces_m2=what.superfici_m2,
        comune=what.comune or None,
        area="A" if what.piano_attuativo else rain.area,
        a_mm=rain.a_mm,
        n=rain.n,
        coefficient_p=rain.coefficiente_p,
        return_period_year=rain.tempo_ritorno,
        limit_l_s=request.scarico.portata_limite_l_s,
        infiltration_only=bonus,
        soil_l_s=soil_l_s,
    )


def run(book: NormBook, day: date, request: Pratica) -> Outcome:
    """Return a file checked.

    Raises
    ------
    BadInput
        The volume due cannot be computed (surfaces, place, rain); the sentence says what to correct.
    NotInForce
        The norms have no value on that day.
    """
    _base(request)
    found = _findings(Practice(Regulation(book, day)), request, book, day)
    return Outcome(found, checks(found), day)


_RAIN = "piogge.a_mm e piogge.n"


def _assessed(book: NormBook, day: date, question: Question) -> Assessment:
    """Return the assessment; what it lacks is said in the words of the file."""
    try:
        return assess(book, day, question)
    except MissingRain:
        raise LackingBase(what="il comune, o la curva di pioggia", where=_RAIN) from None
    except UnknownComune as error:
        asked = error.fields["what"]
        what = f"un comune dell'elenco («{asked}» non c'è), o area di criticità e curva di pioggia"
        raise LackingBase(what=what, where="intervento.comune") from None


def _base(request: Pratica) -> None:
    """Refuse, in the words of the file, what the calculation cannot begin without; raises `LackingBase`."""
    what, rain = request.intervento, request.piogge
    if what.superficie_m2 is None:
        raise LackingBase(what="la superficie totale dell'intervento", where="intervento.superficie_m2")
    if not what.comune and rain.area is None and not what.piano_attuativo:
        raise LackingBase(what="il comune, o l'area di criticità", where="intervento.comune o piogge.area")
    if (rain.a_mm is None) != (rain.n is None):
        raise LackingBase(what="sia a sia n della curva di pioggia", where=_RAIN)


def _findings(practice: Practice, request: Pratica, book: NormBook, day: date) -> Findings:
    works, soil_only = items(practice, request.opere), only_soil(request)
    earth = ground(practice, request, works, only_soil=soil_only)
    soil_l_s = earth.l_s if soil_only and earth.l_s > 0 else None
    question = question_of(request, bonus=earth.bonus, soil_l_s=soil_l_s)
    assessment = _assessed(book, day, question)
    rain = place.rain(practice.law, question, assessment.comune)
    net = verification.net_rain(practice, request, assessment.sealing.equivalent_ha)
    due, detailed = _due(practice, assessment, net, rain)
    volume = provided(practice, works)
    law_of_outlet, node, problem = outlet(practice, request, soil_only=soil_only)
    held = _reservoir(works, law_of_outlet, earth.l_s)
    beyond_rain = verification.check_rain(practice, request, question, assessment.comune)
    limit_l_s = assessment.discharge.l_s
    trials = [
        None
        if held is None or curve is None
        else verification.try_works(practice, curve, net, held, limit_l_s)
        for curve in (rain, beyond_rain)
    ]
    due_m3 = float(due.value or 0)
    return Findings(
        practice=practice,
        request=request,
        assessment=assessment,
        only_soil=soil_only,
        items=works,
        provided=volume,
        rooms=rooms(practice, request.intervento.superfici_m2, works),
        ground=earth,
        net=net,
        due_m3=due_m3,
        due_node=due,
        detailed=detailed,
        outlet=law_of_outlet,
        outlet_node=node,
        outlet_problem=problem,
        held=held,
        most_l_s=_most(held),
        emptying=_emptying(practice, held, due_m3),
        rain=rain,
        check_rain=beyond_rain,
        design=trials[0],
        beyond=trials[1],
    )


def _due(
    practice: Practice, assessment: Assessment, net: NetRain, rain: Rain | None
) -> tuple[Node, Trial | None]:
    """Return the step of the volume to build; with Horton's net rain the method's volume is routed again."""
    first = replace(assessment.root, note="")  # its notices are the file's own, said at the root
    if net.horton is None or rain is None or assessment.method not in method.USES_RAIN:
        return first, None
    limit_l_s = assessment.discharge.l_s
    volume_m3, trial = verification.detailed_volume(practice, rain, net, limit_l_s)
    routed = verification.trial_node(
        practice, "volume_horton", "Volume della procedura dettagliata con Horton", trial, rain
    )
    use = practice("horton").use()
    node = Node(
        "volume_dovuto",
        "Volume da realizzare",
        max(volume_m3, assessment.minimum_m3),
        "m3",
        "il maggiore tra procedura dettagliata con Horton e requisito minimo",
        note="pioggia netta con Horton sulle superfici permeabili, coefficiente di deflusso sulle altre",
        inputs=(routed, first),
        parameters=(use,),
    )
    return node, trial


def _reservoir(works: list[Item], law: Outlet | None, soil_l_s: float) -> Reservoir | None:
    placed = [item.placed for item in works if item.placed is not None]
    return reservoir(placed, law, soil_l_s) if placed and law is not None else None


def _most(held: Reservoir | None) -> float | None:
    """Return the discharge to the receiver with the works full to the freeboard [l/s]."""
    if held is None:
        return None
    return float(held.receiver_at(np.array([held.useful_m3]))[0])


def _emptying(practice: Practice, held: Reservoir | None, due_m3: float) -> Emptying | None:
    if held is None:
        return None
    longest_h = float(practice.law("svuotamento_massimo_h").value)
    time_h = emptying_h(held, due_m3)
    second = None
    if time_h is None or time_h > longest_h:
        events = int(practice.law("eventi_oltre_svuotamento").value)
        second = due_m3 + (events - 1) * left_m3(held, due_m3, longest_h)
    return Emptying(due_m3, time_h, longest_h, second)


def _root(outcome: Outcome) -> Node:
    found = outcome.found
    return Node(
        "pratica",
        "Pratica di invarianza idraulica",
        outcome.verdict,
        "text",
        "tutte le verifiche",
        note=" ".join(found.notices),
        inputs=tuple(_steps(outcome)),
    )


def _steps(outcome: Outcome) -> Iterator[Node]:
    found = outcome.found
    yield found.due_node
    yield found.provided
    yield from (room.node for room in found.rooms)
    if found.ground.soaking:
        yield found.ground.node
    yield found.outlet_node
    if found.emptying is not None:
        yield _emptying_node(found, found.emptying)
    for key, label, trial, rain in (
        ("evento_progetto", "Evento di progetto nelle opere", found.design, found.rain),
        ("evento_verifica", "Evento di verifica nelle opere", found.beyond, found.check_rain),
    ):
        if trial is not None and rain is not None:
            yield verification.trial_node(found.practice, key, label, trial, rain)
    for row in outcome.checks:
        yield Node(
            f"verifica_{row.id}",
            f"Verifica: {row.label}",
            row.state,
            "text",
            note=row.sentence,
            parameters=tuple(_read_by(found.practice, row.id)),
        )


def _read_by(practice: Practice, check: str) -> Iterator[ParameterUse]:
    """Yield what a check reads; of a list the trace says that it was read, and does not copy it."""
    for key in _READ.get(check, ()):
        use = practice(key).use()
        yield use if isinstance(use.value, int | float) else replace(use, value="elenco")


_READ = {
    "ingombro": ("altezza_massima_opere",),
    "ordine": ("ordine_smaltimento",),
    "manutenzione": ("manutenzione",),
    "professionista": ("asseverazione",),
    "allegati": ("allegati",),
}
"""Values of the norms that a check reads, beside those of the steps it compares."""


def _emptying_node(found: Findings, empties: Emptying) -> Node:
    law = found.practice.law
    inputs: tuple[Node, ...] = (
        Node("volume_iniziale", "Volume da svuotare", empties.from_m3, "m3", "il volume dovuto"),
    )
    if empties.second_m3 is not None:
        use = law("eventi_oltre_svuotamento").use()
        label = "Volume con posto per un secondo evento"
        formula = "V + (N − 1) · ciò che resta dopo il tempo massimo"
        inputs += (Node("secondo_evento", label, empties.second_m3, "m3", formula, parameters=(use,)),)
    return Node(
        "svuotamento_opere",
        "Svuotamento delle opere",
        empties.time_h,
        "h",
        "∫ dV / (Q_scarico + Q_infiltrata)",
        note="" if empties.time_h is not None else "le opere non si svuotano",
        inputs=inputs,
        parameters=(law("svuotamento_massimo_h").use(),),
    )


__all__ = ["Findings", "Outcome", "question_of", "run"]
