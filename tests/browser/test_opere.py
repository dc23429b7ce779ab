"""Funded works in a real browser: a list brought on the web becomes map, totals, effects."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely

from tests.browser import territory
from tests.browser.conftest import SIZES, drawn, made_once, picture, serving, watched
from tests.browser.test_conoscere import axe
from tests.fixtures_territory import EAST, NORTH
from trama.kernel.units import joined

SOUTH = NORTH - 6000  # the lower left corner of tests/browser/territory.py


@pytest.fixture(scope="module")
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation of these tests' own: the register is written in it."""
    return made_once(tmp_path_factory, "territorio", territory.build)


@pytest.fixture(scope="module")
def own_server(own_home: Path):
    with serving(own_home) as address:
        yield address


def place(west: float, south: float, side: float) -> str:
    x, y = EAST + west, SOUTH + south
    return str(shapely.to_wkt(shapely.box(x, y, x + side, y + side), rounding_precision=1))


def works_list(folder: Path) -> Path:
    rows = [
        "id;nome;fondo;soluzione;quantita;unita;importo;contributo;stato;comune;wkt",
        f"g1;Giardino pluviale;Spugna;rain_garden;;;100.000,50;90.000;in corso;;{place(800, 800, 40)}",
        f"g2;Bosco;Forestami;urban_wood;;;60.000;60.000;conclusa;;{place(4200, 4200, 150)}",
        f"g3;A cavallo;PNRR Cambio;swale;;;10,01;;finanziata;;{place(2980, 1000, 40)}",
        "g4;Da localizzare;PINQuA;pocket_park;500;mq;1.000;;;Milano;",
    ]
    path = folder / "opere.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def settle(page) -> None:
    """Wait until a piece of work has ended, which the page says by itself."""
    page.get_by_role("link", name="Vedi le opere").or_(
        page.get_by_role("link", name="Vai alle opere")
    ).wait_for()


def test_a_list_brought_on_the_web_becomes_map_totals_and_effects(chromium, own_server, tmp_path) -> None:
    with watched(chromium, own_server, SIZES["scrivania"]) as page:
        page.goto("/conoscere/opere")
        page.get_by_role("link", name="Aggiungi un elenco").click()
        page.locator("#file").set_input_files(str(works_list(tmp_path)))
        page.locator("#fonte").fill("Elenco di prova")
        page.locator("#licenza").fill("CC BY 4.0")
        page.locator("#giorno").fill("2026")
        page.locator("#contenuto form button.button-primary").click()
        settle(page)
        page.get_by_role("link", name="Vedi le opere").click()
        drawn(page)
        assert joined("161.010,51 €") in page.locator(".figures").inner_text()
        page.get_by_role("button", name="Stima gli effetti").click()
        settle(page)
        page.get_by_role("link", name="Vai alle opere").click()
        drawn(page)
        picture(page, "opere-1360", full=True)
        assert axe(page) == []
        assert "senza stima: 1 su 4" in page.locator(".figures").inner_text()
        assert "dati sintetici" in page.locator("#works-map").inner_text(), (
            "the ground of this place is invented"
        )
        assert "Elenco: 4 opere" in page.locator("#elenco").inner_text()
        assert page.locator("#works-map").get_attribute("data-drawn") is not None
        page.get_by_role("link", name="Perché? Importo").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("heading", level=2).wait_for()
        assert "somma delle opere" in dialog.inner_text()
        page.keyboard.press("Escape")


def test_the_map_tells_a_work_and_takes_its_colours_from_the_state(chromium, own_server) -> None:
    with watched(chromium, own_server, SIZES["scrivania"]) as page:
        page.goto("/conoscere/opere?fondo=spugna")
        drawn(page)
        page.get_by_role("radio", name="per stato").check()
        assert page.locator("[data-legend=state]").is_visible()
        assert not page.locator("[data-legend=fund]").is_visible()
        canvas = page.locator("#works-map canvas").first.bounding_box()
        page.mouse.click(canvas["x"] + canvas["width"] / 2, canvas["y"] + canvas["height"] / 2)
        page.locator("#opera").get_by_role("heading", name="Giardino pluviale").wait_for()
        picture(page, "opere-scheda-1360")
        assert axe(page) == []
        page.get_by_role("button", name="Chiudi", exact=True).click()
        assert page.locator("#opera").is_hidden()


def test_on_a_phone_the_works_are_no_wider_than_the_window(chromium, own_server) -> None:
    with watched(chromium, own_server, SIZES["telefono"]) as page:
        for address in ("/conoscere/opere", "/conoscere/opere/opera?id=g1", "/conoscere/comuni/015146"):
            page.goto(address)
            page.wait_for_load_state("networkidle")
            picture(page, f"{address.strip('/').replace('/', '-').partition('?')[0]}-390", full=True)
            assert axe(page) == []
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_a_table_cut_at_the_edge_says_so_until_it_is_scrolled(chromium, own_server) -> None:
    with watched(chromium, own_server, SIZES["telefono"]) as page:
        page.goto("/conoscere/opere")
        table = page.get_by_role("region", name="Elenco delle opere")
        table.scroll_into_view_if_needed()
        assert "cut-right" in table.get_attribute("class")
        cue = table.locator("xpath=preceding-sibling::p[contains(@class, 'table-cue')]")
        assert cue.inner_text() == "La tabella continua a destra →"
        table.evaluate("one => one.scrollTo(one.scrollWidth, 0)")
        page.wait_for_function("one => !one.classList.contains('cut-right')", arg=table.element_handle())
    with watched(chromium, own_server, SIZES["scrivania"]) as page:
        page.goto("/conoscere/opere")
        table = page.get_by_role("region", name="Elenco delle opere")
        assert "cut-right" not in table.get_attribute("class")
        assert page.locator(".table-cue:visible").count() == 0
