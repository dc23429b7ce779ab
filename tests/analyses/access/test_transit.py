"""Public transport by frequencies: a street of eleven nodes and a line along it, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from trama.analyses.access.transit import Streets, Waiting, transit_graph

PACE = 75_000.0
"""1.25 m/s in millimetres a minute."""
WAITING = Waiting(share=0.5, most_min=30, boarding_min=1, limit_min=90)
STREET = Streets(11, np.arange(10), np.arange(1, 11), np.full(10, 750_000))
"""Eleven nodes 750 m apart: ten minutes each on foot."""
STOPS = {"A": (0, 0.0), "B": (5, 0.0), "C": (10, 0.0)}


def links(*rows: tuple[str, str, str, float, float]) -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=["linea", "da", "a", "minuti", "passaggi_ora"])
    return made.assign(verso=0)


def minutes(table: pd.DataFrame, service: int = 10, waiting: Waiting = WAITING) -> list[float]:
    return transit_graph(STREET, STOPS, table, PACE, waiting).minutes_to(np.array([service])).tolist()


def test_one_waits_half_the_interval_boards_and_rides() -> None:
    # six passages an hour: an interval of 10, so 5 of wait, 1 to board, 4 + 6 of ride; on foot it would be
    # a hundred
    found = minutes(links(("1", "A", "B", 4, 6), ("1", "B", "C", 6, 6)))
    assert found[0] == pytest.approx(5 + 1 + 10, abs=1e-3)
    # from node 1: ten minutes back to A, or 90 on foot
    assert found[1] == pytest.approx(26, abs=1e-3)
    # from node 4: ten minutes on to B, 5 + 1 + 6
    assert found[4] == pytest.approx(22, abs=1e-3)
    # from node 9 one walks
    assert found[9] == pytest.approx(10, abs=1e-3)


def test_staying_on_board_is_not_a_change_and_another_line_is() -> None:
    same = minutes(links(("1", "A", "B", 4, 6), ("1", "B", "C", 6, 6)))[0]
    change = minutes(links(("1", "A", "B", 4, 6), ("2", "B", "C", 6, 6)))[0]
    assert change == pytest.approx(same + 5 + 1, abs=1e-3)


def test_a_line_runs_in_its_direction_only() -> None:
    table = links(("1", "C", "B", 6, 6), ("1", "B", "A", 4, 6))
    assert minutes(table)[0] == np.inf  # a hundred minutes on foot are beyond the limit
    assert minutes(table, service=0)[10] == pytest.approx(16, abs=1e-3)


def test_a_rare_line_is_waited_for_at_most_as_long_as_the_norms_say() -> None:
    # one passage in two hours: half the interval would be 60 minutes
    found = minutes(links(("1", "A", "C", 10, 0.5)))
    assert found[0] == pytest.approx(30 + 1 + 10, abs=1e-3)


def test_with_no_line_it_is_a_walk_and_beyond_the_limit_there_is_nothing() -> None:
    found = minutes(links())
    assert found[4] == pytest.approx(60, abs=1e-3)
    assert found[0] == np.inf


def test_of_two_links_between_the_same_stops_the_quicker_counts() -> None:
    found = minutes(links(("1", "A", "C", 20, 6), ("1", "A", "C", 12, 6)))
    assert found[0] == pytest.approx(18, abs=1e-3)


def test_stops_far_from_any_street_and_links_without_passages_are_left_out() -> None:
    table = links(("1", "A", "Z", 1, 6), ("1", "A", "C", 10, 0), ("1", "A", "C", float("nan"), 6))
    assert minutes(table)[0] == np.inf


def test_public_transport_never_makes_a_journey_longer() -> None:
    chance = np.random.default_rng(4)
    rows = [
        (str(n % 3), *chance.choice(list(STOPS), 2, replace=False), float(chance.integers(1, 30)), 4.0)
        for n in range(12)
    ]
    without = np.array(minutes(links()))
    assert (np.array(minutes(links(*rows))) <= without + 1e-3).all()
