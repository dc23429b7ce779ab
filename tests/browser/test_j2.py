"""Journey J2: the real land cover arrives, from the file to the map before and after, in a real browser."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import geopandas
import pytest
from shapely.geometry import Polygon, box

from tests.browser import territory
from tests.browser.conftest import PROJECT, SIZES, made_once, picture, serving, watched
from tests.browser.test_conoscere import axe
from tests.fixtures_territory import EAST, NORTH
from trama.lake import Lake

SIDE_M = 6000
SOUTH = NORTH - SIDE_M
LAYER = "/conoscere/livelli/uso_suolo"
WAIT_MS = 120_000


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation of this journey's own: it changes it."""
    return made_once(tmp_path_factory, "territorio", territory.build)


@pytest.fixture(scope="module")
def site(house: Path) -> Iterator[str]:
    with serving(house) as address:
        yield address


@pytest.fixture
def desk(chromium, site: str) -> Iterator[object]:
    with watched(chromium, site, SIZES["scrivania"], expected=["422"], reduced_motion="reduce") as page:
        yield page


@pytest.fixture
def phone(chromium, site: str) -> Iterator[object]:
    with watched(chromium, site, SIZES["telefono"], expected=["422"], reduced_motion="reduce") as page:
        yield page


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A land cover as an office gives it: 36 polygons of 1 km, three of them with a crossed outline."""
    shapes, codes = [], []
    for row in range(6):
        for column in range(6):
            west, south = EAST + 1000 * column, SOUTH + 1000 * row
            shapes.append(box(west, south, west + 1000, south + 1000))
            codes.append(("1112", "2111", "12111", "3111")[(row + column) % 4])
    for number in (7, 14, 21):
        w, s, e, n = shapes[number].bounds
        shapes[number] = Polygon([(w, s), (e, n), (e, s), (w, n)])
    path = tmp_path_factory.mktemp("ufficio") / "DUSAF 7.gpkg"
    geopandas.GeoDataFrame({"COD_TOT": codes}, geometry=shapes, crs=32632).to_file(path, driver="GPKG")
    return path


def check(page, name: str) -> None:
    """Axe has nothing to say, nothing sticks out, and a picture is kept."""
    picture(page, f"j2-{name}-{page.viewport_size['width']}", full=True)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def bring(page, file: Path) -> None:
    """Fill the form of the land cover and send it."""
    page.goto(LAYER)
    page.get_by_role("link", name="Aggiungi una versione", exact=True).click()
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_label("Da dove viene").fill("Regione Lombardia, DUSAF 7")
    page.get_by_label("Licenza", exact=True).fill("CC BY 4.0")
    page.get_by_label("Giorno o anno dei dati").fill("2021")
    page.get_by_role("button", name="Controlla e aggiungi").click()
    page.wait_for_url("**/lavori/*")


def ended(page) -> str:
    """Wait until the page says that the work has ended, and how."""
    page.wait_for_selector("#stato:not([hx-get])", timeout=WAIT_MS)
    return page.locator(".work-state .label").inner_text()


def evaluate_a_car_park(house: Path) -> str:
    """Save an evaluation on the land cover there is now; return its address."""
    code = """
import django; django.setup()
from datetime import date
from trama.apps.riconoscere import actions, queries
from trama.apps.riconoscere.area import in_degrees
from trama.apps.riconoscere.state import State, validated
from trama.analyses.installation import open_installation
from shapely.geometry import box
import sys
west, south = float(sys.argv[1]), float(sys.argv[2])
sheet = next(iter(open_installation().book.sheets))
state = validated({"nome": "Parcheggio", "geometria": in_degrees(box(west, south, west + 95, south + 95)),
    "tipologie": [], "stato_attuale": None, "progetto": None, "risposte": {}, "giorno": "2026-01-15"}, State)
