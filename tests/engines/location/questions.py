"""Questions on a street or on a square, and the best answer found by trying every choice."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import numpy as np

from trama.engines.location import Question


def street(people: list[float], sites: list[int], services: list[int] = (), beyond: int = 1000) -> Question:
    """Houses at 0, 100, 200 ... m along a street, sites and services at house numbers; metres as mm."""
    house = np.arange(len(people))
    walks = np.abs(house[:, None] - np.array(sites, int)[None, :]) * 100
    place, site = np.nonzero(walks < beyond)
    before = np.full(len(people), 2**31 - 1)
    for number in services:
        before = np.minimum(before, np.abs(house - number) * 100)
    return Question(
        np.array(people, float),
        len(sites),
        place.astype(np.int32),
        site.astype(np.int32),
        walks[place, site].astype(np.int32),
        before.astype(np.int32),
        beyond,
    )


def square(seed: int, places: int, sites: int, beyond: int = 400, liking: bool = False) -> Question:
    """Places, sites and two services drawn on a square of 1,000; some places are out of reach of all."""
    draw = np.random.default_rng(seed)
    where, there = draw.integers(0, 1000, (places, 2)), draw.integers(0, 1000, (sites, 2))
    walks = np.abs(where[:, None] - there[None]).sum(2)
    standing = np.abs(where[:, None] - draw.integers(0, 1000, (2, 2))[None]).sum(2).min(1)
    place, site = np.nonzero(walks < beyond)
    return Question(
        draw.integers(0, 50, places).astype(float),
        sites,
        place.astype(np.int32),
        site.astype(np.int32),
        walks[place, site].astype(np.int32),
        standing.astype(np.int32),
        beyond,
        draw.integers(0, 40, sites).astype(float) if liking else None,
    )


def best(question: Question, count: int, worth: Callable[[tuple[int, ...]], float]) -> float:
    """Try every choice of `count` sites."""
    return max(worth(chosen) for chosen in combinations(range(question.sites), count))
