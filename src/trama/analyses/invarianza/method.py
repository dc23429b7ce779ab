"""The volume by the method due: none, rainfall-only, detailed procedure."""

from __future__ import annotations

from dataclasses import dataclass

from trama.analyses.invarianza.place import Rain
from trama.analyses.invarianza.regulation import Regulation
from trama.engines.invariance import (
    ChicagoStorm,
    ConstantStorm,
    RainfallOnly,
    Routed,
    critical_event,
    rainfall_only,
)
from trama.kernel.trace import Node

RAINFALL_ONLY = "sole_piogge"
DETAILED = "procedura_dettagliata"
USES_RAIN = frozenset({RAINFALL_ONLY, DETAILED})
METHOD_LABELS = {
    "minimi_art12c1": "requisiti minimi, art. 12 c. 1",
    "minimi_art12c2": "requisiti minimi, art. 12 c. 2",
    RAINFALL_ONLY: "metodo delle sole piogge",
    DETAILED: "procedura dettagliata",
}
EVENTS = {"costante": "Pioggia costante", "chicago": "Pioggia Chicago"}


@dataclass(frozen=True, slots=True)
class MethodResult:
    """What a method found.

    Attributes
    ----------
    node
        The step ``volume_metodo``; None in it where the method computes no volume.
    duration_h
        Critical duration.
    rainfall_only
        The rainfall-only figure, beside the detailed one too.
    events
        Detailed procedure: event → worst duration and volume.
    """

    node: Node
    duration_h: float | None = None
    rainfall_only: RainfallOnly | None = None
    events: dict[str, Routed] | None = None


def by_minimum() -> MethodResult:
    """Return the answer of the methods that compute nothing: the least volume is the volume."""
    note = "il metodo dovuto non calcola un volume: vale il requisito minimo"
    return MethodResult(Node("volume_metodo", "Volume del metodo", None, "m3", note=note))


def by_rainfall_only(law: Regulation, equivalent_ha: float, limit_l_s: float, rain: Rain) -> MethodResult:
    """Return the volume of the rainfall-only method."""
    found = rainfall_only(equivalent_ha, rain.curve, limit_l_s)
    duration = _duration(law, found, "D_w = (Q_lim / (2,78·S·φ·a·n))^(1/(n−1))")
    return MethodResult(_rainfall_only_node(found, rain, duration, "volume_metodo"), found.duration_h, found)


def by_routing(law: Regulation, equivalent_ha: float, limit_l_s: float, rain: Rain) -> MethodResult:
    """Return the volume of the detailed procedure: the worse of constant and Chicago storms."""
    peak = law("picco_chicago")
    events = {
        "costante": critical_event(
            lambda hours: ConstantStorm(rain.curve, hours), equivalent_ha, rain.curve, limit_l_s
        ),
        "chicago": critical_event(
            lambda hours: ChicagoStorm(rain.curve, hours, float(peak.value)),
            equivalent_ha,
            rain.curve,
            limit_l_s,
        ),
    }
    worst = max(events, key=lambda name: round(events[name].volume_m3, 2))
    beside = rainfall_only(equivalent_ha, rain.curve, limit_l_s)
    shape = {"chicago": (peak.use(),)}
    steps = tuple(
        Node(
            f"evento_{name}",
            f"{EVENTS[name]}: volume massimo invasato",
            routed.volume_m3,
            "m3",
            "max su t e D di V, con dV/dt = 10·S·φ·i(t) − 3,6·Q_lim e V ≥ 0",
            inputs=(Node("durata", "Durata critica", routed.duration_h, "h"),),
            parameters=shape.get(name, ()),
        )
        for name, routed in events.items()
    )
    duration = Node("durata_critica", "Durata critica", events[worst].duration_h, "h", note=EVENTS[worst])
    node = Node(
        "volume_metodo",
        "Volume della procedura dettagliata",
        events[worst].volume_m3,
        "m3",
        "massimo tra gli eventi, con afflusso immediato e scarico costante",
        inputs=(rain.a, rain.n, duration, *steps, _beside(law, beside)),
    )
    return MethodResult(node, events[worst].duration_h, beside, events)


def _beside(law: Regulation, found: RainfallOnly) -> Node:
    return Node(
        "sole_piogge",
        "Per confronto: metodo delle sole piogge",
        found.volume_m3,
        "m3",
        "W_0 = 10·S·φ·a·D_wⁿ − 3,6·Q_lim·D_w",
        inputs=(_duration(law, found, "D_w = (Q_lim / (2,78·S·φ·a·n))^(1/(n−1))"),),
    )


def _rainfall_only_node(found: RainfallOnly, rain: Rain, duration: Node, key: str) -> Node:
    return Node(
        key,
        "Volume del metodo delle sole piogge",
        found.volume_m3,
        "m3",
        "W_0 = 10·S·φ·a·D_wⁿ − 3,6·Q_lim·D_w",
        inputs=(rain.a, rain.n, duration),
    )


def _duration(law: Regulation, found: RainfallOnly, formula: str) -> Node:
    short, note = law("esponente_sotto_ora"), ""
    if found.repeated:
        note = "con n la durata era minore di un'ora: ripetuto con l'esponente delle piogge brevi"
        if found.duration_h > 1:
            note += "; la durata così trovata supera l'ora, il che è a favore di sicurezza"
    return Node(
        "durata_critica",
        "Durata critica",
        found.duration_h,
        "h",
        formula,
        note=note,
        parameters=(short.use(),) if found.repeated else (),
    )
