"""Points one on top of the other."""

from __future__ import annotations

import random
import time

import numpy as np
import shapely

from trama.sources.placing import doubles


def brute(
    points: list[tuple[float, float]], keys: list[str], ranks: list[int], near: float
) -> list[tuple[int, int]]:
    """The same by comparing each with each of those kept, in order of rank."""
    kept: list[int] = []
    found = []
    for at in sorted(range(len(points)), key=lambda at: (-ranks[at], at)):
        twins = [
            k for k in kept if keys[k] == keys[at] and np.hypot(*np.subtract(points[k], points[at])) <= near
        ]
        if twins:
            found.append((set(twins), at))
        else:
            kept.append(at)
    return found


def test_pairs_are_those_found_by_comparing_each_with_each() -> None:
    chance = random.Random(3)
    points = [(chance.uniform(-300, 300), chance.uniform(-300, 300)) for _ in range(400)]
    keys = [chance.choice("abc") for _ in points]
    ranks = [chance.randrange(3) for _ in points]
    ours = doubles(shapely.points(points), keys, ["x"] * 400, ranks, 30)
    theirs = {left: twins for twins, left in brute(points, keys, ranks, 30)}
    assert {left for _, left in ours} == set(theirs)
    assert all(kept in theirs[left] for kept, left in ours)


def test_very_many_on_one_spot_cost_no_more_than_their_number() -> None:
    points = shapely.points(np.random.default_rng(1).uniform(0, 10, (100_000, 2)))
    begin = time.perf_counter()
    pairs = doubles(points, ["a"] * 100_000, ["x"] * 100_000, [1] * 100_000, 30)
    assert len(pairs) == 99_999
    assert time.perf_counter() - begin < 20
