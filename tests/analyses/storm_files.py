"""InVEST's inputs, drawn by hand: three by two cells of 10 m."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas
import numpy as np
import rasterio
import shapely
from rasterio.transform import from_bounds, from_origin
from rasterio.warp import transform_bounds

CRS = "EPSG:32632"
NODATA = -9999.0
TABLE = "lucode,nome,CN_A,CN_B,CN_C,CN_D\n1,prato,50,80,85,90\n2,acqua,100,100,100,100\n"


def square(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    """A rectangle in metres from the lower left corner of the drawing (20 m high)."""
    return shapely.box(west, south, east, north)


@dataclass
class StormFiles:
    """The four files, in a folder; each can be written again otherwise."""

    folder: Path
    east: float = 510_000.0
    north: float = 5_030_000.0

    def write(self) -> StormFiles:
        self.folder.mkdir(parents=True)
        self.write_lulc(self.cover())
        self.write_soils(np.array([[2, 2, 2], [1, 2, 2]], dtype=np.uint8))
        self.table.write_text(TABLE, encoding="utf-8")
        return self.write_zones(self.two_zones())

    @property
    def lulc(self) -> Path:
        return self.folder / "lulc.tif"

    @property
    def soils(self) -> Path:
        return self.folder / "soils.tif"

    @property
    def table(self) -> Path:
        return self.folder / "table.csv"

    zones: Path = Path()

    def cover(self) -> np.ndarray:
        return np.array([[1, 1, 2], [1, 2, 255]], dtype=np.uint8)

    def two_zones(self) -> dict[str, shapely.Polygon]:
        return {"ovest": square(0, 0, 20, 20), "est": square(20, 0, 30, 20)}

    def write_lulc(
        self, array: np.ndarray, nodata: float | None = 255, crs: str | None = CRS, cell: float = 10.0
    ) -> None:
        self._raster(self.lulc, array, nodata, crs, from_origin(self.east, self.north, cell, cell))

    def write_soils(
        self,
        array: np.ndarray,
        nodata: float | None = 255,
        crs: str | None = CRS,
        cell: float = 10.0,
        margin: bool = False,
    ) -> None:
        transform = from_origin(self.east, self.north, cell, cell)
        if margin:  # around the drawing, whatever the system
            around = (self.east - 500, self.north - 500, self.east + 500, self.north + 500)
            box = transform_bounds(CRS, crs, *around)
            transform = from_bounds(*box, array.shape[1], array.shape[0])
        self._raster(self.soils, array, nodata, crs, transform)

    def write_zones(
        self,
        zones: dict[str, shapely.Geometry],
        suffix: str = ".gpkg",
        crs: str | None = CRS,
        placed: bool = False,
    ) -> StormFiles:
        shapes = [shape if placed else shapely.transform(shape, self.place) for shape in zones.values()]
        frame = geopandas.GeoDataFrame({"nome": list(zones)}, geometry=shapes, crs=CRS if crs else None)
        self.zones = self.folder / f"zones{suffix}"
        self.zones.unlink(missing_ok=True)
        if crs and crs != CRS:
            frame = frame.to_crs(crs)
        if suffix == ".parquet":
            frame.to_parquet(self.zones)
        else:
            frame.to_file(self.zones)
        return self

    def place(self, drawn: np.ndarray) -> np.ndarray:
        """From metres of the drawing to those of the system."""
        return drawn + np.array([self.east, self.north - 20])

    @staticmethod
    def _raster(
        path: Path, array: np.ndarray, nodata: float | None, crs: str | None, transform: object
    ) -> None:
        bands = array if array.ndim == 3 else array[None]
        with rasterio.open(
            path,
            "w",
            driver="GTiff",
            width=bands.shape[2],
            height=bands.shape[1],
            count=bands.shape[0],
            dtype=bands.dtype,
            crs=crs,
            transform=transform,
            nodata=nodata,
        ) as dataset:
            dataset.write(bands)
