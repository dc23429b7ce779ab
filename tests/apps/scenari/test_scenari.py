"""Scenarios at the server: tried, kept, copied, compared, handed over, refused."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import geopandas
import pytest
import shapely
from django.test import Client

from tests.apps.signing import LOST, NEXT, OTHER, signed
from tests.fixtures_place import EAST, NORTH, place_lake, square
from trama.apps.scenari import actions
from trama.apps.scenari.comparing import comparison
from trama.apps.scenari.models import Scenario
from trama.kernel.units import joined
from trama.sources.scenarios import scenario_from, to_degrees

NOT_THERE = "00000000-0000-0000-0000-000000000000"


@pytest.fixture(scope="session")
def place_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("luogo")
    place_lake(home)
    return home


@pytest.fixture
def site(place_home: Path, monkeypatch: pytest.MonkeyPatch, bundle: None, db: None) -> Client:
    monkeypatch.setenv("TRAMA_HOME", str(place_home))
    return Client(HTTP_HOST="localhost")


def document(*drawn: tuple[str, Any], nome: str = "Piazza", **more: Any) -> dict[str, Any]:
    """A scenario as the page sends it; by default a rain garden of 40 x 25 m on dense fabric."""
    pieces = drawn or (("rain_garden", square(500, 2000, 40, 25)),)
    features = [
        {"type": "Feature", "geometry": to_degrees(shape), "properties": {"soluzione": key, "quantita": None}}
        for key, shape in pieces
    ]
    base = {"nome": nome, "evento": "t50_1h", "pioggia_mm": None, "giorno": "2026-01-15", "risposte": {}}
    return {"type": "FeatureCollection", **base, "features": features, **more}


def post(site: Client, address: str, body: Any, **signature: Any) -> Any:
    text = json.dumps(body)
    return site.post(f"/scenari/api/{address}", text, content_type="application/json", **signature)


def begun(site: Client, **more: Any) -> dict[str, Any]:
    answer = post(site, "scenari", document(**more))
    assert answer.status_code == 201, answer.content
    return dict(answer.json())


def test_what_moves_under_the_hand_is_answered_and_not_kept(site: Client) -> None:
    answer = post(site, "effetti", document()).json()
    assert answer["effetti"]["acqua"]["trattenuta_m3"] > 250
    assert answer["effetti"]["trace"] is None
    assert "Acqua tenuta fuori dalla fognatura" in answer["pezzi"]["effetti"]
    assert "volume verso la fognatura prima − dopo" in answer["pezzi"]["effetti"]
    assert "data-why" not in answer["pezzi"]["effetti"].split("data-sheet")[0]
    assert joined("1.000 m²") in answer["pezzi"]["disegno-0"]
    assert Scenario.objects.count() == 0


def test_a_scenario_is_kept_with_its_explanation(site: Client) -> None:
    kept = begun(site)
    row = Scenario.objects.get(pk=kept["id"])
    assert row.trace == kept["effetti"]["trace"]
    assert f"/conoscere/perche/{row.trace}?passo=acqua%2Ftrattenuta" in kept["pezzi"]["effetti"]
    assert site.get(f"/conoscere/perche/{row.trace}?passo=acqua/trattenuta").status_code == 200
    assert row.area_m2 == pytest.approx(1000, rel=1e-4)
    page = site.get(kept["indirizzo"]).content.decode()
    assert "Piazza" in page
    assert "valore non ufficiale" in page
    assert "dati sintetici" in page


def test_a_save_over_another_is_refused_and_can_be_insisted_on(site: Client) -> None:
    kept = begun(site)
    address = f"scenari/{kept['id']}"
    first = post(site, address, {"revisione": 1, "documento": document(nome="Prima")})
    assert first.json()["revisione"] == 2
    late = post(site, address, {"revisione": 1, "documento": document(nome="Seconda")})
    assert late.status_code == 409
    assert late.json()["conflitto"]
    assert late.json()["revisione"] == 2
    assert Scenario.objects.get(pk=kept["id"]).nome == "Prima"
    assert post(site, address, {"revisione": 2, "documento": document(nome="Seconda")}).status_code == 200


def test_a_beginning_whose_answer_was_lost_is_saved_over_not_begun_twice(site: Client) -> None:
    first = post(site, "scenari", document(nome="Persa"), **signed(LOST)).json()
    again = post(site, "scenari", document(nome="Ripetuta"), **signed(NEXT, LOST)).json()
    assert (again["id"], again["revisione"]) == (first["id"], 2)
    assert [row.nome for row in Scenario.objects.all()] == ["Ripetuta"]


def test_a_save_follows_its_page_s_own_lost_one_and_nobody_else_s(site: Client) -> None:
    kept = begun(site)
    address = f"scenari/{kept['id']}"

    def save(nome: str, *keys: str) -> Any:
        return post(site, address, {"revisione": 1, "documento": document(nome=nome)}, **signed(*keys))

    assert save("Persa", LOST).json()["revisione"] == 2
    assert save("Altrui", OTHER).status_code == 409
    assert save("Ripetuta", NEXT, LOST).json()["revisione"] == 3
    assert save("Vecchia", OTHER, LOST).status_code == 409  # another write came after the lost one
    assert Scenario.objects.get().nome == "Ripetuta"
    actions.recompute(Scenario.objects.get())  # a write that no page signed
    assert save("Dopo", OTHER, NEXT, "").status_code == 409


@pytest.mark.parametrize("key", ["", "x" * 32, "a" * 31, "a" * 33, "'; drop table --"])
def test_a_key_that_is_no_key_signs_nothing(site: Client, key: str) -> None:
    kept = post(site, "scenari", document(), **signed(key)).json()
    again = post(site, f"scenari/{kept['id']}", {"revisione": 7, "documento": document()}, **signed(key, key))
    assert again.status_code == 409


def test_a_scenario_that_cannot_be_computed_is_kept_with_the_reason(site: Client) -> None:
    away = square(60_000, 0, 40)
    answer = post(site, "scenari", document(("rain_garden", away)))
    assert answer.status_code == 201
    assert answer.json()["effetti"] is None
    assert answer.json()["problema"]
    assert "field-error" in answer.json()["pezzi"]["effetti"]
    empty = post(site, "scenari", document(features=[]))
    assert empty.status_code == 201
    assert empty.json()["effetti"] is None
    assert site.get(f"/scenari/{empty.json()['id']}.csv").status_code == 409


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("{", "richiesta"),
        ('{"type": "FeatureCollection"}', "features"),
        ("[1, 2]", "FeatureCollection"),
    ],
)
def test_a_request_that_is_no_scenario_is_refused(site: Client, body: str, words: str) -> None:
    answer = site.post("/scenari/api/effetti", body, content_type="application/json")
    assert answer.status_code == 400
    assert words in answer.json()["errore"]


@pytest.mark.parametrize("size", [2_000_001, 40_000_000])
def test_too_large_a_request_is_told_so_with_its_own_status(site: Client, size: int) -> None:
    for address in ("/scenari/api/effetti", "/scenari/api/scenari", "/riconoscere/invarianza/api/prova"):
        answer = site.post(address, " " * size, content_type="application/json")
        assert answer.status_code == 413
        assert "La richiesta supera" in answer.json()["errore"]
        assert "accorciare testi ed elenchi" in answer.json()["errore"]


def test_what_cannot_be_drawn_is_said_in_italian(site: Client) -> None:
    answer = post(site, "effetti", document(("marciapiede", square(0, 0, 40))))
    assert answer.status_code == 400
    assert "non è nel catalogo" in answer.json()["errore"]
    assert post(site, "scenari/" + NOT_THERE, {}).status_code == 404
    kept = begun(site)
    assert post(site, f"scenari/{kept['id']}", {"documento": document()}).status_code == 400


def test_copies_are_told_apart_and_scenarios_can_be_taken_away(site: Client) -> None:
    kept = begun(site)
    answer = site.post(f"/scenari/{kept['id']}/copia")
    assert answer.status_code == 302
    names = sorted(Scenario.objects.values_list("nome", flat=True))
    assert names == ["Piazza", "Piazza (2)"]
    assert site.post(f"/scenari/{kept['id']}/ricalcola").status_code == 302
    assert Scenario.objects.get(pk=kept["id"]).revision == 2
    assert site.post(f"/scenari/{kept['id']}/togli").status_code == 302
    assert Scenario.objects.count() == 1
    assert site.get(kept["indirizzo"]).status_code == 404


def test_the_best_of_each_figure_is_told_on_one_scale(site: Client) -> None:
    small = begun(site, nome="Piccolo")
    large = post(site, "scenari", document(("rain_garden", square(500, 2000, 80, 25)), nome="Grande")).json()
    rows = [Scenario.objects.get(pk=one["id"]) for one in (small, large)]
    lines = {line.label: line for line in comparison(rows)["lines"]}
    kept = lines["Acqua tenuta fuori dalla fognatura"]
    assert [cell.best for cell in kept.cells] == [False, True]
    assert kept.cells[1].bar == 100
    assert [cell.best for cell in lines["Costo di realizzazione"].cells] == [True, False]
    page = site.get("/scenari/confronto", {"s": [small["id"], large["id"]]}).content.decode()
    assert page.count('class="map-box small-map"') == 2
    assert "migliore" in page
    assert "con cautela" not in page
    assert "la stessa area dell" in page  # means on different ground are said to be so


def test_what_reads_the_same_ties_and_what_is_all_the_same_has_no_best(site: Client) -> None:
    """Three gardens of 1,000 m2, one 0.2 m2 larger (equal as read), one of 500 m2."""
    shapes = (square(500, 2000, 40, 25), square(500, 2000, 40, 25.005), square(500, 2000, 40, 12.5))
    kept = [
        post(site, "scenari", document(("rain_garden", shape), nome=f"Giardino {number}")).json()
        for number, shape in enumerate(shapes)
    ]
    rows = [Scenario.objects.get(pk=one["id"]) for one in kept]
    lines = {line.label: line for line in comparison(rows)["lines"]}
    water = lines["Acqua tenuta fuori dalla fognatura"].cells
    assert water[0].figure.number != water[1].figure.number
    assert water[0].figure.value == water[1].figure.value
    assert [cell.best for cell in water] == [True, True, False]
    assert [cell.tied for cell in water] == [True, True, False]
    assert [cell.best for cell in lines["Indice drenante (I-dren)"].cells] == [False, False, False]
    page = site.get("/scenari/confronto", {"s": [one["id"] for one in kept]}).content.decode()
    assert "migliore, alla pari" in page


@pytest.mark.parametrize(
    ("nights", "read", "best"),
    [
        ((0.0, -0.0004), ("invariata", "meno di 0,001 °C"), [False, False]),
        ((-0.001, -0.0004), ("−0,001 °C", "meno di 0,001 °C"), [False, False]),
        ((-0.02, -0.018), ("−0,020 °C", "−0,018 °C"), [False, False]),
        ((-0.02, -0.01), ("−0,020 °C", "−0,010 °C"), [True, False]),
    ],
)
def test_a_thousandth_of_a_degree_is_told_and_wins_nothing(
    site: Client, nights: tuple[float, float], read: tuple[str, str], best: list[bool]
) -> None:
    rows = [Scenario.objects.get(pk=begun(site, nome=name)["id"]) for name in ("Uno", "Due")]
    for row, night in zip(rows, nights, strict=True):
        row.result["caldo"]["temperatura_notte_degc"]["variazione"] = night
    lines = {line.label: line.cells for line in comparison(rows)["lines"]}
    cells = lines["Temperatura della notte"]
    assert tuple(cell.figure.value for cell in cells) == read
    assert [cell.best for cell in cells] == best


def test_the_list_and_the_comparison_label_and_explain_what_they_show(site: Client) -> None:
    kept = [begun(site, nome=name) for name in ("Uno", "Due")]
    listed = site.get("/scenari/").content.decode()
    compared = site.get("/scenari/confronto", {"s": [one["id"] for one in kept]}).content.decode()
    for page in (listed, compared):
        assert "dati sintetici" in page
        assert "valore non ufficiale" in page
        assert page.count("data-why") >= 2
        assert joined("61,4 mm") in page
    assert "che la mappa non sa dare" in compared
    assert "può stare fra" in compared
    assert "(da verificare sul posto)" in compared


def test_marks_on_the_map_have_no_square_metre(site: Client) -> None:
    tank = shapely.Point(EAST + 800, NORTH + 800)
    kept = post(site, "scenari", document(("underground_tank", tank), nome="Vasca")).json()
    assert "senza superficie propria" in kept["pezzi"]["effetti"]
    assert "disegnare l&#x27;area dell&#x27;intervento" in kept["pezzi"]["effetti"]
    other = begun(site)
    pages = site.get("/scenari/").content.decode()
    pages += site.get("/scenari/confronto", {"s": [kept["id"], other["id"]]}).content.decode()
    assert "senza superficie propria" in pages
    assert "1 m²" not in pages


def test_reading_more_layers_is_no_difference_another_version_is(site: Client) -> None:
    rows = [Scenario.objects.get(pk=begun(site, nome=name)["id"]) for name in ("Uno", "Due")]
    rows[0].result["dati"].append({**rows[0].result["dati"][0], "livello": "popolazione_eta"})
    assert comparison(rows)["unlike"] == []
    rows[0].result["dati"][0]["versione"] = "v0099"
    assert comparison(rows)["unlike"] == ["non leggono le stesse versioni dei dati"]


def test_scenarios_under_different_rain_are_compared_with_a_caution(site: Client) -> None:
    one = begun(site)
    other = begun(site, nome="Estate", evento="giorno_estivo")
    page = site.get("/scenari/confronto", {"s": [one["id"], other["id"]]}).content.decode()
    assert "la pioggia non è la stessa" in page
    assert joined("15,0 mm") in page
    rows = [Scenario.objects.get(pk=row["id"]) for row in (one, other)]
    rows[0].result["costi"]["manutenzione_eur_anno"]["medio"] += 1000  # the yearly care depends on no rain
    best = {line.label: [cell.best for cell in line.cells] for line in comparison(rows)["lines"]}
    assert best["Acqua tenuta fuori dalla fognatura"] == [False, False]
    assert best["Costo per m³ tenuto fuori"] == [False, False]
    assert best["Manutenzione all'anno"] == [False, True]
    alone = site.get("/scenari/confronto", {"s": [one["id"]]}, follow=True)
    assert "almeno due scenari" in alone.content.decode()
    assert site.get("/scenari/confronto", {"s": ["x", "y"]}).status_code == 404


def test_what_is_handed_over_reads_back(site: Client, tmp_path: Path) -> None:
    kept = begun(site, nome='=Piazza; "nuova"')
    base = f"/scenari/{kept['id']}"
    geojson = site.get(f"{base}.geojson")
    assert "attachment" in geojson["Content-Disposition"]
    again = scenario_from(json.loads(geojson.content))
    assert again.pieces[0].geometry.area == pytest.approx(1000, rel=1e-4)
    (tmp_path / "s.gpkg").write_bytes(site.get(f"{base}.gpkg").content)
    table = geopandas.read_file(tmp_path / "s.gpkg", layer="aree")
    assert table.crs.to_epsg() == 32632
    assert table.trattenuta_m3[0] == pytest.approx(kept["effetti"]["soluzioni"][0]["trattenuta_m3"])
    rows = list(csv.reader(io.StringIO(site.get(f"{base}.csv").content.decode("utf-8-sig")), delimiter=";"))
    assert rows[1][0].startswith("'=")
    assert rows[1][1:4] == ["Pioggia", "61,4", "61,4 mm"]
    assert rows[2][1] == "Acqua tenuta fuori dalla fognatura"
    assert {row[5] for row in rows[1:]} == {"valore non ufficiale, dati sintetici"}
    assert site.get(f"{base}.json").json()["trace"] == kept["effetti"]["trace"]


def test_the_list_and_the_new_page_stand_without_any_scenario(site: Client) -> None:
    assert "Non ce ne sono ancora" in site.get("/scenari/").content.decode()
    page = site.get("/scenari/nuovo").content.decode()
    for family in ("Acqua", "Suolo", "Verde", "Edifici", "Grigie, per confronto"):
        assert family in page
    assert page.count("data-draw=") == 33


def test_the_rows_and_the_total_are_reconciled_on_the_page(site: Client) -> None:
    kept = begun(site)
    row = kept["pezzi"]["disegno-0"]
    assert joined("tiene fuori 297,8 m³") in row
    assert joined("250,0 m³ nell&#x27;invaso, 47,8 m³ dal suolo") in row
    words = kept["pezzi"]["conto"]
    assert joined("In tutto 297,8 m³") + " tenuti fuori" in words
    assert "attorno ai disegni" in words
    old = Scenario.objects.get(pk=kept["id"])
    del old.result["acqua"]["composizione"], old.result["soluzioni"][0]["tenuta_fuori_m3"]
    old.save()
    assert "In tutto" not in site.get(kept["indirizzo"]).content.decode()  # computed before these figures


def test_what_a_document_holds_and_is_not_read_is_said_on_the_page(site: Client) -> None:
    given = document()
    given["features"][0]["properties"]["profondita"] = 3
    tried = post(site, "effetti", given).json()
    assert "«profondita» non letta" in tried["pezzi"]["avvisi"]
    kept = post(site, "scenari", given).json()
    assert "«profondita» non letta" in site.get(kept["indirizzo"]).content.decode()
    assert "profondita" not in json.dumps(Scenario.objects.get(pk=kept["id"]).document)


def test_a_scenario_taken_away_while_its_effects_are_computed_is_said_not_there(
    site: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = begun(site)
    compute = actions._effects

    def meanwhile(drawn: Any) -> Any:
        Scenario.objects.filter(pk=row["id"]).delete()
        return compute(drawn)

    monkeypatch.setattr(actions, "_effects", meanwhile)
    answer = post(site, f"scenari/{row['id']}", {"revisione": 1, "documento": document()})
    assert answer.status_code == 404
    assert "non esiste" in answer.json()["errore"]


def test_a_copy_of_the_longest_name_has_a_name_of_its_own(site: Client) -> None:
    row = begun(site, nome="x" * 200)
    for number in (2, 3):
        assert site.post(f"/scenari/{row['id']}/copia").status_code == 302
        assert Scenario.objects.filter(nome=f"{'x' * 196} ({number})").exists()


@pytest.mark.parametrize("key", ["pioggia_mm", "quantita"])
def test_a_number_without_end_is_refused_in_a_sentence(site: Client, key: str) -> None:
    asked = document()
    (asked if key == "pioggia_mm" else asked["features"][0]["properties"])[key] = 10**400
    answer = post(site, "effetti", asked)
    assert answer.status_code == 400
    assert key in answer.json()["errore"]


def test_answers_to_a_sheet_that_does_not_exist_are_named(site: Client) -> None:
    answers = {"drenagio": {"A1": {"valore": 1}}}
    (notice,) = post(site, "effetti", document(risposte=answers)).json()["effetti"]["avvisi"]
    assert "«drenagio» non è una Scheda" in notice["it"]


def test_what_is_synthetic_and_unofficial_is_said_above_the_figures(site: Client) -> None:
    box = begun(site)["pezzi"]["effetti"]
    assert box.index("valore non ufficiale") < box.index('<dl class="effects">')
