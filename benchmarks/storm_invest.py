"""Runoff and retention of one event on 16 million cells and 133 zones, against InVEST's Urban Flood model."""

from __future__ import annotations

import csv
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks import peers
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
TOLERANCE = 1e-5
SIZES = (1000, 2000, 4000, 8000, 11000)
PROCESSES = Path(__file__).resolve().parent / "processes"
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
        flat, note = _flatness(folder)
        work.curves["STORM, files"] = flat
        work.notes.append(note)
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

    def best(side: int, name: str, figure: str) -> float:
        runs = [both[side][name] for both in rounds]
        if figure in ("seconds", "processor") and name == "warm":
            return min(min(run.said[figure]) for run in runs)
        return min(getattr(run, figure) for run in runs)

    def against(name: str, figure: str, peer: str | None = None) -> tuple[float, float]:
        return best(1, name, figure), best(0, peer or name, figure)

    return [
        Measure("engine", *against("warm", "seconds"), "s", 10, 20),
        Measure("engine, processor time", *against("warm", "processor"), "s"),
        Measure("engine, peak memory", *against("warm", "megabytes"), "MB", 1),
        Measure("command", *against("cold", "seconds"), "s", None, 20),
        Measure("command, processor time", *against("cold", "processor"), "s"),
        Measure("command, peak memory", *against("cold", "megabytes"), "MB", 1),
        Measure("command, lambda from the norms", *against("norms", "seconds", "cold"), "s", None, 20),
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
    """Compare every cell and every zone; raise where they differ.

    Cells: within 1e-5 of the peer's value or 1e-5 of the unit, whichever is larger (InVEST keeps its curve
    numbers and retentions in single precision). Zones: within 1e-5 of the peer's value; where
    there is no data Trama leaves an empty cell and InVEST writes zero.
    """
    import pyogrio
    import rasterio

    worst = []
    for their_name, our_name in PAIRS:
        with rasterio.open(theirs / their_name) as one, rasterio.open(ours / our_name) as other:
            first, second = one.read(1, masked=True), other.read(1, masked=True)
        if not np.array_equal(np.ma.getmaskarray(first), np.ma.getmaskarray(second)):
            raise AssertionError(f"{our_name}: other cells lack data")
        np.testing.assert_allclose(second.compressed(), first.compressed(), rtol=TOLERANCE, atol=TOLERANCE)
        worst.append(f"{our_name} {np.abs(first - second).max():.1e}")
    table = pyogrio.read_dataframe(theirs / "flood_risk_service.shp", read_geometry=False)
    with (ours / "zones.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for their_column, our_column in COLUMNS:
        mine = np.array([float(row[our_column] or 0) for row in rows])
        np.testing.assert_allclose(mine, np.nan_to_num(table[their_column].to_numpy()), rtol=TOLERANCE)
    return [f"{ours.name}: equal to InVEST in every cell and zone; largest differences: {', '.join(worst)}"]


def _flatness(folder: Path) -> tuple[list[tuple[float, float]], str]:
    """Measure the cost of a cell as the raster grows: it should not."""
    points, costs = [], []
    for side in SIZES:
        inputs = make(side, folder / f"inputs-{side}")
        script = [PROCESSES / "storm_files.py", inputs.folder, folder / "flat", RAIN_MM, LAMBDA, 3]
        done = peers.launch([sys.executable, *map(str, script)], folder)
        nanoseconds = min(done.said["seconds"]) / side**2 * 1e9
        points.append((side**2, nanoseconds))
        costs.append(f"{side * side / 1e6:g} M cells {nanoseconds:.0f} ns, {done.megabytes:.0f} MB")
        shutil.rmtree(folder / f"inputs-{side}")
    return points, "engine, cost of a cell and peak memory by size: " + "; ".join(costs)
