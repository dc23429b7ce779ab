"""The explanation of each work's effects: what the register says, what the what-if computed."""

from __future__ import annotations

from dataclasses import replace

from trama.analyses.opere.effects import STORM, SUMMER, Effect
from trama.analyses.whatif.findings import FORMULAS
from trama.analyses.whatif.heat_steps import heat_step
from trama.analyses.whatif.water_steps import water_step
from trama.kernel.trace import LayerUse, Node

LABELS = {
    SUMMER: "Acqua tenuta fuori dalla fognatura, giorno di pioggia estivo",
    STORM: "Acqua tenuta fuori dalla fognatura, temporale di un'ora ogni 50 anni",
}


def effect_node(effect: Effect, register: LayerUse) -> Node:
    """Return the tree of a work: ``quantita``, ``m3_*``, ``acqua``, ``caldo``, ``costo_m3``."""
    work = effect.work
    said = Node(
        "quantita",
        "Quantità dell'opera",
        work.quantity,
        work.unit or "1",
        source="dichiarato",
        note=effect.form,
        layers=(register,),
    )
    found = effect.found or {}
    volumes = []
    for event in (SUMMER, STORM):
        rain = found[event].rain if event in found else None
        volumes.append(
            Node(
                f"m3_{event}",
                LABELS[event],
                _rounded(effect.m3[event]),
                "m3",
                FORMULAS["trattenuta"],
                note=effect.no_water,
                inputs=(
                    (Node("pioggia", rain.label, rain.rain_mm, "mm", parameters=rain.parameters),)
                    if rain
                    else ()
                ),
            )
        )
    cost = Node(
        "costo_m3",
        "Costo per metro cubo tenuto fuori dalla fognatura",
        _rounded(effect.eur_m3, 2),
        "EUR/m3",
        "importo dell'opera / acqua tenuta fuori nel temporale di un'ora",
        note=effect.no_cost,
        inputs=(
            Node(
                "importo", "Importo dell'opera", work.amount, "EUR", source="dichiarato", layers=(register,)
            ),
        ),
    )
    note = effect.no_water if not found else ""
    return Node(work.step, work.name, inputs=(said, *volumes, *_sides(effect), cost), note=note)


def _sides(effect: Effect) -> tuple[Node, ...]:
    """Return the trees of the what-if, those of the storm of one hour."""
    if not effect.found:
        return ()
    last = effect.found[STORM]
    sides = []
    if last.water:
        sides.append(replace(water_step(last, last.water), label="Acqua, nel temporale di un'ora"))
    if last.heat and last.heat_norms:
        sides.append(heat_step(last, last.heat_norms, last.heat))
    return tuple(sides)


def _rounded(value: float | None, digits: int = 3) -> float | None:
    return None if value is None else round(value, digits) + 0.0
