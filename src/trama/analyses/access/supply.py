"""Supply against demand by the two-step floating catchment: places for each child within reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trama.analyses.access.ground import Ground
from trama.analyses.access.rules import Group, Rules
from trama.analyses.access.services import MISSING, WORDS
from trama.engines.network import catchment

Floats = NDArray[np.float64]


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
    offered, reached
        Capacity in all, and that of services that somebody can reach.
    without_capacity
        Services whose capacity is not known: they count nothing.
    """

    voce: str
    group: Group
    ages: tuple[int, int]
    people: Floats
    access: Floats
    level: NDArray[np.int8]
    unit: str
    offered: float
    reached: float
    without_capacity: int


def walkers_for(rules: Rules, ages: tuple[int, int]) -> Group:
    """Return the group of walkers whose ages are closest to some: the one that holds most of them."""
    by_age = [one for one in rules.groups.values() if not one.every_service]
    if ages[1] - ages[0] > OF_ONE_GROUP or not by_age:
        return next(iter(rules.groups.values()))
    return max(by_age, key=lambda one: min(one.last, ages[1]) - max(one.first, ages[0]))


OF_ONE_GROUP = 20
"""An entry for a wider span of ages is for everybody: the reference pace."""


def supplies(ground: Ground) -> list[SupplyOf]:
    """Return the catchments of the entries with declared capacities that are walked to, in order."""
    rules, services = ground.rules, ground.services
    found = []
    for voce in rules.voci:
        rows = services.of([voce])
        declared = rows[np.isfinite(services.capacity[rows]) & (services.capacity[rows] > 0)]
        ages = rules.ages_of(voce)
        if ages and len(declared) and rules.taxonomy.value[voce]["modo"] == "a_piedi":
            found.append(_supply(ground, voce, ages, declared))
    return found


def _supply(ground: Ground, voce: str, ages: tuple[int, int], rows: NDArray[np.intp]) -> SupplyOf:
    services, cells, graph = ground.services, ground.cells, ground.network.graph
    group = walkers_for(ground.rules, ages)
    weights, cutoff = ground.rules.catchment_decay(group)
    here = cells.people(ground.people.between(*ages))
    capacity = services.capacity[rows]
    demand = cells.at_nodes(here, graph.nodes)
    access, ratio = catchment(graph, services.node[rows], capacity, demand, weights, cutoff)
    level = ground.coverage.of([voce])[cells.comune]
    known = (cells.node >= 0) & (level > MISSING)
    return SupplyOf(
        voce,
        group,
        ages,
        here,
        np.where(known, access[np.maximum(cells.node, 0)], np.nan),
        level,
        str(services.unit[rows[0]]),
        float(capacity.sum()),
        float(capacity[np.isfinite(ratio)].sum()),
        len(services.of([voce])) - len(rows),
    )


def supply_rows(
    one: SupplyOf, rules: Rules, places: list[tuple[str, str, str, NDArray[np.intp]]]
) -> list[dict[str, Any]]:
    """Return the rows of an entry in the table of supply, one for each place with people of those ages.

    Parameters
    ----------
    places
        Kind, key, name and cells of each place.
    """
    found = []
    for kind, key, name, rows in places:
        p = np.nan_to_num(one.people[rows])
        there = np.isfinite(one.access[rows]) & (p > 0)
        total = float(p[there].sum())
        levels = one.level[rows][p > 0]
        state = WORDS[int(levels.min())] if levels.size and levels.min() == levels.max() else "parziale"
        access = float(p[there] @ one.access[rows][there] / total) if total else None
        found.append(
            {
                "chiave": f"{kind}/{key}/{one.voce}",
                "ambito": kind,
                "luogo": key,
                "nome": name,
                "voce": one.voce,
                "voce_nome": rules.voce_name(one.voce),
                "unita": one.unit,
                "eta_da": one.ages[0],
                "eta_a": one.ages[1],
                "gruppo": one.group.id,
                "dato": state if levels.size else "mancante",
                "residenti": float(p.sum()),
                "posti_per_100": None if access is None else 100 * access,
                "quota_senza": float(p[there][one.access[rows][there] <= 0].sum() / total) if total else None,
            }
        )
    return found
