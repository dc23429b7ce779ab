"""Where each action suits: the hectares of a place with the right cover, soil and water table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from trama.analyses.rete_verde.errors import MissingLayers
from trama.analyses.rete_verde.rules import Action
from trama.engines.hydrology import ZonalHistogram
from trama.lake import Lake, Version

if TYPE_CHECKING:
    import geopandas

GROUND = ("uso_suolo", "gruppo_idrologico", "soggiacenza")
SOILS = "ABCD"
STRIP_ROWS = 512
M2_PER_HA = 10_000.0
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Census:
    """Cells of each place by cover, soil group and band of water table.

    Attributes
    ----------
    counts
        Shape (places, codes + 1, 5, bands + 2): position 0 of each axis is "no data".
    codes
        Land-cover codes of the second axis, from position 1.
    bounds
        Depths [m], rising: band k holds depths from ``bounds[k - 1]`` (none for k = 0), at position k + 1.
    """

    keys: list[str]
    counts: NDArray[np.int64]
    codes: list[str]
    bounds: list[float]
    cell_area_m2: float
    versions: dict[str, Version]

    def suitable(self, action: Action, place: str) -> NDArray[np.float64]:
        """Return the hectares of `place` that suit `action`, by soil group A to D: shape (4,).

        A cell without soil group never counts; one without water table, only where it does not matter.
        """
        cover = np.array([False, *(code.startswith(action.ground) for code in self.codes)])
        least = action.water_table_min_m
        if least is None:
            depth = np.ones(self.counts.shape[3], dtype=bool)
        else:
            starts = [-np.inf, *self.bounds]
            depth = np.array([False, *(start >= least for start in starts)])
        cells = self.counts[self.keys.index(place)][cover][:, 1:][:, :, depth].sum(axis=(0, 2))
        allowed = np.array([letter in action.soils for letter in SOILS])
        return np.where(allowed, cells, 0) * self.cell_area_m2 / M2_PER_HA

    def sealed_m2(self, place: str, sealed_share: Mapping[str, float]) -> float:
        """Return the sealed square metres of a place: cells × `sealed_share` of their code, if known."""
        cells = self.counts[self.keys.index(place)].sum(axis=(1, 2))
        shares = np.array([0.0, *(sealed_share.get(code, 0.0) for code in self.codes)])
        return float((cells * shares).sum()) * self.cell_area_m2

    def cover_ha(self, action: Action, place: str) -> float:
        """Return the hectares with the right cover, whatever the soil and the water table."""
        cover = np.array([False, *(code.startswith(action.ground) for code in self.codes)])
        return float(self.counts[self.keys.index(place)][cover].sum()) * self.cell_area_m2 / M2_PER_HA


def take_census(
    lake: Lake, shapes: geopandas.GeoDataFrame, actions: list[Action], progress: Progress | None = None
) -> Census:
    """Count the cells of each polygon of `shapes` (column ``key``) in one pass over the land cover.

    Coarser rasters give each cell the value under its centre; a cell belongs to the polygon that contains it.

    Raises
    ------
    MissingLayers
        Land cover, soil groups or water table are not in the lake.
    """
    import rasterio
    from rasterio.windows import Window

    if missing := [layer for layer in GROUND if not lake.has(layer)]:
        raise MissingLayers(layers=", ".join(f"«{layer}»" for layer in missing))
    versions = {layer: lake.version(layer) for layer in GROUND}
    bounds = sorted({one.water_table_min_m for one in actions if one.water_table_min_m is not None})
    with rasterio.open(versions["uso_suolo"].raster) as cover:
        codes = _codes(cover)
        position = np.zeros(65536, dtype=np.intp)
        position[codes] = np.arange(1, len(codes) + 1)
        shape = (len(codes) + 1, 5, len(bounds) + 2)
        found = ZonalHistogram(len(shapes), int(np.prod(shape)))
        burnt = [(geometry, row) for row, geometry in enumerate(shapes.geometry, start=1) if geometry]
        with (
            _beside(versions["gruppo_idrologico"], cover) as soil,
            _beside(versions["soggiacenza"], cover) as water,
        ):
            for top in range(0, cover.height, STRIP_ROWS):
                window = Window(0, top, cover.width, min(STRIP_ROWS, cover.height - top))
                labels = _labels(burnt, cover, window)
                group = soil.read(1, window=window).astype(np.intp)
                group[(group < 1) | (group > 4)] = 0
                band = _band(water.read(1, window=window, masked=True), bounds)
                row = (position[cover.read(1, window=window)] * 5 + group) * shape[2] + band
                found.add(labels, row)
                if progress:
                    progress(min(top + STRIP_ROWS, cover.height), cover.height)
        area = abs(cover.transform.a * cover.transform.e)
    return Census(
        [str(key) for key in shapes["key"]],
        found.counts[1:].reshape(len(shapes), *shape),
        [str(code) for code in codes],
        bounds,
        area,
        versions,
    )


def _labels(burnt: list[Any], cover: Any, window: Any) -> NDArray[np.uint16]:
    """Return the number of the polygon that contains each centre of a window; 0 for none."""
    from rasterio.features import rasterize

    laid: NDArray[np.uint16] = rasterize(
        burnt,
        out_shape=(window.height, window.width),
        transform=cover.window_transform(window),
        fill=0,
        dtype="uint16",
    )
    return laid


def _codes(cover: Any) -> list[int]:
    """Return the codes present, no data left out."""
    from rasterio.windows import Window

    seen = np.zeros(65536, dtype=bool)
    for top in range(0, cover.height, STRIP_ROWS):
        window = Window(0, top, cover.width, min(STRIP_ROWS, cover.height - top))
        seen[np.unique(cover.read(1, window=window))] = True
    seen[0] = False
    if cover.nodata is not None and 0 <= cover.nodata < seen.size:
        seen[int(cover.nodata)] = False
    return [int(code) for code in np.flatnonzero(seen)]


def _beside(version: Version, cover: Any) -> Any:
    """Open a raster laid on the grid of the land cover, by the value under each centre."""
    import rasterio
    from rasterio.enums import Resampling
    from rasterio.vrt import WarpedVRT

    return WarpedVRT(
        rasterio.open(version.raster),
        crs=cover.crs,
        transform=cover.transform,
        width=cover.width,
        height=cover.height,
        resampling=Resampling.nearest,
    )


def _band(depth: Any, bounds: list[float]) -> NDArray[np.intp]:
    """Return the band of each depth, 1 below the first bound; 0 where missing."""
    values = np.ma.filled(depth.astype(np.float64), np.nan)
    band = np.digitize(values, bounds) + 1
    return np.where(np.isfinite(values), band, 0).astype(np.intp)
