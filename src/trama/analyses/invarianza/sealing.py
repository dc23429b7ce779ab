"""How much the intervention seals: surfaces, runoff coefficient, class, method due."""

from __future__ import annotations

from dataclasses import dataclass

from trama.analyses.invarianza.method import METHOD_LABELS
from trama.analyses.invarianza.question import KINDS, LEFT_OUT, Question
from trama.analyses.invarianza.regulation import Regulation
from trama.engines.invariance import Surface
from trama.engines.invariance.intervention import (
    check_surfaces,
    counted_area_m2,
    equivalent_area_ha,
    mean_runoff_coefficient,
)
from trama.kernel.trace import Node, ParameterUse


@dataclass(frozen=True, slots=True)
class Sealing:
    """The intervention as the regulation sees it.

    Attributes
    ----------
    steps
        The coefficient (with the surfaces beneath it), the equivalent area, the class.
    """

    area_m2: float
    runoff_coefficient: float
    equivalent_ha: float
    class_of_intervention: int
    steps: tuple[Node, Node, Node]


def sealing(law: Regulation, question: Question) -> Sealing:
    """Return area, runoff coefficient and class of the intervention.

    Raises
    ------
    BadInput
        The surfaces cannot be, do not make up the total, or none of them counts.
    """
    read = [(kind, area_m2, *_runoff(law, kind)) for kind, area_m2 in question.surfaces_m2.items()]
    surfaces = [Surface(KINDS[kind], area_m2, runoff) for kind, area_m2, runoff, _ in read]
    check_surfaces(surfaces, question.total_m2 or 0.0)
    area_m2, coefficient = counted_area_m2(surfaces), mean_runoff_coefficient(surfaces)
    source = question.surfaces_source
    parts = tuple(
        _surface(kind, part_m2, runoff, use, source) for kind, part_m2, runoff, use in read if part_m2
    )
    row = law.classes().row(area_m2, coefficient)
    steps = (
        _coefficient(area_m2, coefficient, parts),
        _equivalent(equivalent_area_ha(surfaces)),
        Node(
            "classe",
            "Classe di intervento",
            row.class_of_intervention,
            "class",
            "dalla superficie e dal coefficiente di deflusso medio",
            parameters=(law("classi_intervento").use(only=row.id),),
        ),
    )
    return Sealing(area_m2, coefficient, equivalent_area_ha(surfaces), row.class_of_intervention, steps)


def method_due(law: Regulation, class_of_intervention: int, criticality: str) -> Node:
    """Return the step of the method due for a class in an area of criticality."""
    table, row = law("metodi"), str(class_of_intervention)
    name = str(table.value[row][criticality])
    return Node(
        "metodo",
        "Metodo dovuto",
        name,
        "text",
        "dalla classe e dall'area di criticità",
        note=METHOD_LABELS[name],
        parameters=(table.use(only=row),),
    )


def _runoff(law: Regulation, kind: str) -> tuple[float | None, ParameterUse]:
    if kind == LEFT_OUT:
        return None, law("superfici_escluse").use()
    value = law(f"deflusso_{kind}")
    return float(value.value), value.use()


def _surface(kind: str, area_m2: float, runoff: float | None, use: ParameterUse, source: str) -> Node:
    note = "" if runoff is not None else "non entra nel calcolo"
    coefficient = Node(
        "coefficiente", "Coefficiente di deflusso", runoff, source="tabella", note=note, parameters=(use,)
    )
    return Node(kind, KINDS[kind], area_m2, "m2", source=source, inputs=(coefficient,))


def _coefficient(area_m2: float, coefficient: float, parts: tuple[Node, ...]) -> Node:
    area = Node(
        "superficie",
        "Superficie che entra nel calcolo, S",
        area_m2,
        "m2",
        "somma delle superfici, tolte quelle escluse",
        inputs=parts,
    )
    return Node(
        "coefficiente_deflusso",
        "Coefficiente di deflusso medio, φ",
        coefficient,
        formula="φ = Σ superficie·coefficiente / S",
        inputs=(area,),
    )


def _equivalent(equivalent_ha: float) -> Node:
    return Node(
        "superficie_scolante_impermeabile",
        "Superficie scolante impermeabile, S·φ",
        equivalent_ha,
        "ha",
        "superficie che entra nel calcolo × coefficiente di deflusso medio",
    )
