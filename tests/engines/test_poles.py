"""Measures of poles, worked by hand, and density clusters against their definition."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trama.engines import poles

COUNTS = np.array([[6.0, 2.0, 0.0], [2.0, 2.0, 4.0], [0.0, 0.0, 0.0]])
"""Two places and an empty one, three kinds: totals 8, 4, 4 of 16."""


def test_location_quotients_by_hand():
    found = poles.location_quotient(COUNTS)
    # place 0: 6/8 over 8/16, 2/8 over 4/16, 0; place 1: 2/8 over 8/16, 2/8 over 4/16, 4/8 over 4/16
    assert found[0].tolist() == [1.5, 1.0, 0.0]
    assert found[1].tolist() == [0.5, 1.0, 2.0]
    assert np.isnan(found[2]).all()


def test_mix_by_hand():
    assert poles.herfindahl(COUNTS)[:2].tolist() == pytest.approx([0.625, 0.375])
    assert poles.herfindahl(COUNTS, normalised=True)[0] == pytest.approx((0.625 - 1 / 3) / (2 / 3))
    assert poles.krugman(COUNTS)[:2].tolist() == pytest.approx([0.5, 0.5])
    assert poles.entropy(COUNTS)[1] == pytest.approx((0.5 * np.log(4) + 0.5 * np.log(2)) / np.log(3))
    assert np.isnan(poles.entropy(COUNTS)[2])


def test_davies_shares_out_one_hundred_for_each_kind_that_exists():
    index, worth = poles.davies(COUNTS)
    assert worth.tolist() == [12.5, 25.0, 25.0]
    assert index.tolist() == [6 * 12.5 + 2 * 25, 2 * 12.5 + 2 * 25 + 4 * 25, 0.0]
    assert index.sum() == pytest.approx(100 * (COUNTS.sum(axis=0) > 0).sum())


def test_what_no_source_counts_is_not_missed_by_complexity():
    known = np.array([[True, True, False], [True, True, True], [False, False, False]])
    share, told = poles.complexity(COUNTS, known)
    assert share[:2].tolist() == [1.0, 1.0]
    assert np.isnan(share[2])
    assert told.tolist() == [2.0, 3.0, 0.0]


@given(st.integers(0, 2**31), st.integers(1, 40), st.integers(1, 5))
def test_clusters_follow_the_definition(seed: int, count: int, least: int):
    xy = np.random.default_rng(seed).integers(0, 30, size=(count, 2)).astype(float)
    label = poles.dbscan(xy, 4.0, least)
    near = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)) <= 4.0
    core = near.sum(axis=1) >= least
    for one in range(count):
        if core[one]:
            assert label[one] >= 0
            assert (label[near[one] & core] == label[one]).all()
        else:
            assert (label[one] >= 0) == bool((near[one] & core).any())
    firsts = [int(np.flatnonzero(label == number)[0]) for number in range(label.max() + 1)]
    assert firsts == sorted(firsts)


def test_no_points_make_no_clusters():
    assert poles.dbscan(np.zeros((0, 2)), 10.0, 2).tolist() == []
