"""Supply against demand by the two-step floating catchment: places for each child within reach.

Capacities are added up in one unit alone, the taxonomy's own. A service that declares none, or declares it in
another unit, is listed and counts nothing: more supply can only add to what each resident reaches, so the
figures are then at least those. Demand is that of the residents of the territory who stand on its network:
people from outside, who take places too, are not known, and every figure is of its residents alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trama.analyses.access.bounds import AT_LEAST, AT_MOST, EXACT
from trama.analyses.access.ground import Ground
from trama.analyses.access.rules import Group, Rules
from trama.analyses.access.services import MISSING, WHOLE, WORDS, Services
from trama.engines.network import UNREACHED, catchment, cumulative, nearest

Floats = NDArray[np.float64]
ON_FOOT = "a_piedi"


@dataclass(frozen=True)
class Counted:
    """The services of an entry, by whether their capacity can be added up.

    Attributes
    ----------
    unit
        The one unit in which it is.
    rows, silent, other
        Services that declare it so; that declare none, or less than nothing; or in another unit.
    """

    unit: str
    rows: NDArray[np.intp]
    silent: NDArray[np.intp]
    other: NDArray[np.intp]

    @property
    def left_out(self) -> NDArray[np.intp]:
        """Services that count nothing."""
        return np.concatenate([self.silent, self.other])


@dataclass(frozen=True)
class SupplyOf:
    """The supply of an entry for the people it is for.

    Attributes
    ----------
    group
        Who walks: the group of walkers that its ages fall in.
    people
        Residents of those ages in each cell; NaN where not known.
    access
        Places for each of them within reach; NaN where the datum is missing.
    more
        Cells in reach of a service that counts nothing, or of ground where one may stand unlisted.
    offered, reached
        Capacity in all, and that of services that somebody can reach.
    comune
        Row of the comune of each cell.
    at_hand
        Whether somebody in a comune reaches a service of the territory's; shape ``(comuni, services)``.
    """

    voce: str
    group: Group
    ages: tuple[int, int]
    people: Floats
    access: Floats
    more: NDArray[np.bool_]
    level: NDArray[np.int8]
    counted: Counted
    offered: float
    reached: float
    comune: NDArray[np.intp]
    at_hand: NDArray[np.bool_]

    def left_to(self, rows: NDArray[np.intp]) -> Counted:
        """Return the services in reach of those who live in some cells."""
        comuni = np.unique(self.comune[rows][np.nan_to_num(self.people[rows]) > 0])
        near, of = np.asarray(self.at_hand[comuni].any(axis=0)), self.counted
        return Counted(of.unit, *(some[near[some]] for some in (of.rows, of.silent, of.other)))


def walkers_for(rules: Rules, ages: tuple[int, int]) -> Group:
    """Return the group of walkers whose ages are closest to some: the one that holds most of them.

    An entry for a wider span of ages than the norms' is for everybody: the reference pace.
    """
    by_age = [one for one in rules.groups.values() if not one.every_service]
    if ages[1] - ages[0] > rules.one_group_years or not by_age:
        return next(iter(rules.groups.values()))
    return max(by_age, key=lambda one: min(one.last, ages[1]) - max(one.first, ages[0]))


def counted(rules: Rules, services: Services, voce: str) -> Counted:
    """Divide the services of an entry; the unit is the taxonomy's, or the commonest where it says none."""
    rows = services.of([voce])
    said = np.isfinite(services.capacity[rows]) & (services.capacity[rows] >= 0)
    units = services.unit[rows]
    own = str(rules.taxonomy.value[voce]["capienza_unita"] or "")
    if not own and said.any():
        names, times = np.unique(units[said].astype(str), return_counts=True)
        own = str(names[times.argmax()])
    same = said & (units == own)
    return Counted(own, rows[same], rows[~said], rows[said & ~same])


def supplies(ground: Ground) -> list[SupplyOf]:
    """Return the catchments of the entries with a capacity that are walked to, in order."""
    rules, found, near_mm = ground.rules, [], None
    for voce in rules.voci:
        ages, row = rules.ages_of(voce), rules.taxonomy.value[voce]
        if ages and row["modo"] == ON_FOOT:
            of = counted(rules, ground.services, voce)
            if len(of.rows) or (len(of.left_out) and of.unit):
                near_mm = _near_mm(ground) if near_mm is None else near_mm
                found.append(_supply(ground, voce, ages, of, near_mm))
    return found


