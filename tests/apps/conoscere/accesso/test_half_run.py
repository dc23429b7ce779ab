"""A run that never finished publishing: the page of a layer it left says so."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.test import Client

from tests.analyses.access.small import small_lake
from tests.apps.conoscere.accesso.asking import DAY, text
from trama.analyses.access import run_access
from trama.analyses.access.layers import BY_ZONE, CATEGORIES
from trama.norms import load_book

SAID = "da un calcolo che non si è concluso"


def test_the_page_of_a_layer_says_that_its_version_is_of_half_a_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bundle: None, db: None
) -> None:
    lake = small_lake(tmp_path)
    for group in ("tutti", "bambini"):
        run_access(lake, load_book(), day=DAY, group=group)
    monkeypatch.setenv("TRAMA_HOME", str(tmp_path))
    site = Client(HTTP_HOST="localhost")
    assert SAID not in text(site, f"/conoscere/livelli/{BY_ZONE}")
    shutil.rmtree(lake.version(CATEGORIES).folder)
    assert SAID in text(site, f"/conoscere/livelli/{BY_ZONE}")
    assert SAID not in text(site, f"/conoscere/livelli/{CATEGORIES}")
    assert SAID not in text(site, "/conoscere/livelli/comuni")
