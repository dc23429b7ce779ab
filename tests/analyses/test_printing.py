"""Printing: no character that a person can type stops a document, and none disappears in silence."""

from __future__ import annotations

import io
import time
from datetime import date

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trama.analyses import printing
from trama.kernel.units import joined

DAY = date(2026, 11, 21)


def words(*names: str) -> str:
    data = {"righe": [{"nome": name, "valore": 12} for name in names]}
    paper = printing.printed("tests.analyses", "words.typ", data, DAY)
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(paper)).pages)


@pytest.mark.parametrize(
    ("name", "seen", "said"),
    [
        ("Parco 🌧", "Parco □", "U+1F327 (cloud with rain): al suo posto"),
        ("漢字", "□□", "U+5B57, U+6F22: al loro posto"),
        ("สวน", "□□□", "(thai character no nu)"),
        ("Area \ue000", "Area □", "U+E000"),
        ("Famiglia 👨\u200d👩\u200d👧", "□", "U+1F467 (girl)"),
        ("metà \ud83d", "metà □", "U+D83D"),
    ],
)
def test_what_no_font_draws_is_a_square_and_is_named(name: str, seen: str, said: str) -> None:
    text = words(name)
    assert seen in text
    assert said in " ".join(text.split())


@pytest.mark.parametrize(
    "name", ["Città di Baranzate", "A→B ≥ 5 m²", "Парк", "Πάρκο", "Škofja Łódź ő ș", "☂ ✓"]
)
def test_what_a_font_draws_stays_and_nothing_is_said(name: str) -> None:
    text = words(name)
    assert joined(name) in text
    assert "non disegnano" not in text


@pytest.mark.parametrize("name", ["a\x00b\x07", "a\ufeffb", "a\u200bb", "x\ufe0fy", "\u202eabc"])
def test_what_has_no_shape_goes_without_a_word(name: str) -> None:
    assert "non disegnano" not in words(name)


def test_the_plain_letters_are_all_drawn_by_the_fonts() -> None:
    plain = [chr(code) for first, last in printing._PLAIN for code in range(first, last + 1)]
    assert printing._draws(" ".join([*plain, *printing._SIGNS]))


def test_a_document_in_another_script_is_printed_in_little_time() -> None:
    began = time.monotonic()
    text = words("".join(chr(code) for code in range(0x4E00, 0x4E00 + 5000)))
    assert "e altri 4988" in text
    assert time.monotonic() - began < 20


@settings(max_examples=20, deadline=None)
@given(st.text(min_size=1, max_size=12))
def test_no_text_stops_a_document(name: str) -> None:
    assert "Prova" in words(name)
