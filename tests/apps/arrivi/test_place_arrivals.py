"""Extracts, timetables, services and forecasts brought by the page, with the checks of the command line."""

from __future__ import annotations

from pathlib import Path

import geopandas
import pytest
from django.test import Client
from pyproj import Transformer

from tests.apps.arrivi.conftest import EAST, SOUTH, land
from tests.sources.osm.small import as_pbf, extract, node, way
from tests.sources.timetables.small import archive
from trama.lake import Lake

SAID = {"fonte": "Ente di prova", "licenza": "ODbL", "giorno": "2024"}


def text(answer) -> str:
    return answer.content.decode()


def send(web: Client, layer: str, path: Path, **said: object):
    with path.open("rb") as opened:
        return web.post(f"/conoscere/livelli/{layer}/aggiungi", {**SAID, **said, "file": opened})


def outcome(web: Client, answer) -> str:
    assert answer.status_code == 302, text(answer)
    return text(web.get(answer.url))


def place(east: float, north: float) -> tuple[float, float]:
    """Latitude and longitude of a place so many metres from the lower left corner."""
    lon, lat = Transformer.from_crs(32632, 4326, always_xy=True).transform(EAST + east, SOUTH + north)
    return lat, lon


def city(path: Path) -> Path:
    nodes = {1: place(5, 5), 2: place(15, 5), 3: place(15, 15)}
    ways = (way(1, [1, 2, 3], highway="residential"), way(2, [3, 1], amenity="library", name="Civica"))
    shop = node(9, *place(8, 8), amenity="pharmacy")
    return as_pbf(extract(path.with_suffix(".osm"), *ways, nodes=nodes, more=shop), path)


@pytest.mark.parametrize(
    ("layer", "words", "absent"),
    [
        ("rete_pedonale_archi", "Estratto OpenStreetMap (.osm.pbf)", 'name="colonna_'),
        ("servizi", "registro ufficiale in CSV", 'name="colonna_fonte"'),
        ("fermate", "Orario GTFS (.zip)", 'name="copertura"'),
        ("previsioni_piano", "codice di destinazione", 'name="colonna_voce"'),
    ],
)
def test_the_form_says_what_it_takes(web: Client, layer: str, words: str, absent: str) -> None:
    page = text(web.get(f"/conoscere/livelli/{layer}/aggiungi"))
    assert words in page
    assert absent not in page


@pytest.mark.parametrize(
    ("layer", "leads"),
    [
        ("rete_pedonale_nodi", "rete_pedonale_archi"),
        ("servizi_copertura", "servizi"),
        ("collegamenti_tpl", "fermate"),
    ],
)
def test_layers_that_come_together_are_brought_by_one_page(web: Client, layer: str, leads: str) -> None:
    answer = web.get(f"/conoscere/livelli/{layer}/aggiungi")
    assert answer.status_code == 302
    assert answer.url == f"/conoscere/livelli/{leads}/aggiungi"
    listed = text(web.get("/conoscere/aggiungi"))
    assert f"/conoscere/livelli/{leads}/aggiungi" in listed
    assert f"/conoscere/livelli/{layer}/aggiungi" not in listed


def test_an_extract_becomes_nodes_and_edges(web: Client, lake: Lake, tmp_path: Path) -> None:
    page = outcome(web, send(web, "rete_pedonale_archi", city(tmp_path / "citta.osm.pbf")))
    assert "Pubblicata la versione <strong>v0001</strong>" in page
    assert "Rete pedonale: nodi" in page
    assert len(lake.version("rete_pedonale_archi").table()) == 1
    assert len(lake.version("rete_pedonale_nodi").table()) == 2


