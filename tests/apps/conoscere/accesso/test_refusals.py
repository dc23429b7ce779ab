"""What the pages of access refuse, in which words; over the territory of tests/analyses/access/small.py."""

from __future__ import annotations

import pytest
from django.test import Client
from pyproj import Transformer

from tests.apps.conoscere.accesso.asking import QUESTION, degrees, post, text
from trama.analyses.access.asking import ALL
from trama.analyses.access.memory import Memory

PLACE = "/conoscere/accesso/luogo?gruppo=bambini&che=IST.PRI"
CLOSED = {"gesto": "chiudi", "servizio": "primaria"}


def test_a_point_where_nobody_lives_is_not_one_outside_the_territory(site: Client, monkeypatch) -> None:
    lon, lat = degrees(33)
    outside = text(site, f"{PLACE}&lon=9.5&lat=45.2")
    assert "fuori dal territorio." in outside
    assert "abita" not in outside
    monkeypatch.setattr(Memory, "cell_at", lambda *_where: None)
    assert "non abita nessuno" in text(site, f"{PLACE}&lon={lon}&lat={lat}")


def test_latitude_before_longitude_is_said(site: Client) -> None:
    lon, lat = degrees(33)
    assert "sono scambiate" in text(site, f"{PLACE}&lon={lat}&lat={lon}")
    site.cookies["django_language"] = "en"
    assert "are swapped" in text(site, f"{PLACE}&lon={lat}&lat={lon}")


@pytest.mark.parametrize("what", ["IST.PRI", ALL])
@pytest.mark.parametrize("minutes", ["nan", "inf", "-4", "1e300", "900"])
def test_a_place_refuses_the_minutes_that_the_page_refuses(site: Client, what: str, minutes: str) -> None:
    lon, lat = Transformer.from_crs(32632, 4326, always_xy=True).transform(500_350, 5_030_450)
    where = f"lon={lon}&lat={lat}&gruppo=bambini&che={what}"
    assert site.get(f"/conoscere/accesso/luogo?{where}&minuti={minutes}").status_code == 400
    assert site.get(f"/conoscere/accesso/luogo?{where}&minuti=15").status_code == 200


@pytest.mark.parametrize("minutes", ["nan", "1e999", "boh"])
def test_minutes_that_are_no_number_are_said_so(site: Client, minutes: str) -> None:
    page = site.get(f"/conoscere/accesso?che=IST.PRI&gruppo=bambini&minuti={minutes}")
    assert page.status_code == 400
    said = page.content.decode()
    assert "La soglia non è un numero di minuti: scriverne uno tra" in said
    assert "soglia di dato mancante" not in said


def test_a_huge_number_is_refused_in_a_short_sentence(site: Client) -> None:
    status, found = post(site, "/conoscere/accesso/prova", **{**QUESTION, "minuti": 1e300}, gesti=[CLOSED])
    assert (status, found["errore"].split(" minuti")[0]) == (400, "La soglia di 1e+300")
    status, found = post(site, "/conoscere/accesso/dove", **QUESTION, quanti=1e308, lum="libero")
    assert status == 400
    assert "1e+308 non va" in found["errore"]


@pytest.mark.parametrize("many", [1.7, 0.5, -1.5])
def test_half_a_place_is_not_cut_to_a_whole_one(site: Client, many: float) -> None:
    status, found = post(site, "/conoscere/accesso/dove", **QUESTION, quanti=many, lum="libero")
    assert (status, found["errore"]) == (400, "La domanda non si legge: «quanti» non è un numero intero.")


@pytest.mark.parametrize("gesture", ["chiudi", "sposta"])
def test_a_service_that_is_closed_does_not_change_again(site: Client, gesture: str) -> None:
    second = {**CLOSED, "gesto": gesture, "punti": [degrees(94)]}
    status, found = post(site, "/conoscere/accesso/prova", **QUESTION, gesti=[CLOSED, second])
    assert status == 400
    assert found["errore"] == "Il servizio «Primaria» ha più di un cambiamento: lasciarne uno solo."
    assert post(site, "/conoscere/accesso/prova", **QUESTION, gesti=[CLOSED])[0] == 200
