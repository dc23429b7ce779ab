"""InVEST's inputs for Urban Cooling, drawn by hand: cells of 10 m, a park in a town."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.analyses.storm_files import CRS, StormFiles
from trama.analyses.warm.raster import WarmRun, run_raster
from trama.analyses.warm.raster_settings import Settings

TABLE = """lucode,shade,albedo,kc,green_area,building_intensity
1,0.9,0.2,1.0,1,0
2,0.1,0.3,0.4,0,0.8
3,0,0.06,1.1,0,0
"""
GIVEN = {
    "t_ref": 22.0,
    "uhi_max": 4.0,
    "green_area_cooling_distance": 30.0,
    "t_air_average_radius": 20.0,
    "cc_method": "factors",
    "shade": 0.6,
    "albedo": 0.2,
    "eti": 0.2,
}


@dataclass
class WarmFiles(StormFiles):
    """Land cover, evapotranspiration, table and zones in a folder; each can be written again otherwise."""

    def write(self) -> WarmFiles:
        self.folder.mkdir(parents=True)
        self.write_lulc(self.cover())
        self.write_eto(np.full(self.cover().shape, 5.0))
        self.table.write_text(TABLE, encoding="utf-8")
        self.write_zones(self.two_zones())
        return self

    @property
    def eto(self) -> Path:
        return self.folder / "eto.tif"

    def cover(self) -> np.ndarray:
        return np.array([[1, 1, 2], [1, 2, 255]], dtype=np.uint8)

    def write_eto(
        self, array: np.ndarray, nodata: float | None = -1.0, crs: str | None = CRS, cell: float = 10.0
    ) -> None:
        from rasterio.transform import from_origin

        place = from_origin(self.east, self.north, cell, cell)
        self._raster(self.eto, array.astype(np.float32), nodata, crs, place)

    def run(self, out: Path, **given: object) -> WarmRun:
        settings = Settings.checked(**{key: given.pop(key, value) for key, value in GIVEN.items()})  # type: ignore[arg-type]
        return run_raster(self.lulc, self.eto, self.table, self.zones, out, settings, **given)  # type: ignore[arg-type]
