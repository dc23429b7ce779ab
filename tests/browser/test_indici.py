"""The page of an index in a real browser: map and ranking follow the hand, with the server's numbers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.browser import territory
from tests.browser.conftest import SIZES, drawn, made_once, picture, serving, watched
from tests.browser.test_conoscere import axe
from trama.analyses.indices import run_indices
from trama.lake import Lake
from trama.norms import load_book

PAGE = "/conoscere/indici/vulnerabilita"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The territory to look at, with its indices."""
    root = made_once(tmp_path_factory, "territorio", territory.build)
    run_indices(Lake(root / "lake"), load_book(), day=territory.DAY)
    return root


@pytest.fixture(scope="module")
def server(home: Path):
    with serving(home) as address:
        yield address


@pytest.fixture(params=["scrivania", "telefono"])
def page(request: pytest.FixtureRequest, chromium, server: str):
    with watched(chromium, server, SIZES[request.param]) as page:
        yield page


def settled(page) -> None:
    page.wait_for_selector(".index-page[data-settled]")


def ranking(page) -> list[tuple[int, str, str]]:
    rows = page.locator("[data-ranking] tr").all()
    cells = [row.locator("td, th").all_inner_texts() for row in rows]
    return [(int(cell[0]), cell[1].strip(), cell[2]) for cell in cells]


def of_server(page, query: str) -> list[tuple[int, str, str]]:
    document = json.loads(page.request.get(f"{PAGE}.json?{query}").text())
    places = sorted(document["luoghi"], key=lambda place: place["rango"])
    return [(place["rango"], place["nome"], f"{place['indice']:.2f}".replace(".", ",")) for place in places]


def test_an_index_is_clean_for_axe_and_no_wider_than_the_window(page) -> None:
    for address in (PAGE, f"{PAGE}?grana=upa", f"{PAGE}/tabella", "/conoscere/indici"):
        page.goto(address)
        if page.query_selector(".map-box"):
            drawn(page)
            settled(page)
        picture(page, f"indici-{page.viewport_size['width']}-{address.rsplit('/', 1)[-1]}", full=True)
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_the_ranking_follows_the_hand_with_the_server_s_numbers(page) -> None:
    page.goto(PAGE)
    drawn(page)
    settled(page)
    assert ranking(page) == of_server(page, "")
    page.get_by_label("K-dren", exact=True).fill("3")
    page.get_by_label("Impatto: peso del pilastro", exact=True).fill("0.5")
    page.get_by_label("Normalizzazione").select_option("rank")
    settled(page)
    query = page.evaluate("location.search.slice(1)")
    assert set(query.split("&")) == {"peso=kdren%3A3", "pilastro=impatto%3A0.5", "normalizzazione=rank"}
    assert ranking(page) == of_server(page, query)
    assert ranking(page) != of_server(page, "")
    assert float(page.evaluate("document.querySelector('.index-page').dataset.followed")) < 100
    assert "Pesi tuoi" in page.locator("[data-norms]").inner_text()


def test_with_all_weights_at_zero_the_page_says_so_and_keeps_the_last_map(page) -> None:
    page.goto(PAGE)
    drawn(page)
    settled(page)
    page.get_by_label("K-dren", exact=True).fill("2")
    settled(page)
    fields = page.locator(".index-weight-pillar input[type=number]")
    fields.first.fill("0")  # vulnerability needs every pillar: without one it would be another index
    page.get_by_role("status").filter(has_text="vuole tutti i suoi pilastri").wait_for()
    for field in fields.all():
        field.fill("0")
    said = page.get_by_role("status").filter(has_text="non conta nessun indicatore")
    said.wait_for()
    assert "ultima scelta valida" in said.inner_text()
    picture(page, f"indici-zero-{page.viewport_size['width']}")
    assert axe(page) == []
    page.get_by_role("radio", name="quinti dei posti").check(force=True)  # drawn again: the last choice too
    assert said.is_visible()
    assert "peso=" in page.url  # the last choice with a ranking: every pillar still counted
    assert "pilastro=" not in page.url
    assert ranking(page) == of_server(page, page.url.split("?", 1)[1])
    page.get_by_role("button", name="Torna ai pesi delle norme").click()
    assert page.get_by_text("Pesi delle norme.").is_visible()
    settled(page)
    assert ranking(page) == of_server(page, "")


