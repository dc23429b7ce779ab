"""The layers STORM reads, laid on the one grid of the land cover.

Rules of overlay, the same everywhere: the land cover gives the grid; a coarser raster gives each cell the
value of its own cell that contains the cell's centre; a polygon owns the cells whose centre it contains.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from trama.analyses.storm.rules import Rules
from trama.analyses.storm.survey import Laid, Survey
from trama.analyses.territory.errors import UnknownClasses
from trama.analyses.territory.grid import (
    Grid,
    code_positions,
    frugal,
    grid_of,
    listed,
    open_versions,
    polygons,
    read_whole,
    refuse_empty,
)
from trama.engines.hydrology.kinds import MISSING, Kinds, band
from trama.kernel.trace import LayerUse
from trama.lake import Lake
from trama.lake.version import Version

if TYPE_CHECKING:
    import geopandas

__all__ = ["Ground", "frugal", "read_ground", "refuse_empty"]


def needed_layers(rules: Rules) -> list[str]:
    """Return the ids of the layers a run under `rules` reads."""
    soils = {"gruppo_idrologico", rules.soil_layer}
    return ["uso_suolo", *sorted(soils), "soggiacenza", "comuni", "upa"]


@dataclass(frozen=True)
class Ground:
    """Everything of the place that a run reads."""

    versions: dict[str, Version]
    rules: Rules
    grid: Grid
    laid: dict[str, Laid]

    @cached_property
    def comuni(self) -> geopandas.GeoDataFrame:
        """The comuni, ordered by ISTAT code."""
        return polygons(self.versions["comuni"])

    @cached_property
    def upa(self) -> geopandas.GeoDataFrame:
        """The UPA, ordered by code."""
        return polygons(self.versions["upa"])

    @cached_property
    def kinds(self) -> Kinds:
        """The axes that decide what STORM computes of a cell."""
        axes = {"cover": len(self.rules.codes), "group": 4}
        if self.rules.soil_layer != "gruppo_idrologico":
            axes["soil"] = len(self.rules.soil.value)
        return Kinds({**axes, "depth": len(self.rules.depth_weights())})

    def use(self, *layers: str) -> tuple[LayerUse, ...]:
        """Return the records of some of the versions read."""
        return tuple(self.versions[layer].use() for layer in layers)

    def survey(self) -> Survey:
        """Return what a strip needs to be counted, here or elsewhere."""
        import rasterio

        version = self.versions["uso_suolo"]
        with rasterio.open(version.raster) as source:
            positions = code_positions(self.rules.codes, source.nodata, source.dtypes[0], version.layer)
        return Survey(
            raster=version.raster,
            positions=positions,
            kinds=self.kinds,
            laid={name: self.laid[name] for name in self.kinds.axes if name != "cover"},
            grid=self.grid,
            comuni=list(self.comuni.geometry),
            upa=list(self.upa.geometry),
        )

    def refuse_unknown(self, unknown: Counter[int]) -> None:
        """Raise `UnknownClasses` where the land cover holds codes the table does not know."""
        if unknown:
            raise UnknownClasses(layer="uso_suolo", table=self.rules.cover.path, codes=listed(dict(unknown)))


def read_ground(lake: Lake, rules: Rules) -> Ground:
    """Open the current versions and lay the coarse rasters on the land-cover grid.

    Raises
    ------
    MissingLayers, WrongGrid, UnknownClasses
        A layer is not there, cannot be overlaid, or holds values its table does not know.
    """
    versions = open_versions(lake, needed_layers(rules), "STORM")
    grid = grid_of(versions["uso_suolo"])
    laid = {
        "group": _lay_classes(versions["gruppo_idrologico"], grid, 4, "gruppi idrologici 1-4"),
        "depth": _lay_depth(versions["soggiacenza"], grid, rules),
    }
    if rules.soil_layer != "gruppo_idrologico":
        laid["soil"] = _lay_classes(versions[rules.soil_layer], grid, len(rules.soil.value), rules.soil.path)
    return Ground(versions, rules, grid, laid)


def _lay_classes(version: Version, grid: Grid, classes: int, table: str) -> Laid:
    cells, missing, own = read_whole(version)
    good = (cells >= 1) & (cells <= classes) & (cells == np.floor(cells))
    if (strange := ~good & ~missing).any():
        codes = dict(
            zip(*(part.tolist() for part in np.unique(cells[strange], return_counts=True)), strict=True)
        )
        raise UnknownClasses(layer=version.layer, table=table, codes=listed(codes))
    return _laid(np.where(good & ~missing, cells, MISSING).astype(np.uint8), own, grid)


def _lay_depth(version: Version, grid: Grid, rules: Rules) -> Laid:
    cells, missing, own = read_whole(version)
    steps = [(step.comparison, step.bound) for step in rules.depth_steps.steps]
    return _laid(band(cells, steps, missing), own, grid)


def _laid(positions: NDArray[np.uint8], own: Grid, grid: Grid) -> Laid:
    """Find the coarse cell under each fine centre; beyond the coarse raster's edge, none."""
    row, column = grid.under(own)
    return Laid(np.pad(positions, ((0, 1), (0, 1)), constant_values=MISSING), row, column)
