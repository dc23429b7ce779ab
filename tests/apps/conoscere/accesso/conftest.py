"""A site over the territory walked by hand of tests/analyses/access/small.py, with access computed on it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from tests.analyses.access.small import small_lake
from tests.apps.conoscere.accesso.asking import DAY
from trama.analyses.access import run_access
from trama.norms import load_book


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("accesso")
    run_access(small_lake(root), load_book(), day=DAY)
    return root


@pytest.fixture
def site(home: Path, monkeypatch: pytest.MonkeyPatch, bundle: None, db: None) -> Client:
    monkeypatch.setenv("TRAMA_HOME", str(home))
    return Client(HTTP_HOST="localhost")
