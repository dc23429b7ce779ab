"""Journey J1: the car park of Cormano, from the search of a comune to the PDF, in a real browser.

It runs on the demonstration territory, built here as `make build-demo` builds it, and leaves the picture that
the README opens with.
"""

from __future__ import annotations

import io
import json
import re
from contextlib import closing
from pathlib import Path

import pypdf

from tests.browser.conftest import PROJECT, axe, drawn, picture
from tests.browser.on_demo.hand import find_cormano
from trama.kernel.units import format_number, joined

VALUTA = "/riconoscere/valuta"
PICTURE = PROJECT / "docs" / "images" / "valuta.png"
CORNERS = ((-78, -57), (76, -62), (84, 54), (-70, 62))
OUTCOMES = {"Insufficiente", "Sufficiente", "Buona", "Ottima"}
REASON = "Rilievo del 12 marzo: metà del piazzale è ghiaia."
WATER, HEAT = "scheda_drenaggio", "scheda_isola_calore"
SHORT = {WATER: "drenaggio", HEAT: "isola-calore"}
PLACE = f"[data-piece='luogo/{WATER}']"
ANSWERS = {
    WATER: {
        "B1": ("radio", "Depavimentazione o rinaturazione"),
        "C6": ("radio", "Piano con risorse stanziate"),
        "C5": ("checkbox", "Accesso pubblico"),
    },
    HEAT: {
        "B1": ("radio", "Depavimentazione con alberi"),
        "C4": ("checkbox", "Irrigazione con acqua non potabile"),
        "C6": ("radio", "Piano con risorse stanziate"),
        "tetti": ("radio", "No"),
    },
}


def saved(page) -> None:
    """Wait until what was written is with the server, and its answer on the page."""
    page.wait_for_timeout(700)
    page.locator("[data-save-state]").get_by_text("Salvata alle").or_(
        page.locator("[data-save-state]", has_text="Salvata alle")
    ).first.wait_for()


def draw(page) -> None:
    """Draw a car park of about a hectare in the middle of the map."""
    page.get_by_role("button", name="Disegna l'area").click()
    box = page.locator("#map").bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for right, down in (*CORNERS, CORNERS[0]):
        page.mouse.click(middle[0] + right, middle[1] + down)
        page.wait_for_timeout(320)
    page.locator(f"{PLACE} .facts").wait_for()


def add_solution(page, words: str, name: str, quantity: str) -> None:
    catalogue = page.locator("[data-catalogue]")
    if catalogue.get_attribute("open") is None:
        catalogue.locator("summary").click()
    catalogue.get_by_label("Cerca nel catalogo").fill(words)
    catalogue.get_by_role("button", name=f"Aggiungi {name}", exact=True).click()
    page.keyboard.type(quantity)


def show_sheet(page, sheet: str) -> None:
    page.locator(f"[data-show-sheet={sheet}]").click()
    assert page.locator(f"[data-show-sheet={sheet}]").get_attribute("aria-pressed") == "true"


def answer_all(page, sheet: str) -> None:
    for key, (role, name) in ANSWERS[sheet].items():
        page.locator(f"#voce-{SHORT[sheet]}-{key}").get_by_role(role, name=name).check()


def answer_heat(page) -> None:
    show_sheet(page, HEAT)
    answer_all(page, HEAT)
    page.locator("#voce-isola-calore-C5 [data-number]").fill("35")


def answer_everything(page) -> None:
    show_sheet(page, WATER)
    answer_all(page, WATER)
    shares = page.locator("#voce-drenaggio-C3")
    shares.locator("[data-share=infiltrazione]").fill("70")
    shares.locator("[data-share=riuso]").fill("30")


