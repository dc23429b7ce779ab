"""The atlas on screen: list, filters, a sheet, papers; a missing datum is said, never zero."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.test import Client, RequestFactory

from tests.fixtures_lum import FS, LEVANTE, MEZZO
from trama.apps.conoscere.lum.files import atlas_pdf
from trama.kernel.units import joined
from trama.lake import Lake

ATLAS = "/conoscere/lum"


def text(site: Client, address: str) -> str:
    answer = site.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {MEZZO, FS}),
        ("?livello=M", {MEZZO}),
        (f"?comune={LEVANTE}", {FS}),
        ("?completezza=scarsa", {MEZZO, FS}),
        ("?completezza=completa", set()),
        (f"?livello=M&comune={LEVANTE}", set()),
    ],
)
def test_the_list_keeps_what_is_asked(site: Client, query: str, shown: set[str]) -> None:
    page = text(site, ATLAS + query)
    assert {code for code in (MEZZO, FS) if f'href="/conoscere/lum/{code}"' in page} == shown
    shapes = json.loads(site.get(f"{ATLAS}/forme.geojson{query}").content)
    assert {one["properties"]["codice"] for one in shapes["features"]} == shown


def test_the_sheet_shows_both_levels_and_says_what_nobody_knows(site: Client) -> None:
    page = text(site, f"{ATLAS}/{MEZZO}")
    assert "non scritto" in page  # in the plan
    assert "fermata della metropolitana" in page
    assert joined("35 %") in page  # reached on foot
    assert "oltre i binari" in page
    assert "fonte parziale" in page
    assert page.count("Perché?") >= 10
    assert "dati sintetici" in page
    assert "valore non ufficiale" in page
    english = Client(HTTP_HOST="localhost")
    english.post("/i18n/setlang/", {"language": "en", "next": "/"})
    sheet = text(english, f"{ATLAS}/{MEZZO}")
    assert "Who is there, and what is reached" in sheet
    assert "Level M," in sheet


def test_what_is_missing_is_said_in_words(site: Client) -> None:
    page = text(site, f"{ATLAS}/{FS}")
    assert "dato mancante" in page
    assert "Posti bici" in page


def test_every_why_of_a_sheet_opens(site: Client) -> None:
    import re

    page = text(site, f"{ATLAS}/{MEZZO}")
    steps = set(re.findall(r'data-why href="([^"]+)"', page))
    assert len(steps) >= 9
    for address in steps:
        assert site.get(address.replace("&amp;", "&")).status_code == 200, address


def test_papers_are_handed_over(site: Client) -> None:
    for address in (f"{ATLAS}/{MEZZO}/scheda.pdf", f"{ATLAS}/atlante.pdf"):
        answer = site.get(address)
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF-1.7")


def test_a_lum_that_is_not_there_is_a_page_that_says_so(site: Client) -> None:
    answer = site.get(f"{ATLAS}/015002-nulla")
    assert answer.status_code == 404
    assert "015002-nulla" in answer.content.decode()


def test_without_an_atlas_the_page_offers_to_compute_it(site: Client, lake: Lake) -> None:
    for layer in ("lum", "lum_cerchi", "lum_pedonali", "lum_funzioni"):
        (lake.root / layer).rename(lake.root.parent / layer)
    page = text(site, ATLAS)
    assert "Calcola l&#x27;atlante" in page or "Calcola l'atlante" in page
    assert site.get(f"{ATLAS}/{MEZZO}").status_code == 503


def test_the_whole_atlas_asked_twice_at_once_is_laid_out_once(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[float] = []

    def slow(*_args: Any, **_kwargs: Any) -> bytes:
        made.append(time.monotonic())
        time.sleep(0.3)
        return b"%PDF-"

    monkeypatch.setattr("trama.apps.conoscere.lum.files.render_atlas", slow)
    asked = RequestFactory().get(f"{ATLAS}/atlante.pdf")
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(atlas_pdf, [asked] * 3))
    assert [answer.content for answer in answers] == [b"%PDF-"] * 3
    assert len(made) == 1


def test_a_table_that_is_not_there_is_refused_with_those_that_are(site: Client) -> None:
    answer = site.get(f"{ATLAS}/atlante.csv?tabella=fermate")
    assert answer.status_code == 400
    assert "scegliere tra lum, " in answer.content.decode()
