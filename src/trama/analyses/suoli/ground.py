"""The layers of the soils map, opened on the one grid of the land cover, strip after strip."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from trama.analyses.suoli.errors import MissingLayers, NoService, WrongGrid
from trama.analyses.suoli.rules import Rules, Service
from trama.engines.services import attitude, supply_points
from trama.lake import Lake, Version

if TYPE_CHECKING:
    import geopandas
    from affine import Affine

STRIP_ROWS = 512
PLACES = {"comuni": "suoli_comuni", "upa": "suoli_upa"}
"""Layer of polygons → table the run leaves for it."""


@dataclass(frozen=True)
class Strip:
    """Some rows of the grid.

    Attributes
    ----------
    supplies
        Service → points of each cell, float32, NaN where missing.
    attitude, matrix
        The computed attitude and the capacity matrix's, same shape.
    """

    rows: slice
    supplies: dict[str, NDArray[np.float32]]
    attitude: NDArray[np.float32]
    matrix: NDArray[np.float32]


@dataclass(frozen=True)
class Ground:
    """What a run reads: the rules, the versions, the grid."""

    rules: Rules
    versions: dict[str, Version]
    in_use: tuple[Service, ...]
    absent: tuple[Service, ...]
    shape: tuple[int, int]
    transform: Affine

    @property
    def cell_area_m2(self) -> float:
        """Area of a cell."""
        return float(abs(self.transform.a * self.transform.e))

    @property
    def bands(self) -> list[slice]:
        """Slices of rows that cover the grid."""
        height = self.shape[0]
        return [slice(top, min(top + STRIP_ROWS, height)) for top in range(0, height, STRIP_ROWS)]

    @cached_property
    def places(self) -> dict[str, geopandas.GeoDataFrame]:
        """The polygons of each kind of place, ordered by key (in the column ``key``)."""
        return {layer: _polygons(self.versions[layer]) for layer in PLACES}

    def labels(self, layer: str) -> NDArray[np.uint16]:
        """Return the row number (from 1) of the polygon that contains each cell's centre; 0 for none."""
        from rasterio.features import rasterize

        shapes = [(shape, row) for row, shape in enumerate(self.places[layer].geometry, start=1) if shape]
        laid: NDArray[np.uint16] = rasterize(
            shapes, out_shape=self.shape, transform=self.transform, fill=0, dtype="uint16"
        )
        return laid

    def strips(self) -> Iterator[Strip]:
        """Yield the grid strip by strip, with the points of every service in use."""
        import rasterio
        from rasterio.windows import Window

        by_code = self.rules.matrix_points()
        with ExitStack() as stack:
            cover = stack.enter_context(rasterio.open(self.versions["uso_suolo"].raster))
            sources = {
                one.id: stack.enter_context(rasterio.open(self.versions[one.layer].raster))
                for one in self.in_use
            }
            for rows in self.bands:
                window = Window(0, rows.start, self.shape[1], rows.stop - rows.start)
                supplies = {one.id: self._points(sources[one.id], one, window) for one in self.in_use}
                weighed = [one for one in self.in_use if one.weight > 0]
                total = attitude([supplies[one.id] for one in weighed], [one.weight for one in weighed])
                matrix = by_code[cover.read(1, window=window).astype(np.intp)]
                yield Strip(rows, supplies, total.astype(np.float32, copy=False), matrix)

    def _points(self, source: Any, service: Service, window: Any) -> NDArray[np.float32]:
        cells = source.read(1, window=window).astype(np.float32)
        if source.nodata is not None and not np.isnan(source.nodata):
            cells[cells == np.float32(source.nodata)] = np.nan
        points = supply_points(cells, service.points_per_unit, self.rules.full_points)
        return points.astype(np.float32, copy=False)


def read_ground(lake: Lake, rules: Rules) -> Ground:
    """Open the current versions; services whose layer is not there are kept apart, by name.

    Raises
    ------
    MissingLayers
        The land cover or the places are not there.
    NoService
        Not one service with a weight has a layer.
    WrongGrid
        A service's layer lies on another grid.
    """
    needed = ["uso_suolo", *PLACES]
    if missing := [layer for layer in needed if not lake.has(layer)]:
        raise MissingLayers(layers=", ".join(f"«{layer}»" for layer in missing))
    in_use = tuple(one for one in rules.services if lake.has(one.layer))
    if not any(one.weight > 0 for one in in_use):
        raise NoService()
    layers = dict.fromkeys([*needed, *(one.layer for one in in_use)])
    versions = {layer: lake.version(layer) for layer in layers}
    shape, transform = _grid(versions["uso_suolo"])
    for one in in_use:
        if _grid(versions[one.layer]) != (shape, transform):
            grid = f"{shape[1]} × {shape[0]} celle di {transform.a:g} m"
            raise WrongGrid(layer=one.layer, grid=grid)
    absent = tuple(one for one in rules.services if one not in in_use)
    return Ground(rules, versions, in_use, absent, shape, transform)


def _grid(version: Version) -> tuple[tuple[int, int], Affine]:
    import rasterio

    with rasterio.open(version.raster) as source:
        return (source.height, source.width), source.transform


def _polygons(version: Version) -> geopandas.GeoDataFrame:
    table = version.table()
    key = version.manifest.key or str(table.columns[0])
    return table.rename(columns={key: "key"}).sort_values("key", ignore_index=True)
