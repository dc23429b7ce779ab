"""Where people live and work: centres, their pull, and how much of each comune is built.

The amount is driven by the real population of each comune; the place by centres, roads and chance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from trama.analyses.demo.ground import Ground
from trama.analyses.demo.noise import Floats, chance, smooth
from trama.analyses.demo.sketch import Sketch

GROSS_M2_PER_PERSON = 92.0
"""Residential land per resident where density is highest; it grows as density falls, up to `MOST_M2`."""
DENSEST_KM2 = 7500.0
THINNING = 0.36
MOST_M2 = 340.0
MOST_SHARE = 0.72
PULL_M = 6000.0
SHED_PEOPLE = 9000.0
"""One more settlement (quarter or hamlet) for about so many residents."""


@dataclass(frozen=True)
class Centres:
    """Settlements: one main per comune (first), then quarters and hamlets.

    Attributes
    ----------
    xy
        Coordinates, shape (n, 2).
    comune
        Row number of the comune.
    people
        Residents given to each.
    main
        Whether it is the main one.
    """

    xy: npt.NDArray[np.float64]
    comune: npt.NDArray[np.int64]
    people: npt.NDArray[np.float64]
    main: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Pull:
    """Fields on the coarse grid that say what is built where.

    Attributes
    ----------
    home_rank, work_rank
        Place of the cell among those of its comune, 0 the first to be built, 1 the last.
    home_share, work_share
        Share of each comune that homes (works) take; index 0 stands for "outside".
    """

    home_rank: Floats
    work_rank: Floats
    home_share: Floats
    work_share: Floats


def place_centres(ground: Ground, sketch: Sketch) -> Centres:
    """Choose the settlements of every comune, inside its boundary."""
    rows: list[tuple[float, float, int, float, bool]] = []
    for index, shape in enumerate(ground.comuni.geometry):
        people = float(ground.people[index])
        main = _heart(shape, sketch)
        others = _hamlets(shape, index, people, ground.seed, main)
        share = 1.0 if not others else 0.62 if people < 200_000 else 0.42
        rows.append((main.x, main.y, index, people * share, True))
        weights = np.array([0.35 + float(chance(k, index, ground.seed + 7)[0]) for k in range(len(others))])
        for point, weight in zip(others, weights / max(weights.sum(), 1e-9), strict=True):
            rows.append((point.x, point.y, index, people * (1 - share) * weight, False))
    return Centres(
        xy=np.array([row[:2] for row in rows]),
        comune=np.array([row[2] for row in rows], np.int64),
        people=np.array([row[3] for row in rows]),
        main=np.array([row[4] for row in rows]),
    )


def shares(ground: Ground) -> tuple[Floats, Floats]:
    """Return the share of each comune taken by homes and by works, with a first 0 for "outside"."""
    per_person = GROSS_M2_PER_PERSON * (DENSEST_KM2 / np.maximum(ground.density_km2, 1.0)) ** THINNING
    homes = np.minimum(
        ground.people * np.clip(per_person, GROSS_M2_PER_PERSON, MOST_M2) / ground.area_m2, MOST_SHARE
    )
    luck = chance(np.arange(len(homes)), np.zeros(len(homes)), ground.seed + 31)
    works = np.minimum(homes * (0.22 + 0.36 * luck), np.minimum(0.18, 0.86 - homes))
    lead = np.zeros(1, np.float32)
    return np.append(lead, homes).astype(np.float32), np.append(lead, works).astype(np.float32)


def pull(ground: Ground, centres: Centres, near_road: Floats, near_axis: Floats, near_river: Floats) -> Pull:
    """Rank the cells of each comune by how soon they would be built.

    Parameters
    ----------
    near_road, near_axis, near_river
        Distance in metres from main roads, motorways, and rivers with a valley; coarse grid.
    """
    x, y = ground.coarse.mesh()
    field = _attraction(ground, centres)
    field *= 0.55 + 0.9 * smooth(x, y, 1400, ground.seed + 41, octaves=3)
    field *= 1 + 0.7 * np.exp(-near_road / 220)
    field *= 1 - 0.85 * np.exp(-((near_river / 700) ** 2))
    homes, works = shares(ground)
    home_rank = _ranks(ground, field)
    edge = home_rank / np.maximum(homes[ground.comune_coarse], 1e-3)
    ring = np.exp(-(((edge - 1.25) / 0.55) ** 2))
    yards = smooth(x, y, 1500, ground.seed + 43, octaves=3) ** 3
    roads = 0.25 + np.exp(-near_axis / 900) + 0.5 * np.exp(-near_road / 350)
    work = ring * yards * roads * (1 - 0.9 * np.exp(-((near_river / 900) ** 2)))
    work = np.where(edge < 0.5, 0.02 * work, work).astype(np.float32)
    return Pull(home_rank, _ranks(ground, work), homes, works)


def _heart(shape: shapely.Geometry, sketch: Sketch) -> shapely.Point:
    middle = shapely.Point(sketch.spots["centro"]) if "centro" in sketch.spots else None
    if middle is not None and shapely.contains(shape, middle):
        return middle
    inner = shapely.maximum_inscribed_circle(shape, tolerance=50).coords[0]
    centre = shapely.centroid(shape)
    near = shapely.Point(0.5 * (inner[0] + centre.x), 0.5 * (inner[1] + centre.y))
    return near if shapely.contains(shape, near) else shapely.Point(inner)


def _hamlets(
    shape: shapely.Geometry, index: int, people: float, seed: int, main: shapely.Point
) -> list[shapely.Point]:
    wanted = 1 + int(min(people / SHED_PEOPLE, 40)) + int(shape.area / 9e6)
    west, south, east, north = shape.bounds
    inside = shapely.buffer(shape, -150)
    found: list[shapely.Point] = []
    apart = 0.55 * np.sqrt(shape.area / (wanted + 1))
    for attempt in range(40 * wanted):
        across, up = (float(chance(attempt, index, seed + 11 + k)[0]) for k in (0, 1))
        point = shapely.Point(round(west + across * (east - west), 1), round(south + up * (north - south), 1))
        clear = all(point.distance(other) > apart for other in (*found, main))
        if clear and shapely.contains(inside, point):
            found.append(point)
            if len(found) == wanted:
                break
    return found


def _attraction(ground: Ground, centres: Centres) -> Floats:
    """Sum over the settlements of √people · exp(−d / r), r growing with √people, within `PULL_M`."""
    grid = ground.coarse
    field = np.full(grid.shape, 1e-4, np.float32)
    x, y = grid.centres()
    for (cx, cy), people in zip(centres.xy, centres.people, strict=True):
        reach = 130.0 + 4.6 * np.sqrt(people) if people < 60_000 else 1300.0 + 1.2 * np.sqrt(people)
        left, right = np.searchsorted(x, [cx - PULL_M, cx + PULL_M])
        top, bottom = np.searchsorted(-y, [-cy - PULL_M, -cy + PULL_M])
        away = np.hypot(x[None, left:right] - cx, y[top:bottom, None] - cy)
        field[top:bottom, left:right] += (np.sqrt(people) * np.exp(-away / reach)).astype(np.float32)
    return field


def _ranks(ground: Ground, field: npt.NDArray[np.floating]) -> Floats:
    """Turn `field` into the share of the comune's cells that come before each, the highest first."""
    owner = ground.comune_coarse.ravel()
    order = np.lexsort((-field.ravel(), owner))
    counts = np.bincount(owner, minlength=len(ground.comuni) + 1)
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    place = np.arange(len(order)) - np.repeat(starts, counts)
    rank = np.empty(len(order), np.float32)
    rank[order] = place / np.repeat(np.maximum(counts, 1), counts)
    return rank.reshape(field.shape)
