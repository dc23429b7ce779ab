"""A real dask cluster on loopback does what this process does, to the bit; without one, a sentence."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import distributed
import pytest

from tests.fixtures_territory import small_lake
from trama.analyses import workers
from trama.analyses.storm import census, run_storm
from trama.analyses.storm.outputs import RASTERS, TABLES
from trama.analyses.storm.survey import Counted, Survey, count_strip
from trama.analyses.territory import grid
from trama.analyses.workers import (
    ClusterLost,
    Here,
    NoCluster,
    NoWorkers,
    UnlikeWorkers,
    workers_at,
)
from trama.norms import load_book

BOOK = load_book()
DAY = date(2026, 1, 15)


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """Two worker processes, each with one thread."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
    ) as running:
        yield running.scheduler_address


@pytest.fixture
def lonely() -> Iterator[str]:
    """Give the address of a scheduler without workers."""
    with distributed.LocalCluster(n_workers=0, host="127.0.0.1", dashboard_address=None) as running:
        yield running.scheduler_address


def numbered(shared: str, piece: int) -> tuple[str, int, int]:
    time.sleep(0.02 * (5 - piece % 5))  # the first pieces end last
    return shared, piece, os.getpid()


def murder(survey: Survey, rows: slice) -> Counted:
    """Count strips, and kill the worker at the third."""
    if rows.start == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return count_strip(survey, rows)


def test_answers_come_in_order_from_both(cluster: str) -> None:
    asked = list(range(12))
    with workers_at(cluster) as crowd:
        far = list(crowd.over(numbered, "x", asked))
    near = list(Here().over(numbered, "x", asked))
    assert [answer[:2] for answer in far] == [answer[:2] for answer in near] == [("x", n) for n in asked]
    assert os.getpid() not in {answer[2] for answer in far}
    assert len({answer[2] for answer in far}) == 2


def test_storm_on_a_cluster_is_storm_here_to_the_bit(
    cluster: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grid, "STRIP_ROWS", 1)
    here, there = small_lake(tmp_path / "a"), small_lake(tmp_path / "b")
    alone = run_storm(here, BOOK, day=DAY, event_mm=50.0)
    together = run_storm(there, BOOK, day=DAY, event_mm=50.0, cluster=cluster)
    assert together.to_json() == alone.to_json()
    assert together.trace_id == alone.trace_id
    for layer, version in alone.versions.items():
        assert together.versions[layer].sha256 == version.sha256


def test_nobody_at_the_address_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "TIMEOUT_S", 1)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(NoCluster, match="non risponde uno scheduler dask"), workers_at(address):
        pass
    with pytest.raises(NoCluster), workers_at("pippo"):
        pass


def test_a_scheduler_without_workers_is_refused(lonely: str) -> None:
    with pytest.raises(NoWorkers, match="accenderne almeno uno"), workers_at(lonely):
        pass


def test_workers_that_do_not_see_the_files_are_refused(cluster: str, tmp_path: Path) -> None:
    """Here the file changes size after the question is prepared: to the workers it is another file."""
    file = tmp_path / "a.tif"
    file.write_bytes(b"x")

    class Growing(type(file)):  # type: ignore[misc]
        def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
            found = super().stat(follow_symlinks=follow_symlinks)
            file.write_bytes(b"xyz")
            return found

    with pytest.raises(UnlikeWorkers, match="non vede"), workers_at(cluster, [Growing(file)]):
        pass


def test_a_cluster_killed_halfway_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lake = small_lake(tmp_path)
    monkeypatch.setattr(census, "count_strip", murder)
    monkeypatch.setattr(grid, "STRIP_ROWS", 1)
    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
        ) as running,
        pytest.raises(ClusterLost, match="nulla è stato scritto"),
    ):
        run_storm(lake, BOOK, day=DAY, event_mm=50.0, cluster=running.scheduler_address)
    assert not any(lake.has(layer) for layer in (*RASTERS, *TABLES))


def test_the_command_says_it_in_one_line(tmp_path: Path) -> None:
    small_lake(tmp_path)
    line = ["storm", "run", "--event-mm", "50", "--cluster", "tcp://127.0.0.1:9", "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "trama.cli.main", *line],
        env={**os.environ, "TRAMA_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert "scheduler dask" in done.stderr
