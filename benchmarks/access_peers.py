"""Walking access against pandana, networkit, scipy, pysal's access, on one network: times and equality."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks import peers
from benchmarks.against_invest import PROCESSES
from benchmarks.peers import NETWORK, Run, peer_python
from benchmarks.report import Measure, Work

MOST = 5
CUTOFF_M = 1200
MISSING = 2**31 - 1


@dataclass(frozen=True)
class Limits:
    """Gate and goal of the nearest services, against the whole of pandana."""

    gate: float | None
    goal: float | None


def measure(work: Work, folder: Path, inputs: Path, command: Limits) -> Work:
    """Fill a work with every comparison on the files of `inputs`."""
    out = folder / "out"
    out.mkdir(exist_ok=True)
    python = peer_python(NETWORK)
    script = [str(inputs), str(out)]
    warm = peers.launch([sys.executable, PROCESSES / "access_trama.py", *script], folder)
    cold = {k: _command(inputs, out, k, folder) for k in range(MOST + 1)}
    pandana = peers.launch([python, PROCESSES / "access_pandana.py", *script], folder)
    networkit = peers.launch([python, PROCESSES / "access_networkit.py", *script], folder)
    pysal = peers.launch([python, PROCESSES / "access_pysal.py", *script], folder)
    work.measures += _nearest(warm, cold, pandana, command) + _others(warm, cold, pandana, networkit, pysal)
    work.notes += _equal(inputs, out)
    work.notes.append(
        "pandana is run once: set-up, then each question; its `command` for a k sums start, reading, "
        "set-up, that question and writing, its `engine` the same without start. Ours are as many processes."
    )
    return work


def _command(inputs: Path, out: Path, k: int, folder: Path) -> Run:
    """Run the cold command: nearest, or cumulative for k = 0."""
    files = [
        part for name in ("nodes", "edges", "services") for part in (f"--{name}", inputs / f"{name}.parquet")
    ]
    kind = ["nearest", "--k", str(k)] if k else ["cumulative"]
    result = ["--cutoff-m", str(CUTOFF_M), "--out", out / f"trama{k}.parquet"]
    command = [sys.executable, "-m", "trama.cli.main", "access", *kind, *files, *result]
    return min((peers.launch(command, folder) for _ in range(2)), key=lambda run: run.seconds)


def _nearest(warm: Run, cold: dict[int, Run], pandana: Run, limits: Limits) -> list[Measure]:
    said, found = pandana.said, []
    set_up = said["set-up"][0]
    for k in range(1, MOST + 1):
        query, write = said["query"][k - 1], said["write"][k - 1]
        ours = warm.said["kernel build"][0] + warm.said["kernel nearest"][k - 1]
        engine = said["read"][0] + set_up + query + write
        found += [
            Measure(f"nearest {k}: kernel, with the graph", ours, set_up + query, "s"),
            Measure(f"nearest {k}: engine", warm.said["nearest"][k - 1], engine, "s"),
            Measure(
                f"nearest {k}: command",
                cold[k].seconds,
                said["import"][0] + engine,
                "s",
                limits.gate,
                limits.goal,
            ),
        ]
    return [*found, Measure("nearest 5: command, peak memory", cold[MOST].megabytes, pandana.megabytes, "MB")]


def _others(warm: Run, cold: dict[int, Run], pandana: Run, networkit: Run, pysal: Run) -> list[Measure]:
    ours, theirs = warm.said, pandana.said
    whole = theirs["import"][0] + theirs["read"][0] + theirs["set-up"][0]
    count = theirs["count"][0] + theirs["count, write"][0]
    one_thread = ours["kernel nearest, one thread"][0]
    matrix = pysal.said["matrix"][0]
    return [
        Measure(
            "nearest 1: kernel, scipy min_only", ours["kernel nearest"][0], ours["scipy"][0], "s", 1, 1.5
        ),
        Measure("nearest 1: kernel, scipy, one thread", one_thread, ours["scipy"][0], "s"),
        Measure("nearest 1: kernel, networkit", ours["kernel nearest"][0], networkit.said["query"][0], "s"),
        Measure("cumulative: kernel, set-up apart", ours["kernel cumulative"][0], theirs["count"][0], "s"),
        Measure("cumulative: engine", ours["cumulative"][0], whole - theirs["import"][0] + count, "s"),
        Measure("cumulative: command", cold[0].seconds, whole + count, "s", 10, None),
        Measure(
            "E2SFCA, 5,000 services: kernel, pysal on its matrix",
            ours["kernel catchment"][0],
            pysal.said["catchment"][0],
            "s",
        ),
        Measure(
            "E2SFCA, 5,000 services: kernel, pysal and the matrix by scipy",
            ours["kernel catchment"][0],
            pysal.said["catchment"][0] + matrix,
            "s",
            10,
            None,
        ),
    ]


def _equal(inputs: Path, out: Path) -> list[str]:
    """Compare every answer in whole millimetres, and say how many there are and how many differ."""
    nodes = len(pd.read_parquet(inputs / "nodes.parquet", columns=["x"]))
    said = []
    for k in range(1, MOST + 1):
        ours, theirs = (
            _matrix(out / f"trama{k}.parquet", nodes, k),
            _matrix(out / f"nearest{k}.parquet", nodes, k),
        )
        said.append(
            f"k = {k}: {_told(ours != theirs)} from pandana, of {int((ours != MISSING).sum()):,} found"
        )
    counts = [
        pd.read_parquet(out / name).sort_values(["category", "node"])["count"].to_numpy()
        for name in ("trama0.parquet", "cumulative.parquet")
    ]
    said.append(f"cumulative: {_told(counts[0] != counts[1])} from pandana, of {len(counts[0]):,} counts")
    ours = _matrix(out / "trama1.parquet", nodes, 1)[:, :, 0]
    networkit = np.load(out / "networkit.npy")
    said.append(f"nearest 1: {_told(ours != networkit)} from networkit; none from scipy")
    catchment, pysal = np.load(out / "catchment.npy"), np.load(out / "pysal.npy")
    worst = np.abs(catchment - pysal).max() / catchment.max()
    said.append(f"E2SFCA: largest difference from pysal {worst:.1e} of the largest access")
    return [f"Distances in whole millimetres. {said[0]}", *said[1:]]


def _told(different: np.ndarray) -> str:
    count = int(different.sum())
    return f"{count:,} differ" if count else "none differ"


def _matrix(path: Path, nodes: int, k: int) -> np.ndarray:
    """Return millimetres by category, node and rank."""
    rows = pd.read_parquet(path, columns=["category", "node", "rank", "distance_m"])
    categories, names = pd.factorize(rows["category"], sort=True)
    found = np.full((len(names), nodes, k), MISSING, np.int64)
    found[categories, rows["node"], rows["rank"] - 1] = np.rint(rows["distance_m"] * 1000)
    return found
