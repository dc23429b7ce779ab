"""Cooling capacity, heat mitigation, air temperature: 16 million cells, 133 zones, against InVEST."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks import peers
from benchmarks.against_invest import PROCESSES, Rounds, add_flatness, compare_cells, compare_zones
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
        add_flatness(work, "WARM, files", folder, _files)
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
    taken = Rounds(rounds)
    return [
        taken.measure("engine", "warm", "seconds", (8, 20)),
        taken.measure("engine, processor time", "warm", "processor"),
        taken.measure("engine, peak memory", "warm", "megabytes", (1 / 1.5, 1)),
        taken.measure("command", "cold", "seconds"),
        taken.measure("command, processor time", "cold", "processor"),
        taken.measure("command, peak memory", "cold", "megabytes", (1 / 1.5, 1)),
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
    """Compare every cell and every zone; raise where they differ."""
    worst = compare_cells(theirs, ours, PAIRS)
    compare_zones(theirs / "uhi_results.shp", ours, [(name, name) for name in COLUMNS], zeros=False)
    said = label or ours.name
    return [f"{said}: equal to InVEST in every cell and zone; largest differences: {worst}"]


def _files(side: int, inputs: Path) -> Run:
    """Run the engine from files to files, twice."""
    return _engine(make(side, inputs), inputs.parent, 2, "flat")
