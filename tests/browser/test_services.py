"""The atlas of services in a real browser: clean for axe, no wider than the window, usable by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.analyses.services.test_atlas import DAY
from tests.browser.conftest import drawn, picture, serving
from tests.browser.test_conoscere import axe
from tests.fixtures_services import BOOK, CHIEF, WEST, services_lake
from trama.analyses.services import draw_atlas_whole

BOTH = pytest.mark.parametrize("page", ["scrivania", "telefono"], indirect=True)
PAGES = {
    "servizi": "/conoscere/servizi",
    "servizi-voce": "/conoscere/servizi?mostra=SAN.FAR",
    "servizi-standard": "/conoscere/servizi?mostra=NIDO.33",
    "servizi-zone": "/conoscere/servizi?scala=zone",
    "servizi-poli": "/conoscere/servizi?scala=poli",
    "servizi-comune": f"/conoscere/servizi/comuni/{WEST}",
    "servizi-polo": f"/conoscere/servizi/poli/{CHIEF}",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The site over four comuni with their atlas."""
    home: Path = tmp_path_factory.mktemp("servizi")
    draw_atlas_whole(services_lake(home), BOOK, day=DAY)
    with serving(home) as address:
        yield address


@BOTH
@pytest.mark.parametrize("name", list(PAGES))
def test_a_page_is_clean_for_axe_and_no_wider_than_the_window(page, name: str) -> None:
    page.goto(PAGES[name])
    page.wait_for_load_state("networkidle")
    if page.query_selector(".map-box"):
        drawn(page)
    for fold in page.query_selector_all(".service-category, details.fold"):
        fold.evaluate("one => { one.open = true; }")
    picture(page, f"{name}-{page.viewport_size['width']}", full=True)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_a_voice_is_picked_and_its_comune_reached_by_keyboard(page) -> None:
    page.goto(PAGES["servizi"])
    page.get_by_label("Mostra", exact=True).select_option("SAN.FAR")
    page.get_by_role("button", name="Mostra").press("Enter")
    page.wait_for_url("**mostra=SAN.FAR**")
    row = page.locator("tr[data-place='015005']")
    assert "assente" in row.inner_text()
    row.get_by_role("link", name="Borgo", exact=True).press("Enter")
    page.wait_for_url("**/servizi/comuni/015005")
    assert page.get_by_role("heading", level=1).inner_text() == "Borgo"


def test_why_opens_the_explanation_of_a_figure(page) -> None:
    page.goto(PAGES["servizi-standard"])
    page.locator("tr[data-place='015002'] [data-why]").click()
    page.get_by_text("posti dei servizi attivi").first.wait_for()
