"""Who could be served: the cells of an area, their people, how far the service is today, and the walks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trama.analyses.access.asking import category_called, refuse_beyond_the_search
from trama.analyses.access.memory import Memory
from trama.analyses.access.reach import Target, target_of
from trama.analyses.access.rules import Category, Group, group_of
from trama.analyses.access.services import MISSING, PARTIAL
from trama.analyses.access.transit import PREFIX
from trama.analyses.siting.errors import CountsSeveral, NotForThem, NotWalked, UnknownArea
from trama.analyses.siting.wanted import Wanted
from trama.analyses.walking import Network
from trama.engines.location import Question
from trama.engines.network import Graph, reached

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Area:
    """Where the service is wanted: kind (``territorio``, ``zona``, ``comune``), key, name, its cells."""

    kind: str
    key: str
    name: str
    rows: NDArray[np.intp]


def area_called(memory: Memory, name: str) -> Area:
    """Return the place called `name`: a code, a name (whatever its case), or nothing for the whole."""
    wanted = name.strip().casefold()
    for kind, key, title, rows in memory.places:
        if wanted in {key.casefold(), title.casefold()} or (not wanted and kind == "territorio"):
            return Area(kind, key, title, rows)
    raise UnknownArea(given=name.strip()[:60], zones=", ".join(memory.zone_names.values()))


@dataclass(frozen=True)
class Demand:
    """People of a group in an area who could walk to a service.

    Attributes
    ----------
    rows
        Cells whose datum is known; `people` and `before_mm` go with them.
    unknown
        People of the area left out because no source says whether the service is there.
    partial
        Whether somewhere the source is partial: fewer may lack the service than it seems.
    reach_mm, beyond_mm
        The threshold walked, and what counts as out of reach.
    """

    area: Area
    group: Group
    category: Category
    target: Target
    rows: NDArray[np.intp]
    people: Floats
    before_mm: Ints
    unknown: float
    partial: bool
    reach_mm: int
    beyond_mm: int

    @property
    def lacking(self) -> float:
        """People beyond the threshold today."""
        return float(self.people[self.before_mm > self.reach_mm].sum())


def demand_of(memory: Memory, wanted: Wanted, factor: float) -> Demand:
    """Gather who could be served; raises what can be wrong in `wanted`.

    Parameters
    ----------
    factor
        How many thresholds away counts as out of reach.
    """
    group = group_of(memory.rules, wanted.group)
    category = category_called(memory, wanted.what, wanted.minutes)
    refuse_beyond_the_search(memory, category, group)
    target = target_of(memory.rules, category, group, memory.stairs)
    if target is None:
        raise NotForThem(what=category.name_it, group=group.name_it)
    if target.k > 1:
        raise CountsSeveral(what=category.name_it, k=target.k, voci=", ".join(target.voci))
    one = Target(target.voci, 1, target.stairs)
    if category.id.startswith(PREFIX) or not memory.reach.has(one):
        raise NotWalked(what=category.name_it)
    area = area_called(memory, wanted.area)
    cells = memory.cells
    people = np.nan_to_num(cells.people(memory.people.between(group.first, group.last)))[area.rows]
    level = memory.coverage.of(target.voci)[cells.comune[area.rows]]
    here = (people > 0) & (cells.node[area.rows] >= 0)
    known = here & (level > MISSING)
    rows = area.rows[known]
    return Demand(
        area,
        group,
        category,
        one,
        rows,
        people[known],
        memory.reach.distance(one)[rows],
        float(people[here & ~known].sum()),
        bool((level[known] == PARTIAL).any()),
        group.reach_mm(category.minutes),
        group.reach_mm(category.minutes * factor),
    )


def graph_for(network: Network, demand: Demand) -> Graph:
    """Return the network as the group walks it."""
    return network.graph if demand.target.stairs else network.without_stairs


def question_of(
    memory: Memory, graph: Graph, demand: Demand, nodes: Ints, preference: Floats | None = None
) -> Question:
    """Ask which of some nodes would serve the demand: one ball for each."""
    node = memory.cells.node[demand.rows]
    order = np.argsort(node, kind="stable")
    starts = np.searchsorted(node[order], np.arange(graph.nodes + 1))
    walks = [_walks(reached(graph, int(one), demand.beyond_mm), order, starts) for one in nodes]
    site = np.repeat(np.arange(len(nodes), dtype=np.int32), [len(cells) for cells, _ in walks])
    return Question(
        demand.people,
        len(nodes),
        np.concatenate([cells for cells, _ in walks] or [np.empty(0, np.int32)]),
        site,
        np.concatenate([mm for _, mm in walks] or [np.empty(0, np.int32)]),
        demand.before_mm,
        demand.beyond_mm,
        preference,
    )


def _walks(ball: tuple[Ints, Ints], order: NDArray[np.intp], starts: NDArray[np.intp]) -> tuple[Ints, Ints]:
    """Return the cells at the nodes of a ball, and how far each is."""
    nodes, mm = ball
    counts = starts[nodes + 1] - starts[nodes]
    lived = counts > 0
    nodes, mm, counts = nodes[lived], mm[lived], counts[lived]
    if not len(nodes):
        return np.empty(0, np.int32), np.empty(0, np.int32)
    ends = np.cumsum(counts)
    within = np.arange(ends[-1]) - np.repeat(ends - counts, counts)
    return order[np.repeat(starts[nodes], counts) + within].astype(np.int32), np.repeat(mm, counts)
