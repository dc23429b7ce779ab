"""The file on paper, whatever letters its people and works are written in."""

from __future__ import annotations

import io

import pypdf
from tests.analyses.invarianza.test_pratica import HECTARE, TANK, outcome

from trama.analyses.invarianza.pratica.document import render_pdf


def test_names_in_another_script_are_printed_as_squares_and_named_at_the_foot() -> None:
    found = outcome(
        intervento={**HECTARE, "nome": "Parco 🌧"},
        opere=[{**TANK, "nome": "漢字"}],
        committente={"nome": "ไทย"},
    )
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(render_pdf(found))).pages]
    assert "Parco □" in pages[0]
    assert "cloud with rain" in pages[0]
    assert "U+6F22" in pages[0]
    assert "□□\n" in "".join(pages)
