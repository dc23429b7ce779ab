"""`trama serve` warms up only once it listens, and never keeps a site that stops."""

from __future__ import annotations

import importlib.util
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from trama.cli.serve import HEAVY, warm_up


def test_what_is_warmed_up_is_there_to_be_loaded() -> None:
    assert all(importlib.util.find_spec(name) for name in HEAVY)


def test_nothing_is_loaded_before_the_site_listens_nor_after_it_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[str] = []
    monkeypatch.setenv("TRAMA_HOME", str(tmp_path))
    monkeypatch.setattr("trama.cli.serve.importlib", SimpleNamespace(import_module=loaded.append))
    warm_up(SimpleNamespace(started=False, should_exit=True))
    start = time.monotonic()
    warm_up(SimpleNamespace(started=False, should_exit=False), wait_s=0.1)
    assert time.monotonic() - start < 5
    assert loaded == []
    warm_up(SimpleNamespace(started=True, should_exit=False))
    assert loaded == list(HEAVY)
