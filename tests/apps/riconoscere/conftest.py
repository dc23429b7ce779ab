"""A register and a lake of its own for each test that asks."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import shapely

from tests.apps.riconoscere.small_territory import CAR_PARK_M, build_territory
from trama.apps.riconoscere.area import in_degrees
from trama.lake import Lake


@pytest.fixture(scope="session")
def _territory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("territory")
    build_territory(home / "lake")
    return home


@pytest.fixture
def lake(_territory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lake:
    """A fresh copy of the small territory, as the installation of this test."""
    home = tmp_path / "home"
    shutil.copytree(_territory, home)
    monkeypatch.setenv("TRAMA_HOME", str(home))
    return Lake(home / "lake")


@pytest.fixture(autouse=True)
def _front_end(bundle: None) -> None:
    """Pages are read as text: no built front end is needed."""


@pytest.fixture
def car_park() -> dict[str, Any]:
    """The state of the journey's car park: an area and nothing else said."""
    return state_with(CAR_PARK_M)


def state_with(area: shapely.Geometry | None, risposte: dict[str, Any] | None = None, **changes: Any) -> Any:
    """Return a state of the page for `area` (EPSG:32632); `risposte` are answers to Scheda Norma 1."""
    return {
        "nome": "Parcheggio di via Gramsci",
        "geometria": in_degrees(area) if area is not None else None,
        "tipologie": [],
        "stato_attuale": None,
        "progetto": None,
        "risposte": {"scheda_drenaggio": risposte} if risposte else {},
        "giorno": "2026-01-15",
        **changes,
    }
