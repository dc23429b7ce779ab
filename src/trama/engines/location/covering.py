"""The best sites for weighted sets: a greedy choice with exchanges to start from, HiGHS for the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import LinearConstraint
from scipy.sparse import csr_matrix, hstack, identity

from trama.engines.location.programme import largest
from trama.engines.location.question import Floats, Ints
from trama.engines.location.sets import Gains

ROUNDS = 20


@dataclass(frozen=True)
class Chosen:
    """Sites in growing order, what they are worth with their preference, and what no choice can pass."""

    sites: tuple[int, ...]
    value: float
    bound: float


def best_cover(
    gains: Gains,
    liking: Floats,
    count: int,
    seconds: float,
    must: Sequence[csr_matrix] = (),
    known: Sequence[int] | None = None,
) -> Chosen:
    """Choose `count` sites of the greatest worth: Σ worth of the sets met + Σ liking of the sites.

    Parameters
    ----------
    must
        Sets (rows × sites) of which each must be met.
    known
        A choice that meets them, to start from; a greedy one where None.
    """
    start = list(known) if known is not None else greedy_then_swap(gains, liking, count)
    total, sites = len(gains.worth), len(liking)
    padding = [csr_matrix((rows.shape[0], total)) for rows in must]
    solved = largest(
        np.concatenate((liking, gains.worth)),
        [
            LinearConstraint(hstack((gains.members, -identity(total))).tocsr(), 0, np.inf),
            LinearConstraint(hstack((csr_matrix(np.ones((1, sites))), csr_matrix((1, total)))), count, count),
            *(
                LinearConstraint(hstack((rows, pad)).tocsr(), 1, np.inf)
                for rows, pad in zip(must, padding, strict=True)
            ),
        ],
        np.concatenate((np.ones(sites), np.zeros(total))),
        seconds,
    )
    choices = [start]
    if solved.chosen is not None:
        choices.append(np.argsort(-solved.chosen[:sites], kind="stable")[:count].tolist())
    values = [gains.of(choice) + float(liking[choice].sum()) for choice in choices]
    best = int(np.argmax(values))
    everything = float(gains.worth.sum() + np.sort(liking)[len(liking) - count :].sum())
    bound = values[best] if solved.proved else max(min(solved.bound, everything), values[best])
    return Chosen(tuple(sorted(int(site) for site in choices[best])), values[best], bound)


def greedy_then_swap(gains: Gains, liking: Floats, count: int) -> list[int]:
    """Add the most useful site `count` times, then exchange one for another while that helps.

    Source: M. B. Teitz, P. Bart, "Heuristic methods for estimating the generalized vertex median of a
    weighted graph", Operations Research 16 (1968), 955-961.
    """
    by_site = gains.members.T.tocsr()
    chosen: list[int] = []
    met = np.zeros(len(gains.worth), np.int32)
    for _ in range(count):
        site = _most_useful(by_site, gains, liking, met, chosen)
        chosen.append(site)
        met += _sets_of(by_site, site, len(met))
    for _ in range(ROUNDS):
        exchanged = [_exchanged(by_site, gains, liking, met, chosen, place) for place in range(count)]
        if not any(exchanged):
            break
    return chosen


def _exchanged(
    by_site: csr_matrix, gains: Gains, liking: Floats, met: Ints, chosen: list[int], place: int
) -> bool:
    """Put the most useful site at one place of the choice; tell whether it is another."""
    old = chosen.pop(place)
    met -= _sets_of(by_site, old, len(met))
    new = _most_useful(by_site, gains, liking, met, chosen, keep=old)
    chosen.insert(place, new)
    met += _sets_of(by_site, new, len(met))
    return new != old


def _most_useful(
    by_site: csr_matrix, gains: Gains, liking: Floats, met: Ints, chosen: list[int], keep: int | None = None
) -> int:
    useful = by_site @ np.where(met == 0, gains.worth, 0.0) + liking
    useful[chosen] = -np.inf
    best = int(np.argmax(useful))
    return keep if keep is not None and useful[best] <= useful[keep] * (1 + 1e-12) else best


def _sets_of(by_site: csr_matrix, site: int, sets: int) -> Ints:
    held = np.zeros(sets, np.int32)
    held[by_site.indices[by_site.indptr[site] : by_site.indptr[site + 1]]] = 1
    return held
