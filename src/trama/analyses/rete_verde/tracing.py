"""Why a place comes first, and why an action is financed before another."""

from __future__ import annotations

from typing import Any

from trama import __version__
from trama.analyses.rete_verde.financing import GAIN_UNITS, Proposal
from trama.analyses.rete_verde.priorities import GRAINS, Priority, Ranking
from trama.analyses.rete_verde.rules import Indicator, Rules
from trama.analyses.rete_verde.suitability import Census
from trama.kernel.trace import Node, Trace

THEME_NAMES = {
    "acqua": "Acqua: m³ di pioggia tolti alla fognatura",
    "calore": "Calore: °C per persone sensibili",
}
WATER = (
    "classe della UPA · guadagno / costo; guadagno = (deflusso di oggi − deflusso della soluzione) dove "
    "toglie una superficie impermeabile + min(invaso, acqua che arriva dall'area servita)"
)
HEAT = (
    "classe della UPA · guadagno / costo; guadagno = raffrescamento notturno · sensibili oltre soglia per m² "
    "· superficie coperta da un'unità"
)


def network_trace(
    rules: Rules, rankings: dict[str, Ranking], census: Census, orders: list[Proposal]
) -> Trace:
    """Build the trace: figures at ``upa/<code>/priorita``, ``ordine/<theme>/<upa>|<action>``..."""
    groups = tuple(
        Node(
            grain,
            GRAINS[grain],
            len(one.places),
            "count",
            inputs=tuple(_place(rules, one, p) for p in one.places),
        )
        for grain, one in rankings.items()
    )
    themes = tuple(
        Node(
            theme,
            name,
            len(rows := [one for one in orders if one.theme == theme]),
            "count",
            HEAT if theme == "calore" else WATER,
            inputs=tuple(_proposal(rules, one, rankings["upa"], census) for one in rows),
        )
        for theme, name in THEME_NAMES.items()
    )
    order = Node("ordine", "Ordine di finanziamento", len(orders), "count", inputs=themes)
    first = rankings["upa"]
    absent = ", ".join(one.name_it for one in first.absent)
    root = Node(
        "rete_verde",
        "Rete Verde Metropolitana: priorità e ordine di finanziamento",
        len(first.in_use),
        "count",
        "indicatori in uso",
        note=f"Senza tabella, quindi dato mancante: {absent}." if absent else "",
        inputs=(*groups, order),
        parameters=(rules.theme_weights.use(), rules.sensitivity.use()),
    )
    return Trace("rete-verde priorita", rules.day, root, __version__, asked(rankings))


def asked(rankings: dict[str, Ranking]) -> dict[str, Any]:
    """Return what distinguishes this run."""
    first = rankings["upa"]
    return {
        "indicatori": [one.id for one in first.in_use],
        "indicatori_mancanti": [one.id for one in first.absent],
    }


def _place(rules: Rules, ranking: Ranking, place: Priority) -> Node:
    missing = [one.name_it for one in ranking.in_use if place.scores[one.id] is None]
    index = Node(
        "priorita",
        f"Priorità: {place.classe_nome or 'non assegnabile'}",
        None if place.index is None else round(place.index, 6),
        "1",
        "Σ peso · posizione tra gli estremi / Σ peso; peso = peso dell'indicatore · peso del tema",
        note=f"dato mancante: {', '.join(missing)}" if missing else "",
        inputs=tuple(_indicator(rules, ranking, one, place) for one in ranking.in_use),
        parameters=(rules.theme_weights.use(), rules.steps.use()),
    )
    tested = Node(
        "rango",
        _held(place),
        place.rank,
        "count",
        "posto per priorità; tra parentesi i posti tra il 5 e il 95 % delle estrazioni con pesi variati",
        note="" if place.rank else "senza priorità non c'è posto",
        parameters=(rules.sensitivity.use(),),
    )
    name = f"priorità {place.classe_nome}" if place.classe_nome else None
    note = "" if name else "manca un indicatore in uso"
    return Node(place.key, place.nome, name, "text", note=note, inputs=(index, tested))


def _held(place: Priority) -> str:
    if place.rank is None:
        return "Posto nell'ordine"
    word = "stabile" if place.stable else "non stabile"
    return f"Posto nell'ordine (tra {place.rank_low} e {place.rank_high}; classe {word})"


def _indicator(rules: Rules, ranking: Ranking, one: Indicator, place: Priority) -> Node:
    version = ranking.versions[f"{one.table}_{ranking.grain}"]
    value, score = place.values[one.id], place.scores[one.id]
    per = " per km²" if one.per_km2 else ""
    note = "" if value is not None else "dato mancante in questo luogo"
    raw = Node("valore", f"{one.column}{per}", value, "1", source="mappa", note=note, layers=(version.use(),))
    return Node(
        one.id,
        f"{one.name_it} ({one.role})",
        None if score is None else round(score, 6),
        "1",
        f"(valore − {one.low:g}) / ({one.high:g} − {one.low:g}), tra 0 e 1",
        note=note,
        inputs=(raw,),
        parameters=(rules.indicator_table.use(only=one.id),),
    )


def _proposal(rules: Rules, one: Proposal, ranking: Ranking, census: Census) -> Node:
    grade = Node("classe_a", "Classe di vulnerabilità della UPA", one.grade, "class", layers=ranking.uses())
    gain = Node(
        "guadagno",
        f"Guadagno di un'unità [{GAIN_UNITS[one.theme]}]",
        one.gain,
        "1",
        note="" if one.gain is not None else one.why,
        parameters=(rules.rain.use(),) if one.theme == "acqua" else (),
    )
    ground = Node(
        "ha_adatti",
        "Terreno adatto",
        round(one.suitable_ha, 2),
        "ha",
        "celle con la copertura, il suolo e la falda che l'azione chiede",
        layers=tuple(version.use() for version in census.versions.values()),
    )
    cost = Node("costo", "Costo di un'unità", one.cost_eur, "EUR", source="mappa")
    return Node(
        f"{one.upa}|{one.action.id}",
        f"{one.action.name_it}, UPA {one.upa}",
        None if one.score is None else round(one.score, 4),
        "1",
        "classe · guadagno / costo · 1.000.000",
        note=one.why,
        inputs=(grade, gain, cost, ground),
        parameters=rules.action_uses(one.action),
    )
