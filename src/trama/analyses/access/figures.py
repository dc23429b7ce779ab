"""What the distances say of people: proximity time, share within fifteen minutes, categories at hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trama.analyses.access.bounds import AT_LEAST, AT_MOST, EXACT, Surroundings, least_mm
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
    least
        The fewest that `minutes` can truly be, given the services no source lists: see
        `trama.analyses.access.bounds`.
    cut
        Whether the search ended before all that was looked for: truly they are `minutes` or more.
    """

    category: Category
    target: Target
    minutes: Floats
    level: NDArray[np.int8]
    least: Floats
    cut: NDArray[np.bool_]


@dataclass(frozen=True)
class Known:
    """What walks are measured from: distances, how far sources cover each comune, cells, surroundings."""

    reach: Reach
    coverage: Coverage
    cells: Cells
    around: Surroundings

    def walk(self, category: Category, target: Target, group: Group) -> Walk:
        """Measure a category as a group walks to it."""
        by_comune = self.coverage.of(target.voci)
        level = by_comune[self.cells.comune]
        least = least_mm(
            self.reach.distance(target), self.around.unlisted_mm(by_comune), target.k, self.around.limit_mm
        )
        minutes = minutes_known(self.reach, target, group, level)
        return Walk(
            category,
            target,
            minutes,
            level,
            np.where(np.isfinite(minutes), least / group.mm_per_minute, np.nan),
            self.reach.cut_short(target),
        )


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
    pt_least, worst_least
        The fewest that `pt` and `worst` can truly be, of the same categories.
    possible
        The most that `within` can truly be; without data a category may be near.
    cut
        Whether some category was not found before the search ends.
    """

    group: Group
    walks: list[Walk]
    placed: NDArray[np.bool_]
    pt: Floats
    worst: Floats
    within: NDArray[np.int64]
    lacking: NDArray[np.int64]
    partial: NDArray[np.int64]
    pt_least: Floats
    worst_least: Floats
    possible: NDArray[np.int64]
    cut: NDArray[np.bool_]

    @property
    def furthest(self) -> NDArray[np.object_]:
        """Id of the furthest category of each cell; empty without data."""
        stacked = np.stack([walk.minutes for walk in self.walks])
        empty = np.isnan(stacked).all(axis=0)
        names = np.array([walk.category.id for walk in self.walks], dtype=object)
        place = np.nanargmax(np.where(empty, 0.0, stacked), axis=0)
        return np.where(empty, "", names[place])


def fifteen(rules: Rules, group: Group, known: Known, stairs: bool) -> Fifteen:
    """Put together what a group finds around each cell."""
    targets = ((category, target_of(rules, category, group, stairs)) for category in rules.categories)
    walks = [known.walk(category, target, group) for category, target in targets if target is not None]
    stacked, least = (np.stack([getattr(walk, name) for walk in walks]) for name in ("minutes", "least"))
    there = ~np.isnan(stacked)
    limits = np.array([walk.category.minutes for walk in walks])[:, None]
    near = there & (np.where(there, stacked, np.inf) <= limits)
    cut = np.stack([walk.cut for walk in walks]) & there
    levels = np.stack([walk.level for walk in walks])
    return Fifteen(
        group,
        walks,
        known.cells.node >= 0,
        _over(stacked, there),
        _worst(stacked, there),
        near.sum(axis=0),
        (~there).sum(axis=0),
        ((levels == PARTIAL) & there).sum(axis=0),
        _over(least, there),
        _worst(least, there),
        ((there & (np.where(there, least, np.inf) <= limits)) | ~there).sum(axis=0),
        cut.any(axis=0),
    )


def _over(minutes: Floats, there: NDArray[np.bool_]) -> Floats:
    """Return the mean over the categories with data; NaN without any."""
    count = there.sum(axis=0)
    total = np.where(there, minutes, 0.0).sum(axis=0)
    return np.asarray(np.divide(total, count, out=np.full(len(count), np.nan), where=count > 0))


def _worst(minutes: Floats, there: NDArray[np.bool_]) -> Floats:
    """Return the furthest of the categories with data; NaN without any."""
    furthest = np.where(there, minutes, -1.0).max(axis=0)
    return np.asarray(np.where(there.any(axis=0), furthest, np.nan))


@dataclass(frozen=True)
class CategoryOf:
    """A category in a place, for a group.

    Attributes
    ----------
    state
        ``completa``, ``parziale`` (some source is, or some residents have no datum) or ``mancante``.
    people
        Residents of the group there, on the network and with data: the figures are of them alone.
    beyond
        Of them, those further than the threshold; None where the datum is missing.
    missing
        Residents of the group in the cells there, without data or off the network.
    cut
        Of `people`, those for whom not all was found before the search ends: it counts as at its end.
    beyond_word, minutes_word
        Whether the figures are bounds: see `trama.analyses.access.bounds`.
    """

    category: Category
    state: str
    people: float
    beyond: float | None
    mean_min: float | None
    p90_min: float | None
    missing: float = 0.0
    cut: float = 0.0
    beyond_word: str = EXACT
    minutes_word: str = EXACT

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
            "residenti_senza_dato": self.missing,
            "residenti_oltre_ricerca": self.cut,
            "limite_oltre": self.beyond_word,
            "limite_minuti": self.minutes_word,
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
        Share with at least n of them.
    words
        Figure → whether it is a bound (`trama.analyses.access.bounds`); of times and of F15, over the
        categories with data.
    cut
        Residents for whom some category was not found before the search ends: it counts as at its end.
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
    words: dict[str, str]
    cut: float

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
            "residenti_oltre_ricerca": self.cut,
            **{f"limite_{figure}": one for figure, one in self.words.items()},
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
        _words(found, rules, at, rows[whole]),
        float(w[found.cut[at]].sum()),
    )


def _words(found: Fifteen, rules: Rules, at: NDArray[np.intp], whole: NDArray[np.intp]) -> dict[str, str]:
    """Say which figures of a place are bounds, from the cells measured and from those with every category."""
    pt, count = found.pt[at], len(found.walks)
    enough = min(rules.at_least, count)
    within, possible = found.within[at], found.possible[at]
    bounds = {
        "pt_min": (AT_MOST, found.pt_least[at] < pt),
        "f15": (AT_LEAST, (pt > rules.threshold) & (found.pt_least[at] <= rules.threshold)),
        "x_min": (AT_MOST, found.worst_least[at] < found.worst[at]),
        "categorie_vicine": (AT_LEAST, possible > within),
        "quota_tutte": (AT_LEAST, (found.within[whole] < count) & (found.possible[whole] == count)),
        "quota_almeno": (AT_LEAST, (within < enough) & (possible >= enough)),
    }
    return {figure: word if bool(cells.any()) else EXACT for figure, (word, cells) in bounds.items()}


def category_of(walk: Walk, rows: NDArray[np.intp], people: Floats) -> CategoryOf:
    """Measure a category in a place, given its cells with residents and the residents of each."""
    from trama.engines.equity import quantiles

    there = np.isfinite(walk.minutes[rows])
    missing = float(people[~there].sum())
    rows, p = rows[there], people[there]
    if not p.sum() > 0:
        return CategoryOf(walk.category, "mancante", 0.0, None, None, None, missing)
    t, least = walk.minutes[rows], walk.least[rows]
    whole = bool((walk.level[rows] == WHOLE).all()) and bool(there.all())
    far = t > walk.category.minutes
    return CategoryOf(
        walk.category,
        "completa" if whole else "parziale",
        float(p.sum()),
        float(p[far].sum()),
        _mean(t, p),
        float(quantiles(t, p, np.array([0.9]))[0]),
        missing,
        float(p[walk.cut[rows]].sum()),
        AT_MOST if bool((far & (least <= walk.category.minutes)).any()) else EXACT,
        AT_MOST if bool((least < t).any()) else EXACT,
    )


def _mean(values: NDArray[Any], people: Floats) -> float | None:
    total = people.sum()
    return float(people @ np.asarray(values, dtype=np.float64) / total) if total > 0 else None
