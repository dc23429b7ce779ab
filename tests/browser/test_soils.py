"""Soils, land take and Rete Verde in a real browser: clean for axe, usable by keyboard, silent to others."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser import territory
from tests.browser.conftest import drawn, made_once, picture, serving
from tests.browser.test_conoscere import axe
from trama.analyses.rete_verde import plan_network
from trama.analyses.suoli import map_soils
from trama.lake import Lake
from trama.norms import load_book

BOTH = pytest.mark.parametrize("page", ["scrivania", "telefono"], indirect=True)
PAGES = {
    "suoli": "/conoscere/suoli?per=upa",
    "consumo": "/conoscere/suoli/consumo",
    "rete-verde": "/conoscere/rete-verde",
    "rete-verde-comuni": "/conoscere/rete-verde?per=comuni&tutte=1",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The site over the usual territory, with soils and network computed on it."""
    home = made_once(tmp_path_factory, "territorio", territory.build)
    lake = Lake(home / "lake")
    map_soils(lake, load_book(), day=territory.DAY)
    plan_network(lake, load_book(), day=territory.DAY)
    with serving(home) as address:
        yield address


def give_area(page) -> None:
    """Give a square of fields by its coordinates."""
    page.get_by_role("button", name="File o coordinate").click()
    corners = "9,052 45,395\n9,054 45,395\n9,054 45,3965\n9,052 45,3965"
    page.get_by_label("Oppure coordinate, un vertice per riga").fill(corners)
    page.get_by_role("button", name="Usa quest'area").click()
    page.locator(".take-table").wait_for()


@BOTH
@pytest.mark.parametrize("name", list(PAGES))
def test_a_page_is_clean_for_axe_and_no_wider_than_the_window(page, name: str) -> None:
    page.goto(PAGES[name])
    page.wait_for_load_state("networkidle")
    if page.query_selector(".map-box"):
        drawn(page)
    picture(page, f"{name}-{page.viewport_size['width']}", full=True)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@BOTH
def test_an_area_gets_its_loss_and_the_sealed_share_changes_it(page) -> None:
    page.goto(PAGES["consumo"])
    drawn(page)
    give_area(page)
    assert axe(page) == []
    first = page.locator(".take-table tbody tr").first.inner_text()
    assert "non più trattenuta" in first
    slider = page.get_by_label("Quanto si impermeabilizza")
    slider.focus()
    for _press in range(10):
        page.keyboard.press("ArrowLeft")
    page.get_by_text("70 %").wait_for()
    page.wait_for_function(
        "before => document.querySelector('.take-table tbody tr')?.innerText !== before", arg=first
    )
    page.locator(".take-table .why").first.click()
    page.get_by_role("dialog").get_by_text("Dipende da").wait_for()


def test_a_number_that_is_none_is_told_beside_the_question(page) -> None:
    page.goto(PAGES["consumo"])
    drawn(page)
    give_area(page)
    page.get_by_text("Altre ipotesi").click()
    page.get_by_label("Pioggia media di un anno, in mm").fill("tanta")
    page.get_by_role("alert").get_by_text("Scrivere un numero").wait_for()
    page.get_by_label("Pioggia media di un anno, in mm").fill("950")
    page.get_by_role("rowheader", name="Acqua che in un anno").wait_for()


def test_the_order_opens_row_by_row_for_one_upa(page) -> None:
    page.goto(PAGES["rete-verde"])
    drawn(page)
    page.get_by_label("UPA", exact=True).select_option("2a")
    page.get_by_role("button", name="Mostra", exact=True).click()
    page.wait_for_url("**upa=2a**")
    table = page.get_by_role("region", name="Ordine di finanziamento, acqua")
    units = {cell.inner_text() for cell in table.locator("tbody td:nth-child(3)").all()}
    assert units == {"Alta pianura\n2a"}
    table.locator(".why").first.click()
    page.get_by_role("dialog").get_by_text("Guadagno di un'unità").wait_for()
