"""The layers STORM reads, laid on the one grid of the land cover.

Rules of overlay, the same everywhere: the land cover gives the grid; a coarser raster gives each cell the
value of its own cell that contains the cell's centre; a polygon owns the cells whose centre it contains.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from trama.analyses.storm.errors import MissingLayers, NoOverlap, UnknownClasses, WrongGrid
from trama.analyses.storm.grid import Grid, Laid
from trama.analyses.storm.rules import Rules
from trama.analyses.storm.survey import UNKNOWN, Survey
from trama.engines.hydrology.kinds import MISSING, Kinds, band
from trama.kernel.places import METRIC_EPSG
from trama.kernel.trace import LayerUse
from trama.lake import Lake
from trama.lake.version import Version

if TYPE_CHECKING:
    import geopandas

_SHOWN = 8


def needed_layers(rules: Rules) -> list[str]:
    """Return the ids of the layers a run under `rules` reads."""
    soils = {"gruppo_idrologico", rules.soil_layer}
    return ["uso_suolo", *sorted(soils), "soggiacenza", "comuni", "upa"]


def open_versions(lake: Lake, layers: list[str]) -> dict[str, Version]:
    """Return the current version of each layer; raises `MissingLayers` naming all that are not there."""
    missing = [layer for layer in layers if not lake.has(layer)]
    if missing:
        raise MissingLayers(layers=", ".join(f"«{layer}»" for layer in missing), first=missing[0])
    return {layer: lake.version(layer) for layer in layers}


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
        return _polygons(self.versions["comuni"])

    @cached_property
    def upa(self) -> geopandas.GeoDataFrame:
        """The UPA, ordered by code."""
        return _polygons(self.versions["upa"])

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
            positions = _code_positions(self.rules.codes, source.nodata, source.dtypes[0], version.layer)
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
            raise UnknownClasses(layer="uso_suolo", table=self.rules.cover.path, codes=_listed(dict(unknown)))


def read_ground(lake: Lake, rules: Rules) -> Ground:
    """Open the current versions and lay the coarse rasters on the land-cover grid.

    Raises
    ------
    MissingLayers, WrongGrid, UnknownClasses
        A layer is not there, cannot be overlaid, or holds values its table does not know.
    """
    versions = open_versions(lake, needed_layers(rules))
    grid = _grid_of(versions["uso_suolo"])
    laid = {
        "group": _lay_classes(versions["gruppo_idrologico"], grid, 4, "gruppi idrologici 1-4"),
        "depth": _lay_depth(versions["soggiacenza"], grid, rules),
    }
    if rules.soil_layer != "gruppo_idrologico":
        laid["soil"] = _lay_classes(versions[rules.soil_layer], grid, len(rules.soil.value), rules.soil.path)
    return Ground(versions, rules, grid, laid)


def refuse_empty(covered_cells: int) -> None:
    """Raise `NoOverlap` where not one cell of the territory has a land cover."""
    if not covered_cells:
        raise NoOverlap()


def _polygons(version: Version) -> geopandas.GeoDataFrame:
    table = version.table()
    key = version.manifest.key or str(table.columns[0])
    return table.rename(columns={key: "key"}).sort_values("key", ignore_index=True)


def _grid_of(version: Version) -> Grid:
    import rasterio

    with rasterio.open(version.raster) as source:
        if source.crs is None or source.crs.to_epsg() != METRIC_EPSG:
            raise WrongGrid(
                layer=version.layer, why=f"deve essere in EPSG:{METRIC_EPSG}. Ricaricare il livello."
            )
        t = source.transform
        if t.b or t.d or t.a <= 0 or t.e >= 0:
            raise WrongGrid(layer=version.layer, why="non è orientata a nord. Ricaricare il livello.")
        return Grid(t, (source.height, source.width))


def _read_whole(version: Version) -> tuple[NDArray[Any], NDArray[np.bool_], Grid]:
    import rasterio

    grid = _grid_of(version)
    with rasterio.open(version.raster) as source:
        cells = source.read(1)
        missing = source.read_masks(1) == 0
    return cells, missing, grid


def _lay_classes(version: Version, grid: Grid, classes: int, table: str) -> Laid:
    cells, missing, own = _read_whole(version)
    good = (cells >= 1) & (cells <= classes) & (cells == np.floor(cells))
    if (strange := ~good & ~missing).any():
        codes = dict(
            zip(*(part.tolist() for part in np.unique(cells[strange], return_counts=True)), strict=True)
        )
        raise UnknownClasses(layer=version.layer, table=table, codes=_listed(codes))
    return _laid(np.where(good & ~missing, cells, MISSING).astype(np.uint8), own, grid)


def _lay_depth(version: Version, grid: Grid, rules: Rules) -> Laid:
    cells, missing, own = _read_whole(version)
    steps = [(step.comparison, step.bound) for step in rules.depth_steps.steps]
    return _laid(band(cells, steps, missing), own, grid)


def _laid(positions: NDArray[np.uint8], own: Grid, grid: Grid) -> Laid:
    """Find the coarse cell under each fine centre; beyond the coarse raster's edge, none."""
    x, y = grid.centres()
    rows, columns = own.shape
    column = np.floor((x - own.transform.c) / own.transform.a).astype(np.intp)
    row = np.floor((y - own.transform.f) / own.transform.e).astype(np.intp)
    row[(row < 0) | (row >= rows)] = rows
    column[(column < 0) | (column >= columns)] = columns
    return Laid(np.pad(positions, ((0, 1), (0, 1)), constant_values=MISSING), row, column)


def _code_positions(codes: list[str], nodata: float | None, dtype: str, layer: str) -> NDArray[np.uint16]:
    """Build the table from raster value to position on the cover axis; the largest value is the unknown."""
    if not np.issubdtype(np.dtype(dtype), np.unsignedinteger) or np.dtype(dtype).itemsize > 2:
        raise WrongGrid(layer=layer, why=f"i codici devono essere interi tra 0 e 65535, non {dtype}.")
    positions = np.full(65536, UNKNOWN, dtype=np.uint16)
    positions[0] = MISSING
    for position, code in enumerate(codes, start=1):
        positions[int(code)] = position
    if nodata is not None:
        positions[int(nodata)] = MISSING
    return positions


def _listed(counts: dict[Any, int]) -> str:
    worst = sorted(counts.items(), key=lambda item: -item[1])
    text = ", ".join(f"{code:g} ({cells} celle)" for code, cells in worst[:_SHOWN])
    return text + (f" e altri {len(worst) - _SHOWN}" if len(worst) > _SHOWN else "")
