"""Who gets to a site, on foot and by public transport, and who in its catchment lacks the service today."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trama.analyses.access.layers import LINKS, STOPS
from trama.analyses.access.reach import Target
from trama.analyses.access.services import WHOLE
from trama.analyses.access.transit import ready
from trama.analyses.siting.lines import lines_of
from trama.analyses.siting.site import Site, missing
from trama.kernel.trace import LayerUse, Node, ParameterUse
from trama.kernel.units import format_number

Floats = NDArray[np.float64]
NO_TIMETABLE = "manca l'orario del trasporto pubblico: caricare un GTFS e ripetere trama access run"
LINES_KNOWN = "mancano le linee senza orario caricato"


def on_foot(site: Site) -> Node:
    """Return the residents who walk to the site within the time of the criteria."""
    limit = site.norm("minuti_piedi")
    near = site.ball <= float(limit.value)
    return Node(
        "residenti_piedi",
        "Residenti che arrivano a piedi",
        round(float(_people(site)[near].sum())),
        "inhabitant",
        f"Σ residenti dei nodi entro {format_number(float(limit.value), 'min', 0)}",
        "stimato",
        parameters=(limit.use(), site.pace),
        layers=site.walked,
    )


def by_transit(site: Site) -> Node:
    """Return the share of the territory's residents who come by public transport within the time."""
    label, key = "Residenti che arrivano con il trasporto pubblico", "residenti_tpl"
    if not ready(site):
        return missing(key, label, "%", NO_TIMETABLE)
    limit = site.norm("minuti_tpl")
    minutes, people = lines_of(site.memory, site.everyone).minutes_to(np.array([site.node])), _people(site)
    there, total = float(people[minutes <= float(limit.value)].sum()), float(people.sum())
    return Node(
        key,
        label,
        round(100 * there / total, 4),
        "%",
        "residenti che arrivano entro il tempo / residenti",
        "stimato",
        LINES_KNOWN,
        inputs=(_count("arrivano", "Residenti che arrivano", there), _count("residenti", "Residenti", total)),
        parameters=(limit.use(), site.pace, _riding(site)),
        layers=_ridden(site),
    )


@dataclass(frozen=True)
class _Around:
    """The catchment of a site for an entry, and how far the entry is from each cell today.

    Attributes
    ----------
    there
        Cells of the catchment.
    today, limit
        Minutes to the closest service today, and within which it should be.
    """

    there: NDArray[np.bool_]
    today: Floats
    limit: float
    note: str
    parameters: tuple[ParameterUse, ...]
    layers: tuple[LayerUse, ...]


def need(site: Site) -> Node:
    """Return the share of those the entry is for, within the site's catchment, who lack it today.

    The catchment is walked where the entry is walked to, ridden where it is reached by public transport.
    """
    label, key = "Chi oggi non è servito, nel bacino", "bisogno"
    around = _around(site)
    if isinstance(around, str):
        return missing(key, label, "%", around)
    memory, cells = site.memory, site.memory.cells
    if (memory.coverage.of([site.voce])[cells.comune[around.there]] < WHOLE).any():
        why = "dato mancante: nel bacino i servizi esistenti della voce non sono rilevati per intero"
        return missing(key, label, "%", why)
    first, last = site.rules.ages_of(site.voce) or (0, 200)
    people = np.nan_to_num(cells.people(memory.people.between(first, last)))
    total = float(people[around.there].sum())
    lacking = float(people[around.there & (around.today > around.limit)].sum())
    if not total:
        return missing(key, label, "%", "nel bacino non abita nessuno dell'età del servizio")
    ages = f" da {first} a {last} anni" if last < 100 else f" da {first} anni in su" if first else ""
    return Node(
        key,
        label,
        round(100 * lacking / total, 4),
        "%",
        "residenti oltre il tempo della voce / residenti del bacino",
        "stimato",
        around.note,
        inputs=(
            _count("oltre", "Residenti oltre il tempo della voce", lacking),
            _count("bacino", f"Residenti{ages} nel bacino", total),
        ),
        parameters=(*around.parameters, site.pace, site.rules.taxonomy.use(only=site.voce)),
        layers=(*around.layers, site.versions["servizi"].use()),
    )


def _around(site: Site) -> _Around | str:
    """Return the catchment for the site's entry; the reason, where it cannot be told."""
    row, memory = site.rules.taxonomy.value[site.voce], site.memory
    cells, target = memory.cells, Target((site.voce,))
    on_network, minutes = cells.node >= 0, float(row["minuti"] or 0)
    if site.voce in memory.transit and ready(site):
        to_site = lines_of(site.memory, site.everyone).minutes_to(np.array([site.node]))[cells.node]
        there = on_network & (to_site <= minutes)
        parts = (_riding(site),), _ridden(site)
        return _Around(there, memory.transit[site.voce], minutes, LINES_KNOWN, *parts)
    if target in memory.reach.mm and minutes:
        limit = site.norm("minuti_piedi")
        there = on_network & (site.ball[cells.node] <= float(limit.value))
        today = memory.reach.distance(target) / site.everyone.mm_per_minute
        return _Around(there, today, minutes, "", (limit.use(),), site.walked)
    return "la voce non è tra quelle calcolate da trama access run: indicare la quota"


def _people(site: Site) -> Floats:
    """Return the residents on each node."""
    memory, group = site.memory, site.everyone
    by_cell = memory.cells.people(memory.people.between(group.first, group.last))
    return memory.cells.at_nodes(by_cell, site.network.graph.nodes)


def _count(key: str, label: str, value: float) -> Node:
    return Node(key, label, round(value), "inhabitant", source="stimato")


def _riding(site: Site) -> ParameterUse:
    return site.rules.norms["trasporto_pubblico"].use()


def _ridden(site: Site) -> tuple[LayerUse, ...]:
    return (*site.walked, *(site.versions[layer].use() for layer in (STOPS, LINKS)))
