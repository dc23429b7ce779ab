"""What is made of a run goes when the run's memory goes, and is kept only so long."""

from __future__ import annotations

import gc
import weakref
from datetime import date

import pytest

from tests.analyses.access.small import place, small_lake
from trama.analyses.access import memory as memories
from trama.analyses.access import run_access_whole
from trama.analyses.access.answers import Answers, kept_with_run
from trama.analyses.access.asking import Question
from trama.analyses.access.gestures import OPEN, Gesture, try_out
from trama.analyses.access.memory import KEPT, that_run
from trama.apps.conoscere.accesso import queries
from trama.norms import load_book

DAY = date(2026, 11, 21)
QUESTION = Question("IST.PRI", "bambini", 15.0)


def test_memories_of_runs_no_longer_open_are_gone_with_all_that_was_made_of_them(tmp_path) -> None:
    lake, book, seen = small_lake(tmp_path), load_book(), []
    spot = place(94)
    for group in ("tutti", "adulti", "bambini", "anziani", "tutti_15")[: KEPT + 1]:
        key = run_access_whole(lake, book, day=DAY, group=group).trace.id
        memory = that_run(lake, book, key)
        queries.answer(memory, QUESTION)
        queries.shown(memory, queries.Asked("IST.PRI", "bambini", 15.0), "it")
        try_out(memory, QUESTION, [Gesture(OPEN, ((spot.x, spot.y),))])
        seen.append(weakref.ref(memory))
        del memory
    gc.collect()
    assert [one() is not None for one in seen] == [False] + [True] * KEPT
    assert len(memories._memories) == KEPT


class Run:
    def __init__(self) -> None:
        self.answers, self.made = Answers(), 0


@kept_with_run(2)
def doubled(run: Run, number: int) -> int:
    run.made += 1
    if number < 0:
        raise ValueError("negative")
    return 2 * number


def test_the_answers_used_last_are_kept_and_a_refusal_is_not() -> None:
    run = Run()
    assert [doubled(run, n) for n in (1, 2, 1, 3, 1)] == [2, 4, 2, 6, 2]
    assert run.made == 3, "1 was asked three times, and used last each time"
    assert doubled(run, 2) == 4
    assert run.made == 4, "2 had given way to 3"
    for _again in range(2):
        with pytest.raises(ValueError, match="negative"):
            doubled(run, -1)
    assert run.made == 6
