"""The API and the pages: what is refused and how, what is handed over, what a new sheet needs (nothing)."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.apps.riconoscere.conftest import state_with
from tests.apps.riconoscere.small_territory import CAR_PARK_M, write_cover
from tests.apps.signing import LOST, NEXT, OTHER, signed
from trama.apps.riconoscere import actions
from trama.apps.riconoscere.area import in_degrees
from trama.apps.riconoscere.models import Valutazione
from trama.apps.riconoscere.state import State, validated
from trama.kernel.units import format_number
from trama.lake import Lake

pytestmark = pytest.mark.django_db
API = "/riconoscere/api"
DEGREES = in_degrees(CAR_PARK_M)


@pytest.fixture
def saved(lake: Lake, car_park: dict[str, Any]) -> Valutazione:
    return actions.begin("drenaggio", validated(car_park, State))


def post(client: Client, address: str, body: Any, **signature: Any) -> Any:
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    return client.post(f"{API}/{address}", text, content_type="application/json", **signature)


def test_beginning_answers_with_an_address_and_every_piece_of_the_page(
    lake: Lake, client: Client, car_park: dict[str, Any]
) -> None:
    answer = post(client, "valutazioni", {"scheda": "scheda_drenaggio", "stato": car_park})
    assert answer.status_code == 201
    body = answer.json()
    assert body["revisione"] == 1
    assert body["indirizzo"] == f"/riconoscere/valuta/{body['id']}"
    sheets = {"scheda_drenaggio", "scheda_isola_calore"}
    pieces = {f"{name}/{sheet}" for name in ("esito", "segno", "luogo", "dettaglio") for sheet in sheets}
    assert {"superfici", "soluzioni", *pieces, "voce/scheda_drenaggio/A2"} <= set(body["pezzi"])
    assert set(body["risultati"]) == set(body["modi"]) == sheets
    assert body["modi"]["scheda_drenaggio"]["A2"] == "calcolato"
    assert body["modi"]["scheda_drenaggio"]["B1"] == "chiedi"
    assert "Perché?" in body["pezzi"]["luogo/scheda_drenaggio"]
    assert "valore non ufficiale" in body["pezzi"]["esito/scheda_drenaggio"]
    assert "dati sintetici" in body["pezzi"]["esito/scheda_drenaggio"]
    assert "trama warm run" in body["pezzi"]["voce/scheda_isola_calore/A2"]


def test_trying_out_gives_the_figures_and_keeps_nothing(
    lake: Lake, client: Client, car_park: dict[str, Any]
) -> None:
    answer = post(client, "prova", {"scheda": "scheda_drenaggio", "stato": car_park})
    assert answer.status_code == 200
    assert answer.json()["risultati"]["scheda_isola_calore"]["area_m2"] == 9000.0
    assert "Perché?" not in answer.json()["pezzi"]["luogo/scheda_drenaggio"], (
        "what is not kept cannot be explained later"
    )
    assert not Valutazione.objects.exists()


def test_a_page_whose_answer_was_lost_does_not_race_with_itself(lake: Lake, client: Client) -> None:
    def state(nome: str) -> dict[str, Any]:
        return state_with(CAR_PARK_M, nome=nome)

    first = post(
        client, "valutazioni", {"scheda": "drenaggio", "stato": state("Persa")}, **signed(LOST)
    ).json()
    new = {"scheda": "drenaggio", "stato": state("Ripetuta")}
    again = post(client, "valutazioni", new, **signed(NEXT, LOST)).json()
    assert (again["id"], again["revisione"]) == (first["id"], 2)
    address = f"valutazioni/{first['id']}"
    late = post(client, address, {"revisione": 1, "stato": state("Altrui")}, **signed(OTHER))
    assert late.status_code == 409
    own = post(client, address, {"revisione": 1, "stato": state("Mia")}, **signed("d" * 32, NEXT))
    assert own.json()["revisione"] == 3
    assert Valutazione.objects.get().nome == "Mia"


def test_saving_over_an_old_revision_says_so_in_plain_words(client: Client, saved: Valutazione) -> None:
    first = {"revisione": 1, "stato": state_with(CAR_PARK_M, nome="Prima")}
    assert post(client, f"valutazioni/{saved.pk}", first).json()["revisione"] == 2
    second = {"revisione": 1, "stato": state_with(CAR_PARK_M, nome="Seconda")}
    answer = post(client, f"valutazioni/{saved.pk}", second)
    assert answer.status_code == 409
    assert answer.json()["conflitto"]
    assert "Nulla è perso" in answer.json()["errore"]
    history = client.get(f"/riconoscere/valuta/{saved.pk}/storia").content.decode()
    assert "in conflitto" in history


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ("", 400, "non è un JSON valido"),
        ("[1, 2", 400, "non è un JSON valido"),
        (b"\xff\xfe{", 400, "non è un JSON valido"),
        ('{"scheda": NaN}', 400, "«NaN» non è un numero"),
        ('{"scheda": 1e999}', 400, "troppo grande"),
        ('{"scheda": "a", "scheda": "b"}', 400, "ripetuta"),
        ("[" * 200_000, 400, "livelli annidati"),
        ("[]", 400, "non è del tipo atteso"),
        ({"scheda": "scheda_drenaggio"}, 400, "«stato»|manca"),
        ({"scheda": "scheda_drenaggio", "stato": {"giorno": "2026-02-30"}}, 400, "giorno esistente"),
        ({"scheda": "x" * 81, "stato": {"giorno": "2026-01-15"}}, 400, "troppo lungo"),
        ({"scheda": "inesistente", "stato": {"giorno": "2026-01-15"}}, 404, "inesistente"),
    ],
)
def test_a_hostile_or_broken_request_is_refused_in_words(
    lake: Lake, client: Client, body: Any, status: int, words: str
) -> None:
    answer = post(client, "valutazioni", body)
    assert answer.status_code == status
    assert re.search(words, answer.json()["errore"])
    assert not Valutazione.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"nome": "x" * 201}, "nome"),
        ({"nome": 7}, "nome"),
        ({"nome": "a\x00b"}, "nome"),
        ({"nome": "\ud800"}, "nome"),
        ({"tipologie": [{"id": "rain_garden", "area_m2": -1}]}, "tipologie.0.area_m2"),
        ({"tipologie": [{"id": "rain_garden", "area_m2": True}]}, "tipologie.0.area_m2"),
        ({"stato_attuale": {"impermeabile": "tanto"}}, "stato_attuale.impermeabile"),
        ({"risposte": {"B1": "depavimentazione"}}, "risposte.scheda_drenaggio.B1"),
        ({"risposte": {"B1": {"valore": "x", "perche": ""}}}, "risposte.scheda_drenaggio.B1.perche"),
        ({"geometria": "POLYGON"}, "geometria"),
        ({"altro": 1}, "altro"),
    ],
)
def test_a_field_of_the_wrong_kind_is_named(
    lake: Lake, client: Client, changes: dict[str, Any], field: str
) -> None:
    stato = state_with(CAR_PARK_M, **changes)
    answer = post(client, "valutazioni", {"scheda": "scheda_drenaggio", "stato": stato})
    assert answer.status_code == 400
    assert answer.json()["campo"] == field


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Point", "coordinates": [9.17, 45.54]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[9.17, 45.54], [9.18, 45.54], ["a", 1]]]},
        {"type": "Polygon", "coordinates": [[[45.54, 9.17], [45.54, 9.18], [45.55, 9.18], [45.54, 9.17]]]},
        {"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [1, 1], [0, 0]]]},
        {"type": "GeometryCollection", "geometries": []},
        {},
    ],
)
def test_a_geometry_that_is_no_area_leaves_a_draft_and_a_sentence(
    lake: Lake, client: Client, geometry: dict[str, Any]
) -> None:
    stato = {**state_with(None, nome="Bozza"), "geometria": geometry}
    answer = post(client, "valutazioni", {"scheda": "scheda_drenaggio", "stato": stato})
    assert answer.status_code == 201
    (problem,) = answer.json()["problemi"]
    assert problem["campo"] == "geometria"
    piece = answer.json()["pezzi"]["esito/scheda_drenaggio"]
    assert problem["testo"] in piece.replace("&#x27;", "'").replace("&quot;", '"')


def test_a_million_vertices_are_refused_before_being_read(lake: Lake, client: Client) -> None:
    ring = ",".join(f"[9.{n:06},45.5]" for n in range(1_000_000))
    body = '{"scheda":"s","stato":{"giorno":"2026-01-15","geometria":{"coordinates":[[' + ring + "]]}}}"
    answer = post(client, "valutazioni", body)
    assert answer.status_code == 413
    assert "semplificare" in answer.json()["errore"]


def test_writing_wants_the_token_of_the_page(lake: Lake, saved: Valutazione) -> None:
    strict = Client(enforce_csrf_checks=True)
    body = json.dumps({"revisione": 1, "stato": state_with(CAR_PARK_M)})
    address = f"{API}/valutazioni/{saved.pk}"
    assert strict.post(address, body, content_type="application/json").status_code == 403


def test_an_unknown_address_says_where_to_look(lake: Lake, client: Client) -> None:
    missing = "00000000-0000-4000-8000-000000000000"
    assert client.get(f"{API}/valutazioni/{missing}").status_code == 404
    page = client.get(f"/riconoscere/valuta/{missing}", headers={"accept": "text/html"})
    assert page.status_code == 404
    assert "Le mie valutazioni" in page.content.decode()


@pytest.mark.parametrize(
    ("text", "crs", "area_m2"),
    [
        ("513200 5043000\n513300 5043000\n513300 5043090\n513200 5043090", "32632", 9000),
        ("9,17 45,54\n9,171 45,54\n9,171 45,541", "", 4340),
    ],
)
def test_coordinates_written_by_hand_make_an_area(
    lake: Lake, client: Client, text: str, crs: str, area_m2: float
) -> None:
    """The first is 100 m by 90 m; the second half of 0.001° x 0.001° at 45.54° N (78.1 m x 111.1 m)."""
    answer = client.post(f"{API}/perimetro", {"testo": text, "crs": crs})
    assert answer.status_code == 200
    tried = state_with(None) | {"geometria": answer.json()["geometria"]}
    reply = post(client, "prova", {"scheda": "scheda_drenaggio", "stato": tried}).json()
    assert reply["risultati"]["scheda_drenaggio"]["area_m2"] == pytest.approx(area_m2, rel=0.005)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "caricare un file"),
        ("9,17 45,54", "almeno tre vertici"),
        ("uno due\ntre quattro\n1 2", "alla riga 1"),
        ("9 45 3\n1 2\n3 4", "due numeri"),
    ],
)
def test_coordinates_that_cannot_be_read_say_which_line(
    lake: Lake, client: Client, text: str, words: str
) -> None:
    answer = client.post(f"{API}/perimetro", {"testo": text})
    assert answer.status_code == 400
    assert words in answer.json()["errore"]


def test_an_uploaded_file_brings_area_name_and_solutions(lake: Lake, client: Client) -> None:
    properties = {"nome": "Dal file", "tipologie": [{"id": "rain_garden", "area_m2": 300}]}
    feature = {"type": "Feature", "geometry": DEGREES, "properties": properties}
    file = SimpleUploadedFile("area.geojson", json.dumps(feature).encode())
    body = client.post(f"{API}/perimetro", {"file": file}).json()
    assert body["nome"] == "Dal file"
    assert body["tipologie"] == [{"id": "rain_garden", "area_m2": 300.0}]
    assert body["geometria"]["type"] == "Polygon"


def test_a_file_that_is_no_outline_says_what_is_accepted(lake: Lake, client: Client) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("leggimi.txt", "niente")
    for name, data in (("a.geojson", b""), ("a.pdf", b"%PDF-1.7"), ("a.zip", packed.getvalue())):
        answer = client.post(f"{API}/perimetro", {"file": SimpleUploadedFile(name, data)})
        assert answer.status_code == 400
        assert answer.json()["errore"]


def test_screen_json_and_pdf_carry_the_same_numbers(client: Client, saved: Valutazione) -> None:
    answers = {
        "A2": {"valore": 0.25, "motivo": "Rilievo del 12 marzo."},
        "B1": {"valore": "depavimentazione", "motivo": ""},
        "C3": {"valore": {"infiltrazione": 60, "riuso": 40}, "motivo": ""},
        "C5": {"valore": ["ombra"], "motivo": ""},
        "C6": {"valore": "piano", "motivo": ""},
    }
    solutions = [{"id": "rain_garden", "area_m2": 900.0}]
    state = validated(state_with(CAR_PARK_M, risposte=answers, tipologie=solutions), State)
    row = actions.save(saved, 1, state)
    assert row.result is not None
    address = f"/riconoscere/valuta/{row.pk}"
    answer = client.get(f"{address}.json").json()
    page = client.get(address).content.decode()
    pdf = client.get(f"{address}.pdf")
    assert pdf["Content-Disposition"].endswith('"scheda-drenaggio-parcheggio-di-via-gramsci.pdf"')
    reader = pypdf.PdfReader(io.BytesIO(pdf.content))
    printed = " ".join(page.extract_text() for page in reader.pages)
    flat = re.sub(r"\s+", " ", printed)
    outcome = answer["esito"]
    figures = [
        format_number(outcome["punteggio"], "point"),
        format_number(outcome["richiesto"], "point"),
        *(
            format_number(row["punti"], "point")
            for part in answer["parti"].values()
            for row in part["criteri"].values()
        ),
        *(format_number(part["punti"], "point") for part in answer["parti"].values()),
    ]
    for figure in figures:
        assert figure in page
        assert figure in flat
    assert outcome["testo"] in page
    assert outcome["testo"] in flat
    assert answer["trace"] in page
    assert answer["trace"] in re.sub(r"\s+", "", printed)
    assert "valore non ufficiale" in flat.lower()


def test_a_document_of_an_empty_draft_says_what_is_missing(lake: Lake, client: Client) -> None:
    row = actions.begin("drenaggio", validated(state_with(None), State))
    for form in ("pdf", "json", "geojson"):
        answer = client.get(f"/riconoscere/valuta/{row.pk}.{form}")
        assert answer.status_code == 409


def test_the_list_shows_what_was_left(client: Client, saved: Valutazione) -> None:
    page = client.get("/riconoscere/").content.decode()
    assert "Parcheggio di via Gramsci" in page
    assert "Cormano" in page
    assert f"/riconoscere/valuta/{saved.pk}" in page


def test_newer_data_are_said_and_a_re_evaluation_is_offered_with_its_differences(
    lake: Lake, client: Client, saved: Valutazione
) -> None:
    write_cover(lake, sealed_columns=0, synthetic=False)
    page = client.get(f"/riconoscere/valuta/{saved.pk}").content.decode()
    assert "Valutata con versioni precedenti" in page
    offer = client.get(f"/riconoscere/valuta/{saved.pk}/rivaluta").content.decode()
    assert "A2, Indice di superficie drenante del luogo (I-dren)" in offer
    done = client.post(f"/riconoscere/valuta/{saved.pk}/rivaluta", {"revisione": 1}, follow=True)
    assert "Rivalutata" in done.content.decode()
    assert "versioni precedenti" not in done.content.decode()
    late = client.post(f"/riconoscere/valuta/{saved.pk}/rivaluta", {"revisione": 1}, follow=True)
    assert "Nulla è perso" in late.content.decode()


def test_an_earlier_version_can_be_taken_up_again(client: Client, saved: Valutazione) -> None:
    body = {"revisione": 1, "stato": state_with(CAR_PARK_M, nome="Cambiata")}
    post(client, f"valutazioni/{saved.pk}", body)
    first = saved.versions.get(revision=1)
    client.post(f"/riconoscere/valuta/{saved.pk}/riprendi/{first.pk}")
    saved.refresh_from_db()
    assert (saved.nome, saved.revision) == ("Parcheggio di via Gramsci", 3)


def test_a_sheet_of_the_institution_is_rendered_without_code(lake: Lake, client: Client) -> None:
    """The institution lays a sheet with names of its own in its norms: the page asks what that sheet asks."""
    home = lake.root.parent
    own = home / "norme" / "sttm1" / "scheda_propria"
    own.mkdir(parents=True)
    package = Path(__import__("norme_milano").__file__ or "").parent / "sttm1" / "scheda_drenaggio"
    sheet = (package / "sheet.yaml").read_text(encoding="utf-8")
    sheet = sheet.replace("id: scheda_drenaggio", "id: scheda_propria")
    sheet = sheet.replace('"Manutenzione"', '"Cura nel tempo"').replace("C6", "K9")
    (own / "sheet.yaml").write_text(sheet, encoding="utf-8")
    parameters = (package / "parameters.yaml").read_text(encoding="utf-8")
    (own / "parameters.yaml").write_text(parameters.replace("C6:", "K9:"), encoding="utf-8")
    page = client.get("/riconoscere/valuta?scheda=scheda_propria").content.decode()
    assert "Cura nel tempo" in page
    assert 'data-item="K9"' in page
    assert 'data-item="C6"' not in page
    answers = {"K9": {"valore": "piano", "motivo": ""}}
    stato = state_with(CAR_PARK_M) | {"risposte": {"scheda_propria": answers}}
    reply = post(client, "valutazioni", {"scheda": "scheda_propria", "stato": stato}).json()
    (result,) = reply["risultati"].values()
    assert result["parti"]["C"]["criteri"]["K9"]["punti"] == 2.0
    assert "K9" not in {row["chiave"] for row in result["mancanti"]}


def test_no_criterion_is_named_in_the_code_of_the_page() -> None:
    """A new sheet must need no code: neither the app nor the front end may know A1 or C3 by name."""
    root = Path(__file__).resolve().parents[3]
    files = [
        *(root / "src/trama/apps/riconoscere").rglob("*.py"),
        *(root / "src/trama/apps/riconoscere").rglob("*.html"),
        *(root / "frontend/src/valuta").rglob("*.ts"),
    ]
    named = [
        f"{file.name}: {match.group()}"
        for file in files
        for match in re.finditer(r"[\"'][ABC][1-9][\"']|punteggi_\w+", file.read_text(encoding="utf-8"))
    ]
    assert not named