def _near_mm(ground: Ground) -> NDArray[np.int32]:
    """Return how far each service is from the nearest inhabited cell of each comune, within the catchments.

    Shape ``(comuni, services)``, millimetres; `UNREACHED` beyond, or off the network.
    """
    services, cells, graph = ground.services, ground.cells, ground.network.graph
    cutoff = max(ground.rules.catchment_decay(group)[1] for group in ground.rules.groups.values())
    found = np.full((len(ground.codes), len(services.id)), UNREACHED, np.int32)
    lived, placed = (cells.node >= 0) & (cells.share > 0), services.node >= 0
    for comune in range(len(ground.codes)):
        here = np.unique(cells.node[lived & (cells.comune == comune)])
        if here.size:
            mm, _which = nearest(graph, here, 1, cutoff)
            found[comune, placed] = mm[services.node[placed], 0]
    return found


def _supply(
    ground: Ground, voce: str, ages: tuple[int, int], of: Counted, near_mm: NDArray[np.int32]
) -> SupplyOf:
    services, cells, graph = ground.services, ground.cells, ground.network.graph
    group = walkers_for(ground.rules, ages)
    weights, cutoff = ground.rules.catchment_decay(group)
    here = cells.people(ground.people.between(*ages))
    capacity = services.capacity[of.rows]
    demand = cells.at_nodes(here, graph.nodes)
    access, ratio = catchment(graph, services.node[of.rows], capacity, demand, weights, cutoff)
    by_comune = ground.coverage.of([voce])
    level, node = by_comune[cells.comune], np.maximum(cells.node, 0)
    known = (cells.node >= 0) & (level > MISSING) & bool(len(of.rows))
    left_out = cumulative(graph, services.node[of.left_out], cutoff)[node] > 0
    unlisted = ground.around.unlisted_mm(by_comune) <= min(cutoff, ground.around.limit_mm - 1)
    return SupplyOf(
        voce,
        group,
        ages,
        here,
        np.where(known, access[node], np.nan),
        (cells.node >= 0) & (left_out | unlisted),
        level,
        of,
        float(capacity.sum()),
        float(capacity[np.isfinite(ratio)].sum()),
        cells.comune,
        near_mm <= cutoff,
    )


def supply_rows(
    one: SupplyOf, rules: Rules, places: list[tuple[str, str, str, NDArray[np.intp]]]
) -> list[dict[str, Any]]:
    """Return the rows of an entry in the table of supply, one for each place with people of those ages.

    The services of the whole are all; those of a zone or a comune are in reach of who lives there.

    Parameters
    ----------
    places
        Kind, key, name and cells of each place.
    """
    return [
        {
            "chiave": f"{kind}/{key}/{one.voce}",
            "ambito": kind,
            "luogo": key,
            "nome": name,
            "voce": one.voce,
            "voce_nome": rules.voce_name(one.voce),
            "unita": one.counted.unit,
            "eta_da": one.ages[0],
            "eta_a": one.ages[1],
            "gruppo": one.group.id,
            "servizi_contati": len(of.rows),
            "senza_capienza": len(of.silent),
            "altra_unita": len(of.other),
            **_figures(one, of, rows),
        }
        for kind, key, name, rows in places
        for of in [one.counted if kind == "territorio" else one.left_to(rows)]
    ]


def _figures(one: SupplyOf, of: Counted, rows: NDArray[np.intp]) -> dict[str, Any]:
    """Measure a place: only residents with the datum count, and those without are told apart.

    Parameters
    ----------
    of
        The services in its reach: a bound, or a figure that is missing, says its reason from them.
    """
    p = np.nan_to_num(one.people[rows])
    there = np.isfinite(one.access[rows]) & (p > 0)
    access, more, q = one.access[rows][there], one.more[rows][there], p[there]
    total = float(q.sum())
    levels = one.level[rows][p > 0]
    state = WORDS[int(levels.min())] if levels.size and levels.min() == levels.max() else "parziale"
    if not total:
        state = WORDS[MISSING]
    elif state == WORDS[WHOLE] and (more.any() or not there[p > 0].all()):
        state = "parziale"
    bound, partial = bool(more.any()), bool((levels < WHOLE).any())
    return {
        "dato": state,
        "residenti": float(p.sum()),
        "residenti_con_dato": total,
        "posti_per_100": 100 * float(q @ access) / total if total else None,
        "limite": AT_LEAST if bound else EXACT,
        "quota_senza": float(q[access <= 0].sum() / total) if total else None,
        "limite_senza": AT_MOST if (more & (access <= 0)).any() else EXACT,
        "motivo": "; ".join(why_not_all(of, partial, bound)) if bound or not total else "",
    }


def why_not_all(of: Counted, partial: bool, more: bool) -> list[str]:
    """Say in Italian why figures of supply are not of all there is."""
    said = []
    if len(of.silent):
        said.append(f"servizi che non dichiarano la capienza: {len(of.silent)}")
    if len(of.other):
        said.append(f"servizi che la dichiarano in un'altra unità: {len(of.other)}")
    if partial:
        said.append("la fonte è parziale o manca")
    elif more and not said:
        said.append("vicino ci sono luoghi dove la fonte è parziale o manca")
    return said
