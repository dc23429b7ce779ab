"""What a person chooses for `warm raster`, checked before anything is read; and the table of the classes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from trama.analyses.rasters.grid import Grid
from trama.analyses.rasters.table import Reasons, read_class_table
from trama.analyses.warm.raster_errors import (
    BadDistance,
    BadMethod,
    BadTemperature,
    BadWeights,
    NotSquare,
)
from trama.engines.heat import CoolingWeights, HeatModel

LARGE_GREEN_M2 = 20_000.0
"""Two hectares: written in the code of InVEST, which these results must equal."""
FACTORS, INTENSITY = "factors", "intensity"
COLUMNS = {
    FACTORS: ("shade", "albedo", "kc", "green_area"),
    INTENSITY: ("building_intensity", "green_area"),
}
COLDEST, HOTTEST = -60.0, 60.0
STRONGEST = 30.0
MOST_CELLS = 600
"""The longest distance, in cells: the kernel of the decay has ten times as many on a side."""
NEARLY = 1e-6


@dataclass(frozen=True)
class Settings:
    """Parameters of InVEST's Urban Cooling, by its names.

    Parameters
    ----------
    t_ref, uhi_max
        Reference temperature and strongest heat island [°C].
    green_area_cooling_distance, t_air_average_radius
        Distances of decay of the effect of green, and of mixing [m].
    cc_method
        `factors` (day) or `intensity` (night).
    weights
        Of shade, albedo and evapotranspiration; sum 1.
    """

    t_ref: float
    uhi_max: float
    green_area_cooling_distance: float
    t_air_average_radius: float
    cc_method: str
    weights: CoolingWeights

    @classmethod
    def checked(
        cls,
        t_ref: float,
        uhi_max: float,
        green_area_cooling_distance: float,
        t_air_average_radius: float,
        cc_method: str,
        shade: float,
        albedo: float,
        eti: float,
    ) -> Settings:
        """Check what can be checked without the files.

        Raises
        ------
        BadMethod, BadTemperature, BadWeights
            Each says what to do.
        """
        if cc_method not in COLUMNS:
            raise BadMethod(value=cc_method)
        for name, value, low, high in (
            ("t-ref", t_ref, COLDEST, HOTTEST),
            ("uhi-max", uhi_max, 0.0, STRONGEST),
        ):
            if not low <= value <= high:
                raise BadTemperature(name=name, value=f"{value:g}", low=f"{low:g}", high=f"{high:g}")
        total = shade + albedo + eti
        if not (all(0 <= part <= 1 for part in (shade, albedo, eti)) and abs(total - 1) <= NEARLY):
            raise BadWeights(shade=f"{shade:g}", albedo=f"{albedo:g}", eti=f"{eti:g}", total=f"{total:g}")
        weights = CoolingWeights(shade, albedo, eti)
        return cls(t_ref, uhi_max, green_area_cooling_distance, t_air_average_radius, cc_method, weights)

    def on(self, grid: Grid, path: Path) -> HeatModel:
        """Return the model on a grid.

        Raises
        ------
        NotSquare, BadDistance
            Each says what to do.
        """
        wide, high = grid.transform.a, -grid.transform.e
        if abs(wide - high) > NEARLY * wide:
            raise NotSquare(path=path, wide=f"{wide:g}", high=f"{high:g}")
        cell_m = math.sqrt(grid.cell_area_m2)
        for name, value in (
            ("green-area-cooling-distance", self.green_area_cooling_distance),
            ("t-air-average-radius", self.t_air_average_radius),
        ):
            if not 0 <= value <= MOST_CELLS * cell_m:
                raise BadDistance(
                    name=name, value=f"{value:g}", most=f"{MOST_CELLS * cell_m:g}", cell=f"{cell_m:g}"
                )
        return HeatModel(
            cell_m,
            self.green_area_cooling_distance,
            LARGE_GREEN_M2,
            self.t_air_average_radius,
            self.t_ref,
            self.uhi_max,
        )


@dataclass(frozen=True)
class HeatTable:
    """Heat attributes of each class, in the table's order.

    Parameters
    ----------
    codes
        Land-cover codes.
    columns
        Column → values, one per class.
    """

    codes: tuple[int, ...]
    columns: dict[str, npt.NDArray[np.float64]]

    @property
    def green(self) -> npt.NDArray[np.bool_]:
        """Whether each class is a green area."""
        return np.asarray(self.columns["green_area"] == 1)

    def capacities(
        self, method: str, weights: CoolingWeights
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Return the two parts of CC of each class: the fixed one, and what multiplies ET0/ET0max."""
        if method == INTENSITY:
            fixed = 1.0 - self.columns["building_intensity"]
            return fixed, np.zeros_like(fixed)
        part = weights.normalised()
        fixed = part.shade * self.columns["shade"] + part.albedo * self.columns["albedo"]
        return fixed, part.eti * self.columns["kc"]


def read_heat_table(path: Path, method: str) -> HeatTable:
    """Read the columns that a method needs; raises what `read_class_table` raises."""
    names = COLUMNS[method]

    def wrong(numbers: list[float]) -> Reasons | None:
        for name, number in zip(names, numbers, strict=True):
            if name == "green_area":
                if number not in (0.0, 1.0):
                    return "green_area non è 0 o 1", "green_area is neither 0 nor 1"
            elif name == "kc":
                if not 0 <= number < math.inf:
                    return "kc è negativo o non è un numero", "kc is negative or no number"
            elif not 0 <= number <= 1:
                return f"{name} è fuori da 0-1", f"{name} is outside 0-1"
        return None

    rows = read_class_table(path, names, wrong)
    values = np.asarray(list(rows.values()), dtype=np.float64)
    return HeatTable(tuple(rows), {name: values[:, place] for place, name in enumerate(names)})
