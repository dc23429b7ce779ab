"""A real dask cluster on loopback does what this process does, to the bit; without one, a sentence."""

from __future__ import annotations

import http.server
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import distributed
import numpy as np
import pytest

from tests.analyses.storm_files import square
from tests.analyses.warm_files import WarmFiles
from tests.fixtures_territory import small_lake
from trama.analyses import workers
from trama.analyses.storm import census, run_storm
from trama.analyses.storm.outputs import RASTERS, TABLES
from trama.analyses.storm.survey import Counted, Survey, count_strip
from trama.analyses.territory import grid
from trama.analyses.warm import fields, raster_tiles, run_warm
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


@pytest.mark.parametrize(
    "address", ["pippo", "http://127.0.0.1:8787", "tcp://127.0.0.1", "tcp://127.0.0.1:999999"]
)
def test_what_is_not_an_address_of_dask_is_refused_at_once(address: str) -> None:
    with pytest.raises(NoCluster, match="non risponde uno scheduler dask"), workers_at(address):
        pass


def test_a_port_that_speaks_another_language_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "TIMEOUT_S", 1)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with pytest.raises(NoCluster), workers_at(f"tcp://127.0.0.1:{server.server_port}"):
            pass
    finally:
        server.shutdown()
        server.server_close()


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


def test_warm_raster_on_a_cluster_is_warm_raster_here_to_the_bit(
    cluster: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raster_tiles, "TILE_CELLS", 9_000)
    files, rng = WarmFiles(tmp_path / "in").write(), np.random.default_rng(3)
    files.write_lulc(np.kron(rng.choice([1, 2, 3, 255], (12, 14)), np.ones((9, 9))).astype(np.uint8))
    files.write_eto(4 + rng.random((20, 20)), cell=70.0)
    files.write_zones({"a": square(3, -1000, 700, 17), "b": square(700, -1000, 1250, 17)})
    here = files.run(tmp_path / "here", green_area_cooling_distance=40.0)
    there = files.run(tmp_path / "there", green_area_cooling_distance=40.0, cluster=cluster)
    assert here.zones == there.zones
    assert here.resampled
    for name in ("cc.tif", "hm.tif", "t_air.tif", "zones.csv"):
        assert (tmp_path / "here" / name).read_bytes() == (tmp_path / "there" / name).read_bytes()
    assert sorted(path.name for path in (tmp_path / "here").iterdir()) == sorted(
        path.name for path in (tmp_path / "there").iterdir()
    )


def test_warm_on_a_cluster_is_warm_here_to_the_bit(
    cluster: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fields, "TILE_CELLS", 3)
    here, there = small_lake(tmp_path / "a"), small_lake(tmp_path / "b")
    alone = run_warm(here, BOOK, day=DAY)
    together = run_warm(there, BOOK, day=DAY, cluster=cluster)
    assert together.to_json() == alone.to_json()
    assert together.trace_id == alone.trace_id
    for layer, version in alone.versions.items():
        assert together.versions[layer].sha256 == version.sha256
