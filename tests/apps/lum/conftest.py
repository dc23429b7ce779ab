"""The site over the territory of tests/fixtures_lum.py, its atlas computed."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from tests.fixtures_lum import lum_lake
from trama.analyses.lum import run_atlas_whole
from trama.lake import Lake
from trama.norms import load_book


@pytest.fixture(scope="session")
def _territory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("lum")
    run_atlas_whole(lum_lake(home), load_book(), day=date(2026, 1, 15))
    return home


@pytest.fixture
def lake(_territory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lake:
    """A fresh copy of the territory, as the installation of this test."""
    home = tmp_path / "home"
    shutil.copytree(_territory, home)
    monkeypatch.setenv("TRAMA_HOME", str(home))
    return Lake(home / "lake")
