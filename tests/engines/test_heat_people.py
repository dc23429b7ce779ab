"""Degrees times people without every cell's degrees, against mixing the air and summing."""

from __future__ import annotations

import numpy as np
import pytest

from trama.engines.heat import mixed
from trama.engines.heat.people import people_mixed

MIXING = 3
REACH = 5 * MIXING


@pytest.mark.parametrize("holes", [False, True])
def test_the_sum_is_that_of_the_mixed_change_times_the_people(holes: bool) -> None:
    """`mixed` before and after on the whole array; people and change far enough from its sides."""
    rng = np.random.default_rng(3)
    shape = (4 * REACH, 5 * REACH)
    known = np.ones(shape, bool)
    if holes:
        known[30:33, 30:40] = False
        known[22, 50] = False
    inside = (slice(REACH, -REACH), slice(REACH, -REACH))
    people = np.zeros(shape)
    people[inside] = rng.random((2 * REACH, 3 * REACH)) * 40
    people[~known] = 0
    before = np.where(known, rng.random(shape), np.nan)
    after = before.copy()
    after[28:34, 33:45] += 0.3
    change = mixed(after, MIXING) - mixed(before, MIXING)
    whole = float((np.nan_to_num(change) * people).sum())
    where = (slice(28, 34), slice(33, 45))
    moved = np.nan_to_num(after - before)[where]
    assert float((moved * people_mixed(people, known, MIXING, where)).sum()) == pytest.approx(whole, rel=1e-6)
    assert whole > 100


def test_without_mixing_everybody_feels_their_own_cell() -> None:
    people = np.arange(6.0).reshape(2, 3)
    assert np.allclose(people_mixed(people, np.ones((2, 3), bool), 0), people)
