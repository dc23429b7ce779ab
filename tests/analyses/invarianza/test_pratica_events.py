"""What the works are asked to hold, what they hold, what runs over; which volume must be empty in time."""

from __future__ import annotations

import io
import re

import pypdf
import pytest
from tests.analyses.invarianza.test_pratica import TANK, outcome, sentence, state

from trama.analyses.invarianza.answer import lines
from trama.analyses.invarianza.pratica.answer import body
from trama.analyses.invarianza.pratica.document import drawing, render_pdf, settled
from trama.analyses.invarianza.pratica.summary import summary
from trama.kernel.units import joined

SMALL = {**TANK, "larghezza_m": 16}
"""640 m³ below the freeboard, 704 to the brim: less than is due."""
SLOW = {"tipo": "costante", "portata_l_s": 7}
"""Less than the 8 l/s allowed: D_w = (7/(2.78·0.8·61.43·.3006))^(1/−.6994) = 12.55 h, W_0 = 735.0 m³."""


def test_what_the_works_cannot_hold_runs_over_and_is_said_alike_everywhere() -> None:
    found = outcome(scarico=SLOW, opere=[SMALL])
    design = body(found)["eventi"]["progetto"]
    figures = ("volume_massimo_m3", "volume_invasato_m3", "volume_traboccato_m3")
    assert [design[key] for key in figures] == pytest.approx([735.0, 704.0, 31.0], abs=0.05)
    said = "Servirebbero 735,0 m³: se ne invasano 704,0 m³, fino al bordo, e 31,0 m³ traboccano"
    assert joined(said) in joined(sentence(found, "evento_progetto"))
    (row,) = (row["valore"] for row in summary(found) if row["nome"] == "Evento di progetto")
    assert joined("servirebbero 735,0 m³: 704,0 m³ invasati, 31,0 m³ traboccano") in joined(row)
    assert joined("fino a 704,0 m³, il bordo; 31,0 m³ traboccano") in joined(
        drawing(found.found)["didascalia"]
    )
    step = found.trace().root.find("evento_progetto/trabocca")
    assert step is not None
    assert step.value == pytest.approx(31.0, abs=0.05)
    printed = pypdf.PdfReader(io.BytesIO(render_pdf(found))).pages
    text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in printed))
    assert "735,0 m³ 704,0 m³ 31,0 m³" in text


def test_what_stays_below_the_brim_does_not_run_over() -> None:
    design = body(outcome(scarico=SLOW))["eventi"]["progetto"]
    assert (design["volume_traboccato_m3"], design["volume_invasato_m3"]) == (0, design["volume_massimo_m3"])
    above = outcome(scarico=SLOW, opere=[{**TANK, "larghezza_m": 18}])  # 720 m³, 792 to the brim
    assert "oltre il franco e sotto il bordo" in sentence(above, "evento_progetto")
    assert "traboccano" not in drawing(above.found)["didascalia"]


def test_the_volume_that_lacks_is_the_greater_and_says_why() -> None:
    both = outcome(scarico=SLOW, opere=[SMALL])
    assert joined("Mancano 95,0 m³ (54,0 m³ al volume dovuto)") in joined(sentence(both, "volume"))
    assert joined("escono 7,00 l/s su 8,00 l/s ammessi") in joined(sentence(both, "volume"))
    assert "più costante" not in sentence(both, "evento_progetto")
    assert "più vicino al limite" in sentence(both, "evento_progetto")
    enough = outcome(scarico=SLOW, opere=[{**TANK, "larghezza_m": 18}])
    assert (state(enough, "volume"), state(enough, "evento_progetto")) == ("rispettata", "non_rispettata")
    assert "non all'evento di progetto" in sentence(enough, "volume")
    at_the_limit = outcome(opere=[SMALL])
    assert not at_the_limit.found.event_governs
    assert joined("Mancano 54,0 m³.") in joined(sentence(at_the_limit, "volume"))
    assert "vicino al limite" not in sentence(at_the_limit, "evento_progetto")
    opening = outcome(scarico={"tipo": "luce", "diametro_mm": 51})
    assert "meno finché si riempiono" in sentence(opening, "evento_progetto")


def test_five_equal_rows_are_a_sentence_and_those_that_differ_are_a_table() -> None:
    same, other = (body(outcome(scarico=law)) for law in (SLOW, {"tipo": "luce", "diametro_mm": 51}))
    assert joined("e 1600 passi nell'evento il volume da invasare è lo stesso: 735,0 m³") in joined(
        settled(same["convergenza"])
    )
    assert settled(other["convergenza"]) == ""
    assert settled([]) == ""


def test_a_water_table_nobody_gave_is_only_missing() -> None:
    for told, wanted in (
        ({}, "Falda dato mancante "),
        ({"soggiacenza_falda_m": 3}, "3,00 m dal piano di campagna; senza fonte"),
    ):
        printed = pypdf.PdfReader(io.BytesIO(render_pdf(outcome(terreno=told)))).pages
        text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in printed))
        assert wanted in text
        assert "dato mancante dal piano" not in text


def test_two_levels_near_each_other_keep_their_labels_apart() -> None:
    svg = drawing(outcome(scarico=SLOW, opere=[SMALL]).found)["svg"]
    heights = [
        float(height)
        for height in re.findall(r'y="([\d.]+)" text-anchor="end" fill="#[0-9a-f]+">(?:franco|volume)', svg)
    ]
    assert len(heights) == 2
    assert abs(heights[0] - heights[1]) >= 3  # the letters are 3.1 high


def test_what_must_be_empty_in_time_is_the_volume_due_whatever_the_works_hold() -> None:
    small, large = outcome(scarico=SLOW, opere=[SMALL]), outcome(scarico=SLOW)
    for found in (small, large):  # 694.03 m³ at 7 l/s
        assert found.found.emptying is not None
        assert found.found.emptying.time_h == pytest.approx(694.03 / (3.6 * 7), abs=0.01)
        assert joined("694,0 m³ dovuti") in joined(sentence(found, "svuotamento"))
    (row,) = (row["valore"] for row in summary(small) if row["nome"] == "Svuotamento")
    assert joined("per i 694,0 m³ dovuti") in joined(row)
    limit = dict(lines(small.found.assessment))["Svuotamento alla portata limite"]
    assert joined(limit) == joined("24,1 h, 694,0 m³ a 8,00 l/s")
