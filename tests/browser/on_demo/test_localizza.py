"""A place for a service judged on the map: point, area, coordinates, answers, documents. Real browser."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pypdf

from tests.browser.conftest import axe, drawn, picture

ROOM = "/riconoscere/localizza/"
SITE = f"{ROOM}?voce=SAN.POL&lon=9.2146&lat=45.5373"


def judged(page) -> None:
    page.locator("[data-documents]").wait_for()
    drawn(page)


def test_from_the_home_to_the_outcome_of_a_point(page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Dove mettere un servizio").click()
    drawn(page)
    assert "Scegliere il servizio" in page.locator("#esito").inner_text()
    page.get_by_label("Quale servizio").select_option("SAN.POL")
    page.get_by_role("button", name="Segna un punto").click()
    page.locator("#map canvas").press("Enter")
    judged(page)
    outcome = page.locator("#esito")
    assert "valore non ufficiale" in outcome.inner_text()
    assert "dati sintetici" in outcome.inner_text()
    assert re.search(r"voce=SAN.POL&lon=9\.\d+&lat=45\.\d+", page.url)
    for name in ("A1", "A2", "B1", "B2"):
        row = page.locator(f"[data-item={name}]")
        assert "STTM 2" in row.inner_text() or "l.r. 31/2014" in row.inner_text()
        assert row.get_by_role("link", name="Perché?").count() == 1
    page.locator("[data-item=A2]").get_by_role("link", name="Perché?").click()
    drawer = page.get_by_role("dialog", name="Perché questo numero")
    drawer.get_by_role("heading", level=2).wait_for()
    assert "Residenti che arrivano a piedi" in drawer.inner_text()


def test_answers_complete_the_outcome_and_say_what_would_raise_it(page) -> None:
    page.goto(SITE)
    judged(page)
    assert "Mancano 2 risposte" in page.locator("#esito").inner_text()
    page.locator("[data-item=A3]").get_by_text("Rete ciclabile entro 200 m").click()
    page.locator("[data-item=C1] [data-number]").fill("45")
    page.locator("[data-outcome]:not([data-outcome=non_valutabile])").wait_for()
    assert "Che cosa alzerebbe l'esito" in page.locator("[data-piece^=dettaglio]").inner_text()
    before = page.locator("[data-figure=risposta]").inner_text()
    page.reload()  # nothing is kept on the server, and nothing said in this window is lost
    judged(page)
    page.locator("[data-figure=risposta]").wait_for()
    assert page.locator("[data-figure=risposta]").inner_text() == before
    picture(page, "localizza", full=True)

    with page.expect_download() as waiting:
        page.get_by_role("button", name="Scarica il giudizio in PDF").click()
    body = Path(waiting.value.path()).read_bytes()
    text = " ".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(body)).pages)
    assert before.split()[0] in text
    with page.expect_download() as waiting:
        page.get_by_role("button", name="JSON").click()
    assert json.loads(Path(waiting.value.path()).read_bytes())["voce"] == "SAN.POL"


def test_a_point_by_coordinates_and_bad_ones_said_beside_the_field(page, provoked: list[str]) -> None:
    provoked += ["400"]
    page.goto(ROOM)
    drawn(page)
    page.get_by_label("Quale servizio").select_option("SAN.POL")
    page.get_by_role("button", name="File o coordinate").click()
    page.get_by_label("Un punto: due coordinate").fill("qui")
    page.get_by_role("button", name="Usa questo punto").click()
    page.locator("[data-spot-error]", has_text="due numeri").wait_for()
    page.get_by_label("Un punto: due coordinate").fill("9,2146 45,5373")
    page.get_by_role("button", name="Usa questo punto").click()
    judged(page)
    page.get_by_role("button", name="File o coordinate").click()
    page.get_by_label("Un punto: due coordinate").fill("2,35 48,85")
    page.get_by_role("button", name="Usa questo punto").click()
    page.locator("[data-spot-error]", has_text="territorio").wait_for()
    judged(page)  # the place put before stays, with what was said of it


def test_an_area_drawn_takes_the_place_of_the_point(page) -> None:
    page.goto(SITE)
    judged(page)
    assert "un quadrato intorno al punto" in page.locator("[data-piece^=luogo]").inner_text()
    page.get_by_role("button", name="File o coordinate").click()
    page.get_by_label("Oppure coordinate, un vertice per riga").fill(
        "9,2140 45,5370\n9,2160 45,5370\n9,2160 45,5384\n9,2140 45,5384"
    )
    page.get_by_role("button", name="Usa quest'area").click()
    page.get_by_text("un quadrato intorno al punto").wait_for(state="detached")
    assert "lon=" not in page.url
    assert page.locator(".site-pin").count() == 0


def test_the_page_is_clean_for_axe_in_both_languages_at_the_desk_and_on_a_phone(page, phone) -> None:
    for one in (page, phone):
        for address in (ROOM, SITE):
            one.goto(address)
            drawn(one)
            if address == SITE:
                judged(one)
            assert axe(one) == []
            assert one.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto(ROOM)
    page.get_by_role("button", name="English").or_(page.get_by_role("link", name="English")).click()
    drawn(page)
    assert page.get_by_role("button", name="Mark a point").count() == 1
    assert axe(page) == []
