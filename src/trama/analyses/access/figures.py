"""What the distances say of people: proximity time, share within fifteen minutes, categories at hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trama.analyses.access.reach import Reach, Target, minutes_known, target_of
from trama.analyses.access.residents import Cells
from trama.analyses.access.rules import Category, Group, Rules
from trama.analyses.access.services import PARTIAL, WHOLE, Coverage

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Walk:
    """A category as a group walks to it.

    Attributes
    ----------
    minutes
        Of each cell; NaN where the datum is missing or the cell is off the network.
    level
        How far the sources cover it in the comune of each cell.
    """

    category: Category
    target: Target
    minutes: Floats
    level: NDArray[np.int8]


@dataclass(frozen=True)
class Fifteen:
    """The fifteen minutes of a group, cell by cell.

    Attributes
    ----------
    walks
        The categories that concern the group.
    placed
        Whether the cell is on the network.
    pt
        Proximity time: mean minutes over the categories with data; NaN without any.
    worst
        Minutes to the furthest category with data (the x-minute).
    within
        Categories within their threshold: a lower bound where a source is partial or missing.
    lacking
        Categories without data.
    partial
        Categories whose source is partial.
    """

    group: Group
    walks: list[Walk]
    placed: NDArray[np.bool_]
    pt: Floats
    worst: Floats
    within: NDArray[np.int64]
    lacking: NDArray[np.int64]
    partial: NDArray[np.int64]

    @property
    def furthest(self) -> NDArray[np.object_]:
        """Id of the furthest category of each cell; empty without data."""
        stacked = np.stack([walk.minutes for walk in self.walks])
        empty = np.isnan(stacked).all(axis=0)
        names = np.array([walk.category.id for walk in self.walks], dtype=object)
        place = np.nanargmax(np.where(empty, 0.0, stacked), axis=0)
        return np.where(empty, "", names[place])


def fifteen(
    rules: Rules, group: Group, reach: Reach, coverage: Coverage, cells: Cells, stairs: bool
) -> Fifteen:
    """Put together what a group finds around each cell."""
    walks = []
    for category in rules.categories:
        target = target_of(rules, category, group, stairs)
        if target is not None:
            level = coverage.of(target.voci)[cells.comune]
            walks.append(Walk(category, target, minutes_known(reach, target, group, level), level))
    stacked = np.stack([walk.minutes for walk in walks])
    there = ~np.isnan(stacked)
    count = there.sum(axis=0)
    total = np.where(there, stacked, 0.0).sum(axis=0)
    limits = np.array([walk.category.minutes for walk in walks])[:, None]
    levels = np.stack([walk.level for walk in walks])
    return Fifteen(
        group,
        walks,
        cells.node >= 0,
        np.divide(total, count, out=np.full(len(cells), np.nan), where=count > 0),
        np.where(count > 0, np.where(there, stacked, -1.0).max(axis=0), np.nan),
        (there & (np.where(there, stacked, np.inf) <= limits)).sum(axis=0),
        (~there).sum(axis=0),
        ((levels == PARTIAL) & there).sum(axis=0),
    )


@dataclass(frozen=True)
class CategoryOf:
    """A category in a place, for a group.

    Attributes
    ----------
    state
        ``completa``, ``parziale`` (minutes at most, people beyond at most) or ``mancante``.
    people
        Residents of the group there, on the network and with data.
    beyond
        Of them, those further than the threshold; None where the datum is missing.
    """

    category: Category
    state: str
    people: float
    beyond: float | None
    mean_min: float | None
    p90_min: float | None

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "categoria": self.category.id,
            "nome": self.category.name_it,
            "dato": self.state,
            "soglia_min": self.category.minutes,
            "residenti": self.people,
            "oltre": self.beyond,
            "quota_oltre": self.beyond / self.people if self.beyond is not None and self.people else None,
            "minuti_medi": self.mean_min,
            "minuti_p90": self.p90_min,
        }


@dataclass(frozen=True)
class AccessOf:
    """The fifteen minutes of a place, for a group; None where no datum allows it.

    Attributes
    ----------
    people
        Residents of the group.
    placed
        Those on the network; the others are too far from it, or their comune has no built land.
    measured
        Those with at least one category known.
    complete
        Those with all categories known.
    pt_min, x_min, b
        Means over people of proximity time, worst category, categories within.
    f15
        Share with proximity time within the fifteen minutes.
    share_all
        Share with every category within its threshold, of those with all known; None where there are none.
    share_some
        Share with at least n of them: a lower bound where sources are partial or missing.
    """

    key: str
    name: str
    people: float | None
    placed: float
    measured: float
    complete: float
    pt_min: float | None
    f15: float | None
    x_min: float | None
    b: float | None
    share_all: float | None
    share_some: float | None
    lacking: int
    partial: int
    categories: list[CategoryOf]

    @property
    def unplaced(self) -> float | None:
        """Residents that are not on the network."""
        return None if self.people is None else max(0.0, self.people - self.placed)

    def to_json(self) -> dict[str, Any]:
        """Return the columns of the tables."""
        return {
            "nome": self.name,
            "residenti": self.people,
            "residenti_collocati": self.placed,
            "residenti_non_collocati": self.unplaced,
            "residenti_misurati": self.measured,
            "residenti_dati_completi": self.complete,
            "pt_min": self.pt_min,
            "f15": self.f15,
            "x_min": self.x_min,
            "categorie_vicine": self.b,
            "quota_tutte": self.share_all,
            "quota_almeno": self.share_some,
            "categorie_mancanti": self.lacking,
            "categorie_parziali": self.partial,
        }


def measure(
    found: Fifteen, rules: Rules, key: str, name: str, rows: NDArray[np.intp], people: Floats, all_of: float
) -> AccessOf:
    """Measure a place.

    Parameters
    ----------
    rows
        Its cells.
    people
        Residents of the group in every cell of the territory; NaN where the comune's are not known.
    all_of
        Residents of the group in the place; NaN where not known.
    """
    p = people[rows]
    here = np.isfinite(p) & (p > 0)
    rows, p = rows[here], p[here]
    categories = [category_of(walk, rows, p) for walk in found.walks]
    there = np.isfinite(found.pt[rows])
    at, w = rows[there], p[there]
    whole = there & (found.lacking[rows] == 0)
    return AccessOf(
        key,
        name,
        float(all_of) if np.isfinite(all_of) else None,
        float(p[found.placed[rows]].sum()),
        float(w.sum()),
        float(p[whole].sum()),
        _mean(found.pt[at], w),
        _mean(found.pt[at] <= rules.threshold, w),
        _mean(found.worst[at], w),
        _mean(found.within[at], w),
        _mean(found.within[rows[whole]] == len(found.walks), p[whole]),
        _mean(found.within[at] >= min(rules.at_least, len(found.walks)), w),
        sum(one.state == "mancante" for one in categories),
        sum(one.state == "parziale" for one in categories),
        categories,
    )


def category_of(walk: Walk, rows: NDArray[np.intp], people: Floats) -> CategoryOf:
    """Measure a category in a place, given its cells with residents and the residents of each."""
    from trama.engines.equity import quantiles

    t = walk.minutes[rows]
    there = np.isfinite(t)
    t, p = t[there], people[there]
    if not p.sum() > 0:
        return CategoryOf(walk.category, "mancante", 0.0, None, None, None)
    levels = walk.level[rows][there]
    whole = bool((levels == WHOLE).all()) and bool(there.all())
    return CategoryOf(
        walk.category,
        "completa" if whole else "parziale",
        float(p.sum()),
        float(p[t > walk.category.minutes].sum()),
        _mean(t, p),
        float(quantiles(t, p, np.array([0.9]))[0]),
    )


def _mean(values: NDArray[Any], people: Floats) -> float | None:
    total = people.sum()
    return float(people @ np.asarray(values, dtype=np.float64) / total) if total > 0 else None