print(actions.begin(sheet, state).pk)
"""
    environment = {
        **os.environ,
        "TRAMA_HOME": str(house),
        "PYTHONPATH": str(PROJECT / "src"),
        "DJANGO_SETTINGS_MODULE": "trama.site.settings",
    }
    place = (str(EAST + 3600), str(SOUTH + 3600))
    done = subprocess.run(
        [sys.executable, "-c", code, *place], env=environment, check=True, capture_output=True, text=True
    )
    return f"/riconoscere/valuta/{done.stdout.split()[-1]}"


def test_the_land_cover_arrives(desk, house: Path, site: str, original: Path) -> None:
    lake = Lake(house / "lake")
    before = lake.version("uso_suolo").id
    evaluation = evaluate_a_car_park(house)
    _the_form_without_a_file(desk)
    bring(desk, original)
    assert ended(desk) == "da riparare"
    report = desk.locator(".checks-report")
    for number in (8, 15, 22):
        assert report.get_by_role("rowheader", name=f"elemento {number}", exact=True).count() == 1
    assert lake.version("uso_suolo").id == before
    check(desk, "rapporto")
    desk.get_by_role("button", name="Ripara e aggiungi").click()
    assert ended(desk) == "concluso"
    now = lake.version("uso_suolo")
    assert (now.id, now.synthetic, now.provenance.source) == ("v0003", False, "Regione Lombardia, DUSAF 7")
    assert desk.get_by_role("heading", name="Che cosa è cambiato").count() == 1
    check(desk, "pubblicata")
    _storm_again(desk, lake)
    _before_and_after(desk)
    desk.goto(evaluation)
    assert "uso_suolo (v0002 → v0003)" in desk.locator("[data-stale]").inner_text().replace(
        "Uso e copertura del suolo", "uso_suolo"
    )
    desk.get_by_role("link", name="Vedi che cosa cambierebbe").click()
    assert desk.get_by_role("heading", name="Che cosa cambierebbe nelle schede").count() == 1
    assert desk.get_by_role("row").count() > 1
    check(desk, "rivaluta")
    desk.get_by_role("button", name="Rivaluta con i dati di oggi").click()
    desk.wait_for_url(f"**{evaluation}")


def _the_form_without_a_file(page) -> None:
    page.goto(f"{LAYER}/aggiungi")
    check(page, "modulo")
    page.get_by_role("button", name="Controlla e aggiungi").click()
    page.get_by_role("alert").wait_for()
    assert page.locator("#file-errore").inner_text() == "Scegliere il file da aggiungere."
    check(page, "senza-file")


def _storm_again(page, lake: Lake) -> None:
    """Two quick clicks are one run, whose progress is told and whose result waits."""
    button = page.get_by_role("button", name="Ricalcola STORM")
    button.dblclick()
    page.wait_for_url("**/lavori/*")
    page.wait_for_timeout(1500)  # the answer to the second click replaces the first
    work = page.url
    page.goto("/lavori/")
    assert page.get_by_role("rowheader", name="Ricalcolo di STORM").count() == 1
    check(page, "lavori")
    page.goto(work)
    assert ended(page) == "concluso"
    assert lake.version("storm_comuni").provenance.inputs["uso_suolo"] == "v0003"
    check(page, "storm")


def _before_and_after(page) -> None:
    """The link of the result opens the map with both versions; so does its address, sent to somebody."""
    page.get_by_role("link", name="Confronta prima e dopo sulla mappa").click()
    page.wait_for_selector(".swipe-handle")
    assert "confronto=v0002" in page.url
    page.wait_for_selector(".map-box[data-drawn]")
    page.wait_for_timeout(1500)
    picture(page, "j2-confronto")
    assert axe(page) == []


def test_on_a_phone_the_form_and_its_refusals_can_be_read(phone, tmp_path: Path) -> None:
    phone.goto(f"{LAYER}/aggiungi")
    check(phone, "modulo")
    garbage = tmp_path / "uso.gpkg"
    garbage.write_bytes(b"niente di utile" * 1000)
    phone.get_by_label("File", exact=True).set_input_files(garbage)
    phone.get_by_label("Da dove viene").fill("qualcuno")
    phone.get_by_label("Licenza", exact=True).fill("CC0")
    phone.get_by_label("Giorno o anno dei dati").fill("2021")
    phone.get_by_role("button", name="Controlla e aggiungi").click()
    phone.get_by_role("alert").wait_for()
    assert "non è in un formato ammesso" in phone.locator("#file-guaio").inner_text()
    assert phone.get_by_label("Da dove viene").input_value() == "qualcuno"
    check(phone, "rifiuto")


def test_work_is_cancelled_from_its_page_and_a_killed_one_says_what_to_do(phone, house: Path) -> None:
    import fcntl

    (house / "lavori").mkdir(exist_ok=True)
    with (house / "lavori" / "turno").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        phone.goto("/conoscere/ricalcola/storm")
        check(phone, "ricalcola")
        phone.get_by_role("button", name="Ricalcola STORM").click()
        phone.get_by_role("button", name="Annulla").wait_for()
        check(phone, "in-attesa")
        phone.get_by_role("button", name="Annulla").click()
        phone.get_by_text("Annullato: nulla è stato scritto.").wait_for()
        phone.get_by_role("button", name="Ripeti").click()
        phone.get_by_role("button", name="Annulla").wait_for()
        key = phone.url.rpartition("/")[2]
        _kill(house, key)
        assert ended(phone) == "interrotto"
        assert phone.get_by_text("Nulla è stato scritto: si può ripetere.").count() == 1
        check(phone, "interrotto")


def _kill(house: Path, key: str) -> None:
    import sqlite3

    with sqlite3.connect(house / "registro.sqlite3", timeout=20) as register:
        rows = register.execute("SELECT process FROM lavori_lavoro WHERE id = ?", [key.replace("-", "")])
        os.kill(int(rows.fetchone()[0]), signal.SIGKILL)
    time.sleep(0.2)


def test_the_answers_of_the_work_are_there_as_data_too(desk) -> None:
    desk.goto("/lavori/")
    address = desk.locator("tbody th a").first.get_attribute("href")
    answer = desk.request.get(f"{address}?formato=json")
    assert set(json.loads(answer.text())) >= {"stato", "esito", "fatti", "in_tutto"}
