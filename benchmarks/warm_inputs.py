"""A made territory for measuring WARM: that of STORM, with heat attributes and evapotranspiration."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks import storm_inputs
from benchmarks.storm_inputs import CELL_M, CRS, ORIGIN, SEED, StormInputs, write_raster

ETO_NODATA = -9999.0


@dataclass(frozen=True)
class WarmInputs(StormInputs):
    """The files both sides are given."""

    @property
    def eto(self) -> Path:
        """Reference evapotranspiration [mm], single precision."""
        return self.folder / "eto.tif"

    @property
    def table(self) -> Path:
        """Heat attributes by class."""
        return self.folder / "heat.csv"


def make(side: int, folder: Path, eto_cell_m: float = CELL_M) -> WarmInputs:
    """Write the inputs of `side` x `side` cells, unless they are there already.

    Parameters
    ----------
    eto_cell_m
        Side of a cell of the evapotranspiration, whose grid starts at the same corner.
    """
    inputs = WarmInputs(side, folder)
    if inputs.eto.exists():
        return inputs
    storm_inputs.make(side, folder)
    rng = np.random.default_rng(SEED)
    _write_table(inputs.table, storm_inputs.class_codes(), rng)
    cells = -(-round(side * CELL_M) // round(eto_cell_m))
    across = np.linspace(0, 3, cells, dtype=np.float32)
    eto = 4 + np.sin(across)[:, None] + np.float32(0.5) * np.cos(across)[None, :]
    gap = max(cells // 40, 1)
    eto[-gap:, -gap:] = ETO_NODATA
    write_eto(inputs.eto, eto, ORIGIN, eto_cell_m)
    return inputs


def write_eto(path: Path, eto: np.ndarray, corner: tuple[float, float], cell: float, crs: str = CRS) -> None:
    """Write evapotranspiration from the upper left corner on."""
    write_raster(path, eto.astype(np.float32), ETO_NODATA, corner, cell, crs)


def _write_table(path: Path, codes: np.ndarray, rng: np.random.Generator) -> None:
    """Write a third of the classes as green areas: shade, albedo, crop coefficient, building intensity."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["lucode", "shade", "albedo", "kc", "green_area", "building_intensity"])
        for code in codes.tolist():
            green = int(rng.random() < 1 / 3)
            shade = round(rng.random(), 2) if green else round(0.2 * rng.random(), 2)
            mass = 0.0 if green else round(rng.random(), 2)
            albedo, water = round(0.1 + 0.2 * rng.random(), 2), round(0.2 + 0.9 * rng.random(), 2)
            writer.writerow([code, shade, albedo, water, green, mass])
