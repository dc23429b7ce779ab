"""Who could be served: the cells of an area, their people, how far the service is today, and the walks."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trama.analyses.access.asking import Question, category_called, refuse_beyond_the_search, walk_of
from trama.analyses.access.memory import Memory
from trama.analyses.access.reach import Target, target_of
from trama.analyses.access.rules import Category, Group, group_of
from trama.analyses.access.services import MISSING, PARTIAL
from trama.analyses.access.transit import PREFIX
from trama.analyses.siting.errors import CountsSeveral, NotForThem, NoTimetable, NotWalked, UnknownArea
from trama.analyses.siting.lines import lines_of
from trama.analyses.siting.wanted import Wanted
from trama.analyses.walking import Network
from trama.engines.location import Question as SiteQuestion
from trama.engines.network import reached

MS_PER_MINUTE = 60_000.0
ROUNDING = 1e-6
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
    mm_per_minute
        What a minute is. Of who rides, distances are journeys and their whole unit is the millisecond.
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
    mm_per_minute: float

    @property
    def rides(self) -> bool:
        """Whether public transport is a leg."""
        return self.category.id.startswith(PREFIX)

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
    if wanted.what.startswith(PREFIX) and not memory.transit:
        raise NoTimetable(what=wanted.what[:40])
    category = category_called(memory, wanted.what, wanted.minutes)
    refuse_beyond_the_search(memory, category, group)
    if category.id.startswith(PREFIX):
        target, before, level, per_minute, most = _ridden(memory, wanted)
    else:
        target, before, level = _walked(memory, category, group)
        per_minute, most = group.mm_per_minute, math.inf
    area = area_called(memory, wanted.area)
    cells = memory.cells
    people = np.nan_to_num(cells.people(memory.people.between(group.first, group.last)))[area.rows]
    here = (people > 0) & (cells.node[area.rows] >= 0)
    known = here & (level[area.rows] > MISSING)
    rows = area.rows[known]
    return Demand(
        area,
        group,
        category,
        target,
        rows,
        people[known],
        before[rows],
        float(people[here & ~known].sum()),
        bool((level[rows] == PARTIAL).any()),
        math.floor(per_minute * category.minutes + ROUNDING),
        math.floor(per_minute * min(category.minutes * factor, most) + ROUNDING),
        per_minute,
    )


def _walked(memory: Memory, category: Category, group: Group) -> tuple[Target, Ints, NDArray[np.int8]]:
    """Return what is walked to, the millimetres of every cell to it, how far sources cover it."""
    target = target_of(memory.rules, category, group, memory.stairs)
    if target is None:
        raise NotForThem(what=category.name_it, group=group.name_it)
    if target.k > 1:
        raise CountsSeveral(what=category.name_it, k=target.k, voci=", ".join(target.voci))
    one = Target(target.voci, 1, target.stairs)
    if not memory.reach.has(one):
        raise NotWalked(what=category.name_it)
    return one, memory.reach.distance(one), memory.coverage.of(target.voci)[memory.cells.comune]


def _ridden(memory: Memory, wanted: Wanted) -> tuple[Target, Ints, NDArray[np.int8], float, float]:
    """Return the same of what is ridden to, in milliseconds, and the longest journey, in minutes."""
    _category, _group, walk = walk_of(memory, Question(wanted.what, wanted.group, wanted.minutes))
    assert walk is not None
    known = np.isfinite(walk.minutes)
    before = np.where(known, np.round(np.nan_to_num(walk.minutes) * MS_PER_MINUTE), 0).astype(np.int32)
    longest = float(memory.rules.norms["trasporto_pubblico"].value["minuti_massimi"])
    level = np.where(known, walk.level, MISSING).astype(np.int8)
    return walk.target, before, level, MS_PER_MINUTE, longest


Ball = Callable[[int], tuple[Ints, Ints]]
"""Site, by its node → the nodes that reach it and how far they are."""


def ball_of(memory: Memory, network: Network, demand: Demand, furthest: int) -> Ball:
    """Return how the demand reaches a site, walking or riding, up to `furthest`."""
    if not demand.rides:
        graph = network.graph if demand.target.stairs else network.without_stairs
        return lambda node: reached(graph, node, furthest)
    lines = lines_of(memory, demand.group)

    def ridden(node: int) -> tuple[Ints, Ints]:
        minutes = lines.minutes_to(np.array([node]), furthest / demand.mm_per_minute)
        nodes = np.flatnonzero(np.isfinite(minutes))
        return nodes.astype(np.int32), np.round(minutes[nodes] * demand.mm_per_minute).astype(np.int32)

    return ridden


def question_of(
    memory: Memory, network: Network, demand: Demand, nodes: Ints, preference: Floats | None = None
) -> SiteQuestion:
    """Ask which of some nodes would serve the demand: one ball for each."""
    ball = ball_of(memory, network, demand, demand.beyond_mm)
    node = memory.cells.node[demand.rows]
    order = np.argsort(node, kind="stable")
    starts = np.searchsorted(node[order], np.arange(network.graph.nodes + 1))
    walks = [_walks(ball(int(one)), order, starts) for one in nodes]
    site = np.repeat(np.arange(len(nodes), dtype=np.int32), [len(cells) for cells, _ in walks])
    return SiteQuestion(
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
