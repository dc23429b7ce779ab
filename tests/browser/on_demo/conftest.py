"""Journeys on the demonstration territory, built once; each page fails on any error it did not provoke."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import PROJECT, SIZES, made_once, serving, watched

LAST = ("opere_effetti", "lum")
"""What the build makes last, on the ground and on foot."""


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The site on a demonstration of one's own; TRAMA_DEMO_HOME names one already built, to save a minute."""
    given = os.environ.get("TRAMA_DEMO_HOME", "")
    with serving(made_once(tmp_path_factory, "demo", _build, given)) as address:
        yield address


def _build(home: Path) -> None:
    environment = {**os.environ, "TRAMA_HOME": str(home), "PYTHONPATH": str(PROJECT / "src")}
    if not all((home / "lake" / last).is_dir() for last in LAST):
        build = "from trama.cli.main import main; main()"
        subprocess.run([sys.executable, "-c", build, "demo", "build"], env=environment, check=True)


@pytest.fixture
def provoked() -> list[str]:
    """Errors that a test causes on purpose: it adds pieces of their messages."""
    return []


@pytest.fixture
def page(chromium, demo: str, provoked: list[str]) -> Iterator[object]:
    """A page at the desk; motion reduced, so that pictures are still."""
    options = {"reduced_motion": "reduce", "timezone_id": "Europe/Rome"}
    with watched(chromium, demo, SIZES["scrivania"], expected=provoked, **options) as page:
        yield page


@pytest.fixture
def phone(chromium, demo: str) -> Iterator[object]:
    """The same on a phone."""
    with watched(chromium, demo, SIZES["telefono"], reduced_motion="reduce") as page:
        yield page
