"""Theil and its exact split, Atkinson, Kolm-Pollak, the sufficiency gap."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engines.equity.test_lorenz import access
from trama.engines.equity import atkinson, kolm_pollak, kolm_pollak_kappa, sufficiency_gap, theil, theil_parts


def test_theil_of_one_and_three_is_that_computed_by_hand():
    # mean 2: ½·½·ln ½ + ½·3/2·ln 3/2
    assert theil(np.array([1.0, 3]), np.ones(2)) == pytest.approx(0.25 * math.log(0.5) + 0.75 * math.log(1.5))


def test_the_split_of_two_zones_is_that_computed_by_hand():
    # zone 0: 1 and 3 (mean 2); zone 1: 6 and 6 (mean 6); whole mean 4
    parts = theil_parts(np.array([1.0, 3, 6, 6]), np.ones(4), np.array([0, 0, 1, 1]), 2)
    between = 0.5 * 0.5 * math.log(0.5) + 0.5 * 1.5 * math.log(1.5)
    within = 0.25 * theil(np.array([1.0, 3]), np.ones(2))
    assert parts.between == pytest.approx(between)
    assert parts.within == pytest.approx(within)
    assert parts.weight.tolist() == [0.25, 0.75]
    assert parts.of_group[1] == pytest.approx(0)


@given(access(), st.integers(1, 6), st.randoms())
def test_between_and_within_always_make_the_whole(case, groups, chance):
    v, p = case
    group = np.array([chance.randrange(groups) for _ in v])
    parts = theil_parts(v, p, group, groups)
    assert parts.between + parts.within == pytest.approx(theil(v, p), abs=1e-12)
    assert parts.between >= -1e-12


@given(access(), st.floats(0.1, 20))
def test_scale_and_replication_change_neither_theil_nor_atkinson(case, factor):
    v, p = case
    for measure in (theil, lambda a, b: atkinson(a, b, 0.5), lambda a, b: atkinson(a, b, 1.0)):
        assert measure(v * factor, p) == pytest.approx(measure(v, p), abs=1e-9)
        assert measure(np.r_[v, v], np.r_[p, p]) == pytest.approx(measure(v, p), abs=1e-9)


def test_atkinson_at_one_is_one_less_geometric_over_plain_mean():
    # of 1 and 4: geometric 2, plain 2.5
    assert atkinson(np.array([1.0, 4]), np.ones(2), 1) == pytest.approx(0.2)
    # at ½: (½·√0.4 + ½·√1.6)² = (0.9486833)² = 0.9
    assert atkinson(np.array([1.0, 4]), np.ones(2), 0.5) == pytest.approx(0.1)


def test_places_without_access_are_refused_unless_they_have_a_floor():
    for measure in (theil, lambda a, b: atkinson(a, b, 1)):
        with pytest.raises(ValueError, match="floor"):
            measure(np.array([0.0, 1]), np.ones(2))


def test_a_transfer_towards_the_worse_off_lowers_every_measure():
    before, after = np.array([1.0, 2, 7]), np.array([1.5, 2, 6.5])
    for measure in (theil, lambda a, b: atkinson(a, b, 0.5), lambda a, b: atkinson(a, b, 1)):
        assert measure(after, np.ones(3)) < measure(before, np.ones(3))


def test_the_equivalent_minutes_are_at_least_the_mean_and_move_with_everyone():
    t, p = np.array([5.0, 25]), np.ones(2)
    # (1/0.1)·ln((e^0.5 + e^2.5)/2)
    assert kolm_pollak(t, p, 0.1) == pytest.approx(10 * math.log((math.exp(0.5) + math.exp(2.5)) / 2))
    assert kolm_pollak(t, p, 0.1) > 15
    assert kolm_pollak(t + 7, p, 0.1) == pytest.approx(kolm_pollak(t, p, 0.1) + 7)
    assert kolm_pollak(np.array([12.0, 12]), p, 0.1) == pytest.approx(12)
    assert math.isfinite(kolm_pollak(np.array([0.0, 1e5]), p, 1.0))


def test_kappa_frees_the_aversion_from_the_unit():
    t, p = np.array([5.0, 25]), np.array([1.0, 2])
    # (5 + 50) / (25 + 1250)
    assert kolm_pollak_kappa(t, p, 1.0) == pytest.approx(55 / 1275)
    minutes = kolm_pollak(t, p, kolm_pollak_kappa(t, p, 1.0))
    seconds = kolm_pollak(t * 60, p, kolm_pollak_kappa(t * 60, p, 1.0))
    assert seconds == pytest.approx(60 * minutes)


def test_the_gap_counts_only_what_is_above():
    assert sufficiency_gap(np.array([14.0, 16, 35]), np.array([10.0, 5, 5]), 15) == pytest.approx(105 / 20)
    assert math.isnan(sufficiency_gap(np.array([]), np.array([]), 15))
