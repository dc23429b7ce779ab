"""Gains that opening sites brings, as weighted sets of sites: one open site of a set is enough for its gain.

Within a reach, a place is a gain of its people by the set of sites within it. For the walking spared, a place
is one gain for each step closer, people × (next distance - this distance), by the set of sites this close
or closer. Gains that hang on the same set are one, whatever the places: a hundred thousand places give few.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from trama.engines.location.question import Floats, Ints, Question

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Gains:
    """Gains by set of sites: `members` (gains × sites, ones) and the worth of each."""

    members: csr_matrix
    worth: Floats

    def met(self, chosen: npt.ArrayLike) -> Bools:
        """Return which sets have a site among those chosen; shape (gains,)."""
        opened = np.zeros(self.members.shape[1])
        opened[np.asarray(chosen, int)] = 1
        return np.asarray(self.members @ opened > 0)

    def of(self, chosen: npt.ArrayLike) -> float:
        """Return what the sites chosen gain together."""
        return float(self.worth[self.met(chosen)].sum())


def gains_within(question: Question, within_mm: int) -> Gains:
    """Return people by the sites that bring them within a distance; those who are already are left out."""
    lacks = (question.today_mm > within_mm) & (question.people > 0)
    kept = lacks[question.place] & (question.distance_mm <= within_mm)
    place, site = question.place[kept], question.site[kept]
    level = np.zeros(len(place), np.int32)
    after = np.ones(len(question.people), np.int32)
    return _gathered(question, place, site, level, after)


def gains_of_walking(question: Question) -> Gains:
    """Return people × mm spared, step by step closer, by the sites that are that close."""
    kept = (question.distance_mm < question.today_mm[question.place]) & (question.people[question.place] > 0)
    return _gathered(
        question,
        question.place[kept],
        question.site[kept],
        question.distance_mm[kept],
        question.today_mm,
    )


def _gathered(question: Question, place: Ints, site: Ints, level: Ints, today: Ints) -> Gains:
    """Gather walks into gains: one for each place and level, worth people × (next level - level)."""
    if not len(place):
        return Gains(csr_matrix((0, question.sites)), np.empty(0))
    order = np.lexsort((site, level, place))
    place, site, level = place[order], site[order], level[order]
    fresh = np.append(True, (place[1:] != place[:-1]) | (site[1:] != site[:-1]) | (level[1:] != level[:-1]))
    place, site, level = place[fresh], site[fresh], level[fresh]
    starts = np.flatnonzero(np.append(True, place[1:] != place[:-1])).astype(np.int32)
    start = np.repeat(starts, np.diff(np.append(starts, len(place))))
    last = np.append((place[1:] != place[:-1]) | (level[1:] != level[:-1]), True)
    ends = np.flatnonzero(last)
    further = np.append(level[1:], 0)[ends]
    closes = np.append(place[1:] != place[:-1], True)[ends]
    further = np.where(closes, today[place[ends]], further)
    worth = question.people[place[ends]] * (further - level[ends]).astype(float)
    key = _fingerprints(question.sites, site, start)[ends]
    _, first, gain = np.unique(key, return_index=True, return_inverse=True)
    counts = ends[first] - start[ends[first]] + 1
    rows = np.repeat(np.arange(len(first)), counts)
    column = np.concatenate([site[start[end] : end + 1] for end in ends[first]])
    members = csr_matrix((np.ones(len(rows)), (rows, column)), (len(first), question.sites))
    members.data[:] = 1  # a site that is at two distances of one place is in its set once
    return Gains(members, np.bincount(gain.ravel(), worth, len(first)).astype(float))


def _fingerprints(sites: int, site: Ints, start: Ints) -> npt.NDArray[np.void]:
    """Return, walk by walk, what tells the set of sites met so far in its place: two sums of random numbers.

    Sums are modulo 2⁶⁴, exact whatever their length; two different sets agree on both once in 2¹²⁸.
    """
    draws = np.random.default_rng(1974).integers(0, 2**64, (sites, 2), np.uint64, endpoint=False)
    sums = np.cumsum(draws[site], axis=0, dtype=np.uint64)
    sums -= np.where((start > 0)[:, None], sums[start - 1], np.uint64(0))
    return np.ascontiguousarray(sums).view([("one", np.uint64), ("other", np.uint64)]).ravel()