def test_an_address_is_shared_and_the_norms_come_back(page) -> None:
    page.goto(f"{PAGE}?peso=kdren:0&aggregazione=aritmetica")
    drawn(page)
    settled(page)
    assert page.get_by_label("K-dren", exact=True).input_value() == "0"
    assert page.get_by_label("Tra i pilastri").input_value() == "aritmetica"
    page.get_by_role("button", name="Torna ai pesi delle norme").click()
    settled(page)
    assert page.evaluate("location.search") == ""
    assert page.get_by_label("K-dren", exact=True).input_value() == "1"
    assert ranking(page) == of_server(page, "")


def test_an_address_opens_the_index_at_a_place_and_keeps_it(page) -> None:
    page.goto(f"{PAGE}?luogo=015086")
    settled(page)
    page.locator("[data-place]").get_by_role("heading", name="Cormano").wait_for()
    assert page.evaluate("location.search") == "?luogo=015086"
    page.get_by_role("button", name="Milano", exact=True).click()
    assert page.evaluate("location.search") == "?luogo=015146"


def test_a_slider_moves_by_keyboard_and_a_place_opens_its_card(page) -> None:
    page.goto(PAGE)
    settled(page)
    page.get_by_label("K-dren, cursore").focus()
    page.keyboard.press("ArrowRight")
    assert page.get_by_label("K-dren", exact=True).input_value() == "1.25"
    page.get_by_role("button", name="Torna ai pesi delle norme").click()
    page.get_by_role("button", name="Milano", exact=True).click()
    card = page.locator("[data-place]")
    card.get_by_role("heading", name="Milano").wait_for()
    assert "Impatto" in card.inner_text()
    assert axe(page) == []
    card.get_by_role("link", name="Perché?").click()
    page.get_by_role("dialog").get_by_role("heading", name="Milano: vulnerabilità territoriale").wait_for()


def test_a_chosen_place_is_said_at_once_and_its_card_is_one_step_away(page) -> None:
    page.goto(PAGE)
    drawn(page)
    settled(page)
    bar = page.locator("[data-place-bar]")
    assert bar.is_hidden()
    page.locator("[data-ranking]").get_by_role("button", name="Cormano").click()
    assert "Cormano: indice" in bar.inner_text()
    assert axe(page) == []
    bar.get_by_role("button", name="Vedi la scheda").click()
    bar.wait_for(state="hidden")
    assert page.locator("[data-place]").evaluate("one => one.getBoundingClientRect().top < innerHeight / 2")
    places = page.locator("[data-ranking] tr").count()
    assert page.locator(".whisker-scale text").all_text_contents()[::2] == ["1", str(places)]


def test_one_key_opens_the_table_from_the_map_and_from_the_ranking(page) -> None:
    page.goto(PAGE)
    drawn(page)
    hint = page.locator(".index-ranking kbd")
    assert hint.is_hidden(), "the key is shown only where it works"
    page.get_by_role("region", name="Luoghi in ordine di posto").focus()
    assert hint.is_visible()
    page.keyboard.press("t")
    page.wait_for_url("**/tabella*")
    page.goto(PAGE)
    drawn(page)
    page.locator("#map canvas").focus()
    page.keyboard.press("Shift+T")
    page.wait_for_url("**/tabella*")


def test_an_alternative_is_saved_with_its_name_and_read_back_by_the_command(page, home: Path) -> None:
    page.goto(f"{PAGE}?peso=kdren:2")
    settled(page)
    page.get_by_text("Salva questa alternativa").click()
    page.get_by_label("Nome", exact=True).fill("Più suolo")
    with page.expect_download() as caught:
        page.get_by_role("button", name="Pesi (JSON)").click()
    saved = json.loads(Path(caught.value.path()).read_text(encoding="utf-8"))
    assert caught.value.suggested_filename == "vulnerabilita-pi-suolo.json"
    assert (saved["indice"], saved["nome"], saved["pesi"]["kdren"]) == ("vulnerabilita", "Più suolo", 2)
    from trama.analyses.indices.alternatives import choice_from
    from trama.analyses.indices.rules import read_index_rules

    rules = read_index_rules(load_book(), "vulnerabilita", territory.DAY)
    assert choice_from(rules, saved, "prova").weights["kdren"] == 2
