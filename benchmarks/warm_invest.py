"""Cooling capacity, heat mitigation, air temperature: 16 million cells, 133 zones, against InVEST."""

from __future__ import annotations

import csv
import json
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks import peers
from benchmarks.peers import Run, peer_python
from benchmarks.report import Measure, Work
from benchmarks.warm_inputs import WarmInputs, make
from trama.analyses.warm.raster_settings import Settings

SIDE = 4000
PARAMETERS = {
    "t_ref": 22.0,
    "uhi_max": 3.5,
    "green_area_cooling_distance": 450.0,
    "t_air_average_radius": 500.0,
    "cc_method": "factors",
    "cc_weight_shade": 0.6,
    "cc_weight_albedo": 0.2,
    "cc_weight_eti": 0.2,
}
WARM_RUNS = 2
ROUNDS = 1
"""The two sides take turns, as often each. A round of InVEST takes minutes."""
COARSE_M = 250.0
TOLERANCE = 1e-5
SIZES = (1000, 2000, 4000, 8000, 11000)
PROCESSES = Path(__file__).resolve().parent / "processes"
PAIRS = (("cc.tif", "cc.tif"), ("hm.tif", "hm.tif"), ("T_air.tif", "t_air.tif"))
COLUMNS = ("avg_cc", "avg_tmp_v", "avg_tmp_an")


def settings_of(parameters: dict[str, object]) -> Settings:
    """Return our settings for InVEST's parameters."""
    return Settings.checked(*parameters.values())  # type: ignore[arg-type]


def run() -> Work:
    """Measure the three scopes and the memory, and compare every cell and every zone."""
    peer = peer_python()
    with tempfile.TemporaryDirectory(prefix="trama-bench-") as name:
        folder = Path(name)
        inputs = make(SIDE, folder / "inputs")
        work = Work("Cooling: 16 M cells, 133 zones, 450 m / 500 m", "InVEST 3.20.2, Urban Cooling")
        kernels = _kernel(inputs, peer, folder)
        rounds = [(_invest(inputs, peer, folder), _trama(inputs, folder)) for _ in range(ROUNDS)]
        work.measures += [Measure("kernel", *kernels, "s"), *_measures(rounds)]
        work.notes += compare(folder / "invest", folder / "engine")
        work.notes += compare(folder / "invest", folder / "command")
        work.measures.append(_coarse(peer, folder))
        work.notes += compare(folder / "invest", folder / "engine", "engine, coarse evapotranspiration")
        flat, note = _flatness(folder)
        work.curves["WARM, files"] = flat
        work.notes.append(note)
        work.notes.append(
            f"Evapotranspiration on the land cover's grid; *coarse*: in cells of {COARSE_M:g} m, which both "
            "sides bring to 10 m by cubic spline. *Kernel*: capacity given, mitigation and temperature; "
            "InVEST's convolution knows only files, which are on a memory disk. Both sides: best of "
            f"{ROUNDS} cold, best of {ROUNDS * WARM_RUNS} warm, one run of the kernel."
        )
    return work


def _kernel(inputs: WarmInputs, peer: Path, folder: Path) -> tuple[float, float]:
    """Time mitigation and temperature alone, from the same capacity: ours, theirs (seconds, best)."""
    ours = peers.launch([sys.executable, PROCESSES / "warm_kernel.py", str(inputs.folder), "1"], folder)
    script = [peer, PROCESSES / "invest_cooling_kernel.py", str(inputs.folder), "1"]
    return min(ours.said["seconds"]), min(peers.launch(script, folder).said["seconds"])


def _measures(rounds: list[tuple[dict[str, Run], dict[str, Run]]]) -> list[Measure]:
    """Take the best of each side over the rounds."""

    def best(side: int, name: str, figure: str) -> float:
        runs = [both[side][name] for both in rounds]
        if figure in ("seconds", "processor") and name == "warm":
            return min(min(run.said[figure]) for run in runs)
        return min(getattr(run, figure) for run in runs)

    def against(name: str, figure: str) -> tuple[float, float]:
        return best(1, name, figure), best(0, name, figure)

    return [
        Measure("engine", *against("warm", "seconds"), "s", 8, 20),
        Measure("engine, processor time", *against("warm", "processor"), "s"),
        Measure("engine, peak memory", *against("warm", "megabytes"), "MB", 1 / 1.5, 1),
        Measure("command", *against("cold", "seconds"), "s"),
        Measure("command, processor time", *against("cold", "processor"), "s"),
        Measure("command, peak memory", *against("cold", "megabytes"), "MB", 1 / 1.5, 1),
    ]