def figures(answer: dict) -> list[str]:
    """Every figure of the outcome as people read it."""
    criteria = [row for part in answer["parti"].values() for row in part["criteri"].values()]
    return [
        format_number(answer["area_m2"], "m2"),
        format_number(answer["esito"]["punteggio"], "point"),
        format_number(answer["esito"]["richiesto"], "point"),
        *(format_number(part["punti"], "point") for part in answer["parti"].values()),
        *(format_number(row["punti"], "point") for row in criteria if row.get("si_applica", True)),
        *(format_number(row["valore"], row["unita"]) for row in answer["luogo"] if _is_number(row["valore"])),
    ]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def test_the_car_park_of_cormano(page) -> None:
    find_cormano(page, VALUTA)
    draw(page)
    page.get_by_label("Nome dell'intervento").fill("Parcheggio di via Gramsci")
    place = page.locator(PLACE).inner_text()
    facts = (
        "Cormano",
        "UPA",
        "I-dren",
        "K-dren",
        joined("pioggia estivo (15,0 mm)"),
        "Perché?",
        "dati sintetici",
    )
    for fact in facts:
        assert fact in place
    assert "Non ancora valutabile" in page.locator("#esito").inner_text()

    add_solution(page, "drenante", "Pavimentazione drenante / semipermeabile", "2500")
    add_solution(page, "pluviale", "Giardino pluviale", "1.500")
    page.locator("[data-catalogue] summary").click()
    answer_everything(page)
    page.locator("#voce-drenaggio-A2 [data-override]").click()
    page.keyboard.type("0,45")
    page.locator("#motivo-drenaggio-A2").fill(REASON)
    saved(page)
    outcome = page.locator("#esito [data-outcome]:visible").inner_text()
    assert outcome in OUTCOMES
    page.get_by_role("button", name="valore non ufficiale").click()
    assert "Pesi dei criteri" in page.locator("#non-ufficiali-drenaggio").inner_text()
    page.keyboard.press("Escape")
    original = page.locator("#voce-drenaggio-A2 .replaced").inner_text()
    assert REASON in original

    answer_heat(page)
    saved(page)
    warmth = page.locator("#esito [data-outcome]:visible").inner_text()
    assert warmth in OUTCOMES
    assert outcome in page.locator(f"[data-show-sheet={WATER}]").inner_text()
    place = page.locator(f"[data-piece='luogo/{HEAT}']").inner_text()
    for fact in ("Temperatura notturna", "Anomalia notturna", "70 anni e oltre", "Perché?"):
        assert fact in place
    assert "passa a C1" in page.locator("#voce-isola-calore-C2").inner_text()
    page.evaluate("document.activeElement.blur(), document.getElementById('scheda').scrollTo(0, 0)")
    drawn(page)
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(PICTURE))
    assert PICTURE.stat().st_size < 300_000

    address = page.url
    browser = page.context.browser
    page.close()  # by mistake
    with closing(browser.new_context(locale="it-IT", accept_downloads=True)) as context:
        again = context.new_page()
        again.goto(address)
        again.wait_for_selector("#map[data-ready]")
        assert again.locator("#esito [data-outcome]:visible").inner_text() == warmth
        check_answers(again, HEAT)
        check_documents(again, HEAT)
        show_sheet(again, WATER)
        check_everything_is_there(again, outcome, original)
        check_documents(again, WATER)


def check_answers(page, sheet: str) -> None:
    for key, (role, name) in ANSWERS[sheet].items():
        assert page.locator(f"#voce-{SHORT[sheet]}-{key}").get_by_role(role, name=name).is_checked()


def check_everything_is_there(page, outcome: str, original: str) -> None:
    assert page.get_by_label("Nome dell'intervento").input_value() == "Parcheggio di via Gramsci"
    assert page.locator("#esito [data-outcome]:visible").inner_text() == outcome
    assert page.locator("#voce-drenaggio-A2 .replaced").inner_text() == original
    assert page.locator("#voce-drenaggio-A2 [data-number]").input_value() == "0,45"
    assert page.locator("#q-rain_garden").input_value() == "1.500"
    assert page.locator("#q-permeable_paving").input_value() == "2.500"
    assert page.locator("#voce-drenaggio-C3 [data-share=infiltrazione]").input_value() == "70"
    check_answers(page, WATER)
    assert "m²" in page.locator("[data-size]").inner_text()


