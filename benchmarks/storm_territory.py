"""STORM on the whole territory at three sizes of cell, here and on a dask cluster of two workers."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

from benchmarks import peers
from benchmarks.larger_home import home_with_cells
from benchmarks.report import Measure, Work

SIZES = (("20 m", 1, 2), ("10 m", 1, 1), ("5 m", 2, 1))
LIMIT_MB = 2000
"""For 120 million cells."""
COMMAND = ["-m", "trama.cli.main", "storm", "run", "--event-mm", "61.4", "--day", "2026-01-15", "--json"]


def run() -> Work:
    """Measure time and memory of the command by number of cells, and compare with a cluster."""
    work = Work("STORM on the lake: three cell sizes, here and on a cluster", None)
    with tempfile.TemporaryDirectory(prefix="trama-bench-") as name:
        for label, finer, coarser in SIZES:
            home, cells = home_with_cells(Path(name), finer, coarser)
            done = _command(home)
            nanoseconds = done.seconds / cells * 1e9
            work.curves.setdefault("STORM, lake", []).append((cells, nanoseconds))
            title = f"{cells / 1e6:.0f} M cells ({label})"
            limit = LIMIT_MB if cells > 120e6 else None
            work.measures += [
                Measure(f"command, {title}", done.seconds, None, "s"),
                Measure(f"cost of a cell, {title}", nanoseconds, None, "ns"),
                Measure(f"peak memory, {title}", done.megabytes, None, "MB", limit, limit),
            ]
        work.notes += [_on_cluster(Path(name))]
    work.notes.append(
        "a fresh process: lake and norms read, cells counted, five rasters and three tables written"
    )
    return work


def _command(home: Path, *extra: str) -> peers.Run:
    os.environ["TRAMA_HOME"] = str(home)
    return peers.launch([sys.executable, *COMMAND, *extra], home)


def _on_cluster(folder: Path) -> str:
    """Run on two workers of a loopback cluster; raise where a figure or a checksum differs from here."""
    from distributed import LocalCluster

    answers, seconds = [], []
    with LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None) as cluster:
        for place, extra in (("here", ()), ("cluster", ("--cluster", cluster.scheduler_address))):
            home, _ = home_with_cells(folder / place)
            done = _command(home, *extra)
            seconds.append(done.seconds)
            answers.append(json.dumps({**done.said, "livelli": _sums(done.said)}, sort_keys=True))
    if answers[0] != answers[1]:
        raise AssertionError("the cluster's answer differs from this process's")
    return (
        f"35 M cells on a dask cluster of two one-thread workers on this machine: {seconds[1]:.1f} s, "
        f"{seconds[0]:.1f} s here; figures, traces and checksums of the layers are equal"
    )


def _sums(said: dict[str, list[float]]) -> list[list[str]]:
    layers: list[dict[str, str]] = said["livelli"]  # type: ignore[assignment]
    return [[layer["livello"], layer["sha256"]] for layer in layers]
