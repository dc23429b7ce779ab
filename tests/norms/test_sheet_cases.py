"""The worked cases that stand beside each sheet come out as computed by hand."""

from __future__ import annotations

import pytest

from trama.kernel.trace import Node, Trace
from trama.norms import load_book
from trama.norms.answers import Answer
from trama.norms.book import Case
from trama.norms.evaluation import Evaluation, evaluate

BOOK = load_book()
SHEETS = {sheet.path: sheet for sheet in (*BOOK.sheets.values(), *BOOK.sitings.values())}
CASES = [case for case in BOOK.cases if case.path in SHEETS]


def evaluate_case(case: Case, **changes: object) -> Evaluation:
    measures = {
        name: Node(name, name, value) for name, value in {**case.given["measures"], **changes}.items()
    }
    answers = {key: Answer(value) for key, value in case.given["answers"].items()}
    return evaluate(BOOK, SHEETS[case.path], case.day, measures, answers)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case) -> None:
    result = evaluate_case(case)
    first = result.conclusions[0]
    found = {
        "outcome": result.outcome,
        "score": first.score,
        "required": first.required,
        **{part: result.root.find(part).value for part in result.sheet.parts},
        **{key: criterion.points.value for key, criterion in result.criteria.items()},
    }
    for name, expected in case.expect.items():
        if isinstance(expected, str):
            assert found[name] == expected
        else:
            assert found[name] == pytest.approx(expected, abs=case.tolerance or 1e-9), name


def test_the_tree_holds_the_very_numbers_of_the_result() -> None:
    result = evaluate_case(CASES[0])
    trace = Trace("scheda", result.day, result.root, "prova")
    read_back = Trace.from_json(trace.to_json())
    assert read_back == trace
    assert read_back.id == trace.id
    assert result.root.find("A/A2").value == result.criteria["A2"].points.value
    assert result.root.find("response_against_required/risposta").value == result.conclusions[0].score


def test_every_unofficial_value_is_listed() -> None:
    trace = Trace("scheda", CASES[0].day, evaluate_case(CASES[0]).root, "prova")
    paths = {use.path for use in trace.unofficial()}
    assert any(path.endswith("/pesi") for path in paths)
    assert any("punteggi_b1[depavimentazione]" in path for path in paths)


def test_what_would_raise_the_outcome_comes_largest_gain_first() -> None:
    """Corsico: C1 at 2 points of 5 weighs .5*.3, so it could add .45; nothing could add more."""
    improvements = evaluate_case(CASES[0]).conclusions[0].improvements
    assert improvements[0].criterion == "C1"
    assert improvements[0].gain == pytest.approx(0.45)
    assert improvements[0].outcome == "ottima"
    assert [i.gain for i in improvements] == sorted((i.gain for i in improvements), reverse=True)
    assert not any(i.criterion.startswith("A") for i in improvements)


def test_the_shake_of_the_weights_is_repeatable_and_its_shares_sum_to_one() -> None:
    first, second = (evaluate_case(CASES[0]).conclusions[0].stability for _ in range(2))
    assert first == second
    assert sum(first.outcomes.values()) == pytest.approx(1)
    assert first.draws == 1000


def test_a_missing_measure_makes_the_outcome_unknown_but_bounded() -> None:
    result = evaluate_case(CASES[0], **{"luogo.idren": None})
    assert result.outcome == "non_valutabile"
    assert result.missing == ("A2",)
    assert result.root.find("A").value is None
    assert result.sheet.outcomes.index(result.conclusions[0].at_worst) <= result.sheet.outcomes.index(
        result.conclusions[0].at_best
    )
