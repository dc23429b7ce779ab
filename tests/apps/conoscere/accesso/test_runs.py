"""A page of access reads one run, says when it is not the last, and has another computed."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from django.test import Client

from tests.analyses.access.small import small_lake
from tests.apps.conoscere.accesso.asking import DAY, degrees, post, text
from trama.analyses.access import run_access
from trama.apps.conoscere.accesso import computing
from trama.apps.lavori import launching
from trama.apps.lavori.models import Lavoro
from trama.apps.lavori.work import Work
from trama.lake import Lake
from trama.norms import load_book


def run_again(home: Path, set_id: str) -> str:
    return run_access(Lake(home / "lake"), load_book(), day=DAY, set_id=set_id).trace.id


@pytest.fixture
def two_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bundle: None, db: None) -> tuple[Client, str]:
    """A site whose page was opened on one run before another came."""
    first = run_access(small_lake(tmp_path), load_book(), day=DAY).trace.id
    run_again(tmp_path, "xminute")
    monkeypatch.setenv("TRAMA_HOME", str(tmp_path))
    return Client(HTTP_HOST="localhost"), first


def test_everything_on_a_page_is_of_the_run_it_shows_even_when_a_newer_one_comes(two_runs) -> None:
    site, first = two_runs
    page = text(site, "/conoscere/accesso?serie=trama12")
    assert page.count(f"calcolo={first}") > 10
    assert f"/conoscere/accesso/{first}/" in page
    # "food" is a category of the first run alone: the second does not know it
    assert site.get(f"/conoscere/accesso.json?che=food&calcolo={first}").status_code == 200
    assert site.get("/conoscere/accesso.json?che=food").status_code == 400
    gone = site.get("/conoscere/accesso?calcolo=boh")
    assert (gone.status_code, "ricaricarla" in gone.content.decode()) == (409, True)
    assert site.get("/conoscere/accesso/boh/3/4/2.png").status_code == 409


def test_gestures_are_weighed_on_the_run_the_page_shows(two_runs) -> None:
    site, first = two_runs
    asked = {"che": "education_6_13", "gruppo": "bambini", "minuti": 15}
    status, found = post(site, "/conoscere/accesso/prova", **asked, calcolo=first, prepara=True)
    assert (status, found) == (200, {"pronta": True, "calcolo": first})
    gesture = {"gesto": "apri", "punti": [degrees(94)]}
    status, found = post(site, "/conoscere/accesso/prova", **asked, calcolo=first, gesti=[gesture])
    assert found["risultato"]["guadagnati"] == pytest.approx(20)
    status, found = post(site, "/conoscere/accesso/prova", **asked, calcolo="boh", gesti=[gesture])
    assert status == 409
    assert "ricaricarla" in found["errore"]
    status, found = post(site, "/conoscere/accesso/dove", **asked, calcolo=first, quanti=1)
    assert status == 409


def test_a_run_that_never_finished_publishing_is_said_and_not_shown(
    tmp_path, monkeypatch, bundle, db
) -> None:
    first = run_access(small_lake(tmp_path), load_book(), day=DAY).trace.id
    run_again(tmp_path, "xminute")
    shutil.rmtree(tmp_path / "lake" / "accesso_zone" / "v0002")  # the last layer to take its name
    monkeypatch.setenv("TRAMA_HOME", str(tmp_path))
    page = text(Client(HTTP_HOST="localhost"), "/conoscere/accesso")
    assert f"/conoscere/accesso/{first}/" in page
    assert "non si è concluso" in page


def test_a_set_already_computed_is_chosen_on_the_page(two_runs) -> None:
    site, _first = two_runs
    page = text(site, "/conoscere/accesso")
    assert re.search(r'<option value="xminute" selected>', page)
    assert re.search(r'<option value="trama12">', page)
    other = text(site, "/conoscere/accesso?serie=trama12&gruppo=anziani")
    assert re.search(r'<option value="trama12" selected>', other)
    assert "Questo non è l" in other
    refused = site.get("/conoscere/accesso?serie=nexi")
    assert refused.status_code == 400
    assert "non è ancora stata calcolata" in refused.content.decode()


def test_another_set_is_computed_in_the_background_and_then_shown(two_runs, monkeypatch) -> None:
    site, _first = two_runs
    monkeypatch.setattr(launching, "launch", lambda _key, _lock: 1)
    asked = {"serie": "nexi", "gruppo": "anziani", "decadimento": "walkscore", "bacino": "lento"}
    answer = site.post("/conoscere/accesso/calcola", asked)
    assert answer.status_code == 302
    row = Lavoro.objects.get()
    assert answer["Location"].endswith(f"{row.pk}")
    assert row.request["serie"] == "nexi"
    row.result = computing.run(Work(row))
    row.state = "concluso"
    row.save()
    assert "serie=nexi" in text(site, answer["Location"])
    page = text(site, "/conoscere/accesso?serie=nexi&gruppo=anziani")
    assert re.search(r'<option value="nexi" selected>', page)


@pytest.mark.parametrize(
    "wrong", [{"serie": "enelx"}, {"gruppo": "boh"}, {"decadimento": "boh"}, {"bacino": "x"}]
)
def test_what_cannot_be_computed_is_refused_before_anything_begins(site: Client, wrong: dict) -> None:
    answer = site.post("/conoscere/accesso/calcola", wrong)
    assert answer.status_code == 400
    assert "scegliere" in answer.content.decode()
    assert not Lavoro.objects.exists()
