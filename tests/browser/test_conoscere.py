"""Conoscere in a real browser: clean for axe, usable by keyboard, silent towards third parties."""

from __future__ import annotations

import json

import pytest

from tests.browser.conftest import axe, drawn, picture
from trama.lake import Lake

BOTH = pytest.mark.parametrize("page", ["scrivania", "telefono"], indirect=True)
PAGES = {
    "home": "/",
    "mappa": "/conoscere/mappa",
    "mappa-celle": "/conoscere/mappa?tema=uso-suolo-celle&comune=015086",
    "mappa-sconosciuta": "/conoscere/mappa?tema=sbagliato",
    "mappa-caldo": "/conoscere/mappa?tema=anomalia-celle",
    "tabella": "/conoscere/tabella?tema=idren-comuni",
    "tabella-caldo": "/conoscere/tabella?tema=esposti-comuni",
    "comuni": "/conoscere/comuni",
    "comune": "/conoscere/comuni/015086",
    "livelli": "/conoscere/livelli",
    "livello": "/conoscere/livelli/storm_comuni",
    "errore": "/conoscere/comuni/999999",
}


@BOTH
@pytest.mark.parametrize("name", [name for name in PAGES if name != "errore"])
def test_a_page_is_clean_for_axe_and_no_wider_than_the_window(page, name: str) -> None:
    page.goto(PAGES[name])
    page.wait_for_load_state("networkidle")
    if page.query_selector(".map-box"):
        drawn(page)
    picture(page, f"{name}-{page.viewport_size['width']}", full="mappa" not in name)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_the_explanation_is_clean_for_axe_as_page_and_as_drawer(page, home) -> None:
    trace = Lake(home / "lake").version("storm_comuni").provenance.trace
    page.goto(f"/conoscere/perche/{trace}?passo=comuni/015086/kdren")
    assert axe(page) == []
    page.goto("/conoscere/comuni/015086")
    page.get_by_role("link", name="Perché? I-dren").first.click()
    page.get_by_role("dialog").get_by_role("heading", level=2).wait_for()
    assert "Dipende da" in page.get_by_role("dialog").inner_text()
    assert axe(page) == []
    page.keyboard.press("Escape")
    assert page.get_by_role("dialog").count() == 0


def test_a_comune_is_found_by_keyboard_from_the_home(page) -> None:
    page.goto("/")
    field = page.get_by_role("combobox", name="Cerca un comune")
    field.focus()
    page.keyboard.type("sesto")
    page.get_by_role("option", name="Sesto San Giovanni").wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/conoscere/comuni/015209")
    assert page.get_by_role("heading", level=1).inner_text() == "Sesto San Giovanni"


def test_the_map_shows_another_theme_and_the_address_remembers_it(page) -> None:
    page.goto("/conoscere/mappa")
    drawn(page)
    page.get_by_label("Che cosa guardare").select_option("deflusso")
    page.get_by_role("heading", name="Deflusso").wait_for()
    page.get_by_label("Celle").check()
    page.wait_for_url("**tema=deflusso-celle**")
    drawn(page)
    page.goto(page.url)
    assert page.get_by_label("Che cosa guardare").input_value() == "deflusso"
    assert page.get_by_label("Celle").is_checked()


def test_title_labels_and_legend_are_seen_with_the_map_at_once(page) -> None:
    """On a phone above it, on a desk beside it; the map keeps a good part of the first screen."""
    page.goto("/conoscere/mappa?tema=deflusso-comuni")
    drawn(page)
    height = page.viewport_size["height"]
    stage = page.locator(".stage").bounding_box()
    for part in ("h2", ".label-synthetic", ".legend"):
        box = page.locator(f".theme-head {part}").first.bounding_box()
        assert box["y"] + box["height"] <= height, part
        assert box["y"] + box["height"] <= stage["y"] or box["x"] + box["width"] <= stage["x"], part
    assert height - stage["y"] > height / 3


