"""The frame of the site: secrets, register, headers, words of the templates."""

from __future__ import annotations

import re
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.template import engines
from django.test import Client

from trama.kernel.citations import Status
from trama.kernel.errors import BadInput
from trama.site import tags, typography
from trama.site.register import register_database
from trama.site.secret import secret_key


def test_the_secret_key_is_made_once_and_is_its_owners_only(tmp_path: Path) -> None:
    key = secret_key(tmp_path)
    assert len(key) >= 50
    assert secret_key(tmp_path) == key
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_many_starting_together_end_with_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: secret_key(tmp_path), range(16)))
    assert len(keys) == 1


def test_the_register_is_sqlite_unless_an_address_says_otherwise(tmp_path: Path) -> None:
    small = register_database(tmp_path, "")
    assert small["NAME"] == tmp_path / "registro.sqlite3"
    assert small["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    large = register_database(tmp_path, "postgresql://ann%40:p%2Fw@db.local:5433/trama")
    assert (large["USER"], large["PASSWORD"], large["HOST"], large["PORT"]) == (
        "ann@",
        "p/w",
        "db.local",
        "5433",
    )


@pytest.mark.parametrize("address", ["mysql://a/b", "postgresql://a", "trama"])
def test_another_kind_of_register_is_refused_with_the_form_to_write(tmp_path: Path, address: str) -> None:
    with pytest.raises(BadInput, match="postgresql://utente"):
        register_database(tmp_path, address)


def test_every_answer_carries_the_security_headers(site: Client) -> None:
    headers = site.get("/conoscere/livelli").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_another_host_name_is_refused(site: Client) -> None:
    refused = site.get("/", headers={"Host": "altrove.example"})
    assert refused.status_code == 400
    assert "Il sito non risponde a questo nome" in refused.content.decode()
    data = site.get("/conoscere/livelli/comuni.json", headers={"Host": "altrove.example"})
    assert data.status_code == 400
    assert "TRAMA_HOSTS" in data.json()["errore"]


def test_an_address_with_nothing_says_so_and_shows_the_way_home(site: Client) -> None:
    answer = site.get("/nulla")
    assert answer.status_code == 404
    assert "non c&#x27;è alcuna pagina" in answer.content.decode()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        *((one, f"{one}/") for one in ("/conoscere", "/riconoscere", "/lavori", "/riconoscere/lum")),
        ("/riconoscere/localizza", "/riconoscere/localizza/"),
        *((f"{one}/", one) for one in ("/conoscere/servizi", "/conoscere/lum", "/conoscere/accesso")),
        ("/conoscere/servizi/?scala=zone&q=a%20b", "/conoscere/servizi?scala=zone&q=a%20b"),
    ],
)
def test_a_final_slash_too_many_or_too_few_leads_to_the_page(site: Client, written: str, meant: str) -> None:
    answer = site.get(written)
    assert (answer.status_code, answer.headers["Location"]) == (301, meant)
    assert site.post(written).status_code in (403, 404)  # what is written is never sent on


@pytest.mark.parametrize("path", ["/nulla/", "/conoscere/nulla", "/conoscere/nulla/"])
def test_an_address_of_nothing_is_nothing_with_any_slash(site: Client, path: str) -> None:
    assert site.get(path).status_code == 404


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1234.5, "m3", "1.234 m³"),
        (None, "mm", "dato mancante"),
        (0.456, "1", "0,46"),
        (4480.57, "inhabitant/km2", "4.481 ab/km²"),
        ("media", "text", "media"),
    ],
)
def test_numbers_are_written_the_italian_way(value: object, unit: str, text: str) -> None:
    assert tags.number(value, unit) == text


def test_days_are_written_the_italian_way() -> None:
    assert tags.day("2024-02-28") == "28.02.2024"
    assert tags.day("2026-07-01T08:30:00+00:00") == "01.07.2026, 10:30"


def test_only_acts_and_law_are_official() -> None:
    assert tags.unofficial(Status.IPOTESI)
    assert tags.unofficial("secondario")
    assert not tags.unofficial("adottato")
    assert not tags.unofficial(None)


def test_why_leads_to_the_step_and_is_silent_without_a_trace() -> None:
    link = tags.why("a" * 20, "comuni/015146/idren", "I-dren")
    assert "passo=comuni%2F015146%2Fidren" in link
    assert tags.why("") == ""


def test_a_request_from_elsewhere_is_refused_in_words(lake, bundle: None, db: None) -> None:
    stranger = Client(enforce_csrf_checks=True, HTTP_HOST="localhost")
    page = stranger.post("/i18n/setlang/", {"language": "en"})
    assert page.status_code == 403
    assert "Ricaricare la pagina e riprovare" in page.content.decode()
    answer = stranger.post("/riconoscere/api/valutazioni", {}, content_type="application/json")
    assert answer.status_code == 403
    assert "nulla è cambiato" in answer.json()["errore"]


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("get", "/scenari/api/effetti", 405),
        ("delete", "/riconoscere/api/prova", 405),
        ("put", "/riconoscere/invarianza/api/pratiche", 405),
        ("get", "/scenari/api/che-non-esiste", 404),
        ("post", "/scenari/api/effetti", 403),
        ("post", "/riconoscere/invarianza/api/prova", 403),
        ("post", "/conoscere/suoli/consumo/calcola", 403),
        ("get", "/conoscere/suoli/consumo/calcola", 405),
    ],
)
def test_what_an_api_refuses_it_refuses_as_data(site: Client, method: str, address: str, status: int) -> None:
    """Whatever the Accept header: browsers' scripts often send none of their own."""
    strict = Client(HTTP_HOST="localhost", enforce_csrf_checks=True)
    how = {"content_type": "application/json"} if method != "get" else {}
    if address.endswith("calcola"):
        how["headers"] = {"Accept": "application/json"}
    client = strict if status == 403 else site
    answer = getattr(client, method)(address, **how)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/json")
    assert answer.json()["errore"].endswith(".")
    if status == 405:
        assert answer.headers["Allow"] in answer.json()["errore"].replace(" o ", ", ")


def test_a_person_is_refused_with_a_page(site: Client) -> None:
    answer = site.post("/conoscere/suoli/consumo", headers={"Accept": "text/html"})
    assert answer.status_code == 405
    page = answer.content.decode()
    assert "non accetta il metodo POST: usare GET o HEAD" in page
    assert "<html" in page


def test_no_page_parts_a_number_from_its_unit_and_nothing_typed_changes(site: Client) -> None:
    page = site.get("/conoscere/comuni/015146").content.decode()
    text = re.sub(r"<(script|style|textarea|code|pre)\b.*?</\1>|<[^>]*>", "", page, flags=re.S)
    assert re.search(r"\d\u00a0(m²|km²|%|°C|mm)", text)
    assert re.search(r"\d (m²|km²|°C|mm|m³)(?!\w)", text) is None
    typed = '<input value="12 m"><textarea name="x">vasca di 9 m³</textarea><path d="M1 1 h 2"/>'
    assert typography.set_page(typed) == typed
    assert typography.set_page("<b>9</b> m³, 9 m³") == "<b>9</b> m³, 9\u00a0m³"


def test_a_piece_of_page_is_set_as_the_page(site: Client) -> None:
    piece = (
        engines["django"].from_string("{{ a }} m² {% if b %}{{ b }}{% endif %}").render({"a": 3, "b": "4 ha"})
    )
    assert piece == "3\u00a0m² 4\u00a0ha"
