"""A scenario is saved by itself: two at once, a line that drops, an answer that is lost. Real browser."""

from __future__ import annotations

from tests.browser.conftest import SIZES, axe, drawn, picture, watched
from tests.browser.on_demo.hand import draw_garden, find_cormano, saved, with_trees_unsaved


def test_who_saves_second_loses_nothing(page, chromium, demo, provoked) -> None:
    """Two people on one scenario, in two browsers: the second keeps their drawings under another name."""
    provoked.extend(["409", "404"])
    find_cormano(page)
    draw_garden(page)
    page.get_by_label("Nome dello scenario").fill("Corte comune")
    saved(page)
    address = page.url
    page.goto(address)
    page.wait_for_selector("#map[data-ready]")
    drawn(page)
    options = {"reduced_motion": "reduce", "timezone_id": "Europe/Rome"}
    with watched(chromium, demo, SIZES["scrivania"], **options) as other:
        other.goto(address)
        other.wait_for_selector("#map[data-ready]")
        other.get_by_label("Nome dello scenario").fill("Corte comune, di Anna")
        saved(other)
    with_trees_unsaved(page)
    alert = page.get_by_role("alert").filter(has_text="modificato altrove")
    alert.wait_for()
    picture(page, "j3-conflitto")
    assert axe(page) == []
    assert page.locator("[data-solution=tree_row]").count() == 1  # still there
    alert.get_by_role("button", name="Salva i miei disegni con un altro nome").click()
    saved(page)
    assert page.url != address
    assert page.get_by_label("Nome dello scenario").input_value() == "Corte comune (altra versione)"
    for button in ("Ricalcola con i dati di oggi", "Togli lo scenario"):  # of the new one
        form = page.get_by_role("button", name=button).get_attribute("form")
        assert page.url in str(page.evaluate("id => document.getElementById(id).action", form))
    page.goto(address)
    assert page.get_by_label("Nome dello scenario").input_value() == "Corte comune, di Anna"
    assert page.locator("[data-solution=tree_row]").count() == 0


def test_what_the_server_never_got_is_found_again(page, provoked) -> None:
    """The line drops, the page is closed: the name typed and the trees drawn come back with the page."""
    provoked.append("ERR_FAILED")
    find_cormano(page)
    draw_garden(page)
    saved(page)
    address = page.url
    page.route("**/api/scenari/**", lambda route: route.abort())
    page.get_by_label("Nome dello scenario").fill("Scritto senza rete")
    with_trees_unsaved(page)
    page.get_by_text("al sicuro in questo browser").wait_for()
    page.unroute("**/api/scenari/**")
    page.goto("about:blank")
    page.goto(address)
    assert page.get_by_label("Nome dello scenario").input_value() == "Scritto senza rete"
    saved(page)
    page.evaluate("localStorage.clear()")
    page.reload()
    assert page.get_by_label("Nome dello scenario").input_value() == "Scritto senza rete"
    assert page.locator("[data-solution=tree_row]").count() == 1


def test_a_save_whose_answer_is_lost_is_no_conflict_with_itself(page, provoked) -> None:
    """The server has the drawings, its answer never comes: beginning and saving again go on from there."""
    provoked.append("ERR_FAILED")
    lost: list[str] = []

    def lose_once(route) -> None:
        if route.request.url.endswith("effetti") or route.request.method in lost:
            route.continue_()
            return
        lost.append(route.request.method)
        route.fetch()
        route.abort()

    find_cormano(page)
    page.route("**/api/scenari**", lose_once)
    page.get_by_label("Nome dello scenario").fill("Perso per strada")
    draw_garden(page)
    page.get_by_text("Il servizio non risponde").wait_for()
    saved(page)
    address = page.url
    page.goto("/scenari/")
    assert page.get_by_role("link", name="Perso per strada", exact=True).count() == 1  # begun once, not twice
    page.goto(address)
    lost.clear()
    page.get_by_label("Nome dello scenario").fill("Letto e perso")
    page.get_by_text("al sicuro in questo browser").wait_for()
    page.get_by_label("Nome dello scenario").fill("Letto, perso, cambiato")
    saved(page)
    assert page.get_by_role("alert").filter(has_text="modificato altrove").count() == 0
    page.evaluate("localStorage.clear()")
    page.reload()
    assert page.get_by_label("Nome dello scenario").input_value() == "Letto, perso, cambiato"


def test_a_scenario_taken_away_by_another_can_be_kept(page, provoked) -> None:
    provoked.append("404")
    find_cormano(page)
    draw_garden(page)
    saved(page)
    address = page.url
    page.evaluate(
        """async (address) => {
          const token = document.querySelector('meta[name=csrf-token]').content;
          await fetch(`${address}/togli`, {method: 'POST', headers: {'X-CSRFToken': token}});
        }""",
        address,
    )
    page.get_by_label("Nome dello scenario").fill("Resta")
    alert = page.get_by_role("alert").filter(has_text="ci sono ancora")
    alert.get_by_role("button", name="Salva i miei disegni con un altro nome").click()
    saved(page)
    assert page.url != address
    assert page.get_by_label("Nome dello scenario").input_value() == "Resta (altra versione)"
