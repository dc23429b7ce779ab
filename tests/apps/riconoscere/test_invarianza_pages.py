"""The register of files and its pages: kept by revision, refused by field, the same numbers everywhere."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.apps.signing import LOST, NEXT, OTHER, signed
from trama.apps.riconoscere.invarianza.models import Pratica, PraticaVersione
from trama.kernel.units import joined

pytestmark = pytest.mark.django_db
API = "/riconoscere/invarianza/api"
EXAMPLE = Path(__file__).resolve().parents[3] / "docs" / "examples" / "invarianza.yaml"
HECTARE = {
    "intervento": {
        "nome": "Un ettaro",
        "comune": "015146",
        "superficie_m2": 10_000,
        "superfici_m2": {"impermeabile": 6000, "semipermeabile": 2000, "permeabile": 2000},
    },
    "scarico": {"tipo": "costante", "portata_l_s": 8},
    "opere": [{"tipo": "vasca", "lunghezza_m": 20, "larghezza_m": 20, "altezza_m": 2}],
}


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bundle: None) -> Client:
    """A client of the site over an empty knowledge base."""
    monkeypatch.setenv("TRAMA_HOME", str(tmp_path / "casa"))
    return Client(HTTP_HOST="localhost")


def stato(pratica: dict[str, Any], giorno: str = "2026-01-15") -> dict[str, Any]:
    return {"giorno": giorno, "pratica": pratica}


def post(client: Client, address: str, body: Any, **signature: Any) -> Any:
    text = body if isinstance(body, str) else json.dumps(body)
    return client.post(f"{API}/{address}", text, content_type="application/json", **signature)


def begun(client: Client, pratica: dict[str, Any] = HECTARE) -> dict[str, Any]:
    answer = post(client, "pratiche", {"stato": stato(pratica)})
    assert answer.status_code == 201
    return answer.json()


def test_beginning_answers_with_an_address_the_pieces_and_how_each_section_stands(client: Client) -> None:
    body = begun(client)
    assert body["indirizzo"] == f"/riconoscere/invarianza/{body['id']}"
    assert joined("694,0 m³") in body["pezzi"]["verdetto"]
    assert body["pezzi"]["opera-0"] == "Volume utile 800,0 m³"
    assert [section["stato"] for section in body["sezioni"]][:5] == [
        "rispettata",
        "rispettata",
        "incompleta",
        "rispettata",
        "rispettata",
    ]
    assert body["risultato"]["dovuto"]["volume_m3"] == pytest.approx(694.03, abs=0.05)


def test_trying_keeps_nothing(client: Client) -> None:
    answer = post(client, "prova", {"stato": stato(HECTARE)})
    assert answer.status_code == 200
    assert "Perch" not in answer.json()["pezzi"]["sintesi"]
    assert Pratica.objects.count() == 0


def test_what_cannot_be_computed_yet_is_kept_with_the_sentence(client: Client) -> None:
    body = begun(client, {"intervento": {"nome": "Solo il nome"}})
    assert "superficie totale" in body["problema"]
    assert body["risultato"] is None
    assert Pratica.objects.get().nome == "Solo il nome"
    assert client.get(f"{body['indirizzo']}.pdf").status_code == 409


def test_what_lacks_is_named_as_the_page_calls_it_and_a_geopackage_waits_for_its_place(
    client: Client,
) -> None:
    lot = {"superficie_m2": 10_000, "superfici_m2": {"impermeabile": 10_000}}
    body = begun(client, {"intervento": lot})
    assert "«Comune (area di criticità)» o «Area di criticità»" in body["pezzi"]["verdetto"]
    assert "intervento.comune" not in json.dumps(body["pezzi"])
    here = client.get(begun(client)["indirizzo"]).content.decode()
    assert "data-placed href" in here
    assert here.count("data-unplaced>") == 2
    placed = {**HECTARE, "intervento": {**HECTARE["intervento"], "est_m": 514_000, "nord_m": 5_034_000}}
    there = client.get(begun(client, placed)["indirizzo"]).content.decode()
    assert there.count("data-unplaced hidden>") == 2


def test_a_page_whose_answer_was_lost_does_not_race_with_itself(client: Client) -> None:
    def sent(who: str, **more: Any) -> dict[str, Any]:
        return {"stato": stato({**HECTARE, "responsabile_manutenzione": who}), **more}

    first = post(client, "pratiche", sent("A"), **signed(LOST)).json()
    again = post(client, "pratiche", sent("B"), **signed(NEXT, LOST)).json()
    assert (again["id"], again["revisione"]) == (first["id"], 2)
    address = f"pratiche/{first['id']}"
    assert post(client, address, sent("C", revisione=1), **signed(OTHER)).status_code == 409
    assert post(client, address, sent("D", revisione=1), **signed("d" * 32, NEXT)).json()["revisione"] == 3
    assert Pratica.objects.count() == 1


def test_a_save_over_another_s_is_refused_and_kept_aside(client: Client) -> None:
    body = begun(client)
    changed = {**HECTARE, "responsabile_manutenzione": "A"}
    first = post(client, f"pratiche/{body['id']}", {"revisione": 1, "stato": stato(changed)})
    assert first.json()["revisione"] == 2
    late = {**HECTARE, "responsabile_manutenzione": "B"}
    second = post(client, f"pratiche/{body['id']}", {"revisione": 1, "stato": stato(late)})
    assert second.status_code == 409
    assert second.json()["conflitto"]
    kinds = list(PraticaVersione.objects.values_list("kind", flat=True))
    assert sorted(kinds) == ["conflitto", "salvataggio", "salvataggio"]
    lost = PraticaVersione.objects.get(kind="conflitto")
    address = f"{body['indirizzo']}/riprendi/{lost.pk}"
    assert client.post(address, {"revisione": "2"}).status_code == 302
    assert Pratica.objects.get().request["responsabile_manutenzione"] == "B"


def test_the_same_state_changes_nothing(client: Client) -> None:
    body = begun(client)
    again = post(client, f"pratiche/{body['id']}", {"revisione": 1, "stato": stato(HECTARE)})
    assert again.json()["revisione"] == 1
    assert PraticaVersione.objects.count() == 1


@pytest.mark.parametrize(
    ("pratica", "field"),
    [
        ({"intervento": {"superficie_m2": "tanta"}}, "intervento.superficie_m2"),
        ({"opere": [{"tipo": "vasca", "altezza_m": -1}]}, "opere.1.altezza_m"),
        ({"opere": [{"colore": "blu"}]}, "opere.1.colore"),
        ({"intervento": {"nome": "a\u0000b"}}, "intervento.nome"),
        ({"professionista": {"giorno": "ieri"}}, "professionista.giorno"),
    ],
)
def test_what_is_wrong_is_named_by_its_field(client: Client, pratica: dict[str, Any], field: str) -> None:
    answer = post(client, "pratiche", {"stato": stato(pratica)})
    assert answer.status_code == 400
    assert answer.json()["campo"] == field
    assert Pratica.objects.count() == 0


@pytest.mark.parametrize(
    "body", ["{", "[]", '{"stato": NaN}', '{"stato": {"giorno": "2026-02-30", "pratica": {}}}']
)
def test_what_is_no_request_is_refused(client: Client, body: str) -> None:
    assert post(client, "pratiche", body).status_code == 400


def test_the_page_comes_back_as_it_was_left_and_its_documents_agree(client: Client) -> None:
    body = begun(client)
    page = client.get(body["indirizzo"]).content.decode()
    assert joined("694,0 m³") in page
    assert "R.R. 3/2025" in page
    document = client.get(f"{body['indirizzo']}.json").json()
    pdf = pypdf.PdfReader(io.BytesIO(client.get(f"{body['indirizzo']}.pdf").content))
    text = "".join(sheet.extract_text() for sheet in pdf.pages)
    assert document["trace"] in text
    assert joined("694,0 m³") in text
    assert client.get(f"{body['indirizzo']}.gpkg").status_code == 400  # no coordinates
    assert client.get(f"/conoscere/perche/{document['trace']}").status_code == 200


def test_a_file_begins_from_yaml_and_a_wrong_one_is_said(client: Client) -> None:
    sent = SimpleUploadedFile("p.yaml", EXAMPLE.read_bytes())
    answer = client.post("/riconoscere/invarianza/da-file", {"file": sent})
    row = Pratica.objects.get()
    assert answer["Location"] == f"/riconoscere/invarianza/{row.pk}"
    assert row.outcome == "conforme"
    assert client.get(f"/riconoscere/invarianza/{row.pk}.gpkg").content[:6] == b"SQLite"
    wrong = SimpleUploadedFile("p.yaml", b"opere: [{tipo: 3, altezza: 2}]")
    page = client.post("/riconoscere/invarianza/da-file", {"file": wrong}, follow=True).content.decode()
    assert "opere.1.altezza" in page
    assert Pratica.objects.count() == 1


def test_the_list_and_the_history_show_it(client: Client) -> None:
    body = begun(client)
    assert "Un ettaro" in client.get("/riconoscere/invarianza/").content.decode()
    assert "inizio" in client.get(f"{body['indirizzo']}/storia").content.decode()
    unknown = "/riconoscere/invarianza/00000000-0000-4000-8000-000000000000"
    assert client.get(unknown).status_code == 404


def test_a_name_cannot_write_on_the_page(client: Client) -> None:
    hostile = {**HECTARE, "intervento": {**HECTARE["intervento"], "nome": "<script>alert(1)</script>"}}
    body = begun(client, hostile)
    page = client.get(body["indirizzo"]).content.decode()
    assert "<script>alert" not in page
    assert all("<script>alert" not in piece for piece in body["pezzi"].values())
