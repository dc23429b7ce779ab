"""p-centre: the sites that bring the longest walk down as far as it goes, the worst served first.

Source: S. L. Hakimi (1964), as the p-median; by coverings at growing radii: E. Minieka, "The m-center
problem", SIAM Review 12 (1970), 138-139.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

import numpy as np
from scipy.optimize import LinearConstraint
from scipy.sparse import csr_matrix

from trama.engines.location.covering import best_cover, greedy_then_swap
from trama.engines.location.programme import SECONDS, largest
from trama.engines.location.question import Ints, Question
from trama.engines.location.sets import Gains, gains_of_walking, gains_within
from trama.engines.location.siting import Siting


def p_centre(question: Question, count: int, seconds: float = SECONDS) -> Siting:
    """Choose `count` sites so that the longest walk to a service is as short as possible.

    Only people whom some site can bring within `beyond_mm` count: for the others no choice changes anything
    (`helpless`). Among choices of the same longest walk, the one that spares most walking.

    Returns
    -------
    `value` and `bound` in mm. A value of `beyond_mm`: the sites are too few to reach everybody who could be
    reached, and those are chosen that reach most of them.
    """
    many = question.choosable(count)
    served = ~helpless(question) & (question.people > 0)
    if not many or not served.any():
        return Siting(question, (), 0.0, 0.0, least=True)
    ends = monotonic() + seconds
    radii = _radii(question, served)
    low, high, known = 0, len(radii) - 1, None
    settled = True
    while low < high:
        middle = (low + high) // 2
        tried = _covers(question, served, int(radii[middle]), many, (ends - monotonic()) / 2)
        if tried.sites is not None:
            high, known = middle, tried.sites
        elif tried.impossible:
            low = middle + 1
        else:
            settled = False
            break
    return _concluded(question, served, radii, (low, high), known, many, settled, ends)


def helpless(question: Question) -> np.ndarray:
    """Return which places are out of reach today and of every candidate; shape (places,)."""
    helped = question.today_mm < question.beyond_mm
    helped[question.place[question.distance_mm < question.beyond_mm]] = True
    return ~helped


@dataclass(frozen=True)
class _Tried:
    sites: list[int] | None
    impossible: bool = False


def _radii(question: Question, served: np.ndarray) -> Ints:
    """Return the longest walks there can be, in growing order; the last is the one of today."""
    closest = question.after_mm(np.arange(question.sites))
    least, most = int(closest[served].max()), int(question.today_mm[served].max())
    walks = question.distance_mm[served[question.place]]
    between = walks[(walks > least) & (walks < most)]
    standing = question.today_mm[served & (question.today_mm > least) & (question.today_mm < most)]
    return np.unique(np.concatenate((between, standing, [least, most]))).astype(np.int32)


def _must(question: Question, served: np.ndarray, radius: int) -> csr_matrix:
    """Return, for each place that needs a site within a radius, which sites are."""
    needs = served & (question.today_mm > radius)
    row = np.cumsum(needs) - 1
    kept = needs[question.place] & (question.distance_mm <= radius)
    cells = (np.ones(int(kept.sum())), (row[question.place[kept]], question.site[kept]))
    met = csr_matrix(cells, (int(needs.sum()), question.sites))
    met.data[:] = 1
    return met


def _covers(question: Question, served: np.ndarray, radius: int, count: int, seconds: float) -> _Tried:
    """Look for `count` sites that leave nobody beyond a radius."""
    must = _must(question, served, radius)
    needs = Gains(must, np.ones(must.shape[0]))
    quick = greedy_then_swap(needs, np.zeros(question.sites), count)
    if needs.met(quick).all():
        return _Tried(quick)
    if seconds <= 0:
        return _Tried(None)
    rules = [
        LinearConstraint(must, 1, np.inf),
        LinearConstraint(np.ones((1, question.sites)), count, count),
    ]
    found = largest(np.zeros(question.sites), rules, np.ones(question.sites), seconds)
    if found.chosen is not None:
        return _Tried(np.flatnonzero(found.chosen > 0.5).tolist())
    return _Tried(None, impossible=not found.possible)


def _concluded(
    question: Question,
    served: np.ndarray,
    radii: Ints,
    span: tuple[int, int],
    known: list[int] | None,
    count: int,
    settled: bool,
    ends: float,
) -> Siting:
    low, high = span
    radius, left = int(radii[high]), max(ends - monotonic(), 0.5)
    if known is None and radius >= question.beyond_mm:
        found = best_cover(gains_within(question, question.beyond_mm - 1), question.liking, count, left)
    else:
        must = _must(question, served, radius)
        rules = [must] if must.shape[0] else []
        found = best_cover(gains_of_walking(question), question.liking, count, left, rules, known)
    value = float(question.after_mm(found.sites)[served].max())
    bound = value if settled else float(min(radii[low], value))
    return Siting(question, found.sites, value, bound, least=True)
