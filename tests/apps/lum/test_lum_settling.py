"""Register and lake agree again by themselves: after a kill, a stop that goes, an answer taken back."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.apps.lum.test_lum_redraw import COMUNE, OFFICE, ROOM, act, sent
from tests.fixtures_lum import FS, MEZZO, MIDDLE, STOPS, put, stop
from trama.analyses.lum import run_atlas_whole
from trama.analyses.lum.answer import Book
from trama.analyses.lum.survey import publish_perimeters, read_perimeters, read_replies
from trama.apps.conoscere.lum import actions as atlas_actions
from trama.apps.lavori.models import Lavoro
from trama.apps.riconoscere.lum import publishing
from trama.apps.riconoscere.lum.models import Proposta, Rilievo
from trama.lake import Lake
from trama.norms import load_book

DAY = date(2026, 1, 15)
PROJECT = Path(__file__).resolve().parents[3]
BEGIN = """
import os, signal
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from datetime import date
from tests.apps.lum.test_lum_redraw import GOOD, state
from tests.fixtures_lum import MEZZO
from trama.apps.riconoscere.lum import actions, publishing
from trama.apps.riconoscere.lum.acting import Actor
from trama.apps.riconoscere.lum.models import Proposta
from trama.lake import lake as lakes, open_lake
"""
ACCEPT = """
row, _ = actions.begin(MEZZO, state(GOOD))
row = actions.send(row, 1, Actor("Ada", "Comune"), actions.Act("Delibera 12", date(2026, 1, 10)))
renamed = lakes.publish
def killed(folder, target):
    if os.environ["KILL"] == "before" or target.parent.name == os.environ["KILL"]:
        os.kill(os.getpid(), signal.SIGKILL)
    return renamed(folder, target)
lakes.publish = killed
actions.accept(row, row.revision, Actor("Ugo", "Ufficio"))
publishing.atlas()
"""
COMMIT = """
from django.db import transaction
plain = transaction.Atomic.__exit__
def killed(self, *given):
    if Proposta.objects.filter(stato="accolta").exists():
        os.kill(os.getpid(), signal.SIGKILL)
    return plain(self, *given)
transaction.Atomic.__exit__ = killed
"""
READ = """
from django.test import Client
site = Client(HTTP_HOST="localhost")
from trama.apps.conoscere.lum.settling import settle
settle()
publishing.atlas()
from trama.analyses.lum.answer import book_of
published = open_lake().has("lum_perimetri_comunali")
print(Proposta.objects.get().stato, published, *(row["perimetro"] for row in book_of(open_lake()).rows.lum))
"""


def process(home: Path, script: str, kill: str = "") -> subprocess.CompletedProcess[str]:
    """Run a script on the site of a home, in a process of its own with a register of its own."""
    return subprocess.run(
        [sys.executable, "-c", BEGIN + script],
        cwd=PROJECT,
        env={
            **{name: value for name, value in os.environ.items() if name != "TRAMA_DATABASE"},
            "DJANGO_SETTINGS_MODULE": "trama.site.settings",
            "PYTHONPATH": os.pathsep.join([str(PROJECT / "src"), str(PROJECT)]),
            "TRAMA_HOME": str(home),
            "KILL": kill,
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("kill", ["lum_perimetri_comunali", "lum_pedonali", "lum_cerchi", "lum"])
def test_what_was_accepted_survives_a_kill_while_its_layer_or_the_atlas_takes_its_place(
    lake: Lake, kill: str
) -> None:
    """The register has it; whoever reads next finds the lake behind and brings it there."""
    home = lake.root.parent
    died = process(home, ACCEPT, kill)
    assert died.returncode == -signal.SIGKILL, died.stderr
    healed = process(home, READ)
    assert healed.stdout.split() == ["accolta", "True", "comune", "cerchio"], healed.stderr


def test_the_command_too_finds_what_a_kill_kept_from_the_lake(lake: Lake) -> None:
    home = lake.root.parent
    assert process(home, ACCEPT, "lum_perimetri_comunali").returncode == -signal.SIGKILL
    assert not lake.has("lum_perimetri_comunali")
    made = process(
        home, "from trama.cli.main import main\nmain(['lum', 'atlante', '--day', '2026-01-15', '--json'])"
    )
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout)["conti"]["ridisegnati"] == 1


def test_what_a_kill_did_not_let_be_accepted_is_in_neither(lake: Lake) -> None:
    home = lake.root.parent
    died = process(home, COMMIT + ACCEPT)
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert not lake.has("lum_perimetri_comunali")
    healed = process(home, READ)
    assert healed.stdout.split() == ["inviata", "False", "cerchio", "cerchio"], healed.stderr


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What would be begun among the works, instead of processes of their own."""
    found: list[Any] = []

    def compute_again(day: date, **more: Any) -> None:
        found.append((day, more))

    monkeypatch.setattr(atlas_actions, "compute_again", compute_again)
    monkeypatch.setattr(publishing, "compute_again", compute_again)
    return found