def test_an_extract_cut_in_the_middle_is_told_and_nothing_is_written(
    web: Client, lake: Lake, tmp_path: Path
) -> None:
    path = city(tmp_path / "citta.osm.pbf")
    path.write_bytes(path.read_bytes()[:-9])
    page = outcome(web, send(web, "rete_pedonale_archi", path))
    assert "tagliato a metà o danneggiato" in page
    assert not lake.has("rete_pedonale_archi")
    words = tmp_path / "parole.osm.pbf"
    words.write_text("non è un estratto", encoding="utf-8")
    answer = send(web, "rete_pedonale_archi", words)
    assert answer.status_code == 422
    assert "non è in un formato ammesso" in text(answer)


def test_services_come_from_a_list_with_its_coverage_and_from_an_extract(
    web: Client, lake: Lake, tmp_path: Path
) -> None:
    path = tmp_path / "fontane.csv"
    path.write_text(f"id;x;y\n1;{EAST + 5};{SOUTH + 5}\n2;;\n", encoding="utf-8")
    wrong = outcome(web, send(web, "servizi", path, comuni="Paperopoli", colonna_voce="AMB.FON"))
    assert "non è un comune del territorio" in wrong
    said = {"copertura": "completa", "comuni": "tutti", "colonna_voce": "AMB.FON"}
    page = outcome(web, send(web, "servizi", path, **said))
    assert "Servizi: copertura delle fonti" in page
    assert "Posizione sulla mappa" in page
    rows = lake.version("servizi_copertura").table()
    assert set(rows["fonte"]) == {"Ente di prova"}
    assert lake.version("servizi").provenance.asked["coverage"] == "completa"
    page = outcome(web, send(web, "servizi", city(tmp_path / "citta.osm.pbf")))
    assert "Pubblicata la versione <strong>v0002</strong>" in page
    assert sorted(lake.version("servizi").table()["voce"]) == ["AMB.FON", "SAN.FAR"]


def test_a_list_without_voices_says_where_to_give_them(web: Client, tmp_path: Path) -> None:
    path = tmp_path / "fontane.csv"
    path.write_text(f"id;x;y\n1;{EAST + 5};{SOUTH + 5}\n", encoding="utf-8")
    page = outcome(web, send(web, "servizi", path))
    assert "non c&#x27;è «voce»" in page or "non c'è «voce»" in page


def test_a_timetable_becomes_stops_and_links(web: Client, lake: Lake, tmp_path: Path) -> None:
    rows = [("A", *place(2, 2)), ("B", *place(8, 2)), ("C", *place(14, 2))]
    stops = "stop_id,stop_name,stop_lat,stop_lon\n"
    stops += "".join(f"{name},{name},{lat},{lon}\n" for name, lat, lon in rows)
    page = outcome(web, send(web, "fermate", archive(tmp_path / "orario.zip", stops=stops)))
    assert "Giorno contato: giovedì 04.01.2024" in page
    assert "media di quel giorno, dalle 6 alle 20" in page
    assert "Trasporto pubblico: collegamenti fra fermate" in page
    assert lake.version("fermate").table()["partenze"].tolist() == [9, 10, 1]
    answer = send(web, "fermate", archive(tmp_path / "bad.zip", "../", stops=stops))
    assert answer.status_code == 422
    assert "punta fuori dall" in text(answer)


def test_forecasts_take_their_voices_from_the_table(web: Client, lake: Lake, tmp_path: Path) -> None:
    columns = {"NOME_COM": ["X"], "LEGENDA": ["Servizi in progetto"], "COD_DEST1": ["101"]}
    path = tmp_path / "prev.gpkg"
    geopandas.GeoDataFrame(columns, geometry=[land(2, 2, 12, 12)], crs=32632).to_file(path)
    classes = tmp_path / "codici.csv"
    classes.write_text("valore,codice\n101,IST.PRI\n", encoding="utf-8")
    with classes.open("rb") as table:
        page = outcome(web, send(web, "previsioni_piano", path, classi=table))
    assert "servizio_previsto 1" in page
    assert lake.version("previsioni_piano").table()["voce"].tolist() == ["IST.PRI"]
