"""Pages of access over the territory walked by hand of tests/analyses/access/small.py."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import shapely
import shapely.geometry
from django.test import Client
from pyproj import Transformer

from tests.analyses.access.small import EAST_TOWN, WEST_TOWN
from tests.apps.conoscere.accesso.asking import DAY, QUESTION, degrees, post, text
from trama.kernel.units import joined
from trama.lake import Lake

SCHOOL = "/conoscere/accesso?che=IST.PRI&gruppo=bambini&minuti=15"
PAGES = ["/conoscere/accesso", "/conoscere/accesso?gruppo=anziani", SCHOOL, "/conoscere/accesso?che=food"]


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("language", ["it", "en"])
def test_a_page_answers_in_both_languages_without_inline_style(
    site: Client, address: str, language: str
) -> None:
    site.cookies["django_language"] = language
    assert " style=" not in text(site, address)


def test_where_all_categories_show_the_page_says_what_choosing_one_service_opens(site: Client) -> None:
    hint = "Scegliendo un servizio in «Quale servizio»"
    assert hint in site.get("/conoscere/accesso").content.decode()
    assert hint not in site.get("/conoscere/accesso?che=IST.SE1").content.decode()


def test_children_beyond_fifteen_minutes_are_those_walked_by_hand(site: Client) -> None:
    # 100 children of 8 in the west, 10 of its 50 cells beyond 990 m: see tests/analyses/access/test_run.py
    page = text(site, SCHOOL)
    assert re.search(r"<strong>20</strong> residenti \(" + joined("20,0 %"), page)
    row = re.search(rf'<tr data-key="{WEST_TOWN}">.*?</tr>', page, re.DOTALL)
    assert row
    assert ">20 <a" in row[0]


def test_a_comune_that_no_source_looks_at_is_missing_and_not_without_service(site: Client) -> None:
    # adults live on both sides, and only the western source looks for primary schools
    page = text(site, "/conoscere/accesso?che=IST.PRI&gruppo=tutti")
    row = re.search(rf'<tr data-key="{EAST_TOWN}">.*?</tr>', page, re.DOTALL)
    assert row
    assert "dato mancante" in row[0]
    assert "nessun servizio" not in page.lower()


def test_why_opens_the_trace_of_the_very_number(site: Client, home: Path) -> None:
    answer = site.get(
        "/conoscere/accesso/perche?che=IST.PRI&gruppo=bambini&minuti=15&passo=comune/" + WEST_TOWN
    )
    assert answer.status_code == 302
    trace = answer["Location"].split("/perche/")[1].split("?")[0]
    node = Lake(home / "lake").traces.load(trace).root.find(f"comune/{WEST_TOWN}")
    assert node.value == 20
    assert "Perché" in text(site, answer["Location"]) or "Scuola primaria" in text(site, answer["Location"])


def test_a_click_says_minutes_and_which_service(site: Client) -> None:
    lon, lat = Transformer.from_crs(32632, 4326, always_xy=True).transform(500_350, 5_030_450)
    found = text(site, f"/conoscere/accesso/luogo?lon={lon}&lat={lat}&gruppo=bambini&che=IST.PRI")
    # cell (3, 4): 700 m to node 0, at 66 m a minute
    assert "Comune di ponente" in found
    assert re.search(r"Primaria.*?10,6", found, re.DOTALL)
    assert "dato mancante" in found


def test_a_click_that_is_no_point_is_refused(site: Client) -> None:
    assert site.get("/conoscere/accesso/luogo?lon=boh").status_code == 400
    assert site.get("/conoscere/accesso/luogo?lon=nan&lat=inf").status_code == 400


@pytest.mark.parametrize("query", ["che=boh", "gruppo=boh", "che=food&minuti=boh", "che=food&minuti=900"])
def test_what_is_not_a_question_is_refused_in_one_sentence_and_the_page_still_stands(
    site: Client, query: str
) -> None:
    answer = site.get(f"/conoscere/accesso?{query}")
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert site.get(f"/conoscere/accesso.json?{query}").status_code in {400, 404}


def test_tiles_are_pictures_and_what_is_outside_is_transparent(site: Client) -> None:
    import math

    page = site.get(SCHOOL).context["theme"]
    lon, lat, z = 9.005, 45.42, 13
    x = int((lon + 180) / 360 * 2**z)
    y = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**z)
    inside = site.get(page["tiles"].format(z=z, x=x, y=y))
    outside = site.get(page["tiles"].format(z=z, x=0, y=0))
    assert inside["Content-Type"] == "image/png"
    assert len(inside.content) > len(outside.content)


def test_json_and_csv_give_the_rows_of_the_table(site: Client) -> None:
    found = site.get("/conoscere/accesso.json?che=IST.PRI&gruppo=bambini&minuti=15").json()
    west = next(row for row in found["luoghi"] if row["luogo"] == WEST_TOWN)
    assert west["oltre"] == pytest.approx(20)
    lines = site.get("/conoscere/accesso.csv").content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("ambito;luogo;nome;residenti")
    assert len(lines) == 1 + 1 + 2 + 2


def csv_rows(site: Client, query: str) -> list[dict[str, str]]:
    import csv

    text_ = site.get(f"/conoscere/accesso.csv?{query}").content.decode("utf-8-sig")
    return list(csv.DictReader(text_.splitlines(), delimiter=";"))


def test_a_csv_says_by_itself_what_its_figures_are(site: Client) -> None:
    rows = csv_rows(site, "che=IST.PRI&gruppo=tutti&minuti=15")
    by_place = {row["luogo"]: row for row in rows}
    west, east = by_place[WEST_TOWN], by_place[EAST_TOWN]
    assert west["stato"] == "dati sintetici; valore non ufficiale"
    assert east["stato"] == "dati sintetici; valore non ufficiale; dato mancante"
    assert (east["oltre"], east["residenti_senza_dato"]) == ("", "210")
    assert west["limite_oltre"] == "al più"
    assert west["giorno"] == DAY.isoformat()
    assert re.search(r"accesso_celle v\d{4}.*servizi v\d{4}", west["livelli"])
    assert (
        west["trace"]
        == site.get("/conoscere/accesso.json?che=IST.PRI&gruppo=tutti&minuti=15").json()["trace"]
    )


def test_the_csv_of_supply_and_that_of_services_nobody_reaches_carry_the_same_labels(site: Client) -> None:
    rows = [row for row in csv_rows(site, "tabella=offerta") if row["ambito"] == "territorio"]
    (whole,) = [row for row in rows if row["voce"] == "IST.PRI"]
    bars = [row for row in rows if row["voce"] == "COM.BAR"]
    assert all(row["posti_per_100"] == "" and row["stato"].endswith("dato mancante") for row in bars)
    assert (whole["unita"], whole["servizi_contati"], whole["limite"]) == ("posti", "1", "almeno")
    assert whole["stato"].startswith("dati sintetici; valore non ufficiale")
    assert csv_rows(site, "tabella=irraggiungibili") == []
    assert site.get("/conoscere/accesso.csv?tabella=boh").status_code == 400


def test_why_beside_a_supply_names_what_counts_and_what_does_not(site: Client, home: Path) -> None:
    page = text(site, "/conoscere/accesso")
    assert "offerta=IST.PRI" in page
    answer = site.get(f"/conoscere/accesso/perche?offerta=IST.PRI&passo=comune/{WEST_TOWN}")
    trace = answer["Location"].split("/perche/")[1].split("?")[0]
    root = Lake(home / "lake").traces.load(trace).root
    # 60 places for 100 children of 8, all in the west: see tests/analyses/access/test_run.py
    assert root.find(f"comune/{WEST_TOWN}").value == pytest.approx(60)
    assert root.find("contati").value == 1
    assert text(site, answer["Location"])
    assert site.get("/conoscere/accesso/perche?offerta=boh").status_code == 400


def test_a_school_opened_on_the_map_gains_those_who_were_beyond(site: Client) -> None:
    gesture = {"gesto": "apri", "punti": [degrees(94)]}
    status, found = post(site, "/conoscere/accesso/prova", **QUESTION, gesti=[gesture])
    assert status == 200
    assert found["risultato"]["guadagnati"] == pytest.approx(20)
    assert "<strong>+20</strong>" in found["html"]
    assert "Comune di ponente" in found["html"]


def cells_of(found: dict) -> dict[str, float]:
    """Return the square metres of each kind of changed cells."""

    def to_metres(xy):
        return np.column_stack(Transformer.from_crs(4326, 32632, always_xy=True).transform(*xy.T))

    return {
        one["properties"]["cosa"]: shapely.transform(shapely.geometry.shape(one["geometry"]), to_metres).area
        for one in found["celle"]["features"]
    }


def test_the_cells_gained_and_lost_are_handed_to_the_map(site: Client) -> None:
    # ten cells of 100 m are beyond 990 m of the school, and a school at node 94 reaches them all
    opened = post(
        site, "/conoscere/accesso/prova", **QUESTION, gesti=[{"gesto": "apri", "punti": [degrees(94)]}]
    )[1]
    assert cells_of(opened) == {"guadagnata": pytest.approx(100_000, rel=1e-3)}
    # the only school closes: the other forty are left
    closed = post(
        site, "/conoscere/accesso/prova", **QUESTION, gesti=[{"gesto": "chiudi", "servizio": "primaria"}]
    )[1]
    assert cells_of(closed) == {"persa": pytest.approx(400_000, rel=1e-3)}
    # rows of adjoining cells are drawn as one: at most one strip a row on each side
    assert len(closed["celle"]["features"][0]["geometry"]["coordinates"]) <= 10


def test_while_the_hand_moves_no_trace_is_kept(site: Client, home: Path) -> None:
    gesture = {"gesto": "apri", "punti": [degrees(93)]}
    before = sorted(home.glob("traces/*/*"))
    found = post(site, "/conoscere/accesso/prova", **QUESTION, gesti=[gesture], segue=True)[1]
    assert found["trace"] == ""
    assert "Perché?" not in found["html"]
    asked = {**QUESTION, "quanti": 1, "lum": "libero", "luoghi": [degrees(0)], "segue": True}
    assert post(site, "/conoscere/accesso/dove", **asked)[1]["trace"] == ""
    assert sorted(home.glob("traces/*/*")) == before
    assert post(site, "/conoscere/accesso/prova", **QUESTION, gesti=[gesture])[1]["trace"]
    assert sorted(home.glob("traces/*/*")) != before


def test_the_services_of_today_are_points_that_can_be_chosen(site: Client) -> None:
    found = site.get("/conoscere/accesso/servizi.geojson?che=IST.PRI&gruppo=bambini").json()
    [school] = found["features"]
    assert (school["properties"]["id"], school["geometry"]["coordinates"]) == (
        "primaria",
        pytest.approx(degrees(0), abs=1e-6),
    )
    assert site.get("/conoscere/accesso/servizi.geojson?che=boh").status_code in {400, 404}


def test_a_place_found_leads_to_its_criteria_where_it_was_put(site: Client) -> None:
    asked = {**QUESTION, "quanti": 1, "lum": "libero", "luoghi": [degrees(33)]}
    html = post(site, "/conoscere/accesso/dove", **asked)[1]["html"]
    lon, lat = degrees(33)
    assert f"/riconoscere/localizza/?voce=IST.PRI&amp;lon={lon:.6f}&amp;lat={lat:.6f}" in html


def test_without_a_timetable_the_search_is_on_foot_and_says_so(site: Client) -> None:
    assert "nessun orario del trasporto pubblico è stato caricato" in text(site, SCHOOL)
    status, found = post(site, "/conoscere/accesso/dove", che="tpl:SAN.POL", gruppo="tutti")
    assert status == 400
    assert "GTFS" in found["errore"]


def test_who_is_worst_off_is_said_where_that_is_the_aim(site: Client) -> None:
    asked = {**QUESTION, "quanti": 1, "obiettivo": "peggio", "lum": "libero"}
    html = post(site, "/conoscere/accesso/dove", **asked)[1]["html"]
    assert "Chi sta peggio passa da" in html


def test_the_best_place_and_what_moving_it_costs(site: Client) -> None:
    asked = {**QUESTION, "quanti": 1, "obiettivo": "copertura", "area": WEST_TOWN, "lum": "libero"}
    status, best = post(site, "/conoscere/accesso/dove", **asked)
    assert status == 200, best
    assert best["risultato"]["guadagnati"] == pytest.approx(20)
    # back at the school's own node nobody is gained
    moved = {**asked, "luoghi": [degrees(0)], "guadagnati_prima": best["risultato"]["guadagnati"]}
    status, found = post(site, "/conoscere/accesso/dove", **moved)
    assert status == 200
    assert found["risultato"]["guadagnati"] == 0
    assert "<strong>−20</strong>" in found["html"]


@pytest.mark.parametrize(
    ("address", "body"),
    [
        ("prova", {**QUESTION, "gesti": []}),
        ("prova", {**QUESTION, "gesti": [{"gesto": "esplodi"}]}),
        ("prova", {**QUESTION, "gesti": [{"gesto": "apri", "punti": [["a", 1]]}]}),
        ("prova", {**QUESTION, "gesti": [{"gesto": "apri", "punti": [[0, 0]]}]}),
        ("prova", {**QUESTION, "gesti": [{"gesto": "passaggio", "punti": [[9, 45]]}]}),
        ("prova", {**QUESTION, "gesti": [{"gesto": "chiudi", "servizio": "boh"}]}),
        ("dove", {**QUESTION, "quanti": 0}),
        ("dove", {**QUESTION, "area": "Atlantide"}),
        ("dove", {**QUESTION, "luoghi": []}),
        ("dove", {**QUESTION, "lum": "sempre"}),
    ],
)
def test_what_cannot_be_tried_is_refused_in_one_sentence(site: Client, address: str, body: dict) -> None:
    status, found = post(site, f"/conoscere/accesso/{address}", **body)
    assert status == 400
    assert found["errore"]


def test_before_any_run_the_page_says_what_to_do(tmp_path, monkeypatch, bundle, db) -> None:
    monkeypatch.setenv("TRAMA_HOME", str(tmp_path))
    page = text(Client(HTTP_HOST="localhost"), "/conoscere/accesso")
    assert "trama access run" in page
    assert Client(HTTP_HOST="localhost").get("/conoscere/accesso.json").status_code in {404, 409, 503}


@pytest.mark.parametrize("tile", ["4000000000/0/0", "23/0/0", "3/8/0", f"5/{10**70}/0"])
def test_a_tile_that_is_no_tile_is_not_drawn(site: Client, tile: str) -> None:
    assert site.get(f"/conoscere/accesso/x/{tile}.png").status_code == 404


def test_the_json_of_a_question_leads_to_its_explanation(site: Client, home: Path) -> None:
    trace = site.get("/conoscere/accesso.json?che=IST.PRI&gruppo=bambini&minuti=15").json()["trace"]
    assert Lake(home / "lake").traces.load(trace).root.key == "oltre"
