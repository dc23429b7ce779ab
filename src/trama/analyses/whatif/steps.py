"""The explanation of a scenario's figures: every step with its formula, its norms and its data."""

from __future__ import annotations

from collections.abc import Mapping

from trama.analyses.whatif.drawing import Laid
from trama.analyses.whatif.findings import FORMULAS, Findings, rounded
from trama.analyses.whatif.heat_steps import heat_step
from trama.analyses.whatif.money import Money
from trama.analyses.whatif.sheets import SheetOutcome
from trama.analyses.whatif.water_steps import water_step
from trama.kernel.trace import Node


def root_of(found: Findings, *, kept: bool) -> Node:
    """Return the whole tree: ``soluzioni``, ``acqua``, ``caldo``, ``costi``, ``schede``.

    `kept` tells whether the explanations of the sheets are kept, and may be named.
    """
    drawn = tuple(_solution(found, one) for one in found.layout.laid)
    heat = _missing("caldo", "Caldo", found.lacking)
    if found.heat and found.heat_norms:
        heat = heat_step(found, found.heat_norms, found.heat)
    return Node(
        "scenario",
        "Effetti dello scenario",
        inputs=(
            Node("soluzioni", "Soluzioni disegnate", inputs=drawn),
            water_step(found, found.water) if found.water else _missing("acqua", "Acqua", found.lacking),
            heat,
            Node("costi", "Costi", inputs=(_cost(found), _upkeep(found), _per_m3(found), _per_person(found))),
            Node("schede", "Schede Norma", inputs=tuple(_sheet(one, kept=kept) for one in found.sheets)),
        ),
    )


def _missing(key: str, label: str, lacking: Mapping[str, str]) -> Node:
    return Node(key, label, None, source="mancante", note=lacking.get(key, ""))


def _solution(found: Findings, one: Laid) -> Node:
    return Node(
        one.key,
        one.name,
        round(one.quantity, 2),
        str(one.row["unit"]),
        "misurata sul disegno",
        "dichiarato",
        f"{one.hidden_m2:.0f} m² coperti da un disegno successivo" if one.hidden_m2 > 0.5 else "",
        parameters=found.solutions.uses(one.id),
    )


def _cost(found: Findings) -> Node:
    pieces = tuple(
        Node(
            one.key,
            one.name,
            rounded(one.amount("cost_eur")),
            "EUR",
            "quantità × costo unitario",
            parameters=(found.solutions.catalogue.use(only=one.id),),
        )
        for one in found.layout.laid
    )
    inputs = (*_ends(found.cost, "EUR"), *pieces)
    value = rounded(found.cost.middle)
    return Node("costo", "Costo di realizzazione", value, "EUR", FORMULAS["costo"], inputs=inputs)


def _upkeep(found: Findings) -> Node:
    return Node(
        "manutenzione",
        "Manutenzione di un anno",
        rounded(found.upkeep.middle),
        "EUR",
        FORMULAS["manutenzione"],
        inputs=_ends(found.upkeep, "EUR"),
        parameters=found.rows(),
    )


def _per_m3(found: Findings) -> Node:
    per_m3 = found.cost.per(found.water.avoided_m3 if found.water else None)
    return Node(
        "costo_m3",
        "Costo per metro cubo tenuto fuori dalla fognatura",
        rounded(per_m3.middle),
        "EUR/m3",
        FORMULAS["costo_m3"],
        note="" if per_m3.middle is not None else "non si tiene fuori acqua",
        inputs=_ends(per_m3, "EUR/m3"),
        parameters=found.rows(),
    )


def _per_person(found: Findings) -> Node:
    value = found.cost_per_person_degree
    return Node(
        "costo_gradi_persona",
        "Costo per grado di notte in meno a persona",
        rounded(value.middle),
        "EUR/degC/inhabitant",
        FORMULAS["costo_gradi_persona"],
        "calcolato" if value.middle is not None else "mancante",
        found.why_no_person_degrees,
        inputs=_ends(value, "EUR/degC/inhabitant"),
        parameters=found.rows(),
    )


def _ends(money: Money, unit: str) -> tuple[Node, Node]:
    return (
        Node("minimo", "Minimo", rounded(money.least), unit),
        Node("massimo", "Massimo", rounded(money.most), unit),
    )


def _sheet(one: SheetOutcome, *, kept: bool) -> Node:
    label = one.sheet.title.it
    if one.result is None:
        return Node(one.sheet.id, label, None, "text", source="mancante", note=one.problem)
    return Node(
        one.sheet.id,
        label,
        one.result.evaluation.outcome_label,
        "text",
        "Scheda Norma",
        note=f"spiegazione propria: {one.result.trace.id}" if kept else "",
        parameters=tuple(one.result.trace.unofficial()),
    )
