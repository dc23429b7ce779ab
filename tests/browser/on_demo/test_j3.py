"""Journey J3: a rain garden while drawing; three scenarios side by side, the best exported. Real browser."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.browser.conftest import axe, drawn, picture
from tests.browser.on_demo.hand import (
    GARDEN,
    choose,
    click_around,
    draw_garden,
    effect,
    find_cormano,
    middle,
    number,
    saved,
    with_trees,
)
from trama.kernel.units import joined

SLOW_MS = 2500
"""A loaded machine with a software renderer; the server's own time is in benchmarks/whatif.py."""


def test_the_effects_follow_the_corner_under_the_hand(page) -> None:
    find_cormano(page)
    draw_garden(page)
    saved(page)
    before = {key: effect(page, key) for key in ("trattenuta", "costo", "costo_m3", "idren")}
    x, y = middle(page)
    corner = (x + GARDEN[2][0], y + GARDEN[2][1])
    waits: list[float] = []
    page.on(
        "requestfinished",
        lambda one: waits.append(one.timing["responseEnd"]) if "/effetti" in one.url else None,
    )
    page.mouse.move(*corner)
    page.mouse.down()
    seen = set()
    for step in range(1, 9):
        page.mouse.move(corner[0] + 12 * step, corner[1] + 7 * step)
        page.wait_for_timeout(400)
        seen.add(effect(page, "trattenuta"))
    picture(page, "j3-trascina")
    page.mouse.up()
    assert len(seen) >= 4  # the figure moved with the hand, not only at the end
    assert sorted(waits)[len(waits) // 2] < SLOW_MS
    saved(page)
    assert number(effect(page, "trattenuta")) > number(before["trattenuta"])
    assert effect(page, "costo") != before["costo"]
    assert page.locator("[data-sheet]").first.inner_text().startswith("Scheda Norma 1")
    assert "valore non ufficiale" in page.locator("#effetti").inner_text()
    assert "dati sintetici" in page.locator("#effetti").inner_text()
    page.locator("[data-effect=trattenuta]").get_by_role("link", name="Perché?").click()
    drawer = page.get_by_role("dialog", name="Perché questo numero")
    drawer.get_by_role("heading", level=2).wait_for()
    assert "volume verso la fognatura prima − dopo" in drawer.inner_text()
    assert axe(page) == []


def vary(page, address: str, name: str) -> None:
    """Begin a copy of a scenario under another name."""
    if page.url != address:
        page.goto(address)
        page.wait_for_selector("#map[data-ready]")
    page.get_by_role("button", name="Fanne una copia da variare").click()
    page.wait_for_url(lambda url: url != address and "copia" not in url)
    page.wait_for_selector("#map[data-ready]")
    drawn(page)
    page.get_by_label("Nome dello scenario").fill(name)


def with_a_tank(page) -> None:
    page.locator("[data-solution=rain_garden]").get_by_role("button", name="Togli").click()
    choose(page, "vasca di lam", "Vasca di laminazione interrata (confronto)")
    click_around(page, [(0, 0)])
    page.get_by_role("button", name="Fatto").click()
    page.get_by_label("Quantità in tutto").fill("400")
    saved(page)
    assert joined("400 m³") in page.locator("[data-solution=underground_tank]").inner_text()


NAMES = ("Solo giardini", "Giardini e filare", "Vasca interrata")


def test_three_scenarios_side_by_side_and_the_best_is_exported(page) -> None:
    find_cormano(page)
    draw_garden(page)
    page.get_by_label("Nome dello scenario").fill(NAMES[0])
    saved(page)
    picture(page, "j3-scenario")
    first = page.url
    vary(page, first, NAMES[1])
    with_trees(page)
    vary(page, first, NAMES[2])
    with_a_tank(page)

    page.goto("/scenari/")
    for name in NAMES:
        page.get_by_role("checkbox", name=f"Confronta {name}", exact=True).first.check()
    page.get_by_role("button", name="Confronta gli scenari scelti").click()
    page.locator(".small-map[data-drawn]").nth(2).wait_for()
    picture(page, "j3-confronto", full=True)
    assert axe(page) == []
    table = page.get_by_role("table")
    assert table.get_by_role("columnheader").count() == 3
    best = table.get_by_role("row", name=re.compile("^Costo per m³")).locator(".cell-best")
    assert best.count() == 1
    column = best.evaluate("cell => cell.cellIndex")
    row = table.get_by_role("row", name=re.compile("^Scarica"))
    with page.expect_download() as given:
        row.locator("td").nth(column - 1).get_by_role("link", name="GeoJSON").click()
    document = json.loads(Path(given.value.path()).read_text(encoding="utf-8"))
    assert document["nome"] in NAMES
    assert document["effetti"]["costi"]["costo_eur_m3"]["medio"] > 0
    assert document["trace"]


def test_two_scenarios_on_one_map_are_cut_by_the_keyboard(page, phone) -> None:
    find_cormano(page)
    draw_garden(page)
    page.get_by_label("Nome dello scenario").fill("Primo")
    saved(page)
    first = page.url
    vary(page, first, "Secondo")
    with_trees(page)
    address = "/scenari/confronto?" + "&".join(f"s={one.rsplit('/', 1)[1][:36]}" for one in (first, page.url))
    for one in (page, phone):
        one.goto(address)
        one.wait_for_selector(".swipe-stage[data-ready]")
        assert one.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        handle = one.get_by_role("slider", name="Confine del confronto: a sinistra Primo, a destra Secondo")
        handle.focus()
        one.keyboard.press("End")
        assert handle.input_value() == "100"
        one.get_by_label("A sinistra", exact=True).select_option(label="Secondo")
        one.wait_for_selector('.swipe-stage[data-ready="2"]')
        assert (
            one.get_by_role("slider")
            .get_attribute("aria-label")
            .startswith("Confine del confronto: a sinistra Sec")
        )
        assert axe(one) == []
    # On a phone each quantity is a card that names every scenario.
    row = phone.get_by_role("row", name=re.compile("^Costo di realizzazione"))
    assert row.evaluate("row => row.getBoundingClientRect().width") <= 390
    assert [cell.get_attribute("data-of") for cell in row.get_by_role("cell").all()] == ["Primo", "Secondo"]


def test_a_solution_is_drawn_without_a_mouse(page, provoked) -> None:
    find_cormano(page)
    page.get_by_label("Cerca nel catalogo").fill("fossato")
    page.get_by_role("button", name=re.compile("Fossato inerbito")).first.focus()
    page.keyboard.press("Enter")
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft"):
        page.keyboard.press(" ")
        page.keyboard.press(key)
        page.wait_for_timeout(600)  # the map glides
    page.keyboard.press(" ")
    page.keyboard.press("Enter")
    page.locator("[data-effect=trattenuta]").wait_for()
    row = page.locator("[data-solution=swale]")
    row.get_by_role("button", name="Coordinate").click()
    dialog = page.get_by_role("dialog", name="Coordinate")
    field = dialog.get_by_label("Longitudine e latitudine")
    corners = field.input_value().split("\n")
    assert len(corners) == 4
    field.fill("\n".join(corners[:2]))
    dialog.get_by_role("button", name="Usa questo disegno").click()
    assert "almeno tre vertici" in dialog.get_by_role("alert").inner_text()
    field.fill("\n".join(corners[:3]))
    dialog.get_by_role("button", name="Usa questo disegno").click()
    saved(page)
    address = page.url
    page.goto(address)
    page.wait_for_selector("#map[data-ready]")
    assert "m²" in page.locator("[data-solution=swale] [data-note]").inner_text()


def test_the_pages_are_clean_for_axe_at_the_desk_and_on_a_phone(page, phone) -> None:
    find_cormano(page)
    draw_garden(page)
    saved(page)
    here = page.url
    for one in (page, phone):
        for address in ("/scenari/", "/scenari/nuovo", here):
            assert one.goto(address).status == 200
            one.wait_for_load_state("networkidle")
            name = "scenario" if address == here else address.strip("/").replace("/", "-")
            picture(one, f"j3-{name}-{one.viewport_size['width']}", full=True)
            assert axe(one) == []
            assert one.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
