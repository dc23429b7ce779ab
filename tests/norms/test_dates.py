"""The whole norm set is loaded and evaluated on both sides of every date on which any value changes."""

from __future__ import annotations

from datetime import date

import pytest

from trama.kernel.trace import Node
from trama.norms import load_book
from trama.norms.answers import Answer
from trama.norms.errors import NotInForce
from trama.norms.evaluation import evaluate

BOOK = load_book()


@pytest.mark.parametrize("day", BOOK.change_days(), ids=str)
def test_every_parameter_is_in_force_or_says_why_not_on(day: date) -> None:
    for parameter in BOOK.parameters.values():
        if parameter.values and parameter.values[0].since <= day:
            in_force = parameter.at(day)
            assert in_force.since <= day
            assert in_force.citation.act
        else:
            with pytest.raises(NotInForce, match=r"Indicare un giorno|deve caricarne"):
                parameter.at(day)


@pytest.mark.parametrize("day", BOOK.change_days(), ids=str)
@pytest.mark.parametrize("sheet", BOOK.sheets.values(), ids=lambda sheet: sheet.id)
def test_every_sheet_evaluates_or_says_what_to_do_on(sheet: object, day: date) -> None:
    case = next(case for case in BOOK.cases if case.path == sheet.path)
    measures = {name: Node(name, name, value) for name, value in case.given["measures"].items()}
    answers = {key: Answer(value) for key, value in case.given["answers"].items()}
    starts = max(BOOK.parameters[f"{sheet.path}/{table}"].values[0].since for table in sheet.tables())
    if day < starts:
        with pytest.raises(NotInForce, match="Indicare un giorno da quella data"):
            evaluate(BOOK, sheet, day, measures, answers)
    else:
        assert evaluate(BOOK, sheet, day, measures, answers).outcome in sheet.outcome_labels


def test_every_value_has_an_act_and_every_working_value_says_it_is_one() -> None:
    for parameter in BOOK.parameters.values():
        for dated in parameter.values:
            assert dated.citation.act, parameter.path
            if "valore di lavoro" in dated.citation.act:
                assert not dated.status.official, parameter.path
