"""A hand on the page of a scenario: finds Cormano, takes solutions, draws, waits until it is saved."""

from __future__ import annotations

import re

from tests.browser.conftest import drawn

GARDEN = ((-60, -40), (60, -44), (64, 40), (-56, 46))


def saved(page) -> None:
    """Wait until what was drawn is with the server, and its answer on the page."""
    page.wait_for_timeout(800)
    page.locator("[data-save-state]", has_text="Salvato alle").wait_for()


def find_cormano(page, address: str = "/scenari/nuovo") -> None:
    """Open a page with a map and bring it where one draws in Cormano."""
    page.goto(address)
    page.wait_for_selector("#map[data-ready]")
    page.get_by_role("combobox", name="Cerca un comune").fill("cormano")
    page.get_by_role("option", name="Cormano").wait_for()
    page.keyboard.press("Enter")
    drawn(page)
    for _step in range(3):
        page.get_by_role("button", name="Avvicina").click()
        page.wait_for_timeout(350)
    drawn(page)


def choose(page, words: str, name: str) -> None:
    """Take a solution from the catalogue."""
    page.get_by_label("Cerca nel catalogo").fill(words)
    page.get_by_role("button", name=re.compile(rf"(Disegna|Metti).*: {re.escape(name)}$")).click()
    page.get_by_label("Cerca nel catalogo").fill("")


def middle(page) -> tuple[float, float]:
    box = page.locator("#map").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def click_around(page, corners) -> None:
    x, y = middle(page)
    for right, down in corners:
        page.mouse.click(x + right, y + down)
        page.wait_for_timeout(330)


def draw_garden(page, corners=GARDEN) -> None:
    choose(page, "pluviale", "Giardino pluviale")
    click_around(page, (*corners, corners[0]))
    page.locator("[data-effect=trattenuta]").wait_for()


def effect(page, key: str) -> str:
    return str(page.locator(f"[data-effect={key}] .effect-value").inner_text())


def number(text: str) -> float:
    found = re.search(r"-?[\d.]+(,\d+)?", text.replace("−", "-"))
    assert found is not None, text
    return float(found[0].replace(".", "").replace(",", "."))


def with_trees_unsaved(page) -> None:
    choose(page, "filare", "Filare alberato")
    click_around(page, [(right, -110) for right in (-90, -30, 30, 90)])
    page.get_by_role("button", name="Fatto").click()


def with_trees(page) -> None:
    with_trees_unsaved(page)
    saved(page)
    assert "4 pezzi" in page.locator("[data-solution=tree_row]").inner_text()