def lose_layer(lake: Lake) -> None:
    """Take the perimeters away from the lake, as where it was restored from an older copy."""
    (lake.root / "lum_perimetri_comunali").rename(lake.root.parent / "lost")


def test_a_page_that_finds_the_lake_behind_the_register_brings_it_up(
    site: Client, lake: Lake, begun: list[Any]
) -> None:
    act(site, sent(site), "accogli", **OFFICE)
    lose_layer(lake)
    run_atlas_whole(lake, load_book(), day=DAY)
    assert Book.open(lake).row(MEZZO)["perimetro"] == "cerchio"
    page = site.get(f"/conoscere/lum/{MEZZO}").content.decode()
    assert set(read_perimeters(lake)[0]) == {MEZZO}
    assert [more for _, more in begun] == [{"changed_only": True}]
    assert "si sta aggiornando" in page
    done = Lavoro.objects.create(kind="lum", key="lum", title="Atlante dei LUM", state="interrotto")
    site.get("/conoscere/lum")
    assert len(begun) == 2  # one that was interrupted is begun again
    Lavoro.objects.filter(pk=done.pk).update(state="guasto")
    site.get("/conoscere/lum")
    assert len(begun) == 2  # one that failed is not, at every page


def test_what_the_register_does_not_hold_as_accepted_goes_and_what_it_never_knew_stays(
    site: Client, lake: Lake
) -> None:
    act(site, sent(site), "accogli", **OFFICE)
    mine = read_perimeters(lake)[0][MEZZO]
    guest = type(mine)(**{**vars(mine), "codice": FS, "proposta": "di un'altra installazione"})
    publish_perimeters(lake, load_book(), [mine, guest], DAY, who="x")
    Proposta.objects.update(stato=Proposta.SENT)
    publishing._settled.clear()
    publishing.settle()
    assert set(read_perimeters(lake)[0]) == {FS}
    publish_perimeters(lake, load_book(), [mine], DAY, who="x")
    publishing.settle()
    assert read_perimeters(lake)[0] == {}


def test_a_perimeter_whose_stop_is_gone_waits_for_the_office_which_closes_it(
    site: Client, lake: Lake, begun: list[Any]
) -> None:
    row = sent(site)
    act(site, row, "accogli", **OFFICE)
    revision = Proposta.objects.get().revision
    refused = act(site, {**row, "revisione": revision}, "chiudi", **OFFICE, motivo="La linea è chiusa")
    assert "è ancora nell" in refused.content.decode()
    twin = stop("a0", "Mezzo Centro", 2050, 1000, "metro", MIDDLE, linee="M9")
    put(lake, "fermate", [twin, *(one for one in STOPS if one["id"] != "m1")])
    run_atlas_whole(lake, load_book(), day=DAY)
    assert (
        "Mezzo Centro, Comune di mezzo (Delibera di Giunta 12)" in site.get("/conoscere/lum").content.decode()
    )
    page = site.get(f"{ROOM}/").content.decode()
    assert "aspettano l&#x27;ufficio" in page or "aspettano l'ufficio" in page
    page = site.get(f"{ROOM}/proposte/{row['id']}").content.decode()
    assert "non passa a un&#x27;altra fermata" in page or "non passa a un'altra fermata" in page
    act(site, {**row, "revisione": revision}, "chiudi", **OFFICE, motivo="La linea è chiusa")
    assert Proposta.objects.get().stato == "superata"
    assert read_perimeters(lake)[0] == {}
    assert Book.open(lake).orphans == []


def test_a_proposal_is_not_accepted_for_another_stop_that_took_its_code(site: Client, lake: Lake) -> None:
    """The stop goes, an atlas is made without it, a metro of its name opens 300 m away, in the drawing."""
    row = sent(site)
    put(lake, "fermate", [one for one in STOPS if one["id"] != "m1"])
    run_atlas_whole(lake, load_book(), day=DAY)
    twin = stop("n5", "Mezzo Centro", 2000, 1000, "metro", MIDDLE, linee="M9")
    put(lake, "fermate", [twin, *(one for one in STOPS if one["id"] != "m1")])
    run_atlas_whole(lake, load_book(), day=DAY)
    assert Book.open(lake).row(MEZZO)["fermate"] == "n5"
    page = act(site, row, "accogli", **OFFICE).content.decode()
    assert "di un&#x27;altra fermata" in page or "di un'altra fermata" in page
    assert Proposta.objects.get().stato == "inviata"


def test_an_answer_taken_back_leaves_the_sheet_and_stays_in_the_history(site: Client, lake: Lake) -> None:
    site.post(f"{ROOM}/{MEZZO}/rilievo", {**COMUNE, "posti_bici": "45"}, follow=True)
    assert Book.open(lake).row(MEZZO)["posti_bici"] == 45.0
    site.post(f"{ROOM}/{MEZZO}/rilievo", {**COMUNE, "posti_bici": ""}, follow=True)
    assert Book.open(lake).row(MEZZO)["posti_bici"] == 40.0  # what the register of services says
    assert read_replies(lake)[0] == {}
    assert Rilievo.objects.count() == 2
