"""Shapes read back from the land cover: built-up perimeters, greenery, wells, sites, streets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely

from trama.analyses.demo import parcels
from trama.analyses.demo.covers import BUILT, PARKS, WOODS, Cover
from trama.analyses.demo.ground import Grid, Ground
from trama.analyses.demo.landcover import Codes, Scene
from trama.analyses.demo.noise import chance, smooth
from trama.kernel.places import METRIC_EPSG

if TYPE_CHECKING:
    import geopandas

MERGED = 3
"""Polygons are drawn from squares of so many cells by so many."""

SMALLEST_TOWN_M2 = 12_000
SMALLEST_GREEN_M2 = 6_000
PEOPLE_PER_WELL = 9000
LEFT_WHOLE_M2 = 30_000
SITE_LATTICE_M = 700.0
Mask = npt.NDArray[np.bool_]


def consolidated(ground: Ground, cover: Codes) -> geopandas.GeoDataFrame:
    """Return the layer `tessuto_urbano_consolidato`: built ground without its thin strips, by comune."""
    from scipy.ndimage import binary_closing, binary_opening

    mask, grid = _merge(cover, ground.fine, BUILT)
    mask = binary_opening(binary_closing(mask, iterations=2), iterations=2)
    towns = shapely.union_all(_outlines(mask, grid, SMALLEST_TOWN_M2))
    pieces = shapely.intersection(ground.comuni.geometry.to_numpy(), towns)
    rows = []
    for istat, shape in zip(ground.comuni["istat"], pieces, strict=True):
        parts = [part for part in shapely.get_parts(shape) if part.area > SMALLEST_TOWN_M2]
        rows += [(f"tuc_{istat}_{number:03d}", istat, part) for number, part in enumerate(parts, start=1)]
    return _table(rows, ["id", "istat", "geometry"])


def greenery(ground: Ground, cover: Codes) -> geopandas.GeoDataFrame:
    """Return the layer `verde`: parks, sports grounds and woods."""
    rows = []
    for kind, codes in (("parco", PARKS), ("sport", {Cover.SPORT}), ("bosco", WOODS)):
        mask, grid = _merge(cover, ground.fine, codes)
        shapes = _outlines(mask, grid, SMALLEST_GREEN_M2)
        rows += [(f"{kind}_{number:05d}", kind, shape) for number, shape in enumerate(shapes, start=1)]
    return _table(rows, ["id", "classe", "geometry"])


def well_zones(ground: Ground, view: Scene, radius_m: float) -> geopandas.GeoDataFrame:
    """Return the layer `zone_rispetto_pozzi`: a disc about each well, one well for about 9,000 residents.

    Parameters
    ----------
    radius_m
        From the norms.
    """
    rows = []
    for index, (istat, shape) in enumerate(zip(ground.comuni["istat"], ground.comuni.geometry, strict=True)):
        wanted = 1 + int(ground.people[index] / PEOPLE_PER_WELL)
        for number, (x, y) in enumerate(_well_places(ground, view, shape, index, wanted), start=1):
            disc = shapely.intersection(shapely.Point(x, y).buffer(radius_m, quad_segs=12), ground.territory)
            rows.append((f"pozzo_{istat}_{number:03d}", istat, radius_m, disc))
    return _table(rows, ["id", "istat", "raggio_m", "geometry"], area=False)


def contaminated(ground: Ground, cover: Codes) -> geopandas.GeoDataFrame:
    """Return the layer `siti_contaminati`: a few plots within industrial ground."""
    west, south, east, north = ground.territory.bounds
    column, row = np.meshgrid(
        np.arange(int((east - west) / SITE_LATTICE_M)), np.arange(int((north - south) / SITE_LATTICE_M))
    )
    luck = [chance(column, row, ground.seed + 901 + k).reshape(column.shape) for k in range(4)]
    x, y = west + (column + luck[0]) * SITE_LATTICE_M, south + (row + luck[1]) * SITE_LATTICE_M
    there = ground.fine.sample(cover, x, y)
    chosen = ((there == Cover.INDUSTRY) & (luck[2] < 0.45)) | (there == Cover.DERELICT)
    rows: list[tuple[object, ...]] = []
    for i, j in zip(*np.nonzero(chosen), strict=True):
        owner = int(ground.fine.sample(ground.comune_fine, x[i, j], y[i, j])) - 1
        plot = _plot(
            float(x[i, j]),
            float(y[i, j]),
            35 + 75 * float(luck[3][i, j]),
            ground.seed + int(i) + 131 * int(j),
        )
        plot = shapely.intersection(plot, ground.comuni.geometry.iloc[owner])
        rows.append((f"sito_{len(rows) + 1:04d}", ground.comuni["istat"].iloc[owner], plot))
    return _table(rows, ["id", "istat", "geometry"])


def streets(
    view: Scene, towns: geopandas.GeoDataFrame, green: geopandas.GeoDataFrame
) -> list[shapely.Geometry]:
    """Return the street grid of each district within the towns, parks left whole: the lines of the raster."""
    districts = view.districts
    seeds = np.stack([districts.x.ravel(), districts.y.ravel()], axis=1).astype(np.float64)
    areas = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(seeds), ordered=True))
    built = shapely.transform(towns.geometry.to_numpy(), lambda xy: xy - np.array(view.origin))
    parks = green[(green["classe"] == "parco") & (green["area_m2"] > LEFT_WHOLE_M2)].geometry.to_numpy()
    lawns = shapely.transform(parks, lambda xy: xy - np.array(view.origin))
    tree, lawn_tree = shapely.STRtree(built), shapely.STRtree(lawns)
    found = []
    for number, area in enumerate(areas):
        near = tree.query(area, predicate="intersects")
        if not len(near):
            continue
        within = shapely.union_all(shapely.intersection(built[near], area))
        lawn = lawn_tree.query(within, predicate="intersects")
        open_ground = shapely.difference(within, shapely.union_all(lawns[lawn]))
        lines = shapely.intersection(_lines(districts, number), open_ground)
        kept = [
            line for line in shapely.get_parts(lines) if line.geom_type == "LineString" and line.length > 40
        ]
        found += [
            shapely.transform(line, lambda xy: np.round(xy + np.array(view.origin), 1)) for line in kept
        ]
    return found


def _lines(districts: parcels.Districts, number: int) -> shapely.Geometry:
    long, short = (
        2 * float(side.ravel()[number]) for side in (districts.block_long_m, districts.block_short_m)
    )
    turn = np.array(
        [
            [districts.cosine.ravel()[number], -districts.sine.ravel()[number]],
            [districts.sine.ravel()[number], districts.cosine.ravel()[number]],
        ],
        np.float64,
    )
    seed = np.array([districts.x.ravel()[number], districts.y.ravel()[number]], np.float64)
    far = 2.0 * parcels.DISTRICT_M
    lines = []
    for pitch, along in ((long, 1), (short, 0)):
        for place in np.arange(-np.ceil(far / pitch), np.ceil(far / pitch) + 1) * pitch + 5.0:
            ends = np.array([[place, -far], [place, far]] if along else [[-far, place], [far, place]])
            lines.append(ends @ turn.T + seed)
    return shapely.multilinestrings([shapely.LineString(line) for line in lines])


def _well_places(
    ground: Ground, view: Scene, shape: shapely.Geometry, index: int, wanted: int
) -> Iterable[tuple[float, float]]:
    """Return points of the comune at the edge of its towns, in the order of chance."""
    west, south, east, north = shape.bounds
    tries = np.arange(80 * wanted)
    x = np.round(west + chance(tries, np.full_like(tries, index), ground.seed + 911) * (east - west), 1)
    y = np.round(south + chance(tries, np.full_like(tries, index), ground.seed + 912) * (north - south), 1)
    owner = ground.coarse.sample(ground.comune_coarse, x, y)
    depth = ground.coarse.sample(view.pull.home_rank, x, y) / max(
        float(view.pull.home_share[index + 1]), 1e-3
    )
    good = np.flatnonzero((owner == index + 1) & (depth > 0.5) & (depth < 1.6))
    chosen = good if len(good) else np.flatnonzero(owner == index + 1)
    return [(float(x[k]), float(y[k])) for k in chosen[:wanted]]


def _merge(cover: Codes, grid: Grid, codes: Iterable[int]) -> tuple[Mask, Grid]:
    """Return which coarser squares are mostly of the given codes, and their grid."""
    belongs = np.zeros(65536, bool)
    belongs[[int(code) for code in codes]] = True
    rows, columns = grid.rows // MERGED, grid.columns // MERGED
    count = np.zeros((rows, columns), np.uint8)
    for i in range(MERGED):
        for j in range(MERGED):
            count += belongs[cover[i : rows * MERGED : MERGED, j : columns * MERGED : MERGED]]
    larger = Grid(grid.west, grid.north, rows, columns, grid.cell_m * MERGED)
    return count > MERGED * MERGED // 2, larger


def _outlines(mask: Mask, grid: Grid, smallest_m2: float) -> list[shapely.Polygon]:
    """Trace the mask, drop small pieces and holes, and take the stairs off the edges."""
    from rasterio.features import shapes

    found = []
    for outline, _ in shapes(mask.astype(np.uint8), mask=mask, transform=grid.transform):
        holes = [ring for ring in outline["coordinates"][1:] if shapely.Polygon(ring).area > smallest_m2]
        polygon = shapely.Polygon(outline["coordinates"][0], holes)
        if polygon.area < smallest_m2:
            continue
        rounded = _round_off(shapely.simplify(polygon, 1.05 * grid.cell_m))
        smoothed = shapely.make_valid(rounded, method="structure")
        found += [part for part in shapely.get_parts(smoothed) if part.area > smallest_m2 / 2]
    return found


def _round_off(polygon: shapely.Polygon) -> shapely.Polygon:
    """Cut every corner once (see `sketch.curve`), to the decimetre."""
    rings = []
    for ring in (polygon.exterior, *polygon.interiors):
        xy = shapely.get_coordinates(ring)
        after = np.vstack([xy[1:], xy[1:2]])
        cut = np.stack([0.8 * xy + 0.2 * after, 0.2 * xy + 0.8 * after], axis=1)[:-1].reshape(-1, 2)
        rings.append(np.round(cut, 1))
    return shapely.Polygon(rings[0], rings[1:])


def _plot(x: float, y: float, radius_m: float, seed: int) -> shapely.Polygon:
    angle = np.linspace(0, 2 * np.pi, 7, endpoint=False)
    away = radius_m * (0.7 + 0.6 * smooth(np.cos(angle) * 3 + 40, np.sin(angle) * 3 + 40, 1.0, seed))
    return shapely.Polygon(
        np.round(np.stack([x + away * np.cos(angle), y + away * np.sin(angle)], axis=1), 1)
    )


def _table(
    rows: Sequence[tuple[object, ...]], columns: list[str], *, area: bool = True
) -> geopandas.GeoDataFrame:
    import geopandas

    table = geopandas.GeoDataFrame(rows, columns=columns, crs=METRIC_EPSG)
    return table.assign(area_m2=table.geometry.area.round(0)) if area else table
