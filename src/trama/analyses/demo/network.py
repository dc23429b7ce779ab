"""Roads, railways and waters of the base map, as lines and surfaces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely

from trama.analyses.demo.ground import Ground
from trama.analyses.demo.noise import chance, smooth
from trama.analyses.demo.settlement import Centres, Pull
from trama.analyses.demo.sketch import Sketch
from trama.kernel.places import METRIC_EPSG

if TYPE_CHECKING:
    import geopandas

WIDTH_M = {"autostrada": 34.0, "principale": 16.0, "secondaria": 10.0, "locale": 6.0, "via": 8.0}
LONGEST_LINK_M = 9000.0
LOCAL_LINK_M = 2600.0
SPRING_HEADS_M = 2100.0
"""Spring ditches are about this far from each other along the belt."""


@dataclass(frozen=True)
class Road:
    """A road of the base map."""

    kind: str
    line: shapely.LineString
    name: str | None = None


def roads(ground: Ground, sketch: Sketch, centres: Centres) -> list[Road]:
    """Return motorways from the sketch and the roads that link settlements, the wider first.

    Links between main settlements are those of the relative neighbourhood graph (principale) and of the
    Gabriel graph (secondaria); hamlets hang on their neighbours by local roads.

    Source: G. T. Toussaint, "The relative neighbourhood graph of a finite planar set", 1980.
    """
    found = [
        Road("autostrada", course.line, course.name or None)
        for course in sketch.axes
        if course.kind == "autostrada"
    ]
    main = np.flatnonzero(centres.main)
    primary, secondary = _links(centres.xy[main])
    found += [
        Road("principale", _bent(centres.xy[main[i]], centres.xy[main[j]], ground.seed)) for i, j in primary
    ]
    found += [
        Road("secondaria", _bent(centres.xy[main[i]], centres.xy[main[j]], ground.seed)) for i, j in secondary
    ]
    taken = {(int(main[i]), int(main[j])) for i, j in (*primary, *secondary)}
    everywhere, across = _links(centres.xy)
    for i, j in (*everywhere, *across):
        length = float(np.hypot(*(centres.xy[i] - centres.xy[j])))
        if (i, j) not in taken and length < LOCAL_LINK_M:
            found.append(Road("locale", _bent(centres.xy[i], centres.xy[j], ground.seed)))
    return [Road(road.kind, _inside(road.line, ground), road.name) for road in found]


def road_table(found: list[Road]) -> geopandas.GeoDataFrame:
    """Return roads as the layer `strade` (or `vie`), without the empty ones."""
    import geopandas

    kept = [road for road in found if not road.line.is_empty]
    return geopandas.GeoDataFrame(
        {
            "id": [f"s{number:05d}" for number in range(1, len(kept) + 1)],
            "classe": [road.kind for road in kept],
            "nome": [road.name for road in kept],
            "larghezza_m": [WIDTH_M[road.kind] for road in kept],
        },
        geometry=[road.line for road in kept],
        crs=METRIC_EPSG,
    )


def rail_table(ground: Ground, sketch: Sketch) -> geopandas.GeoDataFrame:
    """Return railways and metro lines as the layer `ferrovie`."""
    import geopandas

    lines = [(c, _inside(c.line, ground)) for c in sketch.axes if c.kind in ("ferrovia", "metropolitana")]
    kept = [(course, line) for course, line in lines if not line.is_empty]
    return geopandas.GeoDataFrame(
        {
            "id": [course.id for course, _ in kept],
            "classe": [course.kind for course, _ in kept],
            "nome": [course.name or None for course, _ in kept],
        },
        geometry=[line for _, line in kept],
        crs=METRIC_EPSG,
    )


def spring_ditches(ground: Ground, sketch: Sketch, pull: Pull) -> list[shapely.LineString]:
    """Return the ditches (fontanili) that start along the line of the springs and run south."""
    west, _, east, _ = ground.territory.bounds
    found = []
    for number, x in enumerate(np.arange(west, east, SPRING_HEADS_M / 3)):
        luck = [float(chance(number, k, ground.seed + 61)[0]) for k in range(3)]
        y = float(-sketch.north_of_springs(x, 0.0)) + (luck[0] - 0.6) * 2 * sketch.spring_half_width_m
        down = np.arange(0.0, 900 + 2600 * luck[1], 90.0)
        sway = (smooth(down, np.full_like(down, 977.0 * number), 700, ground.seed + 67) - 0.5) * 260
        path = np.stack([x + sway + down * 0.18, y - down], axis=1)
        line = shapely.LineString(np.round(path, 1))
        owner = ground.coarse.sample(ground.comune_coarse, path[:, 0], path[:, 1]).astype(np.int64)
        rank = ground.coarse.sample(pull.home_rank, path[:, 0], path[:, 1])
        if (owner > 0).all() and (rank > pull.home_share[owner]).all():
            found.append(line)
    return found


def water_lines(ground: Ground, sketch: Sketch, pull: Pull) -> geopandas.GeoDataFrame:
    """Return the axes of the watercourses: ``id, classe, nome, larghezza_m``."""
    import geopandas

    courses = [(c.id, c.kind, c.name or None, c.width_m, _inside(c.line, ground)) for c in sketch.waters]
    ditches = spring_ditches(ground, sketch, pull)
    courses += [(f"fontanile_{n:03d}", "canale", None, 4.0, line) for n, line in enumerate(ditches, start=1)]
    kept = [course for course in courses if not course[4].is_empty]
    columns = ["id", "classe", "nome", "larghezza_m", "geometry"]
    return geopandas.GeoDataFrame(kept, columns=columns, crs=METRIC_EPSG)


def water_surfaces(
    lines: geopandas.GeoDataFrame, lakes: list[shapely.Geometry], ground: Ground
) -> geopandas.GeoDataFrame:
    """Return the layer `acque`: watercourses by their width, and quarry lakes."""
    import geopandas

    half = np.asarray(lines["larghezza_m"], np.float64) / 2
    banks = shapely.intersection(
        shapely.buffer(lines.geometry.to_numpy(), half, quad_segs=3), ground.territory
    )
    rows = [
        (i, c, n, s) for i, c, n, s in zip(lines["id"], lines["classe"], lines["nome"], banks, strict=True)
    ]
    rows += [(f"lago_{number:02d}", "lago", None, lake) for number, lake in enumerate(lakes, start=1)]
    table = geopandas.GeoDataFrame(
        [row for row in rows if not row[3].is_empty],
        columns=["id", "classe", "nome", "geometry"],
        crs=METRIC_EPSG,
    )
    return table.assign(area_m2=table.geometry.area.round(0))


def _inside(line: shapely.Geometry, ground: Ground) -> shapely.Geometry:
    return shapely.line_merge(shapely.intersection(line, ground.territory))


def _links(xy: npt.NDArray[np.float64]) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Return the pairs of the relative neighbourhood graph, and those of the Gabriel graph beyond it."""
    if len(xy) < 2:
        return [], []
    from scipy.spatial.distance import cdist

    away = cdist(xy, xy)
    near, wide = [], []
    first, second = np.nonzero(np.triu(away < LONGEST_LINK_M, 1))
    for i, j in zip(first, second, strict=True):
        length = away[i, j]
        others = np.ones(len(xy), bool)
        others[[i, j]] = False
        if not (np.maximum(away[i], away[j])[others] < length).any():
            near.append((int(i), int(j)))
        elif not ((away[i] ** 2 + away[j] ** 2)[others] < length**2).any():
            wide.append((int(i), int(j)))
    return near, wide


def _bent(start: npt.NDArray[np.float64], end: npt.NDArray[np.float64], seed: int) -> shapely.LineString:
    """Join two points by a line that sways a little, the same in both directions of drawing."""
    length = float(np.hypot(*(end - start)))
    along = np.linspace(0.0, 1.0, max(3, int(length / 200)))
    straight = start + along[:, None] * (end - start)
    across = np.array([-(end - start)[1], (end - start)[0]]) / max(length, 1.0)
    sway = (smooth(straight[:, 0], straight[:, 1], 1500, seed + 71) - 0.5) * 0.34 * min(length, 3000)
    taper = np.sin(np.pi * along)
    return shapely.LineString(np.round(straight + across * (sway * taper)[:, None], 1))
