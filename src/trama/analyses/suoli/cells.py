"""The ground under a polygon, cell by cell: cover, soil group, and what the layers say of each service."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from trama.analyses.scheda.window import Covered, read_at, read_covered
from trama.analyses.suoli.errors import MissingLayers, NoData
from trama.analyses.suoli.rules import STORM
from trama.engines.hydrology import runoff_mm
from trama.kernel.trace import LayerUse
from trama.lake import Lake, Version
from trama.norms import InForce, NormBook

GROUPS = ("a", "b", "c", "d")
WATER = "water"
"""The `pervious_cover` of the classes of water in the norms' table of land covers."""
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class GroundNow:
    """Land cover and soil group of the cells under a polygon.

    Attributes
    ----------
    classes, groups
        Aligned one to one, each with the square metres of the cell inside the polygon.
    table
        The norms' land-cover table.
    """

    lake: Lake
    polygon: shapely.Geometry
    classes: Covered
    groups: Covered
    table: InForce
    lambda_: InForce
    uses: tuple[LayerUse, ...]

    @property
    def area_m2(self) -> NDArray[np.float64]:
        """Square metres of each cell inside the polygon."""
        return self.classes.area_m2

    @property
    def known_m2(self) -> float:
        """Square metres that have both a land cover and a soil group."""
        return self.classes.total_m2

    @cached_property
    def group(self) -> NDArray[np.intp]:
        """Soil group of each cell, 0 to 3 (A to D)."""
        return np.asarray(np.clip(self.groups.values.astype(np.intp), 1, 4) - 1)

    def column(self, name: str) -> Floats:
        """Return a column of the land-cover table, cell by cell."""
        return column_of(self.table, self.classes, name)

    @cached_property
    def water(self) -> NDArray[np.bool_]:
        """Whether each cell is water, as the norms' table of land covers says: water is no soil."""
        return is_water(self.table, self.classes)

    @property
    def water_m2(self) -> float:
        """Square metres of water."""
        return float(self.area_m2[self.water].sum())

    @cached_property
    def curve_numbers(self) -> Floats:
        """Curve number of today's cover, by cell."""
        numbers = np.stack([self.column(f"cn_{group}") for group in GROUPS])
        return numbers[self.group, np.arange(len(self.group))]

    @cached_property
    def composite_numbers(self) -> Floats:
        """Curve number of the whole area, by cell: the mean of the cells of the same soil group."""
        area = np.bincount(self.group, weights=self.area_m2, minlength=4)
        sums = np.bincount(self.group, weights=self.area_m2 * self.curve_numbers, minlength=4)
        return self.by_group(np.divide(sums, area, out=np.zeros(4), where=area > 0).tolist())

    def runoff(self, rain_mm: float, curve_numbers: Floats) -> Floats:
        """Return the runoff of a rain, mm by cell."""
        return runoff_mm(rain_mm, curve_numbers, float(self.lambda_.value))

    def by_group(self, values: list[float]) -> Floats:
        """Spread four values, groups A to D, over the cells."""
        return np.asarray(values, dtype=np.float64)[self.group]

    def layer(self, name: str) -> Version | None:
        """Return the current version of a layer, or None."""
        return self.lake.version(name) if self.lake.has(name) else None

    def beside(self, name: str) -> tuple[Covered, Covered, Version] | None:
        """Return (cover, values, version) of a raster on the cells of the cover; None without it."""
        cover, version = self.layer("uso_suolo"), self.layer(name)
        if cover is None or version is None:
            return None
        classes, values = read_at(version.raster, cover.raster, self.polygon)
        return classes, values, version

    def alone(self, name: str) -> tuple[Covered, Version] | None:
        """Return the cells of one raster under the polygon; None where it is not there."""
        version = self.layer(name)
        return (read_covered(version.raster, self.polygon), version) if version else None


def column_of(table: InForce, classes: Covered, name: str) -> Floats:
    """Return a column of a land-cover table, cell by cell; a class the table lacks is NaN."""
    codes, index = np.unique(classes.values, return_inverse=True)
    return np.array([_number(table.value.get(str(code)), name) for code in codes])[index]


def is_water(table: InForce, classes: Covered) -> NDArray[np.bool_]:
    """Return whether each cell is of a class whose ground the norms call water."""
    codes, index = np.unique(classes.values, return_inverse=True)
    rows = [table.value.get(str(code)) or {} for code in codes]
    return np.array([row.get("pervious_cover") == WATER for row in rows], dtype=bool)[index]


def _number(row: dict[str, Any] | None, name: str) -> float:
    value = row.get(name) if row else None
    return float("nan") if value is None else float(value)


def ground_now(lake: Lake, book: NormBook, polygon: shapely.Geometry, day: Any) -> GroundNow:
    """Read the ground under `polygon`.

    Raises
    ------
    MissingLayers
        Land cover or soil groups are not in the lake.
    NoData
        Neither has a value under the polygon.
    """
    needed = ("uso_suolo", "gruppo_idrologico")
    if missing := [layer for layer in needed if not lake.has(layer)]:
        titles = (book.manifests[layer].title if layer in book.manifests else layer for layer in missing)
        raise MissingLayers(layers=", ".join(f"«{title}»" for title in titles))
    cover, soil = (lake.version(layer) for layer in needed)
    classes, groups = read_at(soil.raster, cover.raster, polygon)
    if classes.total_m2 <= 0:
        raise NoData()
    table = book.value(f"{STORM}/suolo_dusaf", day)
    ratio = book.value(f"{STORM}/lambda", day)
    return GroundNow(lake, polygon, classes, groups, table, ratio, (cover.use(), soil.use()))
