"""The page on answers is true: its example is read, and every key of it is one the sheet asks."""

from __future__ import annotations

import re
from pathlib import Path

from trama.norms import load_book
from trama.norms.answers import Answer, resolve
from trama.sources.answers import read_answers

PAGE = Path(__file__).resolve().parents[2] / "docs" / "answers.md"


def test_the_example_of_the_page_is_taken_by_the_sheet() -> None:
    text = re.search(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)[1]
    book = load_book()
    sheet = book.sheets["scheda_drenaggio"]
    given = read_answers(text, "answers.md", [*sheet.criteria, *sheet.questions])
    for key, answer in given.items():
        item = sheet.criteria.get(key) or sheet.questions[key]
        table = getattr(getattr(item, "scores", None), "table", None)
        options = book.parameters[f"{sheet.path}/{table}"].values[-1].value if table else None
        node = resolve(key, item, None, Answer(answer.value, answer.motivo), options)
        assert node.value is not None
    assert given["A2"].motivo
