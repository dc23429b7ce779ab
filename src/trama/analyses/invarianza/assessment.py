"""The whole assessment: class, method, limits, volume, and the tree that explains each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from trama import __version__
from trama.analyses.invarianza import limits, method, notices, place
from trama.analyses.invarianza.limits import Discharge, Emptying
from trama.analyses.invarianza.method import METHOD_LABELS, MethodResult
from trama.analyses.invarianza.place import Rain
from trama.analyses.invarianza.question import MissingRain, Question
from trama.analyses.invarianza.regulation import ComuneRow, Regulation
from trama.analyses.invarianza.sealing import Sealing, method_due, sealing
from trama.kernel.trace import Node, Trace
from trama.norms import NormBook


@dataclass(frozen=True, slots=True)
class Assessment:
    """What hydraulic invariance asks of an intervention, on a day.

    Attributes
    ----------
    root
        The tree; its value is the volume due.
    rain
        The rainfall used; None where the method uses none.
    volume_m3
        The volume due: the larger of the method's and the minimum.
    notices
        Sentences a person must read with the figure.
    """

    question: Question
    day: date
    root: Node
    comune: ComuneRow | None
    criticality: Node
    sealing: Sealing
    method: str
    rain: Rain | None
    result: MethodResult
    discharge: Discharge
    minimum_m3: float
    volume_m3: float
    emptying: Emptying
    notices: tuple[str, ...]

    def trace(self) -> Trace:
        """Return the explanation, ready to be kept."""
        return Trace("Invarianza idraulica", self.day, self.root, __version__, self.question.asked())


def assess(book: NormBook, day: date, question: Question) -> Assessment:
    """Return what hydraulic invariance asks of an intervention.

    Raises
    ------
    BadInput
        The question cannot be answered; the sentence says what to correct.
    NotInForce
        The regulation has no value on that day.
    """
    question.check()
    law = Regulation(book, day)
    comune = place.find_comune(law, question)
    sealed = sealing(law, question)
    where = place.criticality(question, comune)
    area = str(where.value)
    due = method_due(law, sealed.class_of_intervention, area)
    name = str(due.value)
    allowed = limits.discharge(law, question, sealed.equivalent_ha, area)
    rain = place.rain(law, question, comune)
    result = _volume_by(law, name, sealed.equivalent_ha, allowed.l_s, rain)
    p = place.coefficient_p(law, question, comune)
    least = limits.minimum(law, question, sealed.equivalent_ha, area, name, p)
    volume_m3 = max(float(node.value) for node in (result.node, least) if node.value is not None)
    empties = limits.emptying(law, volume_m3, allowed.l_s)
    sentences = (
        *notices.place_notices(law, area),
        *notices.rain_notices(law, question, comune, rain, result),
        *notices.volume_notices(law, question, name, allowed, empties),
    )
    steps = (*sealed.steps, where, due, allowed.node, result.node, least, empties.node)
    return Assessment(
        question=question,
        day=day,
        root=_root(volume_m3, steps, sentences),
        comune=comune,
        criticality=where,
        sealing=sealed,
        method=name,
        rain=rain if name in method.USES_RAIN else None,
        result=result,
        discharge=allowed,
        minimum_m3=float(least.value or 0),
        volume_m3=volume_m3,
        emptying=empties,
        notices=sentences,
    )


def _volume_by(
    law: Regulation, name: str, equivalent_ha: float, limit_l_s: float, rain: Rain | None
) -> MethodResult:
    if name not in method.USES_RAIN:
        return method.by_minimum()
    if rain is None:
        raise MissingRain(method=METHOD_LABELS[name])
    compute = method.by_routing if name == method.DETAILED else method.by_rainfall_only
    return compute(law, equivalent_ha, limit_l_s, rain)


def _root(volume_m3: float, steps: tuple[Node, ...], sentences: tuple[str, ...]) -> Node:
    return Node(
        "volume",
        "Volume di invarianza idraulica",
        volume_m3,
        "m3",
        "il maggiore tra volume del metodo e requisito minimo",
        note=" ".join(sentences),
        inputs=steps,
    )
