"""The site over the small territory of tests/fixtures_territory.py, with STORM and WARM run on it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from django.test import Client

from tests.fixtures_heat import warm_lake
from trama.analyses.storm import run_storm
from trama.analyses.warm import run_warm
from trama.lake import Lake
from trama.norms import load_book

PAGES = Path(__file__).resolve().parents[2] / "frontend" / "src" / "pages"


@pytest.fixture(scope="session")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with the small territory and one run of STORM, 50 mm, and of WARM, 15 January 2026."""
    home = tmp_path_factory.mktemp("trama")
    lake = warm_lake(home)
    run_storm(lake, load_book(), day=date(2026, 1, 15), event_mm=50.0)
    run_warm(lake, load_book(), day=date(2026, 1, 15))
    return home


@pytest.fixture
def lake(small_home: Path, monkeypatch: pytest.MonkeyPatch) -> Lake:
    """The lake that the site reads in this test."""
    monkeypatch.setenv("TRAMA_HOME", str(small_home))
    return Lake(small_home / "lake")


@pytest.fixture
def bundle(tmp_path: Path, settings) -> None:
    """A front end with every page's entry and no code: the pages' own text is what is tested."""
    names = [*(page.stem for page in PAGES.glob("*.ts")), "maplibre-worker"]
    entries = {name: {"js": f"{name}-ABCDEFGH.js", "css": f"{name}-ABCDEFGH.css"} for name in names}
    (tmp_path / "manifest.json").write_text(json.dumps(entries), encoding="utf-8")
    settings.FRONTEND = tmp_path


@pytest.fixture
def site(lake: Lake, bundle: None, db: None) -> Client:
    """A client of the site."""
    return Client(HTTP_HOST="localhost")
