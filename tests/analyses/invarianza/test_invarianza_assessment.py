"""What is declared wins, what is missing is asked, and the tree holds the numbers of the answer."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trama.analyses.invarianza import Assessment, Question, answer, assess
from trama.kernel.citations import Status
from trama.kernel.errors import TramaError
from trama.kernel.trace import Trace
from trama.norms import load_book
from trama.norms.errors import NotInForce

BOOK = load_book()
DAY = date(2026, 1, 15)
SURFACES = {"impermeabile": 6000.0, "semipermeabile": 1000.0, "permeabile": 2000.0}


def ask(**changes: Any) -> Assessment:
    asked = {"total_m2": 9000.0, "surfaces_m2": SURFACES, "comune": "015146", **changes}
    return assess(BOOK, DAY, Question(**asked))


def test_the_tree_holds_the_very_numbers_of_the_answer() -> None:
    for total, surfaces in ((9000.0, SURFACES), (50_000.0, {"impermeabile": 50_000.0})):
        found = ask(total_m2=total, surfaces_m2=surfaces)
        body, root = answer.body(found), found.root
        assert root.value == body["volume_m3"]
        assert root.find("coefficiente_deflusso").value == body["coefficiente_deflusso"]
        assert root.find("portata_limite").value == body["portata_limite_l_s"]
        assert root.find("volume_metodo").value == body["volume_metodo_m3"]
        assert root.find("volume_metodo/durata_critica").value == body["durata_critica_h"]
        assert root.find("volume_minimo").value == body["volume_minimo_m3"]
        assert root.find("svuotamento").value == body["svuotamento_h"]
        assert root.find("classe").value == body["classe"]
        assert root.find("metodo").value == body["metodo"]


def test_the_trace_reads_back_equal() -> None:
    trace = ask().trace()
    assert Trace.from_json(trace.to_json()) == trace
    assert trace.unofficial()


def test_every_path_of_the_trace_is_quoted_with_one_value() -> None:
    uses: dict[str, Any] = {}
    for node in ask(total_m2=50_000.0, surfaces_m2={"impermeabile": 50_000.0}).root.walk():
        for use in node.parameters:
            assert uses.setdefault(use.path, use) == use


def test_the_criticality_declared_wins_and_the_table_stays_beneath() -> None:
    found = ask(area="B")
    assert found.criticality.value == "B"
    assert found.criticality.source == "dichiarato"
    assert found.criticality.replaced is not None
    assert found.criticality.replaced.value == "A"
    assert any("aree A" in notice for notice in found.notices)


def test_the_curve_declared_wins_and_the_table_stays_beneath() -> None:
    found = ask(a_mm=30.0, n=0.3)
    assert found.rain is not None
    assert found.rain.curve.a_mm == 30
    assert found.rain.a.replaced is not None
    assert found.rain.a.replaced.value == pytest.approx(61.43, abs=0.01)


def test_a_larger_return_period_asks_a_larger_volume() -> None:
    volumes = [ask(return_period_year=period).volume_m3 for period in (50.0, 100.0, 200.0)]
    assert volumes == sorted(volumes)
    assert ask().volume_m3 == volumes[0]


def test_the_detailed_procedure_shows_the_rainfall_only_figure_beside() -> None:
    body = answer.body(ask(total_m2=50_000.0, surfaces_m2={"impermeabile": 50_000.0}))
    assert body["metodo"] == "procedura_dettagliata"
    assert {event["evento"] for event in body["eventi"]} == {"costante", "chicago"}
    assert body["volume_metodo_m3"] == pytest.approx(
        max(event["volume_m3"] for event in body["eventi"]), rel=1e-6
    )
    assert body["sole_piogge"]["volume_m3"] == pytest.approx(body["volume_metodo_m3"], rel=1e-4)


def test_rainfall_that_was_rebuilt_says_so_and_weighs_as_a_working_value() -> None:
    """Rozzano: the source's row is plainly wrong and was replaced by the regional trend."""
    found = ask(comune="015189")
    assert any("alla fonte sono difettose" in notice and "a1 letto" in notice for notice in found.notices)
    assert found.rain is not None
    assert found.rain.a.status is Status.IPOTESI
    assert answer.body(found)["comune"]["qualita_piogge"] == "row_replaced"


