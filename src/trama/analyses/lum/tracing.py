"""Why a LUM is as it is: level, perimeter, people, functions, node and place, with norms and data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from trama import __version__
from trama.analyses.lum.amounts import LEAST
from trama.analyses.lum.context import Context
from trama.analyses.lum.functions import Function
from trama.analyses.lum.lum import Lum
from trama.analyses.lum.node_place import NODE, PLACE, Measured
from trama.kernel.trace import LayerUse, Node, ParameterUse, Trace
from trama.lake.version import Version

RESIDENTS = "Σ residenti del comune × peso del costruito dentro / peso del costruito del comune"
SHED = "superficie raggiunta a piedi dentro il cerchio / superficie del cerchio"
SCORE = "(valore − estremo basso) / (estremo alto − estremo basso), tra 0 e 1"


def lum_trace(context: Context, lum: Lum) -> Trace:
    """Build the trace of one LUM: ``livello``, ``perimetro``, ``funzioni/<voce>``, ``nodo/<id>``..."""
    root = Node(
        "lum",
        f"LUM {lum.name}",
        lum.code,
        "text",
        inputs=(
            _level(context, lum),
            _perimeter(context, lum),
            _ratio(context, lum),
            *_people(context, lum),
            _functions(context, lum),
            _cycles(context, lum),
            _index(context, lum, NODE, "nodo", "Indice del nodo", lum.node_place.node),
            _index(context, lum, PLACE, "luogo", "Indice del luogo", lum.node_place.place),
            Node(
                "completezza",
                "Quota delle voci della scheda con un dato",
                round(lum.completeness, 4),
                "1",
                parameters=(context.rules.completeness.use(),),
            ),
        ),
    )
    return Trace("lum", context.rules.day, root, __version__, {"codice": lum.code})


def atlas_trace(context: Context, rows: Sequence[Mapping[str, Any]]) -> Trace:
    """Build the trace of the whole atlas: one step a LUM, each naming its own explanation."""
    rules = context.rules
    steps = tuple(
        Node(
            str(row["codice"]),
            str(row["nome"]),
            row["livello"],
            "text",
            note=f"spiegazione: trama explain {row['spiegazione']}",
        )
        for row in rows
    )
    root = Node(
        "atlante",
        "Atlante dei Luoghi Urbani per la Mobilità",
        len(rows),
        "count",
        "fermate fuori dal capoluogo il cui livello ha un raggio, raggruppate in interscambi",
        note=context.no_streets and f"Bacini a piedi: dato mancante. {context.no_streets}",
        inputs=steps,
        parameters=(
            rules.levels.use(),
            rules.level_rule.use(),
            rules.node_distance.use(),
            rules.capital.use(),
        ),
        layers=tuple(version.use() for version in context.versions()),
    )
    return Trace("lum atlante", rules.day, root, __version__)


def _level(context: Context, lum: Lum) -> Node:
    rules, one = context.rules, lum.interchange
    row = (rules.level_rule.use(only=one.rule),) if one.rule else (rules.level_rule.use(),)
    computed = Node(
        "calcolato",
        f"Livello calcolato: {one.reason}",
        one.computed,
        "text",
        note="" if one.computed else one.reason,
        parameters=row,
    )
    said = (
        "livello scritto nel piano, che prevale"
        if one.declared
        else "il piano non lo scrive: vale quello calcolato"
    )
    written = Node(
        "piano",
        "Livello scritto nel piano",
        one.declared,
        "text",
        source="dichiarato",
        note="" if one.declared else "non scritto",
    )
    return Node(
        "livello",
        "Livello",
        lum.level,
        "text",
        note=said,
        inputs=(written, computed),
        parameters=(rules.levels.use(only=lum.level),),
        layers=_use(context.stops),
    )


def _perimeter(context: Context, lum: Lum) -> Node:
    circle = Node(
        "cerchio",
        f"Cerchio intorno agli impianti della fermata ({lum.radius_m:g} m per il livello {lum.level})",
        round(lum.circle.area, 1),
        "m2",
        "unione dei cerchi intorno alle fermate dell'interscambio, ciascuna con il raggio del suo livello",
        parameters=(context.rules.levels.use(only=lum.level),),
        layers=_use(context.stops),
    )
    if lum.redrawn is None:
        return Node(
            "perimetro",
            "Superficie del perimetro in vigore",
            round(lum.perimeter.area, 1),
            "m2",
            "il cerchio",
            inputs=(circle,),
        )
    redrawn = lum.redrawn
    taken = f"accolto il {redrawn.accolto_il} da {redrawn.accolto_da}"
    act = f"{redrawn.atto} del {redrawn.data_atto}; {taken}"
    return Node(
        "perimetro",
        "Superficie del perimetro in vigore, ridisegnato dal comune",
        round(lum.perimeter.area, 1),
        "m2",
        source="dichiarato",
        note=act,
        layers=tuple(version.use() for version in context.surveys),
        replaced=circle,
    )


def _ratio(context: Context, lum: Lum) -> Node:
    walk, ratio = context.rules.walk, lum.ratio
    reading = ""
    if ratio is not None:
        good, fair = (float(walk.value[name]) for name in ("buono", "accettabile"))
        reading = "buono" if ratio >= good else "accettabile" if ratio >= fair else "basso"
    note = reading or context.no_streets or "nessuna fermata è vicina alla rete pedonale"
    streets = context.streets.versions if context.streets else ()
    value = None if ratio is None else round(ratio, 4)
    barrier = Node(
        "barriera",
        "Lati esclusi oltre i binari",
        lum.barrier or "nessuno",
        "text",
        layers=_use(context.tracks),
    )
    return Node(
        "rapporto_pedonale",
        "Quota del cerchio raggiunta a piedi",
        value,
        "1",
        SHED,
        note=note,
        inputs=(barrier,),
        parameters=(walk.use(),),
        layers=tuple(one.use() for one in streets),
    )


def _people(context: Context, lum: Lum) -> list[Node]:
    found = []
    for key, label, people in (
        ("residenti", "Residenti nel perimetro", lum.people),
        ("residenti_a_piedi", "Residenti nel bacino a piedi", lum.people_walk),
        ("residenti_dieci_minuti", "Residenti entro 10 minuti a piedi", lum.people_ten),
    ):
        bands = context.rules.bands
        ages = tuple(
            Node(
                band,
                str(bands.value[band]["name_it"]),
                round(count, 1),
                "inhabitant",
                source="stimato",
                parameters=(bands.use(only=band),),
            )
            for band, count in (people or {}).items()
        )
        note = context.people.lacking or (
            "" if people is not None else "l'area o la popolazione di un comune mancano"
        )
        found.append(
            Node(
                key,
                label,
                None if people is None else round(sum(people.values()), 1),
                "inhabitant",
                RESIDENTS,
                "mancante" if people is None else "stimato",
                note,
                ages,
                (context.rules.weights.use(only="1111"),) if "1111" in context.rules.weights.value else (),
                tuple(version.use() for version in context.people.versions),
            )
        )
    return found


def _functions(context: Context, lum: Lum) -> Node:
    layers = tuple(version.use() for version in context.register.versions)
    return Node(
        "funzioni",
        "Funzioni consigliate presenti",
        lum.count("presente"),
        "count",
        f"su {len(lum.functions)} consigliate; mancante solo dove una fonte completa dice che non c'è",
        note=context.register.lacking,
        inputs=tuple(_function(context, one) for one in lum.functions),
        layers=layers,
    )


def _function(context: Context, one: Function) -> Node:
    uses: list[ParameterUse] = [context.rules.functions.use(only=voice) for voice in one.voices]
    names = ", ".join(one.services[:5])
    return Node(
        one.id,
        f"{one.name}: {one.state}",
        one.count,
        "count",
        source="mappa",
        note=f"{LEAST}: la fonte è parziale; {names}" if one.least else names or one.state,
        parameters=tuple(uses),
    )


def _cycles(context: Context, lum: Lum) -> Node:
    cycles = lum.cycles
    known = Node(
        "presenti",
        "Posti bici presenti",
        cycles.present,
        "1",
        source="dichiarato" if cycles.counted else "mappa",
        note="dato mancante" if cycles.present is None else LEAST if cycles.least else "",
    )
    boarding = Node(
        "saliti",
        "Saliti al giorno",
        cycles.boardings,
        "1",
        source="dichiarato",
        note="" if cycles.boardings is not None else "nessuno li ha indicati",
    )
    return Node(
        "posti_bici_richiesti",
        "Posti bici richiesti",
        cycles.needed,
        "1",
        "quota dei saliti × saliti al giorno",
        note="" if cycles.needed is not None else "servono i saliti al giorno",
        inputs=(boarding, known),
        parameters=(context.rules.cycle.use(),),
    )


def _index(context: Context, lum: Lum, side: str, key: str, label: str, value: float | None) -> Node:
    rows = tuple(_indicator(context, one) for one in lum.node_place.indicators if one.side == side)
    return Node(
        key,
        label,
        None if value is None else round(value, 4),
        "1",
        "media degli indicatori noti; manca se ne sono noti troppo pochi",
        note=_index_note(lum, side),
        inputs=rows,
        parameters=_index_norms(context, side),
        layers=_use(context.lines.version if context.lines else None) if side == NODE else (),
    )


def _index_note(lum: Lum, side: str) -> str:
    mine = [one for one in lum.node_place.indicators if one.side == side]
    partial = sum(bool(one.note) for one in mine)
    said = f"{partial} indicatori su {len(mine)} sono minimi o vengono da fonti parziali" if partial else ""
    return "; ".join(one for one in (lum.node_place.reading, said) if one)


def _index_norms(context: Context, side: str) -> tuple[ParameterUse, ...]:
    rules = context.rules
    return (rules.reading.use(), *((rules.transit.use(), rules.waiting.use()) if side == NODE else ()))


def _indicator(context: Context, one: Measured) -> Node:
    raw = Node(
        "valore",
        one.name,
        None if one.value is None else round(one.value, 4),
        one.unit,
        source="mappa",
        note="dato mancante" if one.value is None else one.note,
    )
    return Node(
        one.id,
        one.name,
        None if one.score is None else round(one.score, 4),
        "1",
        SCORE,
        note="" if one.score is not None else "dato mancante",
        inputs=(raw,),
        parameters=(context.rules.node_place.use(only=one.id),),
    )


def _use(version: Version | None) -> tuple[LayerUse, ...]:
    return (version.use(),) if version else ()
