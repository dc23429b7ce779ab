"""J5, the LUM of a terminus: the check refuses and accepts, the office decides. Real browser."""

from __future__ import annotations

import re
from pathlib import Path

from tests.browser.conftest import SIZES, axe, drawn, picture, watched

COMUNE = ("Ada Rossi", "Comune di Gorgonzola")
OFFICE = ("Ugo Verdi", "Città metropolitana di Milano")


def open_atlas(page) -> None:
    """Open the atlas; where nobody has computed it yet, have it computed and wait for it."""
    page.goto("/conoscere/lum")
    if page.get_by_role("button", name="Calcola l'atlante").count():
        page.get_by_role("button", name="Calcola l'atlante").click()
        page.get_by_role("link", name="Vai all'atlante").wait_for(timeout=240_000)
        page.get_by_role("link", name="Vai all'atlante").click()
    page.wait_for_selector("#lum-map[data-ready]")


def best_served(page) -> str:
    """Return the code of the metropolitan LUM of whose circle most is reached on foot."""
    open_atlas(page)
    page.get_by_label("Livello").select_option("M")
    page.get_by_role("button", name="Mostra").click()
    page.wait_for_selector("#lum-map[data-ready]")
    found = []
    for row in page.locator(".lum-table tbody tr").all():
        cells = row.locator("th, td").all_inner_texts()
        share = re.match(r"(\d+)", cells[6])
        if share and cells[3] == "cerchio":
            address = row.locator("th a").get_attribute("href")
            found.append((int(share[1]), address.rsplit("/", 1)[1]))
    return max(found)[1]


def redraw(page, code: str) -> None:
    page.goto(f"/riconoscere/lum/{code}/ridisegna?nuova=1")
    page.wait_for_selector("#map[data-ready]")
    drawn(page)


def middle(page) -> tuple[float, float]:
    box = page.locator("#map").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def sign(page, within: str, who: tuple[str, str]) -> None:
    form = page.locator(within)
    form.get_by_label("Nome e cognome").fill(who[0])
    form.get_by_label("Ente").fill(who[1])


def check(page, name: str) -> str:
    return str(page.locator(f"[data-check={name}]").get_attribute("data-passed"))


def saved(page) -> None:
    page.wait_for_timeout(900)
    page.locator("[data-save-state]", has_text="Salvato alle").wait_for()


def draw_away_from_the_stop(page) -> None:
    """Draw a quadrilateral to the right of the middle, where the stop is."""
    page.get_by_role("button", name="Disegna da capo").click()
    x, y = middle(page)
    corners = [(90, -120), (260, -120), (260, 120), (90, 120)]
    for right, down in (*corners, corners[0]):
        page.mouse.click(x + right, y + down)
        page.wait_for_timeout(330)