def _invest(inputs: WarmInputs, peer: Path, folder: Path) -> dict[str, Run]:
    """Run InVEST warm (all in one process) and cold."""
    return {
        "warm": _invest_runs(inputs, peer, folder, WARM_RUNS),
        "cold": _invest_runs(inputs, peer, folder, 1),
    }


def _invest_runs(inputs: WarmInputs, peer: Path, folder: Path, times: int) -> Run:
    script = [PROCESSES / "invest_cooling.py", inputs.folder, folder / "invest", json.dumps(PARAMETERS)]
    return peers.launch([peer, *map(str, script), str(times)], folder)


def _trama(inputs: WarmInputs, folder: Path) -> dict[str, Run]:
    """Run Trama warm and uncompressed, and cold by its command."""
    files = [
        "--lulc", inputs.lulc, "--eto", inputs.eto, "--biophysical", inputs.table, "--aoi", inputs.zones,
        "--t-ref", PARAMETERS["t_ref"], "--uhi-max", PARAMETERS["uhi_max"],
        "--green-area-cooling-distance", PARAMETERS["green_area_cooling_distance"],
        "--t-air-average-radius", PARAMETERS["t_air_average_radius"], "--out", folder / "command",
    ]  # fmt: skip
    shutil.rmtree(folder / "command", ignore_errors=True)
    command = [sys.executable, "-m", "trama.cli.main", "warm", "raster", *map(str, files)]
    return {"warm": _engine(inputs, folder, WARM_RUNS), "cold": peers.launch(command, folder)}


def _engine(inputs: WarmInputs, folder: Path, times: int, out: str = "engine") -> Run:
    script = [PROCESSES / "warm_files.py", inputs.folder, folder / out, json.dumps(PARAMETERS), times]
    return peers.launch([sys.executable, *map(str, script)], folder)


def _coarse(peer: Path, folder: Path) -> Measure:
    """Run both with an evapotranspiration of coarser cells; the results stay to be compared."""
    inputs = make(SIDE, folder / "coarse", COARSE_M)
    theirs = _invest_runs(inputs, peer, folder, WARM_RUNS)
    ours = _engine(inputs, folder, WARM_RUNS)
    seconds = min(ours.said["seconds"]), min(theirs.said["seconds"])
    return Measure("engine, coarse evapotranspiration", *seconds, "s", 8, 20)


def compare(theirs: Path, ours: Path, label: str | None = None) -> list[str]:
    """Compare every cell and every zone; raise where they differ.

    Within 1e-5 of the peer's value or 1e-5 of the unit, whichever is larger: InVEST adds temperatures up in
    single precision, which at 25 °C has steps of 2e-6.
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
    table = pyogrio.read_dataframe(theirs / "uhi_results.shp", read_geometry=False)
    with (ours / "zones.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for column in COLUMNS:
        mine = np.array([float(row[column] or "nan") for row in rows])
        np.testing.assert_allclose(mine, table[column].to_numpy(dtype=float), rtol=TOLERANCE)
    said = label or ours.name
    return [f"{said}: equal to InVEST in every cell and zone; largest differences: {', '.join(worst)}"]


def _flatness(folder: Path) -> tuple[list[tuple[float, float]], str]:
    """Measure the cost of a cell as the raster grows: it should not."""
    points, costs = [], []
    for side in SIZES:
        inputs = make(side, folder / f"inputs-{side}")
        done = _engine(inputs, folder, 2, "flat")
        nanoseconds = min(done.said["seconds"]) / side**2 * 1e9
        points.append((side**2, nanoseconds))
        costs.append(f"{side * side / 1e6:g} M cells {nanoseconds:.0f} ns, {done.megabytes:.0f} MB")
        shutil.rmtree(folder / f"inputs-{side}")
    return points, "engine, cost of a cell and peak memory by size: " + "; ".join(costs)
