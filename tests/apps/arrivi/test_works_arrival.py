"""A list of works brought by the page: wrong rows named, published, estimated, seen on its pages."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string
from django.test import Client

from tests.apps.arrivi.conftest import land
from trama.lake import Lake

ADD = "/conoscere/livelli/opere_finanziate/aggiungi"
SAID = {"fonte": "Città metropolitana", "licenza": "CC BY 4.0", "giorno": "31.12.2025"}
HEAD = "id;nome;fondo;soluzione;quantita;unita;importo;stato;comune;wkt\n"


def send(web: Client, folder: Path, rows: str, **said: object):
    path = folder / "opere.csv"
    path.write_text(HEAD + rows, encoding="utf-8")
    with path.open("rb") as opened:
        return web.post(ADD, {**SAID, **said, "file": opened})


def text(answer) -> str:
    return answer.content.decode()


def test_the_form_of_the_register_takes_csv_and_asks_for_no_derived_column(web: Client) -> None:
    page = text(web.get(ADD))
    assert "CSV, oppure GeoPackage" in page
    assert 'name="colonna_importo"' in page
    assert 'name="colonna_riga"' not in page


def test_a_wrong_row_is_named_and_mending_keeps_its_work(web: Client, lake: Lake, tmp_path: Path) -> None:
    answer = send(web, tmp_path, "a;Uno;Spugna;;;;12x;;015146;\n")
    page = text(web.get(answer.url))
    assert "Nulla è stato scritto" in page
    assert "Righe leggibili" in page
    assert "riga 2" in page
    assert "«12x» non è un numero" in page
    assert not lake.has("opere_finanziate")
    assert "Ripara e aggiungi" in page
    address = re.search(r'action="([^"]+/ripara)"', page)
    assert address is not None
    page = text(web.get(web.post(address[1]).url))
    assert "Pubblicata la versione <strong>v0001</strong>" in page
    assert lake.version("opere_finanziate").table()["importo"].isna().all()


def test_a_list_becomes_map_totals_and_effects(web: Client, lake: Lake, tmp_path: Path) -> None:
    rows = f"a;Aiuola;Progetto Spugna;rain_garden;;;1.000,50;in corso;;{land(2, 2, 12, 12).wkt}\n"
    rows += "b;Viale;Forestami;tree_row;4;n;200;conclusa;015002;\n"
    page = text(web.get(send(web, tmp_path, rows).url))
    assert "Pubblicata la versione <strong>v0001</strong>" in page
    assert "Vedi le opere" in page
    page = text(web.get("/conoscere/opere"))
    assert "Importi inventati" not in page
    assert "1.200,50" in page
    assert "non sono ancora stimati" in page
    answer = web.post("/conoscere/opere/stima")
    assert "Stimate 2 opere" in text(web.get(answer.url))
    assert lake.version("opere_effetti").provenance.inputs["opere_finanziate"] == "v0001"
    page = text(web.get("/conoscere/opere"))
    assert "non sono ancora stimati" not in page
    assert "non è sulla mappa: il suolo del luogo non è noto" in page
    why = web.get("/conoscere/opere/perche?fondo=spugna&passo=importo")
    assert why.status_code == 302
    assert "1.000,50" in text(web.get(why.url))


LABEL = "label-synthetic"


def test_real_works_estimated_on_synthetic_ground_say_so_beside_each_estimate(
    web: Client, lake: Lake, tmp_path: Path
) -> None:
    rows = f"a;Aiuola;Spugna;rain_garden;;;1.000,50;in corso;;{land(2, 2, 12, 12).wkt}\n"
    rows += "b;Viale;Forestami;tree_row;4;n;200;conclusa;015002;\n"
    send(web, tmp_path, rows)
    assert not lake.version("opere_finanziate").synthetic
    before = text(web.get("/conoscere/opere"))
    assert LABEL not in before.split("<details")[0], "amounts of a real list, not estimated, are not invented"
    web.post("/conoscere/opere/stima")
    assert lake.version("opere_effetti").synthetic, "land cover and soils of this place are invented"
    page = text(web.get("/conoscere/opere"))
    figures = (
        page.split('<dl class="figures works-figures">')[1]
        .split("</dl>")[0]
        .split('<div class="figure">')[1:]
    )
    assert [LABEL in one for one in figures] == [False, False, True, True, True, True]
    assert LABEL in page.split('id="elenco"')[1].split("<table")[0], "the list too, above its water"
    card = text(web.get("/conoscere/opere/opera?id=a"))
    assert LABEL in card.split("Effetti stimati")[1]
    assert LABEL not in card.split("Effetti stimati")[0].split("<h1>")[1]
    listed = web.get("/conoscere/opere/opere.csv").content.decode("utf-8-sig").splitlines()
    told = [dict(zip(listed[0].split(";"), line.split(";"), strict=True)) for line in listed[1:]]
    assert [(one["opera_sintetica"], one["effetti_sintetici"]) for one in told] == [("no", "sì"), ("no", "")]
    money = web.get("/conoscere/opere/perche?passo=importo")
    assert LABEL not in text(web.get(money.url))
    water = web.get("/conoscere/opere/perche?passo=m3_t50_1h")
    assert LABEL in text(web.get(water.url))


def test_pages_filter_export_and_tell_one_work(web: Client, lake: Lake, tmp_path: Path) -> None:
    rows = f"a;Aiuola;Spugna;rain_garden;;;1.000,50;in corso;;{land(15, 2, 25, 12).wkt}\n"
    rows += "b;=cmd();Forestami;tree_row;4;n;200;conclusa;015002;\n"
    send(web, tmp_path, rows)
    assert "500,25" in text(web.get("/conoscere/opere?comune=015146"))
    assert "500,25" in text(web.get("/conoscere/comuni/015146"))
    assert web.get("/conoscere/opere?fondo=boh").status_code == 400
    assert "Nessuna opera" in text(web.get("/conoscere/opere?comune=015009"))
    shapes = web.get("/conoscere/opere/forme.geojson").json()
    assert sorted((one["properties"]["id"], one["properties"]["role"]) for one in shapes["features"]) == [
        ("a", "point"),
        ("a", "shape"),
    ]
    listed = web.get("/conoscere/opere/opere.csv").content.decode("utf-8-sig").splitlines()
    assert len(listed) == 3
    assert ";'=cmd();" in listed[2], "no cell becomes a formula of a spreadsheet"
    assert web.get("/conoscere/opere/opere.gpkg").content.startswith(b"SQLite format 3")
    assert "Giardino pluviale" in text(web.get("/conoscere/opere/opera?id=a"))
    assert web.get("/conoscere/opere/opera?id=zz").status_code == 404
    web.post("/i18n/setlang/", {"language": "en", "next": "/"})
    page = text(web.get("/conoscere/opere"))
    assert "Funded works" in page
    assert "Finished" in page


def test_an_empty_register_shows_the_way_to_fill_it(web: Client) -> None:
    page = text(web.get("/conoscere/opere"))
    assert "Il registro è vuoto" in page
    assert ADD in page


@pytest.mark.parametrize(("version", "manifest", "said"), [(True, True, True), (False, True, False)])
def test_invented_amounts_are_said_above_the_figures(version: bool, manifest: bool, said: bool) -> None:
    made = SimpleNamespace(synthetic=version, manifest=SimpleNamespace(synthetic=manifest))
    summary = SimpleNamespace(register=SimpleNamespace(version=made))
    shown = render_to_string("conoscere/opere/inventate.html", {"summary": summary})
    assert ("Importi inventati." in shown) is said
