"""Journeys on the demonstration territory, built once; each page fails on any error it did not provoke."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import PROJECT, SIZES, serving, watched


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The site on the demonstration territory; TRAMA_DEMO_HOME names one already built, to save a minute."""
    home = Path(os.environ.get("TRAMA_DEMO_HOME") or tmp_path_factory.mktemp("demo"))
    environment = {**os.environ, "TRAMA_HOME": str(home), "PYTHONPATH": str(PROJECT / "src")}
    if not (home / "lake" / "storm_upa").is_dir():
        build = "from trama.cli.main import main; main()"
        subprocess.run([sys.executable, "-c", build, "demo", "build"], env=environment, check=True)
    with serving(home) as address:
        yield address


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