def test_sound_rainfall_is_secondary_and_keeps_quiet() -> None:
    found = ask()
    assert found.rain is not None
    assert found.rain.a.status is Status.SECONDARIO
    assert not any("difettose" in notice for notice in found.notices)


def test_a_critical_duration_outside_the_curve_says_that_it_is_extrapolated() -> None:
    assert any("estrapolata" in notice for notice in ask(limit_l_s=1.0).notices)
    assert not any("estrapolata" in notice for notice in ask().notices)


def test_the_regulation_that_was_not_read_is_named_in_every_answer() -> None:
    assert all(
        "R.R. 3/2025" in ask(**changes).notices[0] for changes in ({}, {"area": "C"}, {"limit_l_s": 1.0})
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"total_m2": None}, "--superficie-m2"),
        ({"total_m2": 9100.0}, "sommano 9.000"),
        ({"surfaces_m2": {}}, "sommano 0 m²"),
        ({"surfaces_m2": {"cemento": 9000.0}}, "«cemento» non è prevista"),
        ({"comune": None}, "--area A, B o C"),
        ({"comune": "15146"}, "sei cifre"),
        ({"comune": "058091"}, "non è nell'elenco"),
        ({"area": "D"}, "A .alta., B .media. o C"),
        ({"a_mm": 30.0}, "manca --n"),
        ({"n": 0.3}, "manca --a"),
        ({"a_mm": 30.0, "n": 3.0}, "compreso tra 0 e 1"),
        ({"comune": None, "area": "A"}, "indicare --a e --n"),
        ({"return_period_year": 1.0}, "maggiore di 1"),
        ({"limit_l_s": 0.0}, "maggiore di zero"),
        ({"coefficient_p": 1.2}, "non oltre 1"),
        ({"total_m2": 9000.0, "surfaces_m2": {"esclusa": 9000.0}}, "almeno una superficie"),
    ],
)
def test_a_question_that_cannot_be_answered_says_what_to_do(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(TramaError, match=sentence) as raised:
        ask(**changes)
    assert raised.value.exit_code == 2
    assert raised.value.text("en") != raised.value.text("it")


def test_a_day_before_the_regulation_is_refused_with_the_day_from_which_it_holds() -> None:
    with pytest.raises(NotInForce, match="2019-04-25"):
        assess(BOOK, date(2018, 1, 1), Question(9000.0, SURFACES, comune="015146"))


@given(
    st.floats(50, 300_000),
    st.floats(0, 1),
    st.sampled_from(["A", "B", "C"]),
    st.floats(20, 80),
    st.floats(0.2, 0.5),
)
def test_the_volume_is_never_below_the_minimum_nor_below_the_method(
    total_m2: float, sealed_share: float, area: str, a_mm: float, n: float
) -> None:
    surfaces = {"impermeabile": total_m2 * sealed_share, "permeabile": total_m2 * (1 - sealed_share)}
    found = ask(total_m2=total_m2, surfaces_m2=surfaces, comune=None, area=area, a_mm=a_mm, n=n)
    assert found.volume_m3 >= found.minimum_m3
    assert found.volume_m3 >= (found.result.node.value or 0)
    assert found.volume_m3 > 0


@given(st.floats(301, 9_999), st.floats(0.05, 0.9), st.floats(0.01, 0.09))
def test_more_sealing_never_asks_less_within_a_class(total_m2: float, share: float, more: float) -> None:
    volumes = []
    for sealed in (share, share + more):
        surfaces = {"impermeabile": total_m2 * sealed, "permeabile": total_m2 * (1 - sealed)}
        volumes.append(ask(total_m2=total_m2, surfaces_m2=surfaces))
    if volumes[0].method == volumes[1].method:
        assert volumes[1].volume_m3 >= volumes[0].volume_m3
