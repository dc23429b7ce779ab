"""Natural breaks and the most frequent label: by brute force, and on drawn grids."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest

from trama.engines.classes import most_frequent, natural_breaks


def spread(x: np.ndarray, w: np.ndarray, starts: tuple[int, ...]) -> float:
    edges = [0, *starts, len(x)]
    parts = [slice(a, b) for a, b in pairwise(edges)]
    return sum(float((w[p] * (x[p] - np.average(x[p], weights=w[p])) ** 2).sum()) for p in parts)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("classes", [1, 2, 3, 4])
def test_no_other_division_of_the_bars_has_less_variance_inside(seed: int, classes: int) -> None:
    """Other computation: every division, tried one by one."""
    rng = np.random.default_rng(seed)
    x = np.sort(rng.choice(np.arange(60), 10, replace=False)).astype(float)
    w = rng.integers(1, 9, 10).astype(float)
    bounds = natural_breaks(x, w, classes)
    starts = tuple(int(np.searchsorted(x, bound)) for bound in bounds)
    best = min(spread(x, w, chosen) for chosen in combinations(range(1, 10), classes - 1))
    assert spread(x, w, starts) == pytest.approx(best, rel=1e-9, abs=1e-9)


def test_empty_bars_count_for_nothing_and_classes_are_no_more_than_bars() -> None:
    assert natural_breaks([1, 2, 3, 4], [5, 0, 0, 5], 4).tolist() == [2.5]


def test_no_members_is_refused() -> None:
    with pytest.raises(ValueError, match="members"):
        natural_breaks([1, 2], [0, 0], 2)


def test_the_most_frequent_label_is_that_counted_cell_by_cell() -> None:
    """Other computation: every square counted on its own; ties to the highest label."""
    rng = np.random.default_rng(3)
    labels = rng.integers(0, 4, (11, 9)).astype(np.uint8)
    found = most_frequent(labels, 5)
    for row in range(11):
        for column in range(9):
            square = labels[max(0, row - 2) : row + 3, max(0, column - 2) : column + 3]
            counts = [int((square == label).sum()) for label in (1, 2, 3)]
            expected = max((count, label) for label, count in zip((1, 2, 3), counts, strict=True))[1]
            assert found[row, column] == (expected if labels[row, column] else 0)
