"""The page that says which values are official is the one the norms generate."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from trama.norms import load_book
from trama.norms.status import standing, status_page

PAGE = Path(__file__).resolve().parents[2] / "docs" / "norms-status.md"


def test_the_committed_page_is_the_generated_one() -> None:
    text = PAGE.read_text(encoding="utf-8")
    day = date.fromisoformat(re.search(r"as in force on (\S+)\.", text)[1])
    assert text == status_page(load_book(), day), "run: trama norms status --write docs/norms-status.md"


def test_a_parameter_before_its_first_day_is_listed_as_not_in_force() -> None:
    rows = {row.parameter.path: row for row in standing(load_book(), date(2000, 1, 1))}
    assert rows["sttm1/scheda_drenaggio/pesi"].status is None
    assert len(rows) == len(load_book().parameters)
