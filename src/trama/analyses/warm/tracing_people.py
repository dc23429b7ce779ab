"""Why so many people are counted in a band: residents by age, spread over the residential cells."""

from __future__ import annotations

from typing import Any

from trama.analyses.warm.figures import Place
from trama.analyses.warm.rules import Rules
from trama.kernel.trace import LayerUse, Node

SPREAD = (
    "Stima: i residenti di ogni comune vanno alle sue celle in proporzione al peso della classe di suolo."
)
NOBODY = "Manca la popolazione per età, oppure nel luogo non c'è tessuto residenziale in cui collocarla."


def people_nodes(place: Place, rules: Rules, layers: tuple[LayerUse, ...], anomaly: Node) -> tuple[Node, ...]:
    """Return the steps about people: residents, sensitive ones, those in each band of anomaly.

    Parameters
    ----------
    layers
        Where people and residential land come from.
    anomaly
        The step of the anomaly, as it is quoted.
    """
    figures = place.figures
    if figures.esposti is None:
        names = ("residenti", "sensibili", "sensibili_oltre_2", "quota_sensibili_oltre_2", "anomalia_abitata")
        return tuple(Node(name, _LABELS[name], None, _UNITS[name], note=NOBODY) for name in names)
    spread = (
        *rules.uses("fasce_eta"),
        rules.cover_use([code for code in place.codes if rules.cover.value[code]["residents_weight"]]),
    )
    limit = rules.uses("soglia_sensibili")
    lived = (*spread, *limit)
    whole = "Σ residenti del comune · peso della cella / Σ pesi del comune"
    sensitive, above = "residenti delle fasce di età sensibili", "sensibili nelle celle oltre la soglia"
    felt = "Σ residenti della cella · anomalia / Σ residenti"
    return (
        _node(place, "residenti", whole, note=SPREAD, parameters=spread, layers=layers),
        _node(place, "sensibili", sensitive, parameters=rules.uses("fasce_eta")),
        _node(
            place,
            "sensibili_oltre_2",
            above,
            note=SPREAD,
            inputs=(anomaly,),
            parameters=lived,
            layers=layers,
        ),
        _node(
            place,
            "quota_sensibili_oltre_2",
            "sensibili oltre la soglia / residenti",
            inputs=(anomaly,),
            parameters=limit,
        ),
        _node(
            place,
            "anomalia_abitata",
            felt,
            note=SPREAD,
            inputs=(anomaly,),
            parameters=spread,
            layers=layers,
        ),
        _exposed(place, rules, anomaly),
    )


def _node(place: Place, name: str, formula: str, **rest: Any) -> Node:
    value = getattr(place.figures, name)
    return Node(name, _LABELS[name], value, _UNITS[name], formula, source="stimato", **rest)


def _exposed(place: Place, rules: Rules, anomaly: Node) -> Node:
    """Return people by age band and band of anomaly: ``esposti/bambini/3``."""
    exposed = place.figures.esposti or {}
    rows = tuple(
        Node(
            age.key,
            f"Residenti {age.name}",
            sum(exposed[age.key].values()),
            "inhabitant",
            source="stimato",
            inputs=tuple(
                Node(
                    str(band),
                    f"con anomalia {text}",
                    exposed[age.key][str(band)],
                    "inhabitant",
                    source="stimato",
                )
                for band, text in rules.bands
            ),
        )
        for age in rules.ages
    )
    unknown = place.figures.esposti_senza_dato or 0.0
    return Node(
        "esposti",
        "Persone per fascia di età e di anomalia",
        sum(float(row.value or 0.0) for row in rows),
        "inhabitant",
        "residenti della cella, contati nella fascia della sua anomalia",
        source="stimato",
        note=SPREAD + (f" {unknown:.0f} residenti stanno dove manca la temperatura." if unknown else ""),
        inputs=(*rows, anomaly),
        parameters=rules.uses("fasce_anomalia", "fasce_eta"),
    )


_LABELS = {
    "residenti": "Residenti distribuiti sul costruito",
    "sensibili": "Persone sensibili",
    "sensibili_oltre_2": "Persone sensibili oltre la soglia di anomalia",
    "quota_sensibili_oltre_2": "Parte dei residenti sensibile e oltre la soglia",
    "anomalia_abitata": "Anomalia notturna media dove si abita",
}
_UNITS = {
    "residenti": "inhabitant",
    "sensibili": "inhabitant",
    "sensibili_oltre_2": "inhabitant",
    "quota_sensibili_oltre_2": "1",
    "anomalia_abitata": "degC",
}
