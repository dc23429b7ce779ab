"""Figures that rest on a part of their area are hatched on the map and counted in its legend."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser import territory
from tests.browser.conftest import SIZES, made_once, picture, serving, watched
from tests.browser.test_conoscere import axe
from trama.analyses.storm import run_storm
from trama.lake import Lake
from trama.norms import load_book


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A quarter of Sesto's land cover is missing: the comune and the UPA it is in are partial."""
    root = made_once(tmp_path_factory, "territorio", territory.build)
    lake = Lake(root / "lake")
    cover = territory._cover()
    cover[450:, 450:] = 0
    territory._raster(lake, "uso_suolo", cover, 0)
    run_storm(lake, load_book(), day=territory.DAY, event_mm=50.0)
    with serving(root) as address:
        yield address


@pytest.mark.parametrize("size", SIZES)
def test_a_partial_figure_is_hatched_and_counted(chromium, site: str, size: str) -> None:
    with watched(chromium, site, SIZES[size], reduced_motion="reduce") as page:
        page.goto("/conoscere/mappa?tema=idren-comuni")
        page.wait_for_selector(".map-box[data-drawn]")
        page.wait_for_timeout(1000)
        entry = page.locator(".legend li", has_text="dato parziale")
        assert entry.locator(".legend-count").inner_text() == "1"
        picture(page, f"parziale-{size}")
        assert axe(page) == []
        assert page.evaluate("JSON.parse(document.getElementById('theme-data').textContent).partial") == [
            "015209"
        ]
        page.goto("/conoscere/mappa?tema=idren-upa")
        assert page.locator(".legend li", has_text="dato parziale").count() == 1
