"""Runoff and retention of one event on 16 million cells and 133 zones, against InVEST's Urban Flood model."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks import peers
from benchmarks.against_invest import PROCESSES, Rounds, add_flatness, compare_cells, compare_zones
from benchmarks.peers import Run, peer_python
from benchmarks.report import Measure, Work
from benchmarks.storm_inputs import StormInputs, make

SIDE = 4000
RAIN_MM = 50.0
LAMBDA = 0.2
"""InVEST's own, written in its code."""
WARM_RUNS = 2
ROUNDS = 3
"""The two sides take turns, as often each, so that a busy machine is busy for both."""
PAIRS = (
    ("Q_mm.tif", "runoff_mm.tif"),
    ("Runoff_retention_index.tif", "retention_index.tif"),
    ("Runoff_retention_m3.tif", "retention_m3.tif"),
)
COLUMNS = (
    ("rnf_rt_idx", "retention_index_mean"),
    ("rnf_rt_m3", "retention_m3"),
    ("flood_vol", "runoff_m3"),
)


def run() -> Work:
    """Measure the three scopes and the memory, and compare every cell and every zone."""
    peer = peer_python()
    with tempfile.TemporaryDirectory(prefix="trama-bench-") as name:
        folder = Path(name)
        inputs = make(SIDE, folder / "inputs")
        work = Work("Flood: 16 M cells, 133 zones", "InVEST 3.20.2, Urban Flood Risk Mitigation")
        kernels = _kernel(inputs, peer, folder)
        rounds = [(_invest(inputs, peer, folder), _trama(inputs, folder)) for _ in range(ROUNDS)]
        work.measures += [Measure("kernel", *kernels, "s"), *_measures(rounds)]
        work.notes += compare(folder / "invest", folder / "engine")
        work.notes += compare(folder / "invest", folder / "command")
        add_flatness(work, "STORM, files", folder, _files)
        work.notes.append(
            "`command` is `trama storm raster ... --lambda 0.2` against a fresh Python that calls InVEST's "
            f"`execute` (its own command line starts slower). Both sides: best of {ROUNDS} cold, "
            f"best of {ROUNDS * WARM_RUNS} warm. Without `--lambda` it is read from the norms."
        )
    return work


def _kernel(inputs: StormInputs, peer: Path, folder: Path) -> tuple[float, float]:
    """Time the cell formulas alone, on the same arrays: ours, theirs (seconds, best)."""
    import rasterio

    for name, path in (("lulc", inputs.lulc), ("soils", inputs.soils)):
        with rasterio.open(path) as dataset:
            np.save(folder / f"{name}.npy", dataset.read(1))
    arguments = [folder / "lulc.npy", folder / "soils.npy", inputs.table, RAIN_MM, WARM_RUNS]
    ours = peers.launch([sys.executable, PROCESSES / "storm_kernel.py", *map(str, arguments)], folder)
    theirs = peers.launch([peer, PROCESSES / "invest_kernel.py", *map(str, arguments)], folder)
    return min(ours.said["seconds"]), min(theirs.said["seconds"])


def _measures(rounds: list[tuple[dict[str, Run], dict[str, Run]]]) -> list[Measure]:
    """Take the best of each side over the rounds."""
    taken = Rounds(rounds)
    return [
        taken.measure("engine", "warm", "seconds", (10, 20)),
        taken.measure("engine, processor time", "warm", "processor"),
        taken.measure("engine, peak memory", "warm", "megabytes", (1, None)),
        taken.measure("command", "cold", "seconds", (None, 20)),
        taken.measure("command, processor time", "cold", "processor"),
        taken.measure("command, peak memory", "cold", "megabytes", (1, None)),
        taken.measure("command, lambda from the norms", "norms", "seconds", (None, 20), peer="cold"),
    ]


def _invest(inputs: StormInputs, peer: Path, folder: Path) -> dict[str, Run]:
    """Run InVEST warm (all in one process) and cold."""
    script = [peer, PROCESSES / "invest_flood.py", inputs.folder, folder / "invest", RAIN_MM]
    return {
        "warm": peers.launch([*map(str, script), str(WARM_RUNS)], folder),
        "cold": peers.launch([*map(str, script), "1"], folder),
    }


def _trama(inputs: StormInputs, folder: Path) -> dict[str, Run]:
    """Run Trama warm and uncompressed, cold by its command, and cold with lambda from the norms."""
    script = [PROCESSES / "storm_files.py", inputs.folder, folder / "engine", RAIN_MM, LAMBDA, WARM_RUNS]
    files = [
        "--lulc", inputs.lulc, "--soil-groups", inputs.soils, "--biophysical", inputs.table,
        "--zones", inputs.zones, "--rain-mm", str(RAIN_MM), "--out", folder / "command",
    ]  # fmt: skip
    command = [sys.executable, "-m", "trama.cli.main", "storm", "raster", *files]

    def cold(*extra: str) -> Run:
        shutil.rmtree(folder / "command", ignore_errors=True)
        return peers.launch([*command, *extra], folder)

    return {
        "warm": peers.launch([sys.executable, *map(str, script)], folder),
        "norms": cold(),
        "cold": cold("--lambda", str(LAMBDA)),
    }


def compare(theirs: Path, ours: Path) -> list[str]:
    """Compare every cell and every zone; raise where they differ."""
    worst = compare_cells(theirs, ours, PAIRS)
    compare_zones(theirs / "flood_risk_service.shp", ours, COLUMNS, zeros=True)
    return [f"{ours.name}: equal to InVEST in every cell and zone; largest differences: {worst}"]


def _files(side: int, inputs: Path) -> Run:
    """Run the engine from files to files, three times."""
    made = make(side, inputs)
    script = [PROCESSES / "storm_files.py", made.folder, inputs.parent / "flat", RAIN_MM, LAMBDA, 3]
    return peers.launch([sys.executable, *map(str, script)], inputs.parent)
