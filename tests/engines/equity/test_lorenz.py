"""Lorenz, Gini, Palma, quantiles: by hand and by their properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from trama.engines.equity import DROP, FLOOR, complete, concentration_index, gini, lorenz, palma, quantiles

SIZES = st.integers(2, 30)


@st.composite
def access(draw):
    n = draw(SIZES)
    values = draw(hnp.arrays(np.float64, n, elements=st.floats(0.01, 100)))
    people = draw(hnp.arrays(np.float64, n, elements=st.integers(1, 500).map(float)))
    return values, people


def test_the_curve_of_four_people_is_that_computed_by_hand():
    # access 1, 2, 3, 4, one person each: cumulated 1, 3, 6, 10 of 10
    curve = lorenz(np.array([4.0, 1, 3, 2]), np.ones(4))
    assert curve.people.tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert curve.access == pytest.approx([0, 0.1, 0.3, 0.6, 1])
    # area under it: 0.125·(0.1 + 0.4 + 0.9 + 1.6) = 0.375, Gini 0.25
    assert gini(np.array([4.0, 1, 3, 2]), np.ones(4)) == pytest.approx(0.25)


@given(access())
def test_gini_is_the_double_sum_of_its_definition(case):
    v, p = case
    mean = p @ v / p.sum()
    double = (p[:, None] * p[None, :] * abs(v[:, None] - v[None, :])).sum() / (2 * p.sum() ** 2 * mean)
    assert gini(v, p) == pytest.approx(double, abs=1e-12)


@given(access(), st.integers(2, 5), st.floats(0.1, 20))
def test_replication_and_scale_change_nothing(case, times, factor):
    v, p = case
    for measure in (gini, palma):
        assert measure(np.tile(v, times), np.tile(p, times)) == pytest.approx(measure(v, p))
        assert measure(v * factor, p) == pytest.approx(measure(v, p))


def test_a_transfer_from_rich_to_poor_lowers_gini():
    before, after = np.array([1.0, 2, 7]), np.array([1.5, 2, 6.5])
    assert gini(after, np.ones(3)) < gini(before, np.ones(3))


def test_one_person_of_a_hundred_with_everything_is_nearly_one():
    v = np.zeros(100)
    v[3] = 5.0
    assert gini(v, np.ones(100)) == pytest.approx(0.99)
    assert palma(v, np.ones(100)) == np.inf


def test_palma_of_ten_people_is_the_last_over_the_first_four():
    # 1..10: the best has 10, the worst four 1 + 2 + 3 + 4
    assert palma(np.arange(1.0, 11), np.ones(10)) == pytest.approx(1.0)


def test_palma_divides_a_place_that_lies_across_the_forty_per_cent():
    # half the people have 1, half 3: 40 % has 0.4 of 2, the best 10 % 0.3 of 2
    assert palma(np.array([1.0, 3]), np.array([50.0, 50])) == pytest.approx(0.75)


def test_people_count_and_places_do_not():
    assert gini(np.array([1.0, 3]), np.array([2.0, 1])) == pytest.approx(
        gini(np.array([1.0, 1, 3]), np.ones(3))
    )
    assert quantiles(np.array([1.0, 99]), np.array([99.0, 1]), np.array([0.5, 0.99, 1.0])).tolist() == [
        1,
        1,
        99,
    ]


def test_places_where_nobody_lives_weigh_nothing_even_without_a_value():
    assert gini(np.array([1.0, np.nan, 3]), np.array([1.0, 0, 1])) == pytest.approx(0.25)


def test_nobody_at_all_is_not_zero():
    assert np.isnan(gini(np.array([]), np.array([])))
    assert np.isnan(palma(np.array([2.0]), np.array([0.0])))


def test_a_missing_value_is_refused_until_a_rule_is_chosen():
    v, p = np.array([1.0, np.nan]), np.array([5.0, 2.0])
    with pytest.raises(ValueError, match="missing"):
        gini(v, p)
    assert complete(v, p, DROP).values.tolist() == [1.0]
    assert complete(v, p, DROP).missing_people == 2
    assert complete(v, p, FLOOR, 0.1).values.tolist() == [1.0, 0.1]
    with pytest.raises(ValueError, match="rule"):
        complete(v, p, FLOOR)


def test_concentration_is_gini_when_the_order_is_access_itself_and_its_opposite_when_reversed():
    v, p = np.array([1.0, 2, 3, 4]), np.array([3.0, 1, 2, 5])
    assert concentration_index(v, p, v) == pytest.approx(gini(v, p))
    assert concentration_index(v, p, -v) == pytest.approx(-gini(v, p))
    assert concentration_index(v, p, np.ones(4)) == pytest.approx(0.0, abs=1e-12)
