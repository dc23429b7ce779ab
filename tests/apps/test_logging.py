"""What fails unforeseen is told where the site was started."""

from __future__ import annotations

import io
import logging
from typing import Any, cast

import pytest
from django.test import Client


@pytest.fixture
def told() -> Any:
    """What the site's own handler of errors writes during the test."""
    [handler] = [one for one in logging.getLogger("django").handlers if one.get_name() == "stderr"]
    stream = io.StringIO()
    before = cast("logging.StreamHandler[Any]", handler).setStream(stream)
    yield stream
    cast("logging.StreamHandler[Any]", handler).setStream(before)


def test_an_unforeseen_error_leaves_its_address_and_where_it_was(
    site: Client, told: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any) -> None:
        raise ZeroDivisionError("guasto di prova")

    monkeypatch.setattr("trama.apps.scenari.api.actions.try_out", broken)
    site.raise_request_exception = False
    answer = site.post("/scenari/api/effetti", '{"parola": "segreta"}', content_type="application/json")
    assert answer.status_code == 500
    written = told.getvalue()
    assert "/scenari/api/effetti" in written
    assert "Traceback" in written
    assert "ZeroDivisionError: guasto di prova" in written
    assert "segreta" not in written


def test_what_a_person_can_mend_leaves_nothing(site: Client, told: io.StringIO) -> None:
    assert site.get("/non-esiste").status_code == 404
    assert told.getvalue() == ""
