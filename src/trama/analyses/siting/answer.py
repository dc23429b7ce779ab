"""What a search answers: as JSON, and as the tree that explains it."""

from __future__ import annotations

from typing import Any

import numpy as np
from pyproj import Transformer

from trama import __version__
from trama.analyses.siting.search import Found
from trama.analyses.siting.wanted import COVER, GOALS, LUM_WAYS, PREFERRED, WALK, WORST
from trama.kernel.places import METRIC_EPSG
from trama.kernel.trace import LayerUse, Node, ParameterUse, Trace
from trama.kernel.units import format_number

MM, DEGREES = 1000.0, 4326
FORMULAS = {
    COVER: "max Σ residenti che arrivano entro la soglia e oggi no (massima copertura)",
    WALK: "max Σ residenti × {what} risparmiati (p-mediana)",
    WORST: "min dei {what} di chi sta peggio (p-centro)",
}


def answer_of(found: Found) -> dict[str, Any]:
    """Return the answer of ``trama access dove``, its envelope apart."""
    wanted, demand = found.wanted, found.demand
    worst_today = float(found.question.today_mm.max(initial=0))
    worst_then = float(found.siting.after_mm.max(initial=0))
    return {
        "che": wanted.what,
        "che_nome": demand.category.name_it,
        "gruppo": demand.group.id,
        "gruppo_nome": demand.group.name_it,
        "soglia_min": demand.category.minutes,
        "modo": "mezzi" if demand.rides else "a_piedi",
        "soglia_m": _metres(found, demand.reach_mm),
        "obiettivo": wanted.goal,
        "obiettivo_nome": GOALS[wanted.goal],
        "lum": wanted.lum,
        "area": {"genere": demand.area.kind, "chiave": demand.area.key, "nome": demand.area.name},
        "residenti": float(demand.people.sum()),
        "residenti_senza_dato": demand.unknown,
        "dato": "parziale" if demand.partial else "completa",
        "oltre_oggi": demand.lacking,
        "oltre_poi": demand.lacking - found.gained,
        "guadagnati": found.gained,
        "cammino_risparmiato_m": _metres(found, found.siting.spared()),
        "peggiore_oggi_m": _metres(found, worst_today),
        "peggiore_poi_m": _metres(found, worst_then),
        "conta_fino_a_m": _metres(found, demand.beyond_mm),
        "minuti_risparmiati": found.siting.spared() / demand.mm_per_minute,
        "peggiore_oggi_min": worst_today / demand.mm_per_minute,
        "peggiore_poi_min": worst_then / demand.mm_per_minute,
        "conta_fino_a_min": demand.beyond_mm / demand.mm_per_minute,
        "lum_noti": found.perimeters.version is not None,
        "candidati": len(found.offered.node) if found.offered else None,
        "passo_m": found.offered.step_m if found.offered else None,
        "migliori_da_soli": found.offered.best if found.offered else None,
        "dimostrato": found.siting.how == "proved" if found.offered else None,
        "scarto": found.siting.gap if found.offered else None,
        "luoghi": _places(found),
    }


def _metres(found: Found, walked_mm: float) -> float | None:
    """Return a walk in metres; None of a journey by public transport, which has none."""
    return None if found.demand.rides else walked_mm / MM


def _places(found: Found) -> list[dict[str, Any]]:
    xy = found.network.xy[found.node]
    lon, lat = Transformer.from_crs(METRIC_EPSG, DEGREES, always_xy=True).transform(xy[:, 0], xy[:, 1])
    return [
        {
            "x": float(xy[row, 0]),
            "y": float(xy[row, 1]),
            "lon": round(float(lon[row]), 6),
            "lat": round(float(lat[row]), 6),
            "nodo": int(found.node[row]),
            **_town(found, row),
            **_lum(found, row),
            "guadagnati": new,
            "serviti": closer,
        }
        for row, (new, closer) in enumerate(found.each())
    ]


def _town(found: Found, row: int) -> dict[str, Any]:
    """Return the comune of the inhabited cell closest to a place."""
    cells, memory = found.memory.cells, found.memory
    gap = np.hypot(*(cells.point - found.network.xy[found.node[row]]).T)
    comune = int(cells.comune[gap.argmin()])
    return {"istat": memory.codes[comune], "comune": memory.names[comune]}


def _lum(found: Found, row: int) -> dict[str, Any]:
    """Return the LUM a place is in; nothing where it is in none, or where there is no atlas to tell."""
    at = int(found.lum[row])
    if at < 0:
        return {"lum_codice": None, "lum_nome": None}
    return {"lum_codice": found.perimeters.codes[at], "lum_nome": found.perimeters.names[at]}


