"""The pages of the atlas of services, over the four comuni of tests/fixtures_services.py."""

from __future__ import annotations

import html
import json
import re
from datetime import date
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.test import Client

from tests.fixtures_services import BOOK, CHIEF, COMUNI, SMALL, WEST, services_lake
from trama.analyses.services import draw_atlas_whole
from trama.kernel.units import joined

DAY = date(2026, 1, 15)
UNSURVEYED = "015012"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("servizi")
    draw_atlas_whole(services_lake(root), BOOK, day=DAY)
    return root


@pytest.fixture
def atlas(home: Path, bundle: None, db: None, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setenv("TRAMA_HOME", str(home))
    return Client(HTTP_HOST="localhost")


def page(client: Client, address: str) -> str:
    answer = client.get(f"/conoscere/servizi{address}")
    assert answer.status_code == 200
    return answer.content.decode()


def data(text: str, name: str) -> dict:
    body = text.split(f'id="{name}" type="application/json">', maxsplit=1)[1]
    return json.loads(body.split("</script>", maxsplit=1)[0])


def test_the_atlas_opens_on_the_equipment_of_the_comuni(atlas: Client):
    text = page(atlas, "")
    assert "Atlante dei servizi" in text
    assert "dati sintetici" in text
    values = data(text, "theme-data")["values"]
    assert values[SMALL] == "1"  # none of the two expected voices that are told
    assert f"/conoscere/servizi/comuni/{WEST}" in text
    assert "comuni%2F015002%2Fdotazione" in text


def test_a_standard_on_the_map_is_told_with_its_act_and_missing_stays_missing(atlas: Client):
    text = page(atlas, "?mostra=NIDO.33")
    theme = data(text, "theme-data")
    assert theme["values"][WEST] == "non rispettato"
    assert theme["values"]["015009"] is None
    assert "23,0 posti ogni 100" in text
    assert "l. 234/2021" in text
    assert text.count("dato mancante") >= 2


def test_a_voice_on_the_map_tells_absent_from_missing(atlas: Client):
    there = data(page(atlas, "?mostra=SAN.FAR"), "theme-data")["values"]
    assert (there[WEST], there[SMALL]) == ("presente", "assente")
    nowhere = data(page(atlas, "?mostra=CUL.BIB"), "theme-data")["values"]
    assert set(nowhere.values()) == {None}


def test_what_is_asked_wrong_falls_back_to_the_equipment(atlas: Client):
    text = page(atlas, "?mostra=ZZZ&livello=x&categoria=y&scala=galassie")
    assert "Dotazione locale" in text


def test_the_dots_are_the_services_of_the_voice_that_have_not_ended(atlas: Client):
    dots = data(page(atlas, "?mostra=SAN.FAR"), "dots-data")
    found = atlas.get(dots["url"]).json()["features"]
    assert len(found) == 6
    assert {one["properties"]["voce"] for one in found} == {"SAN.FAR"}
    ended = atlas.get("/conoscere/servizi/punti.geojson?voce=CUL.TEA").json()
    assert ended["features"] == []
    assert atlas.get("/conoscere/servizi/punti.geojson").json()["features"] == []


def test_zones_say_who_serves_whom(atlas: Client):
    text = page(atlas, "?scala=zone")
    assert "Chi serve chi" in text
    assert joined("98 %") in text  # of 123,000 people the hospital reaches, 120,000 live in other zones
    assert "zone%2F" in text
    flat = re.sub(r"<[^>]+>|\s+", " ", text)
    assert re.search(
        r"Ospedale di base con pronto soccorso +intercomunale .* 1 +3\.000 ", flat
    )  # for 3,000 people


def test_with_at_least_so_many_services_each_is_for_at_most_so_many_people(atlas: Client):
    def told(**cell: object) -> str:
        whole = render_to_string("conoscere/servizi/cella.html", {"cell": {"known": True, **cell}})
        return " ".join(re.sub(r"<[^>]+>|&nbsp;", " ", whole).split())

    assert told(bound=True, number=1, each=391_382) == "≥ 1 ≤ 391.382"
    assert told(bound=False, number=1, each=391_382) == "1 391.382"
    assert told(bound=True, number=0, each=None) == "non rilevati"


def test_poles_are_in_order_with_reasons_one_click_away(atlas: Client):
    text = page(atlas, "?scala=poli")
    assert data(text, "theme-data")["values"][WEST] == "sovracomunale"
    assert "poli%2F015002%2Frilevanza" in text
    sheet = page(atlas, f"/poli/{CHIEF}")
    assert "Stazione con cambio di linea: Centrale (M1, R1)" in sheet
    assert "proposta dalla regola" in sheet


def test_the_sheet_of_a_comune_says_what_is_there_and_what_is_not_known(atlas: Client):
    text = page(atlas, f"/comuni/{WEST}")
    assert "3.333 residenti per sede" in text
    [told] = re.findall(r"\d+ voci presenti su \d+ attese", text)
    rows = json.loads(atlas.get(f"/conoscere/servizi/comuni/{WEST}.json").content)["comune"]
    known = rows["voci_attese"] - rows["voci_senza_dato"]
    assert rows["voci_senza_dato"] > 0
    assert told == f"{rows['voci_presenti']} voci presenti su {known} attese"
    assert joined("almeno 100.000 m²") in text
    assert "senza dato" in text
    assert "✗" in text
    assert atlas.get("/conoscere/servizi/comuni/999999").status_code == 404


def test_every_why_of_the_sheet_leads_to_a_step(atlas: Client):
    for address in (f"/comuni/{WEST}", f"/poli/{CHIEF}", "?scala=zone", "?scala=poli"):
        links = sorted(set(re.findall(r'data-why href="([^"]+)"', page(atlas, address))))
        assert links
        for link in links[:: max(1, len(links) // 8)]:
            assert atlas.get(link.replace("&amp;", "&")).status_code == 200, link


def test_files_to_take_away(atlas: Client):
    table = atlas.get("/conoscere/servizi.csv?tabella=standard")
    assert "attachment" in table.headers["Content-Disposition"]
    assert f"{WEST};comune;NIDO.33;23;non rispettato" in table.content.decode("utf-8-sig")
    whole = atlas.get("/conoscere/servizi.json").json()
    assert whole["trace"]
    assert {row["istat"] for row in whole["poli"]} >= {CHIEF, WEST}
    for name in ("comuni", "poli"):
        sheet = atlas.get(f"/conoscere/servizi/{name}/{WEST}.pdf")
        assert sheet.headers["Content-Type"] == "application/pdf"
        assert sheet.content.startswith(b"%PDF")


@pytest.fixture
def partly(tmp_path_factory: pytest.TempPathFactory, bundle: None, db: None, monkeypatch: pytest.MonkeyPatch):
    """The four comuni and one that no list covers."""
    root = tmp_path_factory.mktemp("senza_dati")
    comuni = {**COMUNI, UNSURVEYED: ("Ignoto", 80, 12_000)}
    draw_atlas_whole(services_lake(root, comuni=comuni, covered=tuple(COMUNI)), BOOK, day=DAY)
    monkeypatch.setenv("TRAMA_HOME", str(root))
    return Client(HTTP_HOST="localhost")


def row_of(text: str, istat: str) -> str:
    found = re.search(rf'<tr data-place="{istat}".*?</tr>', text, flags=re.DOTALL)
    assert found
    return re.sub(r"<[^>]+>|\s+", " ", found.group())


def test_a_comune_without_data_says_so_on_every_page_and_file(partly: Client):
    """Never "0", never "nessuno": atlas, poles, sheets, CSV, JSON, PDF."""
    assert row_of(page(partly, ""), UNSURVEYED).count("dato mancante") == 2  # its class, and its services
    poles = page(partly, "?scala=poli")
    assert data(poles, "theme-data")["values"][UNSURVEYED] is None
    assert "senza posto" in row_of(poles, UNSURVEYED)
    legend = poles.split('<ul class="legend"', maxsplit=1)[1].split("</ul>", maxsplit=1)[0]
    assert "dato mancante" in legend  # the map's colour for it is named
    assert row_of(poles, UNSURVEYED).count("dato mancante") == 4
    for address in (f"/comuni/{UNSURVEYED}", f"/poli/{UNSURVEYED}"):
        text = page(partly, address)
        assert "dato mancante" in text
        assert ">None<" not in text
        assert "Nessuna fonte elenca servizi in questo comune" in text
    table = partly.get(f"/conoscere/servizi.csv?tabella=comuni&comune={UNSURVEYED}").content.decode(
        "utf-8-sig"
    )
    head, row, *more = (line.split(";") for line in table.splitlines())
    told = dict(zip(head, row, strict=True))
    assert (told["servizi"], told["servizi_noti"], more) == ("", "dato mancante", [])
    assert (told["dati"], told["valori"]) == ("dati sintetici", "valore non ufficiale")
    whole = partly.get("/conoscere/servizi.json").json()
    assert next(one for one in whole["poli"] if one["istat"] == UNSURVEYED)["posto"] is None
    for name in ("comuni", "poli"):
        assert partly.get(f"/conoscere/servizi/{name}/{UNSURVEYED}.pdf").content.startswith(b"%PDF")


def test_measures_without_their_data_are_named_as_missing(atlas: Client):
    """Incomes, jobs, commuters are in no layer: what rests on them is said, never computed."""
    flat = re.sub(r"<[^>]+>|\s+", " ", page(atlas, "?scala=poli"))
    assert re.search(
        r"concentrazione dei servizi sul reddito .*?dato mancante +Redditi IRPEF per comune", flat
    )
    named = {row["nome"] for row in atlas.get("/conoscere/servizi.json").json()["misure_senza_dato"]}
    assert {"Autocontenimento", "Indice di Ellison e Glaeser"} <= named


def test_the_sheets_list_the_services_one_by_one(atlas: Client):
    text = page(atlas, f"/comuni/{WEST}")
    flat = re.sub(r"<[^>]+>|\s+", " ", text)
    assert re.search(r"Nido B +Asilo nido.*? N, .*? E +locale +78 posti", flat)
    assert "prova (completa, 2026-01-01, sintetica)" in flat  # which source covers the voice
    assert "Superiore" in page(atlas, f"/poli/{WEST}")
    assert "Nido B" not in page(atlas, f"/poli/{WEST}")  # a pole is of services above the local level
    table = atlas.get(f"/conoscere/servizi/comuni/{WEST}.csv").content.decode("utf-8-sig").splitlines()
    head = table[0].split(";")
    rows = [dict(zip(head, line.split(";"), strict=True)) for line in table[1:]]
    assert len(rows) == 11
    nursery = next(row for row in rows if row["id"] == "n2")
    assert (nursery["nome"], nursery["capienza"], nursery["dati"]) == ("Nido B", "78", "dati sintetici")
    answer = atlas.get(f"/conoscere/servizi/comuni/{WEST}.json").json()
    assert {row["id"] for row in answer["elenco"]} == {row["id"] for row in rows}
    assert answer["valori_non_ufficiali"]
    assert any(one["sintetico"] for one in answer["dati"])


def test_without_an_atlas_the_page_says_how_to_make_one(site: Client):
    assert "trama servizi atlante" in page(site, "")
    assert site.get("/conoscere/servizi.json").status_code == 503


def test_a_table_that_is_not_there_is_refused_with_those_that_are(atlas: Client) -> None:
    answer = atlas.get("/conoscere/servizi.csv?tabella=quartieri")
    assert answer.status_code == 400
    said = html.unescape(answer.content.decode())
    assert "«quartieri»" in said
    assert "scegliere tra comuni, zone, poli, voci, standard" in said
    assert atlas.get("/conoscere/servizi.csv").status_code == 200
