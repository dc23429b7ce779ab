"""No cell of a file of ours runs as a formula, and no number stops being one."""

from __future__ import annotations

import ast
import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trama.kernel.spreadsheet import cell, guarded, to_csv, unguarded

SOURCES = Path(__file__).resolve().parents[2] / "src" / "trama"
MACHINES = {"kernel/spreadsheet.py", "sources/fetch/arcgis.py", "analyses/rasters/outputs.py"}
"""The helper itself, a file that Trama reads back, and the zones as InVEST writes them, with the guard."""


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_text_that_begins_as_a_formula_is_kept_as_text(begins: str) -> None:
    assert cell(f"{begins}SUM(A1:A9)") == f"'{begins}SUM(A1:A9)"


@pytest.mark.parametrize("text", ["-", "-12", "-12,5", "+3", "-1.234,56", "-1234.5", "Rho", "a=1", ""])
def test_numbers_and_plain_text_are_left_as_they_are(text: str) -> None:
    assert cell(text) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_reads_back_the_same_number(value: float) -> None:
    assert float(cell(value).replace(",", ".")) == value


@given(st.text())
def test_no_text_begins_as_a_formula_unless_it_is_a_number(text: str) -> None:
    written = cell(text)
    if written[:1] in set("=+-@\t\r\n"):
        assert written == "-" or float(written.replace(".", "").replace(",", ".")) is not None


@given(st.text(alphabet="'=+-@|\t\n 1,.a＝\u00a0", max_size=6))
def test_what_was_guarded_comes_back_and_two_texts_never_become_one(text: str) -> None:
    assert unguarded(guarded(text)) == text


def test_significant_digits_round_without_exponents() -> None:
    assert [cell(v, significant=3) for v in (1234567.0, 0.00012345, -2.5)] == ["1234567", "0,000123", "-2,5"]


def test_a_table_reads_back_row_by_row() -> None:
    text = to_csv(["nome", "v"], [["a;b", 1.5], ['"x"', None], ["due\nrighe", -3]])
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))
    assert rows == [["nome", "v"], ["a;b", "1,5"], ['"x"', ""], ["due\nrighe", "-3"]]


def test_every_csv_for_people_is_written_here() -> None:
    """A writer of its own would leave the guard out; those for machines are listed above."""
    found = set()
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and ast.unparse(node) in {"csv.writer", "csv.DictWriter"}:
                found.add(path.relative_to(SOURCES).as_posix())
    assert found == MACHINES


@pytest.mark.parametrize(
    "text",
    ["  =1+1", " @SUM(1)", "\u00a0-cmd|'x'!A0", "＝1+1", "＋1", "－a", "＠a", " ＝1", "|calc", "' =1+1"],
)
def test_a_formula_behind_spaces_or_in_full_width_is_guarded(text: str) -> None:
    assert guarded(text) == f"'{text}"
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", [" Rho", "a = b", "Rho|Pero", "' Ndrangheta", " -12,5"])
def test_what_no_spreadsheet_runs_is_left_as_it_is(text: str) -> None:
    assert guarded(text) == text
