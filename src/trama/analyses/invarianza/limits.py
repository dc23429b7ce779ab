"""What bounds any method: the discharge allowed, the least volume, the time to empty."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from trama.analyses.invarianza.question import Question
from trama.analyses.invarianza.regulation import Regulation
from trama.engines.invariance import (
    emptying_time_h,
    limit_discharge_l_s,
    minimum_volume_m3,
    volume_ready_again_m3,
)
from trama.kernel.trace import Node

REGULATION, MANAGER, SOIL = "regolamento", "gestore", "suolo"

_WHICH = {
    MANAGER: "vale quella del gestore, più restrittiva del regolamento",
    SOIL: "vale quella che il terreno infiltra, più restrittiva del regolamento",
    REGULATION: "vale quella del regolamento: il gestore non chiede di meno",
}


@dataclass(frozen=True, slots=True)
class Discharge:
    """The discharge to count on, and who sets it: regulation, receiver's manager, or ground."""

    l_s: float
    set_by: str
    node: Node


@dataclass(frozen=True, slots=True)
class Emptying:
    """The time to empty the volume, against the longest allowed.

    Attributes
    ----------
    ready_again_m3
        Volume to build where emptying takes too long, so that the next event finds room; else None.
    """

    time_h: float
    longest_h: float
    ready_again_m3: float | None
    node: Node


def discharge(law: Regulation, question: Question, equivalent_ha: float, criticality: str) -> Discharge:
    """Return the discharge to count on: the strictest of the regulation's, the manager's, the ground's."""
    table = law("portata_ammissibile")
    unit = float(table.value[criticality])
    ours = Node(
        REGULATION,
        "Portata ammessa dal regolamento",
        limit_discharge_l_s(equivalent_ha, unit),
        "l/s",
        "u_lim·S·φ",
        parameters=(table.use(only=criticality),),
    )
    found = Discharge(float(ours.value or 0), REGULATION, ours)
    others = list(_declared(question))
    if not others:
        return replace(
            found,
            node=Node("portata_limite", "Portata limite allo scarico", ours.value, "l/s", inputs=(ours,)),
        )
    for other in others:
        allowed = limit_discharge_l_s(equivalent_ha, unit, other.l_s)
        if allowed < found.l_s:
            found = Discharge(allowed, other.set_by, ours)
    node = Node(
        "portata_limite",
        "Portata limite allo scarico",
        found.l_s,
        "l/s",
        "la più restrittiva tra " + " e ".join((REGULATION, *(other.set_by for other in others))),
        note=_WHICH[found.set_by],
        inputs=(ours, *(other.node for other in others)),
    )
    return replace(found, node=node)


def _declared(question: Question) -> Iterator[Discharge]:
    """Yield the limits the person gives, where given."""
    given = (
        (MANAGER, "Portata ammessa dal gestore del ricettore", question.limit_l_s, "dichiarato"),
        (SOIL, "Portata che il terreno infiltra", question.soil_l_s, "calcolato"),
    )
    for key, label, l_s, source in given:
        if l_s is not None:
            yield Discharge(l_s, key, Node(key, label, l_s, "l/s", source=source))


def minimum(
    law: Regulation, question: Question, equivalent_ha: float, criticality: str, method: str, p: Node
) -> Node:
    """Return the step of the least volume [m3], of the area the method refers to."""
    table, inputs, parameters = law("volume_minimo"), [], []
    area = criticality
    if method == "minimi_art12c1":
        reference = law("area_minimi_art12c1")
        area = str(reference.value)
        parameters.append(reference.use())
    row = table.value[area]
    parameters.append(table.use(only=area))
    factors = ["w_min·S·φ"]
    coefficient, reduction = 1.0, 0.0
    if row["per_p"]:
        coefficient = float(p.value or 0)
        inputs.append(p)
        factors.append("P")
    if question.infiltration_only:
        share = law("riduzione_infiltrazione")
        reduction = float(share.value)
        parameters.append(share.use())
        factors.append("(1 − riduzione per sola infiltrazione)")
    return Node(
        "volume_minimo",
        "Requisito minimo di volume",
        minimum_volume_m3(equivalent_ha, float(row["volume"]), coefficient, reduction),
        "m3",
        " · ".join(factors),
        note="" if area == criticality else f"fino a 300 m² vale il minimo delle aree {area}",
        inputs=tuple(inputs),
        parameters=tuple(parameters),
    )


def emptying(law: Regulation, volume_m3: float, limit_l_s: float) -> Emptying:
    """Return the time to empty the volume, and what to build where it is too long."""
    longest = law("svuotamento_massimo_h")
    longest_h, time_h = float(longest.value), emptying_time_h(volume_m3, limit_l_s)
    ready: float | None = None
    inputs: tuple[Node, ...] = ()
    if time_h > longest_h:
        events = law("eventi_oltre_svuotamento")
        ready = volume_ready_again_m3(volume_m3, limit_l_s, longest_h, int(events.value))
        inputs = (
            Node(
                "volume_secondo_evento",
                "Volume con posto per un secondo evento",
                ready,
                "m3",
                "N·V − (N−1)·3,6·Q_lim·tempo massimo",
                parameters=(events.use(),),
            ),
        )
    node = Node(
        "svuotamento",
        "Tempo di svuotamento",
        time_h,
        "h",
        "volume / (3,6·Q_lim)",
        note="" if ready is None else "oltre il tempo massimo: il volume va accresciuto",
        inputs=inputs,
        parameters=(longest.use(),),
    )
    return Emptying(time_h, longest_h, ready, node)