def check_documents(page, sheet: str) -> None:
    """The same numbers on the screen, in the JSON and in the PDF of one sheet."""
    with page.expect_download() as given:
        page.get_by_role("link", name="JSON", exact=True).click()
    answer = json.loads(Path(given.value.path()).read_text(encoding="utf-8"))
    with page.expect_download() as given:
        page.get_by_role("link", name=re.compile("^Scarica la Scheda Norma . in PDF$")).click()
    reader = pypdf.PdfReader(io.BytesIO(Path(given.value.path()).read_bytes()))
    printed = re.sub(r"\s+", " ", " ".join(sheet.extract_text() for sheet in reader.pages))
    shown = re.sub(r"\s+", " ", page.locator("#scheda").inner_text())
    for figure in figures(answer):
        assert figure in shown
        assert figure in printed
    assert answer["scheda"]["id"] == sheet
    assert answer["esito"]["testo"] in printed
    assert (REASON.partition(":")[0] in printed) == (sheet == WATER)
    assert answer["trace"] in printed.replace(" ", "")


def moved(page) -> dict[str, float]:
    """What stands where: the page's own scroll and height, the outcome, the heading named by the address."""
    found: dict[str, float] = page.evaluate(
        """() => {
          const of = (query) => document.querySelector(query).getBoundingClientRect();
          return {page: scrollY, spare: document.documentElement.scrollHeight - innerHeight,
                  outcome: of("#esito").top, panel: of("#scheda").top, under: of("#esito").bottom,
                  heading: location.hash ? of(location.hash).top : 0};
        }"""
    )
    return found


def test_a_link_to_a_part_moves_the_sheet_and_never_the_page(page) -> None:
    find_cormano(page, VALUTA)
    draw(page)
    saved(page)
    assert moved(page)["spare"] == 0
    for name in ("Documenti", "Luogo", "Progetto", "Parte C", "Ragioni"):
        page.locator(".steps:visible").get_by_role("link", name=name, exact=True).click()
        now = moved(page)
        assert (now["page"], now["spare"]) == (0, 0)
        assert now["outcome"] == now["panel"]  # nothing scrolls past above it
        assert now["heading"] >= now["under"]
        if name != "Documenti":  # the last cannot come to the top
            assert now["heading"] - now["under"] < 20
    assert moved(page)["under"] < 850 / 3


def test_what_was_said_of_the_solutions_is_there_when_the_page_is_opened_again(page) -> None:
    find_cormano(page, VALUTA)
    draw(page)
    add_solution(page, "pluviale", "Giardino pluviale", "1500")
    add_solution(page, "drenante", "Pavimentazione drenante / semipermeabile", "2.500")
    saved(page)
    notes = page.locator("[data-solution]:visible .chosen-note")
    before = notes.all_inner_texts()
    assert len(before) == 2
    assert joined("trattiene 375,0 m³") in joined(before[0])  # 1.500 m² of 250 litres each
    page.reload()
    page.wait_for_selector("#map[data-ready]")
    assert notes.all_inner_texts() == before
    assert page.locator("#q-rain_garden").input_value() == "1.500"


def test_a_number_explains_itself_in_the_drawer(page) -> None:
    find_cormano(page, VALUTA)
    draw(page)
    saved(page)
    page.get_by_role("link", name="Perché? Indice di superficie drenante del luogo (I-dren)").first.click()
    drawer = page.get_by_role("dialog", name="Perché questo numero")
    drawer.get_by_role("heading", level=2).wait_for()
    assert "Dipende da" in drawer.inner_text()
    assert axe(page) == []


def test_figures_follow_the_hand_while_a_corner_is_dragged(page) -> None:
    find_cormano(page, VALUTA)
    draw(page)
    saved(page)
    before = page.locator(f"{PLACE} .fact-value").first.inner_text()
    box = page.locator("#map").bounding_box()
    corner = (box["x"] + box["width"] / 2 + CORNERS[2][0], box["y"] + box["height"] / 2 + CORNERS[2][1])
    page.mouse.move(*corner)
    page.mouse.down()
    with page.expect_response("**/api/prova") as tried:
        for step in range(1, 9):
            page.mouse.move(corner[0] + 6 * step, corner[1] + 4 * step)
            page.wait_for_timeout(40)
    assert tried.value.status == 200
    page.mouse.up()
    saved(page)
    assert page.locator(f"{PLACE} .fact-value").first.inner_text() != before


