"""The examples that the README names are read by the program as they are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from trama.analyses.siting.criteria import criteria_of
from trama.norms import load_book
from trama.sources.answers import read_answers_file
from trama.sources.interventions import read_intervention

PROJECT = Path(__file__).resolve().parents[2]
EXAMPLES = PROJECT / "docs" / "examples"


@pytest.mark.parametrize("page", ["README.md", "README.it.md"])
def test_every_example_of_the_readme_exists(page: str) -> None:
    named = re.findall(r"docs/examples/[\w.-]+", (PROJECT / page).read_text(encoding="utf-8"))
    assert named
    assert all((PROJECT / one).is_file() for one in named)


def test_the_example_area_reads_with_its_solutions() -> None:
    read = read_intervention(EXAMPLES / "car-park.geojson")
    assert {one.id for one in read.tipologie} == {"permeable_paving", "rain_garden"}


@pytest.mark.parametrize(
    ("sheet_id", "file", "asked"),
    [
        ("scheda_drenaggio", "answers.yaml", {"B1", "C3", "C5", "C6"}),
        ("scheda_isola_calore", "answers-heat.yaml", {"B1", "C4", "C5", "C6", "tetti"}),
    ],
)
def test_the_example_answers_are_of_the_sheet(sheet_id: str, file: str, asked: set[str]) -> None:
    sheet = load_book().sheets[sheet_id]
    known = [*sheet.criteria, *sheet.questions]
    assert set(read_answers_file(EXAMPLES / file, known)) == asked


def test_the_example_answers_are_of_the_siting_criteria() -> None:
    sheet = criteria_of(load_book())
    read = read_answers_file(EXAMPLES / "answers-siting.yaml", [*sheet.criteria, *sheet.questions])
    assert set(read) == {"A3", "C1", "aperto_la_sera", "traffico"}
