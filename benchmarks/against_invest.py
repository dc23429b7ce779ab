"""What the two comparisons with InVEST share: rounds taken in turns, equal results, the cost of a cell."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.peers import Run
from benchmarks.report import Measure, Work

TOLERANCE = 1e-5
SIZES = (1000, 2000, 4000, 8000, 11000)
FLAT_ROUNDS = 3
PROCESSES = Path(__file__).resolve().parent / "processes"
Side = dict[str, Run]
"""Name of a run (`warm`, `cold`) → what it took."""


@dataclass(frozen=True)
class Rounds:
    """Runs of InVEST and of Trama, taken in turns: a busy machine is busy for both."""

    done: Sequence[tuple[Side, Side]]

    def measure(
        self, scope: str, name: str, figure: str, limits: tuple[float | None, float | None] = (None, None),
        *, peer: str | None = None,
    ) -> Measure:  # fmt: skip
        """Compare the best of each side.

        Parameters
        ----------
        name, peer
            The run of Trama, and the one of InVEST where its name is another.
        figure
            `seconds`, `processor` or `megabytes`.
        limits
            Gate and goal.
        """
        ours, theirs = self._best(1, name, figure), self._best(0, peer or name, figure)
        unit = "MB" if figure == "megabytes" else "s"
        return Measure(scope, ours, theirs, unit, *limits)

    def _best(self, side: int, name: str, figure: str) -> float:
        runs = [both[side][name] for both in self.done]
        if figure in ("seconds", "processor") and name == "warm":
            return min(min(run.said[figure]) for run in runs)
        return float(min(getattr(run, figure) for run in runs))


def compare_cells(theirs: Path, ours: Path, pairs: Sequence[tuple[str, str]]) -> str:
    """Compare rasters cell by cell and return the largest differences; raise where they differ.

    Within 1e-5 of the peer's value or 1e-5 of the unit, whichever is larger: InVEST keeps curve numbers,
    retentions and temperatures in single precision.
    """
    import rasterio

    worst = []
    for their_name, our_name in pairs:
        with rasterio.open(theirs / their_name) as one, rasterio.open(ours / our_name) as other:
            first, second = one.read(1, masked=True), other.read(1, masked=True)
        if not np.array_equal(np.ma.getmaskarray(first), np.ma.getmaskarray(second)):
            raise AssertionError(f"{our_name}: other cells lack data")
        np.testing.assert_allclose(second.compressed(), first.compressed(), rtol=TOLERANCE, atol=TOLERANCE)
        worst.append(f"{our_name} {np.abs(first - second).max():.1e}")
    return ", ".join(worst)


def compare_zones(theirs: Path, ours: Path, columns: Sequence[tuple[str, str]], *, zeros: bool) -> None:
    """Compare the tables of zones within 1e-5 of the peer's value; raise where they differ.

    Parameters
    ----------
    zeros
        Whether the peer writes zero where there is no data; Trama leaves an empty cell.
    """
    import pyogrio

    table = pyogrio.read_dataframe(theirs, read_geometry=False)
    with (ours / "zones.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for their_column, our_column in columns:
        mine = np.array([float(row[our_column] or ("0" if zeros else "nan")) for row in rows])
        wanted = table[their_column].to_numpy(dtype=float)
        np.testing.assert_allclose(mine, np.nan_to_num(wanted) if zeros else wanted, rtol=TOLERANCE)


def add_flatness(work: Work, label: str, folder: Path, measure: Callable[[int, Path], Run]) -> None:
    """Measure the cost of a cell as the raster grows: it should not. Adds a curve and a note.

    The best time of some runs and the highest memory: what else the machine does comes and goes.

    Parameters
    ----------
    measure
        Given a side in cells and a folder for the inputs, made where they are not there, runs the engine.
    """
    points, costs = [], []
    for side in SIZES:
        inputs = folder / f"inputs-{side}"
        runs = [measure(side, inputs) for _ in range(FLAT_ROUNDS)]
        nanoseconds = min(min(run.said["seconds"]) for run in runs) / side**2 * 1e9
        megabytes = max(run.megabytes for run in runs)
        points.append((float(side**2), nanoseconds))
        costs.append(f"{side * side / 1e6:g} M cells {nanoseconds:.0f} ns, {megabytes:.0f} MB")
        shutil.rmtree(inputs)
    work.curves[label] = points
    said = "; ".join(costs)
    work.notes.append(f"engine, cost of a cell (best of {FLAT_ROUNDS}) and peak memory by size: {said}")
