"""A made territory for measuring STORM: parcels of land cover, patches of soil, zones, from a seed."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

CRS = "EPSG:32632"
ORIGIN = (480000.0, 5060000.0)
CELL_M = 10.0
ZONES = 133
CELLS_PER_PARCEL = 400
CLASSES = 40
PATTERN = 4000
SEED = 20240228
LULC_NODATA, SOIL_NODATA = 65535, 255


@dataclass(frozen=True)
class StormInputs:
    """The files both sides are given."""

    side: int
    folder: Path

    @property
    def lulc(self) -> Path:
        """Land-cover codes, two bytes."""
        return self.folder / "lulc.tif"

    @property
    def soils(self) -> Path:
        """Soil groups, one byte, on the same grid."""
        return self.folder / "soils.tif"

    @property
    def table(self) -> Path:
        """Curve numbers by class and group."""
        return self.folder / "biophysical.csv"

    @property
    def zones(self) -> Path:
        """133 polygons that cover the territory."""
        return self.folder / "zones.gpkg"


def make(side: int, folder: Path) -> StormInputs:
    """Write the inputs of `side` x `side` cells, unless they are there already."""
    inputs = StormInputs(side, folder)
    if inputs.zones.exists():
        return inputs
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(SEED)
    codes = class_codes()
    _write_table(inputs.table, codes, rng)
    parcels = _nearest(rng, side, side * side // CELLS_PER_PARCEL)
    classes = codes[rng.integers(0, CLASSES, parcels.max() + 1)].astype(np.uint16)
    lulc = classes[parcels]
    lulc[: side // 50, : side // 50] = LULC_NODATA
    write_raster(inputs.lulc, lulc, LULC_NODATA)
    patches = _nearest(rng, side, max(side * side // 40_000, 4))
    groups = rng.integers(1, 5, patches.max() + 1).astype(np.uint8)
    soils = groups[patches]
    soils[-(side // 40) :, -(side // 40) :] = SOIL_NODATA
    write_raster(inputs.soils, soils, SOIL_NODATA)
    _write_zones(inputs.zones, side, rng)
    return inputs


def class_codes() -> np.ndarray:
    """Codes as sparse as those of DUSAF: from 1111 on, with gaps."""
    return 1111 + np.arange(CLASSES) * 113


def _write_table(path: Path, codes: np.ndarray, rng: np.random.Generator) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["lucode", "CN_A", "CN_B", "CN_C", "CN_D"])
        for code in codes.tolist():
            writer.writerow([code, *np.sort(rng.integers(30, 101, 4)).tolist()])


def _nearest(rng: np.random.Generator, side: int, points: int) -> np.ndarray:
    """Cut the square in parcels: each cell takes the number of the nearest of some random points.

    A square wider than `PATTERN` repeats one of that side: same parcels, less waiting.
    """
    from scipy.spatial import cKDTree

    if side > PATTERN:
        times = -(-side // PATTERN)
        pattern = _nearest(rng, PATTERN, points * PATTERN**2 // side**2)
        return np.tile(pattern, (times, times))[:side, :side]
    tree = cKDTree(rng.random((points, 2)) * side)
    parcels = np.empty((side, side), dtype=np.int32)
    across = np.arange(side) + 0.5
    for row in range(side):
        cells = np.column_stack([np.full(side, row + 0.5), across])
        parcels[row] = tree.query(cells, workers=2)[1]
    return parcels


def write_raster(
    path: Path,
    array: np.ndarray,
    nodata: float,
    corner: tuple[float, float] = ORIGIN,
    cell: float = CELL_M,
    crs: str = CRS,
) -> None:
    """Write an array from its upper left corner on."""
    import rasterio
    from rasterio.transform import from_origin

    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=array.shape[1],
        height=array.shape[0],
        count=1,
        dtype=array.dtype,
        crs=crs,
        transform=from_origin(*corner, cell, cell),
        nodata=nodata,
        tiled=True,
        compress="lzw",
    ) as dataset:
        dataset.write(array, 1)


def _write_zones(path: Path, side: int, rng: np.random.Generator) -> None:
    import geopandas
    import shapely

    west, north = ORIGIN
    length = side * CELL_M
    square = shapely.box(west, north - length, west + length, north)
    points = shapely.MultiPoint(rng.random((ZONES, 2)) * length + [west, north - length])
    cells = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=square))
    cells = shapely.segmentize(shapely.intersection(cells, square), length / 400)
    frame = geopandas.GeoDataFrame(
        {"zona": [f"z{i:03d}" for i in range(len(cells))]}, geometry=cells, crs=CRS
    )
    frame.to_file(path, driver="GPKG")