def trace_of(found: Found) -> Trace:
    """Explain a search: ``oltre_oggi``, ``guadagnati``, each place at ``luogo/<n>``."""
    wanted, demand, memory = found.wanted, found.demand, found.memory
    threshold = format_number(demand.category.minutes, "min")
    title = f"{demand.category.name_it}: dove mettere {_services(len(found.node))}"
    before = Node(
        "oltre_oggi",
        f"Residenti oltre {threshold} oggi",
        round(demand.lacking, 1),
        "inhabitant",
        "Σ residenti delle celle oltre la soglia",
        "stimato",
        _known(found),
        inputs=(
            Node(
                "residenti",
                "Residenti del gruppo con il dato",
                round(float(demand.people.sum()), 1),
                "inhabitant",
            ),
        ),
    )
    places = tuple(
        Node(
            f"luogo/{row + 1}",
            f"Luogo {row + 1}, {place['comune']}",
            round(place["guadagnati"], 1),
            "inhabitant",
            "residenti che arrivano entro la soglia grazie a questo luogo, il più vicino per loro",
            "calcolato",
            where_said(place, found.perimeters.version is not None),
        )
        for row, place in enumerate(_places(found))
    )
    root = Node(
        "guadagnati",
        title,
        round(found.gained, 1),
        "inhabitant",
        FORMULAS[wanted.goal].format(what="minuti" if demand.rides else "metri")
        if found.offered
        else "residenti che arrivano entro la soglia e oggi no",
        "calcolato",
        how_said(found),
        inputs=(before, *places),
        parameters=_norms(found),
        layers=_layers(found),
    )
    asked = {
        "che": wanted.what,
        "gruppo": wanted.group,
        "quanti": len(found.node),
        "obiettivo": wanted.goal,
        "minuti": demand.category.minutes,
        "area": demand.area.key,
        "lum": wanted.lum,
        "luoghi": [[round(float(v), 1) for v in found.network.xy[node]] for node in found.node],
    }
    return Trace("access dove", memory.rules.day, root, __version__, asked)


def where_said(place: dict[str, Any], known: bool) -> str:
    """Say whether a place is in a LUM, where the atlas can tell."""
    if place["lum_nome"]:
        return f"dentro il LUM {place['lum_nome']}"
    return "fuori dai LUM" if known else "dato mancante: l'atlante dei LUM non è stato calcolato"


def how_said(found: Found) -> str:
    """Say how good the choice is, and among how many places."""
    if found.offered is None:
        return "luoghi indicati da chi chiede"
    offered, proved = found.offered, found.siting.how == "proved"
    if proved and offered.best and len(found.node) == 1 and found.wanted.lum != PREFERRED:
        return "nessun altro luogo dove abita qualcuno ne servirebbe di più"
    count, step = format_number(len(offered.node), "count"), format_number(offered.step_m, "m", 0)
    which = f"i {offered.best} che da soli servono di più e " if offered.best else ""
    among = (
        f"scelti tra {count} candidati ({which}uno ogni {step}, più fitti nei LUM), "
        f"{LUM_WAYS[found.wanted.lum]}"
    )
    if proved:
        return f"{among}: nessun'altra scelta fra questi candidati è migliore"
    gap = format_number(100 * found.siting.gap, "%")
    return f"{among}: un'altra scelta fra questi candidati può essere migliore di {gap} al più"


def _known(found: Found) -> str:
    if found.demand.unknown:
        lost = format_number(round(found.demand.unknown), "inhabitant")
        return f"non contano {lost} di cui manca il dato: nessuna fonte dice se il servizio c'è"
    return "la fonte è parziale: possono essere meno" if found.demand.partial else ""


def _services(count: int) -> str:
    return "un servizio" if count == 1 else f"{count} servizi"


def _norms(found: Found) -> tuple[ParameterUse, ...]:
    rules = found.memory.rules
    used = ["fattore_oltre"]
    if found.offered:
        most = "candidati_massimi_mezzi" if found.demand.rides else "candidati_massimi"
        used += ["passo_candidati_m", "passo_candidati_lum_m", most, "secondi_ricerca"]
        used += ["preferenza_lum"] if found.wanted.lum == PREFERRED else []
    taxonomy = [voce for voce in found.demand.target.voci if voce in rules.taxonomy.value]
    return (
        *(found.norms[name].use() for name in used),
        rules.norms["velocita"].use(only=found.demand.group.id),
        *rules.uses("distanza_nodo_m", *(("trasporto_pubblico",) if found.demand.rides else ())),
        *(rules.taxonomy.use(only=voce) for voce in taxonomy),
    )


def _layers(found: Found) -> tuple[LayerUse, ...]:
    memory = found.memory
    versions = [memory.version, memory.times_version, *(one for _name, one in sorted(memory.inputs.items()))]
    if found.perimeters.version:
        versions.append(found.perimeters.version)
    return tuple(version.use() for version in versions)
