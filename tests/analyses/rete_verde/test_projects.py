"""Projects in order of financing, on the place of tests/fixtures_place.py (group B, built west, fields east).

By hand, 61.4 mm: sealed ground runs off 55.5896 mm (CN 98). De-sealing 1,000 m2 of asphalt to garden keeps
55.59 m3, plus 1,000 · min(0.04, 2 · 0.0555896) = 40 m3 stored of the area it serves, for 110,000 €.
"""

from __future__ import annotations

from datetime import date

import pytest

from tests.fixtures_place import Picked, Proposal, place_lake, square
from trama.analyses.rete_verde.projects import order_projects
from trama.analyses.scheda.surfaces import UnknownSolution
from trama.lake import Lake
from trama.norms import load_book

DAY = date(2026, 1, 15)
YARD = square(500, 2000, 100)


def project(nome: str, solution: str, quantity: float) -> Proposal:
    return Proposal(
        YARD,
        nome,
        (Picked(solution, quantity),),
        {"impermeabile": 10_000},
        {"impermeabile": 10_000 - quantity, "verde_profondo": quantity},
    )


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return place_lake(tmp_path_factory.mktemp("progetti"))


def test_the_score_is_class_times_gain_by_euro(lake: Lake) -> None:
    rows, trace = order_projects(lake, load_book(), [project("Cortile", "desealing_garden", 1000)], DAY)
    water = next(one for one in rows if one.theme == "acqua")
    assert water.gain == pytest.approx(55.5896 + 40, abs=0.01)
    assert water.cost == pytest.approx(110_000)
    assert water.grade is not None
    assert water.score == pytest.approx(water.grade * water.gain / 110_000 * 1e6)
    node = lake.traces.load(trace.id).root.find("acqua/acqua-Cortile/guadagno")
    assert node is not None
    assert node.value == pytest.approx(95.5896, abs=0.01)
    assert {use.layer for use in trace.layers()} >= {"uso_suolo", "gruppo_idrologico"}
    assert trace.unofficial()


def test_more_water_by_euro_comes_first(lake: Lake) -> None:
    """Lawn stores nothing of others' water: 55.59 m3 for 65,000 € (855 by million), garden 95.59 for 110,000
    (869).
    """
    asked = [project("Prato", "desealing_lawn", 1000), project("Giardino", "desealing_garden", 1000)]
    rows, _ = order_projects(lake, load_book(), asked, DAY)
    water = [(one.place, one.name) for one in rows if one.theme == "acqua"]
    assert water == [(1, "Giardino"), (2, "Prato")]


def test_a_project_without_solutions_has_no_cost_and_no_place(lake: Lake) -> None:
    bare = Proposal(YARD, "Solo superfici", (), {"impermeabile": 10_000}, {"verde_profondo": 10_000})
    rows, _ = order_projects(lake, load_book(), [bare], DAY)
    water = next(one for one in rows if one.theme == "acqua")
    assert (water.place, water.score) == (None, None)
    assert "nessun costo" in water.why


def test_heat_without_its_data_is_missing_never_zero(lake: Lake) -> None:
    rows, _ = order_projects(lake, load_book(), [project("Cortile", "desealing_garden", 1000)], DAY)
    heat = next(one for one in rows if one.theme == "calore")
    assert heat.score is None
    assert "dato mancante" in heat.why


def test_an_unknown_solution_is_refused(lake: Lake) -> None:
    with pytest.raises(UnknownSolution):
        order_projects(lake, load_book(), [project("Strano", "non_esiste", 10)], DAY)
