"""The whole invented plain, from the real comuni and the sketch: the order in which things are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from trama.analyses.demo import countryside, landcover, landmarks, network, settlement
from trama.analyses.demo.countryside import Country
from trama.analyses.demo.covers import Cover
from trama.analyses.demo.ground import Ground
from trama.analyses.demo.landmarks import Landmark
from trama.analyses.demo.network import WIDTH_M, Road
from trama.analyses.demo.noise import Floats
from trama.analyses.demo.settlement import Centres, Pull
from trama.analyses.demo.sketch import Sketch

if TYPE_CHECKING:
    import geopandas

GREAT_RIVER_M = 40.0


@dataclass(frozen=True)
class Plain:
    """Everything that was imagined before cells are filled.

    Attributes
    ----------
    scene
        What a strip of the land cover reads.
    country
        Fields that steer the countryside.
    water_lines, waters
        Axes and surfaces of the watercourses.
    """

    ground: Ground
    sketch: Sketch
    centres: Centres
    pull: Pull
    roads: list[Road]
    water_lines: geopandas.GeoDataFrame
    waters: geopandas.GeoDataFrame
    marks: list[Landmark]
    country: Country
    scene: landcover.Scene
    great_river_m: Floats


def imagine(ground: Ground, sketch: Sketch) -> Plain:
    """Place settlements, roads, waters and landmarks, and prepare the fields the land cover reads."""
    grid = ground.coarse
    centres = settlement.place_centres(ground, sketch)
    roads = network.roads(ground, sketch, centres)
    great = [c.line for c in sketch.waters if c.kind == "fiume" and c.width_m >= GREAT_RIVER_M]
    streams = [c.line for c in sketch.waters if c.kind == "fiume" and c.width_m < GREAT_RIVER_M]
    valley_m = grid.distance(great)
    pull = settlement.pull(
        ground,
        centres,
        near_road=grid.distance([road.line for road in roads if road.kind in ("principale", "secondaria")]),
        near_axis=grid.distance([road.line for road in roads if road.kind == "autostrada"]),
        near_river=valley_m,
    )
    country = countryside.survey(ground, sketch, valley_m, grid.distance(streams))
    marks = landmarks.landmarks(ground, sketch, centres, pull)
    lines = network.water_lines(ground, sketch, pull)
    middle_x = float(np.mean(ground.territory.bounds[::2]))
    spring_y = float(-sketch.north_of_springs(middle_x, 0.0))
    return Plain(
        ground=ground,
        sketch=sketch,
        centres=centres,
        pull=pull,
        roads=roads,
        water_lines=lines,
        waters=network.water_surfaces(lines, landmarks.lakes(marks), ground),
        marks=marks,
        country=country,
        scene=landcover.scene(ground, pull, country, spring_y),
        great_river_m=valley_m,
    )


def cover_of(plain: Plain, progress: Callable[[float], None] | None = None) -> landcover.Codes:
    """Fill the land-cover raster; see `landcover.land_cover`."""
    return landcover.land_cover(plain.ground, plain.scene, _drawn(plain), progress)


def _drawn(plain: Plain) -> list[tuple[shapely.Geometry, int]]:
    """Return what is drawn over fields and blocks, in order: the last is seen."""
    drawn = [(mark.shape, int(mark.cover)) for mark in plain.marks]
    for kind in ("secondaria", "principale"):
        lines = [road.line for road in plain.roads if road.kind == kind]
        drawn += [
            (shapely.buffer(line, WIDTH_M[kind] / 2 + 3, quad_segs=2), int(Cover.ROAD)) for line in lines
        ]
    for row in plain.waters.itertuples():
        if row.classe != "lago":
            drawn.append(
                (row.geometry if row.classe == "fiume" else shapely.buffer(row.geometry, 4), int(Cover.RIVER))
            )
    for course in plain.sketch.axes:
        if course.kind == "ferrovia":
            drawn.append((shapely.buffer(course.line, course.width_m / 2 + 2, quad_segs=2), int(Cover.RAIL)))
    for road in plain.roads:
        if road.kind == "autostrada":
            drawn.append((shapely.buffer(road.line, WIDTH_M[road.kind] / 2, quad_segs=2), int(Cover.ROAD)))
    return drawn
