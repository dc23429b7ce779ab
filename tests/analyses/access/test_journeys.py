"""Journeys by public transport asked of a run: whose pace they are at, and what a click on the map says.

A line joins the two far corners of the square of `small.py`: 5 minutes of ride, every 10 minutes.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.analyses.access.small import EAST, EAST_TOWN, NORTH, WEST_TOWN, place, put, small_lake
from trama.analyses.access import run_access
from trama.analyses.access.asking import Question, around, ask
from trama.analyses.access.errors import AnotherPace
from trama.analyses.access.memory import Memory, last_run
from trama.analyses.access.rules import group_of
from trama.lake import Lake
from trama.norms import load_book

BOOK = load_book()
DAY = date(2026, 1, 15)
CLINIC = "tpl:SAN.POL"


def served(root: Path) -> Lake:
    lake = small_lake(
        root,
        services=[("clinica", "SAN.POL", 99, None)],
        coverage=[(town, "SAN.POL", "completa") for town in (WEST_TOWN, EAST_TOWN)],
    )
    stops = [{"id": name, "nome": name, "modo": "bus"} for name in ("f1", "f2")]
    put(lake, "fermate", stops, [place(0), place(99)])
    link = {"linea": "1", "modo": "bus", "minuti": 5.0, "passaggi_ora": 6.0}
    put(
        lake,
        "collegamenti_tpl",
        [{**link, "verso": 0, "da": "f1", "a": "f2"}, {**link, "verso": 1, "da": "f2", "a": "f1"}],
    )
    return lake


@pytest.fixture(scope="module")
def memory(tmp_path_factory: pytest.TempPathFactory) -> Memory:
    lake = served(tmp_path_factory.mktemp("mezzi"))
    run_access(lake, BOOK, day=DAY)
    return last_run(lake, BOOK)


def test_a_click_says_the_minutes_by_public_transport(memory: Memory) -> None:
    cell = memory.cell_at(EAST + 50, NORTH + 50)
    assert cell is not None
    first = around(memory, cell, group_of(memory.rules, "tutti"), CLINIC)[0]
    # half of ten minutes, one to board, five of ride: on foot it would be 1,800 m, 24 minutes
    assert first["categoria"] == CLINIC
    assert first["minuti"] == pytest.approx(11, abs=0.01)
    assert first["servizio"] is None
    assert first["dato"] == "parziale"


def test_who_walks_at_another_pace_is_not_given_the_minutes_of_the_run(memory: Memory) -> None:
    assert ask(memory, Question(CLINIC, "adulti")).whole.beyond is not None
    for group in ("anziani", "sedia_a_ruote"):
        with pytest.raises(AnotherPace, match=f"trama access run --gruppo {group}"):
            ask(memory, Question(CLINIC, group))
    cell = memory.cell_at(EAST + 50, NORTH + 50)
    with pytest.raises(AnotherPace):
        around(memory, cell or 0, group_of(memory.rules, "anziani"), CLINIC)


def test_a_wheelchair_takes_no_stairs_to_the_stop(tmp_path: Path) -> None:
    """All edges out of the corner are stairs: whoever cannot climb them does not get to the stop there."""
    lake = served(tmp_path)
    ends = [(n, n + 1) for n in range(100) if n % 10 < 9] + [(n, n + 10) for n in range(90)]
    corner = tuple(row for row, pair in enumerate(ends) if 1 in pair)
    lake_with_stairs(lake, corner)
    minutes = {}
    for group in ("tutti", "sedia_a_ruote"):
        run_access(lake, BOOK, day=DAY, group=group)
        memory = last_run(lake, BOOK)
        cell = memory.cell_at(EAST + 150, NORTH + 50)
        minutes[group] = memory.transit["SAN.POL"][cell]
    # node 1 is 100 m from the stop, 1.33 minutes more; without its stairs it goes nowhere
    assert minutes["tutti"] == pytest.approx(11 + 100 / 75, abs=0.01)
    assert minutes["sedia_a_ruote"] == 90


def lake_with_stairs(lake: Lake, stairs: tuple[int, ...]) -> None:
    from tests.analyses.access.small import put_network

    put_network(lake, stairs)
