"""The layers WARM reads, laid on the one grid of the land cover."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from trama.analyses.territory.errors import WrongGrid
from trama.analyses.territory.grid import (
    Grid,
    grid_of,
    open_versions,
    polygons,
    read_classes,
    read_whole,
    zones,
)
from trama.analyses.warm.rules import Rules
from trama.kernel.trace import LayerUse
from trama.lake import Lake
from trama.lake.version import Version

if TYPE_CHECKING:
    import geopandas

OBSERVED = "temperatura_notte_osservata"
PEOPLE = "popolazione_eta"
NEEDED = ("uso_suolo", "comuni", "upa")
SQUARE = 1e-6
"""How far from 1 the ratio of the sides of a cell may be."""


@dataclass(frozen=True)
class Ground:
    """Everything of the place that a run reads.

    Attributes
    ----------
    cover
        Position of each cell's class in the table of the norms, from 1; 0 where there is no land cover.
    comune, upa
        Row (from 1) of the polygon that contains each cell's centre; 0 for none.
    observed
        Observed night temperature on the grid [°C]; None where the model is to be used.
    set_aside
        Version of the observed temperature that the model is used in spite of; empty where there is none.
    """

    versions: dict[str, Version]
    rules: Rules
    grid: Grid
    cover: NDArray[np.unsignedinteger]
    comune: NDArray[np.uint16]
    upa: NDArray[np.uint16]
    observed: NDArray[np.float32] | None
    set_aside: str = ""

    @property
    def cell_m(self) -> float:
        """Side of a cell."""
        return float(self.grid.transform.a)

    @cached_property
    def comuni(self) -> geopandas.GeoDataFrame:
        """The comuni, ordered by ISTAT code."""
        return polygons(self.versions["comuni"])

    @cached_property
    def units(self) -> geopandas.GeoDataFrame:
        """The UPA, ordered by code."""
        return polygons(self.versions["upa"])

    def use(self, *layers: str) -> tuple[LayerUse, ...]:
        """Return the records of some of the versions read; those not there are left out."""
        return tuple(self.versions[layer].use() for layer in layers if layer in self.versions)

    @property
    def temperature_layers(self) -> tuple[str, ...]:
        """Layers the night temperature comes from."""
        return ("uso_suolo",) if self.observed is None else (OBSERVED,)


def read_ground(lake: Lake, rules: Rules, *, observed: bool) -> Ground:
    """Open the current versions and lay them on the land-cover grid.

    Raises
    ------
    MissingLayers, WrongGrid, UnknownClasses
        A layer is not there, cannot be overlaid, or holds codes the table of the norms does not know.
    """
    optional = [OBSERVED] * observed + [PEOPLE] * lake.has(PEOPLE)
    versions = open_versions(lake, [*NEEDED, *optional], "WARM")
    grid = grid_of(versions["uso_suolo"])
    side = abs(grid.transform.e) / grid.transform.a
    if abs(side - 1) > SQUARE:
        raise WrongGrid(layer="uso_suolo", why="le sue celle non sono quadrate. Ricaricare il livello.")
    cover = np.empty(grid.shape, dtype=np.uint8 if len(rules.codes) <= np.iinfo(np.uint8).max else np.uint16)
    for rows, found in read_classes(versions["uso_suolo"], rules.codes, rules.cover.path, grid):
        cover[rows] = np.where(found > len(rules.codes), 0, found)  # unknown codes stop the run at the end
    return Ground(
        versions,
        rules,
        grid,
        cover,
        zones(polygons(versions["comuni"]).geometry, grid),
        zones(polygons(versions["upa"]).geometry, grid),
        _laid(versions[OBSERVED], grid) if observed else None,
        lake.version(OBSERVED).id if lake.has(OBSERVED) and not observed else "",
    )


def _laid(version: Version, grid: Grid) -> NDArray[np.float32]:
    """Give each cell of the grid the observed value under its centre; NaN where there is none."""
    cells, missing, own = read_whole(version)
    values = np.where(missing, np.nan, cells).astype(np.float32)
    row, column = grid.under(own)
    padded = np.pad(values, ((0, 1), (0, 1)), constant_values=np.nan)
    return np.asarray(padded[row[:, None], column[None, :]])
