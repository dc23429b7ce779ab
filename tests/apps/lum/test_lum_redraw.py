"""A comune redraws a LUM, the office decides, everything is kept, the accepted perimeter prevails."""

from __future__ import annotations

import json
from typing import Any

import pytest
import shapely
from django.test import Client

from tests.apps.signing import LOST, NEXT, OTHER, signed
from tests.fixtures_lum import FS, MEZZO, STOPS, at, put
from trama.analyses.lum.answer import Book
from trama.apps.riconoscere.area import in_degrees
from trama.apps.riconoscere.lum import publishing
from trama.apps.riconoscere.lum.models import Passo, Proposta, Rilievo
from trama.kernel.errors import Unavailable
from trama.lake import Lake

ROOM = "/riconoscere/lum"
COMUNE = {"chi": "Ada Rossi", "ente": "Comune di mezzo"}
OFFICE = {"chi": "Ugo Verdi", "ente": "Città metropolitana"}
ACT = {"atto": "Delibera di Giunta 12", "data_atto": "2026-01-10"}


def box(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    """Return an area in degrees, from metres above the lower left corner of the territory."""
    one, other = at(west, south), at(east, north)
    return in_degrees(shapely.box(one.x, one.y, other.x, other.y))


GOOD = box(1300, 700, 2100, 1040)
"""South of the railway, with the stop at (1700, 1000): 27.2 ha."""
LOSES_STOP = box(1300, 500, 2100, 990)


def state(geometry: dict[str, Any] | None, why: str = "") -> dict[str, Any]:
    return {"geometria": geometry, "motivazione": why}


def post(site: Client, path: str, body: Any, **more: Any) -> Any:
    return site.post(f"{ROOM}/{path}", json.dumps(body), content_type="application/json", **more)


def begin(site: Client, geometry: dict[str, Any] = GOOD, code: str = MEZZO) -> dict[str, Any]:
    answer = post(site, "api/proposte", {"codice": code, "stato": state(geometry)})
    assert answer.status_code == 201, answer.content
    return answer.json()


def act(site: Client, row: dict[str, Any], gesture: str, **fields: Any) -> Any:
    fields = {"revisione": row["revisione"], **fields}
    return site.post(f"{ROOM}/proposte/{row['id']}/{gesture}", fields, follow=True)


def sent(site: Client, geometry: dict[str, Any] = GOOD) -> dict[str, Any]:
    row = begin(site, geometry)
    act(site, row, "invia", **COMUNE, **ACT)
    found = Proposta.objects.get(pk=row["id"])
    assert found.stato == "inviata"
    return {"id": row["id"], "revisione": found.revision}


def test_a_shape_that_loses_the_stop_is_refused_with_its_reason(site: Client) -> None:
    found = post(site, "api/verifica", {"codice": MEZZO, "stato": state(LOSES_STOP)}).json()
    assert found["accettabile"] is False
    [wrong] = [one for one in found["verifiche"] if not one["superata"]]
    assert wrong["id"] == "fermata"
    assert "10 m" in wrong["motivo"].replace("\u00a0", " ")  # it ends 10 m south of the stop
    assert "non superata" in found["pezzo"]
    assert found["guasti"][0]["type"] == "MultiPoint"
    assert post(site, "api/verifica", {"codice": MEZZO, "stato": state(GOOD)}).json()["accettabile"] is True
    assert Proposta.objects.count() == 0


def test_what_loses_the_stop_is_kept_as_a_draft_and_cannot_be_sent(site: Client) -> None:
    row = begin(site, LOSES_STOP)
    page = act(site, row, "invia", **COMUNE, **ACT).content.decode()
    assert "non si può inviare" in page
    assert Proposta.objects.get().stato == "bozza"
    saved = post(site, f"api/proposte/{row['id']}", {"revisione": 1, "stato": state(GOOD)}).json()
    assert saved["revisione"] == 2
    act(site, saved, "invia", **COMUNE, **ACT)
    assert Proposta.objects.get().stato == "inviata"


def test_an_accepted_perimeter_is_published_and_prevails(site: Client, lake: Lake) -> None:
    row = sent(site)
    page = site.get(f"{ROOM}/proposte/{row['id']}").content.decode()
    assert "Accogli il perimetro" in page
    assert "Delibera di Giunta 12" in page
    act(site, row, "accogli", **OFFICE)
    [published] = lake.version("lum_perimetri_comunali").table().to_dict("records")
    assert (published["codice"], published["atto"], published["accolto_da"]) == (
        MEZZO, "Delibera di Giunta 12", "Ugo Verdi (Città metropolitana)")  # fmt: skip
    assert published["area_m2"] == pytest.approx(800 * 340, rel=1e-5)
    lum = Book.open(lake).row(MEZZO)
    assert (lum["perimetro"], lum["atto"]) == ("comune", "Delibera di Giunta 12")
    assert lum["area_m2"] == pytest.approx(800 * 340, rel=1e-5)
    assert lake.version("lum").provenance.inputs["lum_perimetri_comunali"] == "v0001"
    other = Book.open(lake).row(FS)
    assert other["perimetro"] == "cerchio"
    sheet = site.get(f"/conoscere/lum/{MEZZO}").content.decode()
    assert "Delibera di Giunta 12" in sheet
    pdf = site.get(f"/conoscere/lum/{MEZZO}/scheda.pdf")
    assert pdf.content.startswith(b"%PDF-1.7")


def test_a_decision_is_never_signed_beforehand_with_the_name_of_who_proposed(site: Client) -> None:
    row = sent(site)
    address = f"{ROOM}/proposte/{row['id']}"
    page = site.get(address).content.decode()
    assert page.count('name="chi"') == 2  # to accept, to return
    assert not [one for one in COMUNE.values() if f'value="{one}"' in page]
    act(site, row, "rinvia", motivo="Manca la tavola.", **OFFICE)
    drawing = site.get(address).content.decode()  # back to the comune: its own name waits there
    assert f'value="{COMUNE["chi"]}"' in drawing
    assert f'value="{OFFICE["chi"]}"' not in drawing


def test_where_the_layer_cannot_be_written_nothing_is_accepted(
    site: Client, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: Any, **_kwargs: Any) -> None:
        raise Unavailable(what="Il disco", hint="Liberare spazio.")

    row = sent(site)
    monkeypatch.setattr(publishing, "perimeters_written", full)
    act(site, row, "accogli", **OFFICE)
    assert Proposta.objects.get().stato == "inviata"
    assert not Passo.objects.filter(kind="accoglimento").exists()
    assert not lake.has("lum_perimetri_comunali")


def test_where_other_data_changed_the_whole_atlas_is_computed_among_the_jobs(
    site: Client, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[Any] = []
    monkeypatch.setattr(publishing, "compute_again", begun.append)
    row = sent(site)
    put(lake, "fermate", STOPS[:-1])
    page = act(site, row, "accogli", **OFFICE).content.decode()
    assert len(begun) == 1
    assert "si ricalcola" in page
    assert Book.open(lake).row(MEZZO)["perimetro"] == "cerchio"  # until that work ends


def test_a_second_perimeter_supersedes_the_first_and_both_stay_in_the_history(
    site: Client, lake: Lake
) -> None:
    act(site, sent(site), "accogli", **OFFICE)
    act(site, sent(site, box(1350, 700, 2050, 1040)), "accogli", **OFFICE)
    assert sorted(Proposta.objects.values_list("stato", flat=True)) == ["accolta", "superata"]
    assert len(lake.history("lum_perimetri_comunali")) == 2
    assert len(lake.version("lum_perimetri_comunali").table()) == 1
    kinds = list(Passo.objects.values_list("kind", flat=True))
    assert sorted(kinds) == [
        "accoglimento",
        "accoglimento",
        "invio",
        "invio",
        "salvataggio",
        "salvataggio",
        "superamento",
    ]
    page = site.get(f"{ROOM}/{MEZZO}").content.decode()
    assert page.count("accoglimento") == 2


def test_a_returned_proposal_carries_its_motive_and_is_sent_again(site: Client) -> None:
    row = sent(site)
    assert "Manca il motivo" in act(site, row, "rinvia", **OFFICE).content.decode()
    page = act(site, row, "rinvia", **OFFICE, motivo="Comprendere il sottopasso").content.decode()
    assert "Comprendere il sottopasso" in page
    found = Proposta.objects.get()
    assert (found.stato, found.editable) == ("rinviata", True)
    act(site, {"id": row["id"], "revisione": found.revision}, "invia", **COMUNE, **ACT)
    assert Proposta.objects.get().stato == "inviata"
    decided = list(Passo.objects.filter(kind__in=Passo.DECISIONS).values_list("kind", "chi", "motivo"))
    assert decided[1] == ("rinvio", "Ugo Verdi", "Comprendere il sottopasso")


@pytest.mark.parametrize("gesture", ["accogli", "rinvia", "ritira"])
def test_nobody_decides_without_a_name(site: Client, gesture: str) -> None:
    page = act(site, sent(site), gesture, chi="", ente="", motivo="perché sì").content.decode()
    assert "serve sapere chi lo fa" in page
    assert Proposta.objects.get().stato == "inviata"


def test_of_two_at_once_the_second_is_told_who_came_first_and_keeps_the_drawing(site: Client) -> None:
    row = begin(site)
    address = f"api/proposte/{row['id']}"
    assert post(site, address, {"revisione": 1, "stato": state(GOOD, "prima")}).status_code == 200
    late = post(site, address, {"revisione": 1, "stato": state(LOSES_STOP, "seconda")})
    assert late.status_code == 409
    assert "operatore locale" in late.json()["errore"]
    assert Proposta.objects.get().document["motivazione"] == "prima"
    kept = Passo.objects.get(kind="conflitto")
    assert kept.document["motivazione"] == "seconda"
    page = site.post(f"{ROOM}/proposte/{row['id']}/riprendi/{kept.pk}", {"revisione": 2}, follow=True)
    assert "Disegno ripreso" in page.content.decode()
    assert Proposta.objects.get().document["motivazione"] == "seconda"


def test_two_reviewers_do_not_decide_twice(site: Client) -> None:
    row = sent(site)
    act(site, row, "rinvia", **OFFICE, motivo="Da rivedere")
    page = act(site, row, "accogli", **OFFICE).content.decode()
    assert "cambiata da Ugo Verdi" in page
    assert Proposta.objects.get().stato == "rinviata"


def test_a_save_whose_answer_was_lost_goes_on_from_there(site: Client) -> None:
    body = {"codice": MEZZO, "stato": state(GOOD)}
    post(site, "api/proposte", body, **signed(LOST))
    again = post(site, "api/proposte", body, **signed(NEXT, LOST))
    assert Proposta.objects.count() == 1
    stranger = post(
        site, f"api/proposte/{again.json()['id']}", {"revisione": 1, "stato": state(GOOD)}, **signed(OTHER)
    )
    assert stranger.status_code == 409


def test_a_perimeter_may_not_cover_that_of_a_neighbour(site: Client, lake: Lake) -> None:
    """Levante FS is at (3000, 1000) with a circle of 200 m: a box up to 2900 m takes some of it."""
    wide = box(1300, 600, 2900, 1040)
    found = post(site, "api/verifica", {"codice": MEZZO, "stato": state(wide)}).json()
    wrong = {one["id"] for one in found["verifiche"] if not one["superata"]}
    assert wrong == {"vicino", "comuni", "altri"}


def test_a_shape_that_crosses_itself_is_kept_and_said(site: Client) -> None:
    corners = [at(1300, 800), at(2100, 1040), at(2100, 800), at(1300, 1040)]
    crossed = in_degrees(shapely.Polygon(corners))
    row = begin(site, crossed)
    assert [one["id"] for one in row["verifiche"] if not one["superata"]] == ["valido"]
    assert Proposta.objects.get().document["geometria"] == crossed


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"{",
        b'{"codice": "x"}',
        b'{"codice": 3, "stato": {}}',
        b'{"codice": "x", "stato": {"altro": 1}}',
    ],
)
def test_what_the_page_would_never_send_is_refused_in_words(site: Client, body: bytes) -> None:
    answer = site.post(f"{ROOM}/api/proposte", body, content_type="application/json")
    assert 400 <= answer.status_code < 500
    assert answer.json()["errore"]


