"""Bodies of requests: what cannot be kept or read is refused in words at every address that takes JSON."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, RequestFactory

from trama.apps.requests import BadText, json_of

TOKEN = "a" * 32
ADDRESSES = [
    "/conoscere/accesso/prova",
    "/conoscere/accesso/dove",
    "/conoscere/suoli/consumo/calcola",
    "/riconoscere/api/prova",
    "/riconoscere/api/valutazioni",
    "/riconoscere/invarianza/api/prova",
    "/riconoscere/invarianza/api/pratiche",
    "/riconoscere/localizza/giudizio",
    "/riconoscere/localizza/giudizio.pdf",
    "/riconoscere/localizza/giudizio.json",
    "/riconoscere/lum/api/verifica",
    "/riconoscere/lum/api/proposte",
    "/scenari/api/effetti",
    "/scenari/api/scenari",
]


def post(site: Client, address: str, body: bytes, kind: str) -> Any:
    """Post as a browser does: the token is checked, so a form with files is read before the view is."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False, HTTP_HOST="localhost")
    client.cookies = site.cookies
    client.cookies["csrftoken"] = TOKEN
    return client.post(address, body, content_type=kind, headers={"X-CSRFToken": TOKEN})


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_form_with_files_is_refused_in_one_sentence_where_data_are_wanted(
    site: Client, address: str
) -> None:
    form = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n'
    answer = post(site, address, form, "multipart/form-data; boundary=x")
    assert answer.status_code == 400
    assert "serve un testo JSON" in answer.json()["errore"]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("text", [rb"\ud800", rb"a\u0000b", b"\xed\xa0\x80"])
def test_characters_that_cannot_be_kept_are_refused(site: Client, address: str, text: bytes) -> None:
    body = b'{"codice": "x", "stato": {"motivazione": "' + text + b'"}}'
    answer = post(site, address, body, "application/json")
    assert answer.status_code == 400
    if text != b"\xed\xa0\x80":  # bytes that are no text at all: a reader may say so in its own words
        assert "caratteri non ammessi" in answer.json()["errore"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (rb'{"stato": {"a": [[{"nome": "\ud800"}]]}}', "a.nome"),
        (rb'{"risposte": {"\u0000": 1}}', "risposte"),
        (rb'["\u001b"]', "richiesta"),
    ],
)
def test_the_refusal_names_where_the_text_is(body: bytes, field: str) -> None:
    request = RequestFactory().post("/", body, content_type="application/json")
    with pytest.raises(BadText, match=f"«{field}»"):
        json_of(request, 1000)


def test_whole_characters_outside_the_first_plane_and_new_lines_are_text() -> None:
    body = rb'{"nome": "\ud83d\ude00 Citt\u00e0\r\n\tdue"}'
    request = RequestFactory().post("/", body, content_type="application/json")
    assert json_of(request, 1000) == {"nome": "\U0001f600 Città\r\n\tdue"}