def test_j5_the_lum_of_a_terminus(page) -> None:
    code = best_served(page)
    picture(page, "j5-atlante")
    assert axe(page) == []
    redraw(page, code)
    draw_away_from_the_stop(page)
    page.locator("[data-check=fermata][data-passed=no]").wait_for()
    assert "fuori" in page.locator("[data-check=fermata] .lum-why").inner_text()
    assert page.get_by_role("button", name="Invia all'ufficio").is_disabled()
    saved(page)
    picture(page, "j5-rifiutato")
    assert axe(page) == []

    page.get_by_role("button", name="Parti dal bacino a piedi").click()
    page.locator("[data-check=fermata][data-passed=si]").wait_for()
    page.wait_for_timeout(600)
    assert {check(page, one) for one in ("valido", "fermata", "vicino", "superficie", "comuni", "altri")} == {
        "si"
    }
    page.get_by_label("Perché così (facoltativo)").fill("Segue le vie vere e il sottopasso della stazione.")
    page.get_by_role("button", name="Fatto").click()
    saved(page)
    picture(page, "j5-ridisegnato")
    address = page.url
    page.goto(address)  # closed by mistake, opened again: all is there
    page.wait_for_selector("#map[data-ready]")
    assert "sottopasso" in page.get_by_label("Perché così (facoltativo)").input_value()

    sign(page, "form[data-send]", COMUNE)
    page.get_by_label("Atto del comune").fill("Delibera di Consiglio 31")
    page.get_by_label("Giorno dell'atto").fill("2026-10-05")
    page.get_by_role("button", name="Invia all'ufficio").click()
    page.get_by_text("Perimetro inviato").wait_for()
    page.wait_for_selector("#lum-map[data-ready]")
    drawn(page)
    picture(page, "j5-esame")
    assert axe(page) == []

    sign(page, "form[action$=accogli]", OFFICE)
    page.get_by_role("button", name="Accogli il perimetro").click()
    page.get_by_text("da ora prevale sul cerchio").wait_for()
    assert page.locator(".history li").count() == 2  # sent, accepted
    page.get_by_role("link", name="Scheda dell'atlante").click()
    page.get_by_text("Delibera di Consiglio 31").first.wait_for()
    page.wait_for_selector("#lum-map[data-ready]")
    drawn(page)
    picture(page, "j5-scheda")
    assert axe(page) == []
    with page.expect_download() as paper:
        page.get_by_role("link", name="Scheda in PDF").click()
    assert Path(paper.value.path()).read_bytes().startswith(b"%PDF-")
    page.goto("/conoscere/livelli/lum_perimetri_comunali")
    assert page.get_by_role("heading", name="LUM: perimetri dei comuni").count() == 1


def test_of_two_at_once_the_second_keeps_the_drawing(page, chromium, demo, provoked) -> None:
    provoked.append("409")
    redraw(page, best_served(page))
    page.get_by_role("button", name="Parti dal cerchio").click()
    saved(page)
    address = page.url
    with watched(chromium, demo, SIZES["scrivania"], reduced_motion="reduce") as other:
        other.goto(address)
        other.wait_for_selector("#map[data-ready]")
        other.get_by_label("Perché così (facoltativo)").fill("Scritto da un'altra persona")
        saved(other)
    page.get_by_label("Perché così (facoltativo)").fill("Scritto qui")
    alert = page.get_by_role("alert").filter(has_text="Nulla è perso")
    alert.wait_for()
    picture(page, "j5-conflitto")
    assert axe(page) == []
    alert.get_by_role("button", name="Metti il mio disegno al posto di quello salvato").click()
    saved(page)
    page.reload()
    assert page.get_by_label("Perché così (facoltativo)").input_value() == "Scritto qui"


def test_the_perimeter_is_drawn_by_keyboard_alone(page) -> None:
    """Arrows move the map under the cross, space puts a corner, Enter closes."""
    redraw(page, best_served(page))
    page.get_by_role("button", name="Disegna da capo").press("Enter")
    for keys in (["ArrowUp", "ArrowLeft"], ["ArrowRight"] * 2, ["ArrowDown"] * 2, ["ArrowLeft"] * 2):
        for key in keys:
            page.keyboard.press(key)
            page.wait_for_timeout(450)
        page.keyboard.press(" ")
    page.keyboard.press("Enter")
    page.locator("[data-check=valido][data-passed=si]").wait_for()
    assert check(page, "fermata") == "si"
    saved(page)


def test_the_pages_are_read_on_a_phone(phone) -> None:
    code = best_served(phone)
    for name, address in (
        ("scheda", f"/conoscere/lum/{code}"),
        ("rilievo", f"/riconoscere/lum/{code}/rilievo"),
        ("ridisegna", f"/riconoscere/lum/{code}/ridisegna?nuova=1"),
        ("elenco", "/riconoscere/lum/"),
    ):
        phone.goto(address)
        phone.wait_for_timeout(1500)
        picture(phone, f"j5-{name}-telefono", full=True)
        assert axe(phone) == [], name
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390, name