def test_two_windows_conflict_in_plain_words_and_both_states_survive(page, provoked) -> None:
    provoked.append("409 (Conflict)")
    find_cormano(page, VALUTA)
    draw(page)
    page.get_by_label("Nome dell'intervento").fill("Prima stesura")
    saved(page)
    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_selector("#map[data-ready]")
    other.get_by_label("Nome dell'intervento").fill("Seconda finestra")
    saved(other)
    with page.expect_response(re.compile("/api/valutazioni/")) as refused:
        page.get_by_label("Nome dell'intervento").fill("Prima finestra")
    assert refused.value.status == 409
    page.get_by_text("Nulla è perso").wait_for()
    page.get_by_role("button", name="Tieni le mie modifiche").click()
    saved(page)
    page.goto(f"{page.url}/storia")
    table = page.get_by_role("table").inner_text()
    assert "in conflitto" in table
    other.goto(page.url.removesuffix("/storia"))
    assert other.get_by_label("Nome dell'intervento").input_value() == "Prima finestra"


def test_work_survives_a_server_that_does_not_answer(page, provoked) -> None:
    provoked.append("ERR_FAILED")
    find_cormano(page, VALUTA)
    draw(page)
    saved(page)
    page.route("**/api/valutazioni/**", lambda route: route.abort())
    page.get_by_label("Nome dell'intervento").fill("Scritto senza rete")
    page.get_by_text("al sicuro in questo browser").wait_for()
    page.unroute("**/api/valutazioni/**")
    page.reload()
    page.wait_for_selector("#map[data-ready]")
    assert page.get_by_label("Nome dell'intervento").input_value() == "Scritto senza rete"
    saved(page)


def test_an_area_is_drawn_by_keyboard_alone(page) -> None:
    find_cormano(page, VALUTA)
    page.get_by_role("button", name="Disegna l'area").focus()
    page.keyboard.press("Enter")
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft"):
        page.keyboard.press(" ")
        page.keyboard.press(key)
        page.wait_for_timeout(600)  # the map glides
    page.keyboard.press(" ")
    page.keyboard.press("Enter")
    page.locator(f"{PLACE} .facts").wait_for()


def test_an_area_is_given_as_coordinates_and_errors_stay_beside_the_field(page, provoked) -> None:
    provoked.append("400 (Bad Request)")
    page.goto("/riconoscere/valuta")
    page.wait_for_selector("#map[data-ready]")
    page.get_by_role("button", name="File o coordinate").click()
    dialog = page.get_by_role("dialog", name="L'area da un file o da coordinate")
    field = dialog.get_by_label("Oppure coordinate")
    field.fill("9,1712 45,5431\n9,1722 45,5431")
    dialog.get_by_role("button", name="Usa quest'area").click()
    assert "almeno tre vertici" in dialog.get_by_role("alert").inner_text()
    assert axe(page) == []
    field.fill("9,1712 45,5431\n9,1722 45,5431\n9,1722 45,5440\n9,1712 45,5440")
    dialog.get_by_role("button", name="Usa quest'area").click()
    page.locator(f"{PLACE} .facts").wait_for()
    assert "Cormano" in page.locator(PLACE).inner_text()


def test_the_pages_are_clean_for_axe_at_the_desk_and_on_a_phone(page, phone) -> None:
    find_cormano(page, VALUTA)
    draw(page)
    answer_everything(page)
    page.locator("#voce-drenaggio-A2 [data-override]").click()
    saved(page)
    assert axe(page) == []
    answer_heat(page)
    saved(page)
    here = page.url.partition("?")[0]
    for one in (page, phone):
        for address in ("/riconoscere/", here, f"{here}/storia", f"{here}/rivaluta"):
            assert one.goto(address).status == 200
            one.wait_for_load_state("networkidle")
            name = address.rpartition("/")[2] if address != "/riconoscere/" else "elenco"
            picture(one, f"{name}-{one.viewport_size['width']}", full=True)
            assert axe(one) == []
            assert one.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
