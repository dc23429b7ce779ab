"""Where the commands are tried."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def desk(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to type commands in, on the installation that the test's file calls `home`."""
    monkeypatch.setenv("TRAMA_HOME", str(home))
    monkeypatch.chdir(tmp_path)
    return tmp_path
