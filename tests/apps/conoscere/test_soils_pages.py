"""Pages of soils, of land take and of the Rete Verde, over the place of tests/fixtures_place.py."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pyproj
import pytest
import shapely
from django.test import Client

from tests.fixtures_place import DAY, place_lake, square
from trama.analyses.rete_verde import plan_network
from trama.analyses.suoli import map_soils
from trama.apps.conoscere.rete_verde.queries import OrderRow, matrix, unplaced
from trama.lake import Lake
from trama.norms import load_book

TO_DEGREES = pyproj.Transformer.from_crs(32632, 4326, always_xy=True).transform
PAGES = [
    "/conoscere/suoli",
    "/conoscere/suoli?per=upa",
    "/conoscere/suoli/consumo",
    "/conoscere/rete-verde",
    "/conoscere/rete-verde?per=comuni",
    "/conoscere/rete-verde?upa=3b",
    "/conoscere/mappa?tema=attitudine-celle",
    "/conoscere/mappa?tema=priorita-upa",
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("suoli")
    lake = place_lake(home)
    map_soils(lake, load_book(), day=DAY)
    plan_network(lake, load_book(), day=DAY)
    return home


@pytest.fixture
def site(place: Path, monkeypatch: pytest.MonkeyPatch, bundle: None, db: None) -> Client:
    monkeypatch.setenv("TRAMA_HOME", str(place))
    return Client(HTTP_HOST="localhost")


def ask(site: Client, **more) -> tuple[int, dict]:
    field = shapely.transform(square(3000, 2000, 100), TO_DEGREES, interleaved=False)
    body = {"geometria": json.loads(shapely.to_geojson(field)), "impermeabile": 80, **more}
    answer = site.post("/conoscere/suoli/consumo/calcola", body, content_type="application/json")
    return answer.status_code, answer.json()


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("language", ["it", "en"])
def test_a_page_answers_in_both_languages_without_inline_style(
    site: Client, address: str, language: str
) -> None:
    site.cookies["django_language"] = language
    answer = site.get(address)
    assert answer.status_code == 200
    assert not re.search(r"<[^>]+\sstyle=", answer.content.decode())


def test_the_soils_page_says_what_counts_and_what_is_missing(site: Client) -> None:
    page = site.get("/conoscere/suoli").content.decode()
    assert "Stoccaggio di carbonio" in page
    assert "da chiedere a ISPRA" in page
    assert "3,67" in page  # the fields, by hand in tests/analyses/suoli/test_land_take.py
    assert "valore non ufficiale" in page
    assert "dati sintetici" in page


def test_the_map_draws_soils_in_the_classes_of_the_norms(site: Client) -> None:
    panel = site.get("/conoscere/mappa/tema/attitudine-celle").content.decode()
    assert "0-1, minima" in panel
    assert "4-5, massima" in panel
    assert "Classi e colori stabiliti nelle norme" in panel


def test_a_drawn_area_gets_its_loss_with_reasons(site: Client, place: Path) -> None:
    """228.25 m3 of the intense event and class 4, by hand in tests/analyses/suoli/test_land_take.py."""
    status, body = ask(site)
    assert status == 200
    lost = {row["id"]: row["valore"] for row in body["risultato"]["perdite"]}
    assert lost["evento_intenso"] == pytest.approx(228.25, abs=0.3)
    assert "Perché?" in body["html"]
    assert "Attitudine alta" in body["html"]
    assert "offerta_carbonio" not in body["html"]
    assert Lake(place / "lake").traces.load(body["trace"]).root.find("evento_intenso") is not None


def test_a_question_that_cannot_be_gets_a_sentence(site: Client) -> None:
    for more, word in (({"impermeabile": 200}, "impermeabile"), ({"pioggia": "tanta"}, "pioggia")):
        status, body = ask(site, **more)
        assert status == 400
        assert word in body["errore"]
    answer = site.post("/conoscere/suoli/consumo/calcola", b"{", content_type="application/json")
    assert answer.status_code == 400
    nothing = {"geometria": None}
    answer = site.post("/conoscere/suoli/consumo/calcola", nothing, content_type="application/json")
    assert "manca l'area" in answer.json()["errore"]


@pytest.mark.parametrize(
    ("language", "said"), [("it", "fuori dal territorio"), ("en", "outside the territory")]
)
def test_an_area_across_the_border_says_so_before_any_figure(site: Client, language: str, said: str) -> None:
    site.cookies["django_language"] = language
    field = shapely.transform(square(3900, 2000, 200, 100), TO_DEGREES, interleaved=False)
    _status, answer = ask(site, geometria=json.loads(shapely.to_geojson(field)))
    assert said in answer["html"]
    assert answer["html"].index(said) < answer["html"].index("<dl")
    assert said not in ask(site)[1]["html"]


def test_the_network_page_says_order_reasons_and_what_is_missing(site: Client) -> None:
    page = site.get("/conoscere/rete-verde").content.decode()
    assert "Questi indicatori non hanno una tabella" in page
    assert "serve la vulnerabilità al caldo (trama warm run)" in page
    assert "Depavimentare parcheggi" in page
    assert "disegno della Rete Verde del PTM non è caricato" in page
    assert re.search(r"ordine%2Facqua%2F3b", page)


def test_one_upa_is_drawn_as_dark_as_in_the_whole_order() -> None:
    """Places 3, 30 and none of 91: by hand, the first fifth is depth 5, place 30 is in the second."""
    rows = [
        OrderRow({"upa": "3b", "punteggio": score, "posto": place, "perche": "perché"}, name, "")
        for name, score, place in (("a", 9.0, 3), ("b", 2.0, 30), ("c", 0.0, None), ("d", None, None))
    ]
    lines = matrix(rows, ["3b", "3c"], 91)
    assert [(line.name, line.cells[0].place, line.cells[0].depth) for line in lines] == [
        ("a", 3, 5),
        ("b", 30, 4),
        ("c", None, 0),
    ]
    assert lines[2].cells[0].why == "perché"
    assert unplaced(rows) == [("perché", 1)]
    assert all(line.cells[1] is None for line in lines)


def test_the_order_leaves_as_csv_json_and_geopackage(site: Client) -> None:
    text = site.get("/conoscere/rete-verde/ordine.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert len(rows) == len(site.get("/conoscere/rete-verde.json").json()["ordine"])
    assert site.get("/conoscere/rete-verde/rete-verde.gpkg").content.startswith(b"SQLite format 3")


def test_without_the_layers_the_pages_say_which_command_makes_them(
    site: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRAMA_HOME", str(tmp_path))
    assert "trama suoli carta" in site.get("/conoscere/suoli").content.decode()
    assert "trama rete-verde priorita" in site.get("/conoscere/rete-verde").content.decode()
    assert site.get("/conoscere/rete-verde/ordine.csv").status_code == 503


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ("[" * 200_000, 400, "troppi livelli annidati"),
        ('{"geometria": {}, "impermeabile": ' + "9" * 401 + "}", 400, "troppo grande"),
        ('{"geometria": {}, "impermeabile": 1, "impermeabile": 2}', 400, "«impermeabile» è ripetuta"),
        ('{"geometria": {}, "impermeabile": NaN}', 400, "NaN"),
        (" " * 2_000_001, 413, "semplificare"),
    ],
)
def test_a_hostile_question_gets_one_sentence(site: Client, body: str, status: int, said: str) -> None:
    answer = site.post("/conoscere/suoli/consumo/calcola", body, content_type="application/json")
    assert answer.status_code == status
    assert said in answer.json()["errore"]


@pytest.mark.parametrize("accept", ["", "*/*", "application/json", "text/html"])
def test_the_address_of_a_question_refuses_as_data_whatever_is_asked(site: Client, accept: str) -> None:
    address, headers = "/conoscere/suoli/consumo/calcola", {"accept": accept} if accept else {}
    wrong = site.get(address, headers=headers)
    assert (wrong.status_code, wrong.headers["Allow"]) == (405, "POST")
    assert "usare POST" in wrong.json()["errore"]
    strange = Client(enforce_csrf_checks=True).post(address, headers=headers)
    assert strange.status_code == 403
    assert "nulla è cambiato" in strange.json()["errore"]


@pytest.mark.parametrize("name", ["\ud800", "a\x00b", ["a"], {"a": 1}])
def test_a_name_that_is_no_text_is_refused(site: Client, name: object) -> None:
    status, answer = ask(site, nome=name)
    assert status == 400
    assert "«nome»" in answer["errore"]
