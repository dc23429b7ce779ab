"""Projects looked at together, on the place of tests/fixtures_place.py: built west, fields east."""

from __future__ import annotations

from datetime import date

import pytest

from tests.fixtures_place import Picked, Proposal, place_lake, square
from trama.analyses.rete_verde.projects import order_projects
from trama.analyses.rete_verde.together import told_apart
from trama.kernel.units import joined
from trama.lake import Lake
from trama.norms import load_book

DAY = date(2026, 1, 15)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return place_lake(tmp_path_factory.mktemp("insieme"))


def garden(nome: str, west: float, solution: str = "rain_garden", much: float = 1000) -> Proposal:
    return Proposal(square(west, 2000, 100), nome, (Picked(solution, much),))


def asked(lake: Lake, *projects: Proposal) -> tuple[list, list[str], object]:
    said: list[str] = []
    rows, trace = order_projects(lake, load_book(), projects, DAY, said)
    return [one for one in rows if one.theme == "acqua"], said, trace


def test_projects_on_the_same_ground_are_said_with_both_names(lake: Lake) -> None:
    """100 x 100 m moved 75 m along: 25 x 100 m in common, a quarter."""
    rows, said, trace = asked(lake, garden("Nord", 500), garden("Sud", 575))
    assert len(rows) == 2
    assert [joined(one) for one in said if "sovrappongono" in one] == [
        joined(
            "«Nord» e «Sud» si sovrappongono per 2.500 m² (25 % del più piccolo): sullo stesso suolo i loro "
            "guadagni non si sommano."
        )
    ]
    assert trace.root.note == " ".join(said)
    _, said, _ = asked(lake, garden("Nord", 500), garden("Sud", 500))
    assert "«Nord» e «Sud» hanno lo stesso perimetro" in said[0]
    assert not any("sovrappongono" in one for one in asked(lake, garden("a", 500), garden("b", 600))[1])


def test_a_project_given_twice_is_counted_once_and_another_of_its_name_is_told_apart(lake: Lake) -> None:
    rows, said, _ = asked(lake, garden("A", 500), garden("A", 500))
    assert [one.name for one in rows] == ["A"]
    assert "una volta sola" in said[0]
    rows, said, trace = asked(lake, garden("A", 500), garden("A", 1500), garden("", 3000), garden("", 3500))
    assert sorted(one.name for one in rows) == [
        "A",
        "A (2)",
        "progetto senza nome",
        "progetto senza nome (2)",
    ]
    assert "uno è detto «A (2)»" in said[0]
    for theme in trace.root.inputs:
        keys = [node.key for node in theme.inputs]
        assert len(set(keys)) == len(keys) == 4
    same_ground, _ = told_apart([garden("A", 500), garden("A", 500, much=500)])
    assert [one.nome for one in same_ground] == ["A", "A (2)"]


def test_neighbours_that_count_the_same_sealed_surroundings_are_said(lake: Lake) -> None:
    """Basins in fields, 10 m from the built side and 20 m apart: the built strip within reach of both counts
    twice. Far apart there is nothing in common; for two small gardens amid the built side there is enough.
    """
    basin = (Picked("dry_basin", 4000),)
    first = Proposal(square(2010, 2000, 100), "A", basin)
    said = asked(lake, first, Proposal(square(2010, 2120, 100), "B", basin))[1]
    assert len(said) == 1
    assert "«A» e «B» sono vicini" in said[0]
    assert asked(lake, first, Proposal(square(2010, 3000, 100), "B", basin))[1] == []
    assert asked(lake, garden("A", 500, much=10), garden("B", 620, much=10))[1] == []
