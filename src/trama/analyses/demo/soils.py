"""Soil and water table: coarse and deep to the north, fine and shallow below the line of the springs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trama.analyses.demo.ground import Ground
from trama.analyses.demo.noise import Floats, smooth
from trama.analyses.demo.sketch import Sketch

GROUP_BREAKS = (0.29, 0.58, 0.86)
TEXTURE_BREAKS = (0.36, 0.68)
SATURATED_M = 0.6
SHALLOWEST_M = 0.4
Classes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Soils:
    """Three rasters on the coarse grid.

    Attributes
    ----------
    group
        Hydrologic group: 1 = A … 4 = D, 0 outside.
    texture
        1 coarse, 2 medium, 3 fine, 0 outside.
    depth_m
        Depth of the water table, NaN outside.
    """

    group: Classes
    texture: Classes
    depth_m: Floats


def soils(ground: Ground, sketch: Sketch, great_river_m: Floats) -> Soils:
    """Lay soils and water table over the territory.

    Fineness rises from north to south with irregular tongues, and falls near the great rivers (gravel and
    sand); where the water table stands above 60 cm any soil is of group D (NEH 630, ch. 7).

    Parameters
    ----------
    great_river_m
        Distance from the great rivers, metres, on the coarse grid.
    """
    x, y = ground.coarse.mesh()
    north = sketch.north_of_springs(x, y)
    tongues = smooth(x, y / 1.8, 2800, ground.seed + 701, octaves=3) - 0.5
    valley = np.exp(-((great_river_m / 1100) ** 2))
    fineness = 0.5 - north / 42_000 + 0.85 * tongues - 0.38 * valley
    depth = _depth(ground, sketch, north, great_river_m)
    inside = ground.comune_coarse > 0
    group = (1 + np.searchsorted(GROUP_BREAKS, fineness)).astype(np.uint8)
    group[depth < SATURATED_M] = 4
    texture = (1 + np.searchsorted(TEXTURE_BREAKS, fineness)).astype(np.uint8)
    return Soils(
        group=np.where(inside, group, 0).astype(np.uint8),
        texture=np.where(inside, texture, 0).astype(np.uint8),
        depth_m=np.where(inside, depth, np.nan).astype(np.float32),
    )


def _depth(ground: Ground, sketch: Sketch, north: npt.NDArray[np.float64], great_river_m: Floats) -> Floats:
    """Depth in metres: a wedge that opens northwards, a dip under the city, terraces by the great rivers."""
    x, y = ground.coarse.mesh()
    waves = smooth(x, y, 3200, ground.seed + 711, octaves=3)
    depth = 1.0 + 2.6 * waves + np.maximum(north + 1500, 0) / 1000 * (1.1 + 1.4 * waves)
    if "centro" in sketch.spots:
        away = np.hypot(x - sketch.spots["centro"][0], y - sketch.spots["centro"][1])
        depth = depth + 8.0 * np.exp(-((away / 5200) ** 2))
    shoulder = np.exp(-(((great_river_m - 2300) / 900) ** 2))
    depth = (depth + 6.0 * shoulder * (0.5 + waves)) * (1 - 0.85 * np.exp(-((great_river_m / 1000) ** 2)))
    return np.asarray(np.maximum(depth, SHALLOWEST_M), np.float32)
