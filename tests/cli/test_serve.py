"""`trama serve` warms up only once it listens, and never keeps a site that stops."""

from __future__ import annotations

import importlib.util
import shutil
import time
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.fixtures_heat import warm_lake

from trama.analyses.storm import run_storm
from trama.apps.conoscere import queries
from trama.cli.serve import HEAVY, warm_up
from trama.lake import open_lake
from trama.norms import load_book


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


def test_the_page_of_a_comune_finds_its_tables_and_traces_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = warm_lake(tmp_path)
    trace = run_storm(lake, load_book(), day=date(2026, 1, 15), event_mm=50.0).trace_id
    monkeypatch.setenv("TRAMA_HOME", str(tmp_path))
    warm_up(SimpleNamespace(started=True, should_exit=False))
    shutil.rmtree(lake.traces.root)
    assert queries.trace_of(open_lake(), trace).root.find("comuni/015146/idren") is not None
