"""Gestures on the territory walked by hand: a school opens, closes, moves; a passage."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from tests.analyses.access.small import EAST, NORTH, SERVICES, WEST_TOWN, place, small_lake
from trama.analyses.access import run_access
from trama.analyses.access.asking import Question, ask
from trama.analyses.access.errors import NothingToTry, NotOnTheNetwork, NotThere
from trama.analyses.access.gestures import CLOSE, MOVE, OPEN, PASSAGE, Gesture, try_out
from trama.analyses.access.memory import last_run
from trama.analyses.walking.errors import OffTheNetwork
from trama.norms import load_book

DAY = date(2026, 11, 21)
SCHOOL = Question("IST.PRI", "bambini", 15)


@pytest.fixture(scope="module")
def memory(tmp_path_factory):
    lake = small_lake(tmp_path_factory.mktemp("gesti"))
    run_access(lake, load_book(), day=DAY)
    return last_run(lake, load_book())


def at(node: int) -> tuple[tuple[float, float], ...]:
    return ((place(node).x, place(node).y),)


def test_a_second_school_in_the_far_corner_serves_all_who_were_beyond(memory) -> None:
    # 20 children beyond 990 m of node 0 (i + j >= 10 in the west): all within 600 m of node 94, i = 4, j = 9
    effect = try_out(memory, SCHOOL, [Gesture(OPEN, at(94))])
    assert effect.to_json()["guadagnati"] == pytest.approx(20)
    assert effect.to_json()["persi"] == 0
    assert effect.by_comune() == [
        {"istat": WEST_TOWN, "nome": "Comune di ponente", "guadagnati": pytest.approx(20), "persi": 0}
    ]


def test_before_the_gesture_the_minutes_are_those_of_the_run(memory) -> None:
    effect = try_out(memory, SCHOOL, [Gesture(OPEN, at(94))])
    walked = ask(memory, SCHOOL).walk
    assert np.array_equal(effect.before, walked.minutes, equal_nan=True)


def test_the_only_school_closing_leaves_everyone_beyond(memory) -> None:
    effect = try_out(memory, SCHOOL, [Gesture(CLOSE, service="primaria")])
    assert effect.to_json()["persi"] == pytest.approx(80)  # those within; the other 20 were beyond already
    assert np.nanmin(effect.after) == pytest.approx(4_500_000 / 66_000)


def test_moving_is_closing_here_and_opening_there(memory) -> None:
    moved = try_out(memory, SCHOOL, [Gesture(MOVE, at(94), "primaria")])
    both = try_out(memory, SCHOOL, [Gesture(CLOSE, service="primaria"), Gesture(OPEN, at(94))])
    assert np.array_equal(moved.after, both.after, equal_nan=True)


def test_a_passage_shortens_the_walk_to_its_own_length(memory) -> None:
    # from node 0 straight to node 99, 900·√2 m: only eastern cells gain, and there the datum is missing
    ends = at(0) + at(94)
    effect = try_out(memory, SCHOOL, [Gesture(PASSAGE, ends)])
    cell = 50 + 9 * 5 + 4
    assert effect.before[cell] == pytest.approx(1_300_000 / 66_000)
    assert effect.after[cell] == pytest.approx(np.hypot(400, 900) * 1000 / 66_000, abs=1e-3)
    assert effect.to_json()["guadagnati"] > 0


def test_what_comes_out_is_what_a_whole_run_would_give(memory, tmp_path) -> None:
    lake = small_lake(tmp_path, services=[*SERVICES, ("nuova", "IST.PRI", 57, 10.0)])
    run_access(lake, load_book(), day=DAY)
    whole = ask(last_run(lake, load_book()), SCHOOL).walk.minutes
    tried = try_out(memory, SCHOOL, [Gesture(OPEN, at(57))]).after
    assert np.array_equal(tried, whole, equal_nan=True)


def test_the_trace_says_the_gestures_and_the_balance(memory) -> None:
    trace = try_out(memory, SCHOOL, [Gesture(OPEN, at(94))]).trace()
    assert trace.root.value == 20
    assert trace.root.find(f"comuni/{WEST_TOWN}/guadagnati").value == 20
    assert "apre" in trace.root.label


def test_gestures_that_cannot_be_tried_are_refused(memory) -> None:
    for question, gesture, error in (
        (SCHOOL, Gesture(OPEN, ((EAST - 5000, NORTH),)), NotOnTheNetwork),
        (SCHOOL, Gesture(CLOSE, service="farmacia"), NotThere),
        (replace(SCHOOL, what="education_6_13", group="anziani"), Gesture(OPEN, at(1)), NothingToTry),
    ):
        with pytest.raises(error):
            try_out(memory, question, [gesture])


def test_where_no_source_looks_people_are_counted_apart_and_never_as_zero(memory) -> None:
    # a school in the east, where nobody surveys schools: walks change, and nothing is known of them
    found = try_out(memory, Question("IST.PRI", "tutti", 15), [Gesture(OPEN, at(99))]).to_json()
    assert found["residenti_senza_dato"] > 100
    # the west is surveyed whole, but a school of the east, which nobody lists, may already be near who gains
    assert found["dato"] == "parziale"


def test_a_partial_source_makes_the_figures_bounds(memory) -> None:
    found = try_out(memory, Question("SAN.FAR", "tutti", 10), [Gesture(OPEN, at(0))]).to_json()
    assert found["dato"] == "parziale"


def test_a_passage_begins_and_ends_along_the_streets_where_it_is_drawn(memory) -> None:
    # from the middle of the street between nodes 0 and 1 to the middle of that between 90 and 91, 900 m north
    (x, y), (far_x, far_y) = at(0)[0], at(90)[0]
    effect = try_out(memory, SCHOOL, [Gesture(PASSAGE, ((x + 50, y + 30), (far_x + 50, far_y - 30)))])
    cell = 50 + 9 * 5
    # 50 m to the passage, 900 m along it, 50 m from it: 1,000 m to nodes 90 and 91, now at 900 and 1,000
    assert effect.after[cell] == pytest.approx(900_000 / 66_000)
    assert effect.before[cell + 1] == effect.after[cell + 1] == pytest.approx(1_000_000 / 66_000)


def test_a_passage_drawn_far_from_any_street_is_refused(memory) -> None:
    (x, y), far = at(0)[0], at(90)[0]
    with pytest.raises(OffTheNetwork, match="entro 50 m"):
        try_out(memory, SCHOOL, [Gesture(PASSAGE, ((x - 60, y - 60), far))])


def test_a_passage_that_touches_a_stair_does_not_make_it_passable(tmp_path) -> None:
    """Both streets of node 0 are stairs; a passage drawn along one joins only what is not a stair."""
    lake = small_lake(tmp_path, stairs=(0, 90))
    run_access(lake, load_book(), day=DAY)
    memory = last_run(lake, load_book())
    (x, y) = at(0)[0]
    wheels = Question("SAN.FAR", "sedia_a_ruote", 10)
    with pytest.raises(OffTheNetwork):
        try_out(memory, wheels, [Gesture(PASSAGE, ((x + 20, y), (x + 40, y)))])
    walkers = Question("SAN.FAR", "tutti", 10)
    assert try_out(memory, walkers, [Gesture(PASSAGE, ((x + 20, y), (x + 40, y)))]).to_json()["persi"] == 0


@pytest.mark.parametrize(("group", "most"), [("tutti", 59), ("bambini", 68)])
def test_a_threshold_where_the_search_ends_is_refused_never_a_zero(memory, group, most) -> None:
    # 4,500 m are 60 minutes at 1.25 m/s and 68.2 at 1.1
    from trama.analyses.access.errors import BadMinutes

    assert ask(memory, Question("IST.PRI", group, most)).category.minutes == most
    with pytest.raises(BadMinutes, match=f"e {most}"):
        ask(memory, Question("IST.PRI", group, most + 1))
