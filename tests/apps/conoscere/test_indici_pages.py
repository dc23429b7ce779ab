"""The pages of the indices: what they rest on, other weights by address, the same figures in every form."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.test import Client

from tests.fixtures_indices import DAY, index_lake
from trama.analyses.indices import run_indices
from trama.lake import Lake
from trama.norms import load_book

OTHER = "peso=suolo_impermeabile:0&peso=densita:0&pilastro=impatto:3&normalizzazione=rank"
PAGES = [
    "/conoscere/indici",
    "/conoscere/indici/vulnerabilita",
    "/conoscere/indici/vulnerabilita?grana=upa",
    f"/conoscere/indici/vulnerabilita?{OTHER}",
    "/conoscere/indici/qualita",
    "/conoscere/indici/vulnerabilita/tabella",
    "/conoscere/mappa?tema=vulnerabilita-territoriale-comuni",
]


@pytest.fixture(scope="module")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with the small territory and its indices."""
    home = tmp_path_factory.mktemp("indici")
    run_indices(index_lake(home), load_book(), day=DAY)
    return home


@pytest.mark.parametrize("address", PAGES)
def test_a_page_of_the_indices_answers_without_inline_style_or_code(site: Client, address: str) -> None:
    answer = site.get(address)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert not re.search(r"<[^>]+\sstyle=", page)
    assert all(
        'type="application/json"' in tag or "src=" in tag for tag in re.findall(r"<script[^>]*>", page)
    )


def test_the_page_says_on_what_it_rests_and_what_is_missing(site: Client) -> None:
    page = site.get("/conoscere/indici/vulnerabilita").content.decode()
    assert "<strong>8</strong> indicatori su 24" in page
    assert "PM2,5, media annua" in page
    assert "dati sintetici" in page
    assert "valore non ufficiale" in page
    assert "Pesi delle norme." in page


def test_the_cards_of_the_indices_carry_their_labels_and_on_what_they_rest(site: Client) -> None:
    page = site.get("/conoscere/indici").content.decode()
    assert page.count("dati sintetici<") == page.count("valore non ufficiale<") == 2
    assert "<strong>8</strong> indicatori su 24" in page


def test_the_page_speaks_english_to_who_wants_it(site: Client) -> None:
    site.post("/i18n/setlang/", {"language": "en", "next": "/"})
    page = site.get("/conoscere/indici/vulnerabilita").content.decode()
    assert "Territorial vulnerability" in page
    assert "Back to the norms&#x27; weights" in page or "Back to the norms' weights" in page


def test_the_table_the_json_and_the_csv_of_an_address_say_the_same(site: Client) -> None:
    document = json.loads(site.get(f"/conoscere/indici/vulnerabilita.json?{OTHER}").content)
    assert document["delle_norme"] is False
    assert document["scelta"]["normalizzazione"] == "rank"
    lines = site.get(f"/conoscere/indici/vulnerabilita/graduatoria.csv?{OTHER}").content.decode("utf-8-sig")
    header, *rows = [line.split(";") for line in lines.splitlines()]
    by_code = {row[0]: dict(zip(header, row, strict=True)) for row in rows}
    for place in document["luoghi"]:
        written = by_code[place["codice"]]
        assert float(written["indice"].replace(",", ".")) == place["indice"]
        assert int(written["rango"]) == place["rango"]
    page = site.get(f"/conoscere/indici/vulnerabilita/tabella?{OTHER}").content.decode()
    assert "Pesi tuoi, non delle norme." in page
    first = min(document["luoghi"], key=lambda place: place["rango"])
    assert page.index(first["nome"]) < min(
        page.index(place["nome"]) for place in document["luoghi"] if place is not first
    )


def test_a_figure_of_the_norms_has_its_reason_and_one_of_other_weights_has_none(site: Client) -> None:
    page = site.get("/conoscere/indici/vulnerabilita/tabella").content.decode()
    [step] = re.findall(r'href="(/conoscere/perche/[^"]+015146[^"]*)"', page)
    assert "Comune capoluogo: vulnerabilità territoriale" in site.get(step).content.decode()
    other = site.get(f"/conoscere/indici/vulnerabilita/tabella?{OTHER}").content.decode()
    assert "/conoscere/perche/" not in other


@pytest.mark.parametrize(
    ("address", "status", "sentence"),
    [
        ("/conoscere/indici/bellezza", 404, "Nessun indice si chiama"),
        ("/conoscere/indici/vulnerabilita?peso=densita:tanto", 400, "da 0 a 100"),
        ("/conoscere/indici/vulnerabilita?peso=nulla:1", 400, "non è nell"),
        ("/conoscere/indici/vulnerabilita?pilastro=impatto:0", 400, "vuole tutti i suoi pilastri"),
        ("/conoscere/indici/vulnerabilita.json?pilastro=impatto:0", 400, "vuole tutti i suoi pilastri"),
        ("/conoscere/indici/vulnerabilita?grana=zone", 400, "scegliere comuni o upa"),
    ],
)
def test_what_an_address_asks_wrongly_is_said(site: Client, address: str, status: int, sentence: str) -> None:
    answer = site.get(address)
    assert answer.status_code == status
    assert sentence in answer.content.decode()


def test_before_a_run_the_list_says_what_to_do(bundle: None, db: None, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("TRAMA_HOME", str(tmp_path / "vuota"))
    assert not Lake(tmp_path / "vuota" / "lake").layers()
    client = Client(HTTP_HOST="localhost")
    assert "trama indici run" in client.get("/conoscere/indici").content.decode()
    assert client.get("/conoscere/indici/vulnerabilita").status_code == 503
