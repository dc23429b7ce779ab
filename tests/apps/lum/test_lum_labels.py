"""Every page that draws or lists perimeters says when they rest on invented data and unofficial values."""

from __future__ import annotations

import io
import json
from datetime import date

import pypdf
import pytest
from django.test import Client

from tests.apps.lum.test_lum_redraw import OFFICE, act, begin, sent
from tests.fixtures_lum import MEZZO, STOPS, put
from trama.analyses.lum import run_atlas_whole
from trama.apps.lavori.models import Lavoro
from trama.lake import Lake
from trama.norms import load_book

LABELS = ('<span class="label label-synthetic"', '<span class="label label-unofficial"')
ROOM = "/riconoscere/lum"


@pytest.fixture
def addresses(site: Client, lake: Lake) -> dict[str, str]:
    """One address of each page, with something on it."""
    draft, other = begin(site), sent(site)
    done = Lavoro.objects.create(
        kind="lum",
        key="lum",
        title="Atlante",
        state="concluso",
        result={"lum": 2, "trace": "", "no_streets": ""},
    )
    return {
        "list": f"{ROOM}/",
        "lum": f"{ROOM}/{MEZZO}",
        "redraw": f"{ROOM}/{MEZZO}/ridisegna?nuova=1",
        "already": f"{ROOM}/{MEZZO}/ridisegna",
        "draft": f"{ROOM}/proposte/{draft['id']}",
        "review": f"{ROOM}/proposte/{other['id']}",
        "history": f"{ROOM}/proposte/{other['id']}/storia",
        "survey": f"{ROOM}/{MEZZO}/rilievo",
        "atlas": "/conoscere/lum",
        "sheet": f"/conoscere/lum/{MEZZO}",
        "work": f"/lavori/{done.pk}",
    }


PAGES = ["list", "lum", "redraw", "already", "draft", "review", "history", "survey", "atlas", "sheet", "work"]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_with_perimeters_carries_both_labels(
    site: Client, addresses: dict[str, str], page: str
) -> None:
    answer = site.get(addresses[page])
    assert answer.status_code == 200
    for label in LABELS:
        assert label in answer.content.decode(), (page, label)


def test_so_does_that_of_a_stop_that_is_gone(site: Client, lake: Lake) -> None:
    row = sent(site)
    act(site, row, "accogli", **OFFICE)
    put(lake, "fermate", [one for one in STOPS if one["id"] != "m1"])
    run_atlas_whole(lake, load_book(), day=date(2026, 1, 15))
    page = site.get(f"{ROOM}/proposte/{row['id']}").content.decode()
    assert all(label in page for label in LABELS)


@pytest.mark.parametrize("paper", ["atlante.pdf", f"{MEZZO}/scheda.pdf"])
def test_papers_carry_them_on_every_page(site: Client, paper: str) -> None:
    body = site.get(f"/conoscere/lum/{paper}").content
    pages = [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(body)).pages]
    assert len(pages) > 1
    for page in pages:
        assert "dati sintetici" in page
        assert "valore non ufficiale" in page


def test_tables_carry_them_on_every_row(site: Client) -> None:
    for address in ("atlante.csv", "atlante.csv?tabella=servizi", f"{MEZZO}/scheda.csv"):
        lines = site.get(f"/conoscere/lum/{address}").content.decode().splitlines()
        assert lines[0].endswith("dati_sintetici;valori_non_ufficiali"), address
        assert all(line.endswith("sì;sì") for line in lines[1:]), address


def test_what_is_exported_is_what_is_shown_and_nothing_missing_is_zero(site: Client) -> None:
    """Four services are in the perimeter of Mezzo Centro; how many board there nobody knows."""
    table = site.get("/conoscere/lum/atlante.csv?livello=M").content.decode("utf-8-sig").splitlines()
    row = dict(zip(table[0].split(";"), table[1].split(";"), strict=True))
    assert len(table) == 2
    assert (row["codice"], row["livello_piano"], row["posti_bici_richiesti"]) == (MEZZO, "", "")
    services = site.get("/conoscere/lum/atlante.csv?tabella=servizi&livello=M").content.decode()
    assert "Farmacia Aurora" in services
    assert "Bar della stazione" not in services
    sheet = site.get(f"/conoscere/lum/{MEZZO}/scheda.csv").content.decode()
    assert "servizi;Sanità: Farmacia e parafarmacia;Farmacia Aurora;" in sheet
    atlas = json.loads(site.get("/conoscere/lum/atlante.json").content)
    assert [one["codice"] for one in atlas["lum"]] == [
        "015009-levante-fs", MEZZO]  # fmt: skip
    one = json.loads(site.get(f"/conoscere/lum/{MEZZO}/scheda.json").content)
    assert {service["nome"] for service in one["servizi"]} >= {"Farmacia Aurora", "Posta di Mezzo"}
    assert one["trace"] == one["lum"]["spiegazione"]
    page = site.get(f"/conoscere/lum/{MEZZO}").content.decode()
    assert "Farmacia Aurora" in page
    assert "almeno" in page.lower()
