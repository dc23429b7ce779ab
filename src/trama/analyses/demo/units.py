"""UPA: the plain cut into landscape units, without gaps or overlaps.

The plain is a mosaic of small Voronoi cells, each given to a unit by its place; rivers with their banks are
units of their own, cut out of the mosaic.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely

from trama.analyses.demo.ground import Ground
from trama.analyses.demo.noise import chance, smooth
from trama.analyses.demo.sketch import Sketch
from trama.kernel.places import METRIC_EPSG

if TYPE_CHECKING:
    import geopandas

TILE_M = 520.0
SNAP_M = 0.01
CITY_M = 8500.0
NAMES = {
    "2a": "Alta pianura occidentale",
    "2c": "Alta pianura urbanizzata",
    "2d": "Alta pianura orientale",
    "3a": "Fascia dei fontanili occidentale",
    "3b": "Città, lato occidentale",
    "3c": "Città, lato orientale",
    "3d": "Fascia dei fontanili orientale",
    "4a": "Bassa pianura irrigua occidentale",
    "4b": "Bassa pianura irrigua orientale",
}
BANKS_M = {"ticino": 2100.0, "adda": 1300.0, "lambro": 480.0, "olona": 380.0}
COVERED_BELOW_M = 450.0
"""Rivers with narrower banks run under the city and are no unit there."""

RIVER_NAMES = {name: f"Valle fluviale del {name.title()}" for name in ("ticino", "lambro")} | {
    name: f"Valle fluviale dell'{name.title()}" for name in ("adda", "olona")
}


def units(ground: Ground, sketch: Sketch) -> geopandas.GeoDataFrame:
    """Return the layer `upa`: ``codice, nome, tipo, area_m2, geometry``, one row per unit, by code."""
    import geopandas

    rivers = _rivers(ground, sketch)
    taken = shapely.union_all(list(rivers.values())) if rivers else shapely.Polygon()
    rest = shapely.difference(ground.territory, taken)
    rows = [(f"fluviale_{name}", RIVER_NAMES[name], "fluviale", shape) for name, shape in rivers.items()]
    for code, shape in _mosaic(ground, sketch).items():
        piece = shapely.intersection(shape, rest)
        if piece.area > 0:
            rows.append((code, NAMES[code], "pianura", _areas(piece)))
    table = geopandas.GeoDataFrame(
        sorted(rows, key=lambda row: row[0]), columns=["codice", "nome", "tipo", "geometry"]
    )
    table = table.set_crs(METRIC_EPSG)
    return table.assign(area_m2=table.geometry.area.round(0))


def _rivers(ground: Ground, sketch: Sketch) -> dict[str, shapely.Geometry]:
    """Return the banks of each river present, the greater first; where two meet, the first has the place."""
    found: dict[str, shapely.Geometry] = {}
    taken = shapely.Polygon()
    for name, width in BANKS_M.items():
        lines = sketch.lines(name)
        if not lines:
            continue
        banks = shapely.simplify(shapely.buffer(shapely.simplify(lines[0], 60), width, quad_segs=6), 25)
        banks = shapely.intersection(banks, ground.territory)
        if width < COVERED_BELOW_M and "centro" in sketch.spots:
            core = shapely.Point(sketch.spots["centro"]).buffer(CITY_M * 0.75, quad_segs=12)
            banks = shapely.difference(banks, core)
        banks = _areas(shapely.difference(banks, taken))
        if banks.area > 1e6:
            found[name] = banks
            taken = shapely.union(taken, banks)
    return found


def _mosaic(ground: Ground, sketch: Sketch) -> dict[str, shapely.Geometry]:
    west, south, east, north = ground.territory.bounds
    column, row = np.meshgrid(
        np.arange(int((east - west) / TILE_M) + 6), np.arange(int((north - south) / TILE_M) + 6)
    )
    luck = [chance(column, row, ground.seed + 801 + k) for k in (0, 1)]
    x = np.round(west + (column - 3 + 0.15 + 0.7 * luck[0]) * TILE_M, 1).ravel()
    y = np.round(south + (row - 3 + 0.15 + 0.7 * luck[1]) * TILE_M, 1).ravel()
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.multipoints(np.stack([x, y], axis=1)), ordered=True)
    )
    codes = _code(ground, sketch, x, y)
    cells = shapely.set_precision(cells, SNAP_M)  # so that neighbours share their edges exactly
    merged = {code: shapely.union_all(cells[codes == code]) for code in np.unique(codes)}
    return {
        str(code): shapely.set_precision(shape, 0) for code, shape in merged.items()
    }  # the border stays exact


def _code(
    ground: Ground, sketch: Sketch, x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]
) -> npt.NDArray[np.str_]:
    """Return the unit of each point: by belt (2 dry, 3 springs, 4 irrigated), then by side of the city."""
    wander = 3600 * (smooth(x, y, 5200, ground.seed + 811, octaves=2) - 0.5)
    north = sketch.north_of_springs(x, y) + wander
    middle = sketch.spots.get("centro", tuple(ground.territory.centroid.coords[0]))
    side = x - middle[0] + wander
    city = np.hypot(x - middle[0], y - middle[1]) + wander < CITY_M
    dry, wet = north > sketch.spring_half_width_m, north < -sketch.spring_half_width_m
    belt = np.where(dry, "2", np.where(wet, "4", "3"))
    code = np.where(side < 0, np.char.add(belt, "a"), np.char.add(belt, np.where(wet, "b", "d")))
    code = np.where(dry & (np.abs(side) < 11_000), "2c", code)
    return np.where(city & ~dry, np.where(side < 0, "3b", "3c"), code)


def _areas(shape: shapely.Geometry) -> shapely.Geometry:
    """Drop the lines and points an overlay may leave."""
    return shapely.union_all([part for part in shapely.get_parts(shape) if part.area > 0])
