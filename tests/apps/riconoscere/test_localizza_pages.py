"""The room of siting over the territory walked by hand of tests/analyses/access/small.py. Nothing is kept."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.test import Client
from pyproj import Transformer

from tests.analyses.access.small import EAST_TOWN, SERVICES, WEST_TOWN, place, small_lake
from trama.analyses.access import run_access
from trama.norms import load_book

DAY = date(2026, 1, 15)
ROOM = "/riconoscere/localizza/"
WHOLE = [(town, "IST.PRI", "completa") for town in (WEST_TOWN, EAST_TOWN)]
ANSWERS = {"A3": {"valore": "rete", "motivo": ""}, "A1": {"valore": 20, "motivo": ""}}
TO_DEGREES = Transformer.from_crs(32632, 4326, always_xy=True)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("localizza")
    run_access(small_lake(root, services=SERVICES, coverage=WHOLE), load_book(), day=DAY)
    return root


@pytest.fixture
def site(home: Path, monkeypatch: pytest.MonkeyPatch, bundle: None, db: None) -> Client:
    monkeypatch.setenv("TRAMA_HOME", str(home))
    return Client(HTTP_HOST="localhost")


def point(node: int) -> dict[str, Any]:
    at = place(node)
    return {"type": "Point", "coordinates": list(TO_DEGREES.transform(at.x, at.y))}


def question(**changes: Any) -> dict[str, Any]:
    asked = {
        "voce": "IST.PRI",
        "nome": "",
        "giorno": "2026-01-15",
        "geometria": point(52),
        "risposte": ANSWERS,
    }
    return {**asked, **changes}


def post(site: Client, asked: Any, what: str = "giudizio") -> Any:
    return site.post(ROOM + what, json.dumps(asked), content_type="application/json")


@pytest.mark.parametrize("language", ["it", "en"])
def test_the_page_answers_in_both_languages_without_inline_style(site: Client, language: str) -> None:
    site.cookies["django_language"] = language
    page = site.get(f"{ROOM}?voce=SAN.POL&lon=9.2&lat=45.5").content.decode()
    assert " style=" not in page
    assert '"punto": [9.2, 45.5]' in page
    assert ('id="script-words"' in page) == (language == "en")


def test_criteria_are_those_walked_by_hand_with_citation_and_status(site: Client) -> None:
    found = post(site, question()).json()
    # tests/analyses/siting/test_criteria.py counts the 356 by hand
    walk = found["risultato"]["parti"]["A"]["criteri"]["A2"]
    assert walk["valore"] == 356
    piece = found["pezzi"]["voce/localizzazione_servizi/A2"]
    assert "356" in piece
    assert "facilitando l&#x27;accessibilità pedonale" in piece
    assert "ipotesi" in piece
    assert f"/perche/{found['trace']}?passo=A%2FA2" in piece
    assert found["modi"]["A3"] == "chiedi"
    assert "criteri sono scritti per quelli sovracomunali" in found["pezzi"]["avviso/localizzazione_servizi"]


def test_the_json_is_the_command_s(site: Client, home: Path) -> None:
    body = post(site, question(nome="Scuola"), "giudizio.json")
    assert body["Content-Disposition"].endswith('"localizza-ist-pri-scuola.json"')
    found = body.json()
    assert set(json.loads(Path("tests/cli/golden/localizza.json").read_text())) == set(found)
    assert found["nome"] == "Scuola"


def test_the_pdf_has_the_summary_and_the_rules(site: Client) -> None:
    answer = post(site, question(), "giudizio.pdf")
    assert answer["Content-Type"] == "application/pdf"
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
    assert "valore non ufficiale" in text
    assert "Punteggi di A2" in text


def test_an_answer_that_cannot_be_used_is_set_aside_and_named(site: Client) -> None:
    wrong = {**ANSWERS, "A2": {"valore": 9000, "motivo": ""}, "A3": {"valore": "volando", "motivo": ""}}
    found = post(site, question(risposte=wrong)).json()
    said = {row["campo"]: row["testo"] for row in found["problemi"]}
    assert "motivo" in said["A2"]
    assert "volando" in said["A3"] or "A3" in said["A3"]
    assert found["risultato"]["parti"]["A"]["criteri"]["A2"]["valore"] == 356
    assert said["A2"].split(":")[0] in found["pezzi"]["voce/localizzazione_servizi/A2"].replace("&#x27;", "'")


def test_a_reason_replaces_a_measure_and_keeps_the_original(site: Client) -> None:
    told = {**ANSWERS, "A2": {"valore": 9000, "motivo": "nuovo quartiere"}}
    row = post(site, question(risposte=told)).json()["risultato"]["parti"]["A"]["criteri"]["A2"]
    assert (row["valore"], row["originale"], row["forzato"]) == (9000, 356, True)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"voce": "SAN.XYZ"}, "SAN.XYZ"),
        ({"geometria": {"type": "Point", "coordinates": [0.0, 0.0]}}, "territorio"),
        ({"geometria": {"type": "Point", "coordinates": [9.19]}}, "longitudine e latitudine"),
        ({"geometria": {"type": "Point", "coordinates": [9.19, 95]}}, "longitudine e latitudine"),
        ({"geometria": {"type": "LineString", "coordinates": [[9, 45], [9.1, 45]]}}, ""),
        ({"giorno": "2026-02-30"}, "giorno esistente"),
        ({"giorno": "1990-01-01"}, ""),
        ({"altro": 1}, "non è previsto"),
        ({"nome": "a\u0000b"}, "caratteri"),
    ],
)
def test_what_cannot_be_judged_is_one_sentence(site: Client, changes: dict[str, Any], said: str) -> None:
    answer = post(site, question(**changes))
    assert 400 <= answer.status_code < 500
    assert said in answer.json()["errore"]
    assert "\n" not in answer.json()["errore"]


def test_what_is_no_question_is_one_sentence(site: Client) -> None:
    for body in ("", "[]", "{", '{"voce": NaN}'):
        answer = site.post(f"{ROOM}giudizio", body, content_type="application/json")
        assert answer.status_code == 400
        assert answer.json()["errore"]


@pytest.mark.parametrize(
    ("text", "crs", "said"),
    [
        ("", "4326", "due numeri"),
        ("qui", "4326", "due numeri"),
        ("9 45", "1234", "elenco"),
        ("9 145", "4326", "gradi"),
    ],
)
def test_a_point_written_wrong_says_how_to_write_it(site: Client, text: str, crs: str, said: str) -> None:
    answer = site.post(f"{ROOM}punto", {"testo": text, "crs": crs})
    assert answer.status_code == 400
    assert said in answer.json()["errore"]


@pytest.mark.parametrize(
    ("text", "crs"),
    [
        ("9.19 45.46", "32632"),  # degrees read as metres: the Gulf of Guinea
        ("45.46 9.19", "4326"),  # the two swapped: off the Horn of Africa
        ("5034000 514000", "32632"),
    ],
)
def test_a_point_outside_the_territory_is_refused_where_it_is_written(
    site: Client, text: str, crs: str
) -> None:
    answer = site.post(f"{ROOM}punto", {"testo": text, "crs": crs})
    assert answer.status_code == 400
    said = answer.json()["errore"]
    assert "fuori dal territorio" in said
    assert "ordine delle coordinate" in said
    assert "sistema di riferimento" in said


def square(west: float, south: float, side: float) -> list[list[list[float]]]:
    east, north = west + side, south + side
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


@pytest.mark.parametrize(
    "area",
    [
        {"type": "Polygon", "coordinates": square(8.0, 44.5, 2.0)},
        # 0.05 degrees there are 3.9 x 5.6 km, 2,170 ha; two squares of 0.04 are 1,390 ha each
        {"type": "Polygon", "coordinates": square(9.15, 45.4, 0.05)},
        {"type": "MultiPolygon", "coordinates": [square(9.1, 45.4, 0.04), square(9.2, 45.4, 0.04)]},
    ],
)
def test_an_area_larger_than_any_service_is_refused_before_anything_is_sought(
    site: Client, area: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trama.analyses.siting.site.locate", lambda *_: pytest.fail("sought"))
    answer = post(site, question(geometria=area))
    assert answer.status_code == 400
    assert "fino a 2.000 ha" in answer.json()["errore"]


def test_a_name_too_long_is_counted_in_characters(site: Client) -> None:
    said = post(site, question(nome="a" * 201)).json()["errore"]
    assert "è troppo lungo (al massimo 200 caratteri)" in said
    assert "voci" not in said


def test_a_point_in_metres_is_put_where_it_is(site: Client) -> None:
    lon, lat = site.post(f"{ROOM}punto", {"testo": "500250, 5030550", "crs": "32632"}).json()["punto"]
    assert TO_DEGREES.transform(500250, 5030550) == pytest.approx((lon, lat), abs=1e-8)