def test_an_unknown_theme_is_said_until_another_is_picked(page) -> None:
    page.goto("/conoscere/mappa?tema=sbagliato")
    drawn(page)
    said = page.get_by_role("status").filter(has_text="Tema sconosciuto")
    assert said.is_visible()
    page.get_by_label("Che cosa guardare").select_option("esposti")
    page.get_by_role("heading", name="Persone sensibili al caldo").wait_for()
    assert said.count() == 0


def test_colours_on_the_map_are_those_of_the_legend(page) -> None:
    page.goto("/conoscere/mappa?tema=idren-comuni")
    drawn(page)
    data = json.loads(page.locator("#theme-data").inner_text())
    used = {one["colour"] for one in data["classes"]}
    assert len(data["values"]) == 4
    assert {one.get_attribute("fill") for one in page.locator(".legend rect").all()} == used


def test_a_place_is_read_by_keyboard_and_explains_itself(page) -> None:
    page.goto("/conoscere/mappa?tema=idren-comuni")
    drawn(page)
    page.locator("canvas.maplibregl-canvas").first.focus()
    for key in ("ArrowLeft", "ArrowUp"):
        page.keyboard.press(key)
        page.wait_for_timeout(600)  # the map glides: the next key would cut the movement short
    page.keyboard.press("Enter")
    card = page.locator("#luogo")
    card.get_by_role("heading", level=2).wait_for()
    assert card.get_by_role("heading", level=2).inner_text() == "Cormano"
    card.get_by_role("link", name="Perché? I-dren").last.click()
    page.get_by_role("dialog").get_by_text("Dipende da").wait_for()
    picture(page, "perche-cassetto")


def test_the_table_twin_is_one_key_away(page) -> None:
    page.goto("/conoscere/mappa?tema=ritenzione-comuni")
    drawn(page)
    page.locator("canvas.maplibregl-canvas").first.focus()
    page.keyboard.press("t")
    page.wait_for_url("**/conoscere/tabella?tema=ritenzione-comuni")
    assert page.get_by_role("row").count() == 5
    with page.expect_download() as given:
        page.get_by_role("link", name="Scarica CSV").click()
    assert given.value.suggested_filename == "ritenzione-comuni-v0002.csv"


def test_two_versions_are_compared_with_a_handle_moved_by_keyboard(page) -> None:
    page.goto("/conoscere/mappa?tema=uso-suolo-celle")
    drawn(page)
    page.get_by_label("Confronta con la versione").select_option("v0001")
    handle = page.get_by_role("slider", name="Confine del confronto")
    handle.wait_for()
    page.wait_for_selector(".swipe-map[data-drawn]")
    before = page.locator(".swipe-map").evaluate("box => box.style.clipPath")
    handle.focus()
    page.keyboard.press("ArrowRight")
    assert page.locator(".swipe-map").evaluate("box => box.style.clipPath") != before
    picture(page, "confronto")
    page.get_by_label("Confronta con la versione").select_option("")
    assert page.locator(".swipe-map").count() == 0


def test_focus_is_always_visible_along_the_home(page) -> None:
    page.goto("/")
    page.wait_for_load_state("networkidle")
    for _step in range(12):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            "() => { const it = document.activeElement; const s = getComputedStyle(it);"
            " return it === document.body || s.outlineStyle !== 'none'; }"
        )
        assert seen


def test_an_error_page_is_clean_for_axe(chromium, server: str) -> None:
    context = chromium.new_context(base_url=server, locale="it-IT")
    page = context.new_page()
    answer = page.goto(PAGES["errore"])
    assert answer.status == 404
    assert axe(page) == []
    context.close()


def test_a_click_on_the_territory_of_the_home_opens_the_comune(page) -> None:
    page.goto("/")
    drawn(page)
    box = page.locator("#home-map").bounding_box()
    panel = page.locator(".hero-panel").bounding_box()
    middle = (panel["x"] + panel["width"] + box["x"] + box["width"]) / 2
    page.mouse.click(middle - 60, box["y"] + box["height"] / 2 - 60)
    page.wait_for_url("**/conoscere/comuni/015086")
