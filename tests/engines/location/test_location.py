"""Sites chosen by HiGHS against every choice tried one by one, and against streets solved by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines.location.questions import best, square, street
from trama.engines.location import Question, maximal_cover, p_centre, p_median
from trama.engines.location.centre import helpless
from trama.engines.location.covering import greedy_then_swap
from trama.engines.location.sets import gains_of_walking, gains_within

SEEDS = st.integers(0, 10_000)


def test_one_clinic_on_a_street_stands_where_the_weights_balance() -> None:
    # by hand: half of the 60 people live up to house 3, so no other house needs fewer steps in all
    question = street([10, 10, 5, 10, 25], sites=[0, 1, 2, 3, 4])
    found = p_median(question, 1)
    assert found.sites == (3,)
    assert found.how == "proved"
    # 10×300 + 10×200 + 5×100 + 0 + 25×100 = 8,000 of walking left, of 60 × 1,000
    assert found.value == 60_000 - 8_000
    assert found.spared() == found.value


def test_what_exists_already_moves_the_choice() -> None:
    # a service at house 4 leaves the other end to be served: houses 0 and 1 gain most from house 0 or 1
    question = street([10, 10, 5, 10, 25], sites=[0, 1, 2, 3, 4], services=[4])
    found = p_median(question, 1)
    # by hand, walking spared from 0: 4,000 + 2,000; from 1: 3,000 + 3,000 + 500; from 2: 5,000
    assert (found.sites, found.value) == ((1,), 6_500)


def test_cover_counts_people_not_places() -> None:
    question = street([1, 1, 1, 0, 50, 0, 0, 40], sites=[1, 4, 7])
    assert maximal_cover(question, 1, within_mm=100).sites == (1,)
    found = maximal_cover(question, 2, within_mm=100)
    assert (found.sites, found.value, found.bound) == ((1, 2), 90, 90)
    assert found.gained(100) == 90


def test_reach_is_inclusive() -> None:
    question = street([0, 0, 7], sites=[0])
    assert maximal_cover(question, 1, within_mm=200).value == 7
    assert maximal_cover(question, 1, within_mm=199).value == 0


def test_two_stops_on_a_street_of_seven_halve_the_longest_walk() -> None:
    # by hand: with houses 1 and 4 or 5 nobody of 0..6 walks more than 200; one site leaves 300
    question = street([1] * 7, sites=list(range(7)))
    assert p_centre(question, 1).value == 300
    assert p_centre(question, 2).value == 200
    assert p_centre(question, 7).value == 0


def test_a_preference_wins_by_as_much_as_it_is_worth() -> None:
    people = [30, 0, 0, 0, 0, 0, 33]
    plain = street(people, sites=[0, 6])
    liked = replace(plain, preference=np.array([4.0, 0.0]))
    assert maximal_cover(plain, 1, within_mm=0).sites == (1,)
    assert maximal_cover(liked, 1, within_mm=0).sites == (0,)
    assert maximal_cover(liked, 1, within_mm=0).value == 34


def test_people_whom_no_site_can_reach_do_not_stop_the_centre() -> None:
    question = street([1] * 30, sites=[2], beyond=500)
    assert helpless(question).sum() == 30 - 7
    found = p_centre(question, 1)
    assert found.value == 400


def test_too_few_sites_for_the_centre_reach_most_of_those_left() -> None:
    question = street([5, 0, 0, 0, 0, 0, 0, 0, 0, 9], sites=[0, 9], beyond=300)
    found = p_centre(question, 1)
    assert (found.sites, found.value, found.bound) == ((1,), 300, 300)


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.integers(1, 4), st.booleans())
def test_cover_is_the_best_of_all_choices(seed: int, count: int, liking: bool) -> None:
    question = square(seed, places=40, sites=9, liking=liking)
    lacks = question.today_mm > 250

    def worth(chosen: tuple[int, ...]) -> float:
        met = lacks & (question.after_mm(chosen) <= 250)
        return float(question.people[met].sum() + question.liking[list(chosen)].sum())

    found = maximal_cover(question, count, within_mm=250)
    assert found.how == "proved"
    assert found.value == pytest.approx(best(question, count, worth))
    assert worth(found.sites) == pytest.approx(found.value)


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.integers(1, 4), st.booleans())
def test_median_is_the_best_of_all_choices(seed: int, count: int, liking: bool) -> None:
    question = square(seed, places=40, sites=9, liking=liking)

    def worth(chosen: tuple[int, ...]) -> float:
        spared = question.people * (question.today_mm - question.after_mm(chosen))
        return float(spared.sum() + question.liking[list(chosen)].sum())

    found = p_median(question, count)
    assert found.value == pytest.approx(best(question, count, worth))
    assert found.bound == pytest.approx(found.value)
    assert worth(found.sites) == pytest.approx(found.value)


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.integers(1, 4))
def test_centre_is_the_best_of_all_choices(seed: int, count: int) -> None:
    question = square(seed, places=40, sites=9)
    served = ~helpless(question) & (question.people > 0)
    longest = -best(question, count, lambda chosen: -float(question.after_mm(chosen)[served].max()))
    found = p_centre(question, count)
    assert found.value == longest
    assert found.bound == found.value
    assert found.after_mm[served].max() == longest


@given(SEEDS)
@settings(max_examples=30, deadline=None)
def test_gains_say_what_the_places_say(seed: int) -> None:
    question = square(seed, places=60, sites=8)
    chosen = np.random.default_rng(seed).permutation(8)[:3]
    spared = question.people @ (question.today_mm - question.after_mm(chosen))
    assert gains_of_walking(question).of(chosen) == pytest.approx(spared)
    met = (question.today_mm > 200) & (question.after_mm(chosen) <= 200)
    assert gains_within(question, 200).of(chosen) == pytest.approx(question.people[met].sum())


def test_where_time_runs_out_the_answer_says_how_far_from_best_it_may_be() -> None:
    question = square(7, places=3000, sites=200, beyond=300)
    found = maximal_cover(question, 12, within_mm=150, seconds=0.02)
    proved = maximal_cover(question, 12, within_mm=150, seconds=60)
    assert proved.how == "proved"
    assert found.value <= proved.value <= found.bound + 1e-6
    assert found.value >= 0.95 * proved.value


def test_exchanges_mend_a_greedy_choice() -> None:
    # greedy takes the middle (9 + 9 = 18), then one side; the best pair leaves the middle alone
    people = [10, 9, 0, 9, 10]
    question = street(people, sites=[0, 2, 4], beyond=200)
    gains = gains_within(question, 100)
    assert sorted(greedy_then_swap(gains, question.liking, 2)) == [0, 2]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("people", np.array([1.0, np.nan])),
        ("people", np.array([1.0, -1.0])),
        ("site", np.array([5], np.int32)),
        ("place", np.array([-1], np.int32)),
        ("distance_mm", np.array([1, 2], np.int32)),
        ("before_mm", np.array([1], np.int32)),
        ("preference", np.array([1.0, 2.0, 3.0])),
    ],
)
def test_arrays_that_do_not_go_together_are_refused(field: str, value: np.ndarray) -> None:
    one = np.zeros(1, np.int32)
    good = {
        "people": np.ones(2),
        "sites": 2,
        "place": one,
        "site": one,
        "distance_mm": one,
        "before_mm": np.zeros(2, np.int32),
        "beyond_mm": 10,
    }
    Question(**good)
    with pytest.raises(ValueError, match=r"out of its range|go together|one preference"):
        Question(**{**good, field: value})


def test_no_site_at_all_is_no_choice() -> None:
    question = street([1, 2], sites=[])
    for found in (maximal_cover(question, 2, 100), p_median(question, 2), p_centre(question, 2)):
        assert found.sites == ()