def test_a_lum_that_is_not_there_is_said(site: Client) -> None:
    assert site.get(f"{ROOM}/015000-nulla/ridisegna").status_code == 404
    assert post(site, "api/verifica", {"codice": "nulla", "stato": state(GOOD)}).status_code == 404


def test_history_is_never_changed_nor_taken_away(site: Client) -> None:
    begin(site)
    step = Passo.objects.get()
    with pytest.raises(TypeError):
        step.save()
    with pytest.raises(TypeError):
        step.delete()


def test_answers_on_the_spot_are_published_and_reach_the_sheet(site: Client, lake: Lake) -> None:
    """20 % of 1,500 boardings are 300 cycle places; by hand there are 45, whatever the register says."""
    fields = {
        **COMUNE,
        "rampe": "no",
        "nota-rampe": "12 % al sottopasso",
        "saliti_giorno": "1.500",
        "posti_bici": "45",
    }
    page = site.post(f"{ROOM}/{MEZZO}/rilievo", fields, follow=True).content.decode()
    assert "Risposte salvate: 3" in page
    lum = Book.open(lake).row(MEZZO)
    assert (lum["posti_bici_richiesti"], lum["posti_bici"]) == (300.0, 45.0)
    assert "12 % al sottopasso" in site.get(f"/conoscere/lum/{MEZZO}").content.decode().replace("\u00a0", " ")
    site.post(f"{ROOM}/{MEZZO}/rilievo", {**fields, "rampe": "si"})
    assert Rilievo.objects.filter(domanda="rampe").count() == 2
    wrong = site.post(f"{ROOM}/{MEZZO}/rilievo", {**fields, "saliti_giorno": "tanti"}).content.decode()
    assert "«tanti» non è un numero intero" in wrong


def test_pages_of_the_room_open(site: Client) -> None:
    row = begin(site)
    pages = ["/", f"/{MEZZO}", f"/{MEZZO}/ridisegna", f"/{FS}/ridisegna", f"/{MEZZO}/rilievo",
             f"/proposte/{row['id']}", f"/proposte/{row['id']}/storia", "/?stato=bozza"]  # fmt: skip
    for page in pages:
        assert site.get(f"{ROOM}{page}").status_code == 200, page
    assert "già una proposta aperta" in site.get(f"{ROOM}/{MEZZO}/ridisegna").content.decode()


def test_lists_within_lists_without_end_are_refused(site: Client) -> None:
    coordinates: list = []
    for _ in range(900):
        coordinates = [coordinates]
    nested = {"geometria": {"type": "Polygon", "coordinates": coordinates}, "motivazione": ""}
    assert post(site, "api/verifica", {"codice": MEZZO, "stato": nested}).status_code == 400
