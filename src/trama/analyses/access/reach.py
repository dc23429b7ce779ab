"""How far the services are from where people live: one search per target, read at the inhabited cells.

A target is some entries of the taxonomy and a number k: the distance to it is the mean of those to its k
nearest services, each counted at most as the distance at which the search ends. Distances do not depend on
who walks; the minutes are theirs divided by the pace.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from trama.analyses.access.residents import Cells
from trama.analyses.access.rules import Category, Group, Rules
from trama.analyses.access.services import MISSING, Services
from trama.engines.network import UNREACHED, Graph, nearest

NO_STAIRS = "|senza_scale"
Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(frozen=True, order=True)
class Target:
    """What is looked for.

    Attributes
    ----------
    voci
        Entries, sorted: any of them will do.
    k
        How many of the nearest count.
    stairs
        Whether stairs are walked.
    """

    voci: tuple[str, ...]
    k: int = 1
    stairs: bool = True

    @property
    def name(self) -> str:
        """Name in the tables: ``SAN.CDS+SAN.PLS``, ``COM.ALI+COM.MER*3``."""
        times = f"*{self.k}" if self.k > 1 else ""
        return "+".join(self.voci) + times + ("" if self.stairs else NO_STAIRS)

    @classmethod
    def named(cls, name: str) -> Target:
        """Read back what `name` wrote."""
        plain = name.removesuffix(NO_STAIRS)
        voci, _star, times = plain.partition("*")
        return cls(tuple(voci.split("+")), int(times or 1), plain == name)


def target_of(rules: Rules, category: Category, group: Group, stairs: bool) -> Target | None:
    """Return what a category means for a group; None where none of its entries is for it.

    Parameters
    ----------
    stairs
        Whether the network knows of stairs: without, all walk the same ways.
    """
    voci = tuple(sorted(rules.members(category, group)))
    return Target(voci, category.k, group.stairs or not stairs) if voci else None


def singles(target: Target) -> list[Target]:
    """Return the entries of a target, each alone."""
    return [Target((voce,), 1, target.stairs) for voce in target.voci]


def searched(rules: Rules, stairs: bool) -> list[Target]:
    """Return all that a run searches: every entry alone, and the categories that count more than one.

    A category of which the nearest is enough is the nearest of its entries.
    """
    wanted = {
        target
        for category in rules.categories
        for group in rules.groups.values()
        if (target := target_of(rules, category, group, stairs))
    }
    alone = {one for target in wanted for one in singles(target)}
    every = {Target((voce,)) for voce in rules.voci}
    if stairs and any(not group.stairs for group in rules.groups.values()):
        every |= {Target((voce,), 1, stairs=False) for voce in rules.voci}
    return sorted(alone | {one for one in wanted if one.k > 1} | every)


@dataclass
class Reach:
    """Distances from the cells to each target searched.

    Attributes
    ----------
    mm
        Target → mean distance to its k nearest, shape ``(cells,)``; -1 where the cell is off the network.
    service
        Entry alone → row of the nearest service; -1 where there is none before the search ends.
    cut
        Target of several → whether some of the k were not found before the search ends.
    """

    mm: dict[Target, Ints] = field(default_factory=dict)
    service: dict[Target, Ints] = field(default_factory=dict)
    cut: dict[Target, NDArray[np.bool_]] = field(default_factory=dict)

    def has(self, target: Target) -> bool:
        """Tell whether a target was searched, or is made of entries that were."""
        return target in self.mm or all(one in self.mm for one in singles(target))

    def distance(self, target: Target) -> Ints:
        """Return the distances to a target, searched or made of its entries."""
        if target in self.mm:
            return self.mm[target]
        return np.asarray(np.min([self.mm[one] for one in singles(target)], axis=0))

    def cut_short(self, target: Target) -> NDArray[np.bool_]:
        """Tell where the search ended before all that is looked for was found: the walk is at least that."""
        if target in self.cut:
            return self.cut[target]
        return np.asarray(np.all([self.service[one] < 0 for one in singles(target)], axis=0))

    def minutes(self, target: Target, group: Group) -> Floats:
        """Return the minutes of a group to a target; NaN for cells off the network."""
        mm = self.distance(target).astype(np.float64)
        return np.asarray(np.where(mm < 0, np.nan, mm / group.mm_per_minute))

    def closest(self, target: Target) -> tuple[Ints, Ints]:
        """Return the distance to the nearest service of a target and its row; -1 as in the attributes."""
        alone = singles(target)
        mm = np.stack([self.mm[one] for one in alone])
        which = np.stack([self.service[one] for one in alone])
        first = np.where(which < 0, np.iinfo(np.int32).max, mm).argmin(axis=0)
        cells = np.arange(mm.shape[1])
        return mm[first, cells], which[first, cells]


def look_for(
    targets: Iterable[Target],
    services: Services,
    graph_of: Callable[[bool], Graph],
    cells: Cells,
    limit_mm: int,
    told: Callable[[], None] = lambda: None,
) -> Reach:
    """Search the network once per target.

    Parameters
    ----------
    graph_of
        The graph, with stairs or without.
    limit_mm
        Where the search ends: what is further counts as there.
    """
    found = Reach()
    placed = cells.node >= 0
    for target in targets:
        rows = services.of(target.voci)
        mm, which = nearest(graph_of(target.stairs), services.node[rows], target.k, limit_mm)
        here = mm[cells.node]
        capped = np.where(here == UNREACHED, limit_mm, here).astype(np.float64)
        mean = np.floor(capped.mean(axis=1) + 0.5)
        found.mm[target] = np.where(placed, mean, -1).astype(np.int32)
        if target.k > 1:
            found.cut[target] = (here == UNREACHED).any(axis=1)
        else:
            first = which[cells.node, 0]
            named = np.append(rows, -1)[first]
            found.service[target] = np.where(placed & (first >= 0), named, -1).astype(np.int32)
        told()
    return found


def minutes_known(reach: Reach, target: Target, group: Group, level: NDArray[np.int8]) -> Floats:
    """Return the minutes where a source covers the target; NaN elsewhere: missing is not far."""
    return np.asarray(np.where(level == MISSING, np.nan, reach.minutes(target, group)))
