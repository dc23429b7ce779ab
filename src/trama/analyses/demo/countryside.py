"""What grows outside the towns: fields, meadows, rice, woods, farmsteads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trama.analyses.demo import parcels
from trama.analyses.demo.covers import Cover
from trama.analyses.demo.ground import Grid, Ground
from trama.analyses.demo.noise import Floats, chance, smooth
from trama.analyses.demo.parcels import Districts, Turned
from trama.analyses.demo.sketch import Sketch

FARM_LATTICE_M = 950.0
HEDGE_M = 12.0
Codes = npt.NDArray[np.uint16]

# Cumulative shares of the covers of a field; what is left over is plain arable.
DRY = (
    (0.055, Cover.MEADOW),
    (0.085, Cover.ARABLE_WITH_TREES),
    (0.105, Cover.OPEN_COPPICE),
    (0.118, Cover.NURSERY),
    (0.128, Cover.HORTICULTURE),
    (0.138, Cover.YOUNG_WOOD),
    (0.146, Cover.ORCHARD),
    (0.150, Cover.VINEYARD),
)
SPRINGS = (
    (0.14, Cover.MEADOW),
    (0.17, Cover.MEADOW_WITH_TREES),
    (0.19, Cover.WATER_MEADOW),
    (0.22, Cover.POPLARS),
    (0.235, Cover.HORTICULTURE),
    (0.25, Cover.OPEN_COPPICE),
    (0.255, Cover.SOLAR),
)
IRRIGATED = (
    (0.11, Cover.MEADOW),
    (0.125, Cover.WATER_MEADOW),
    (0.155, Cover.POPLARS),
    (0.165, Cover.ARABLE_WITH_TREES),
    (0.172, Cover.YOUNG_WOOD),
    (0.178, Cover.HORTICULTURE),
)


@dataclass(frozen=True)
class Country:
    """Fields on the coarse grid that steer what grows.

    Attributes
    ----------
    north_m
        Metres north of the line of the springs.
    belt_m
        Half the width of the belt of springs.
    wood, valley_wood
        Heights above 0.5 are woods (of the dry plain; of the river valleys).
    rice
        Chance that a field is flooded for rice, 0 to 1.
    valley_m
        Distance from a river with a valley.
    """

    north_m: Floats
    belt_m: float
    wood: Floats
    valley_wood: Floats
    rice: Floats
    valley_m: Floats


def survey(ground: Ground, sketch: Sketch, valley_m: Floats, stream_m: Floats) -> Country:
    """Compute those fields.

    Parameters
    ----------
    valley_m, stream_m
        Distance in metres from the great rivers, and from the small ones; coarse grid.
    """
    x, y = ground.coarse.mesh()
    north = sketch.north_of_springs(x, y).astype(np.float32)
    grain = smooth(x, y, 1700, ground.seed + 601, octaves=4)
    banks = smooth(x, y, 900, ground.seed + 607, octaves=3)
    wild = np.exp(-((valley_m / 1500) ** 2)) * 0.95 + np.exp(-((stream_m / 130) ** 2)) * 0.5
    dry, wet_plain = np.clip((north - 2500) / 9000, 0, 1), np.clip(-north / 5000, 0, 1)
    east_of_rice = (x - sketch.spots["risaie"][0]) / 5000
    south_of_rice = (sketch.spots["risaie"][1] - y) / 5000
    wet = np.clip(0.75 - east_of_rice, 0, 1) * np.clip(south_of_rice + 0.4, 0, 1)
    flooded = np.clip((smooth(x, y, 3400, ground.seed + 613, octaves=2) - 0.36) * 3.2, 0, 0.85) * wet
    return Country(
        north_m=north,
        belt_m=sketch.spring_half_width_m,
        wood=(grain * 0.80 + 0.075 * dry - 0.035 * wet_plain - 0.055).astype(np.float32),
        valley_wood=(0.60 * banks + 0.33 * wild).astype(np.float32),
        rice=flooded.astype(np.float32),
        valley_m=valley_m,
    )


def codes(
    country: Country,
    districts: Districts,
    at: Turned,
    x: Floats,
    y: Floats,
    depth: Floats,
    coarse: Grid,
    seed: int,
) -> Codes:
    """Return the cover of points outside the towns; `depth` is their distance from town (1: its edge)."""
    field = parcels.fields(districts, at, seed)
    key = field.column * 6271 + field.row
    luck = chance(key, at.district, seed + 631)
    grows = _crops(country, field, luck, chance(key, at.district, seed + 641), coarse)
    fringe = (depth < 1.35) & (luck > 0.87)
    grows[fringe] = np.where(luck[fringe] > 0.93, Cover.ROUGH_GREEN, Cover.ALLOTMENTS)
    hedge = (field.edge_v_m < HEDGE_M) & (chance(field.row, at.district, seed + 643) < 0.16)
    north = coarse.sample(country.north_m, x, y)
    grows[hedge] = np.where(north[hedge] > country.belt_m, Cover.SHRUBS, Cover.RIPARIAN)
    wood = coarse.blend(country.wood, x, y) > 0.5
    grows[wood] = np.where(luck[wood] < 0.72, Cover.OPEN_COPPICE, Cover.COPPICE)
    _valley(country, coarse, x, y, luck, grows)
    _farms(districts, at, x, y, seed, grows)
    return grows


def _crops(country: Country, field: parcels.Pieces, luck: Floats, second: Floats, coarse: Grid) -> Codes:
    north = coarse.sample(country.north_m, field.x, field.y)
    grows = np.full(luck.shape, Cover.ARABLE, np.uint16)
    belts = (
        (north > country.belt_m, DRY),
        (np.abs(north) <= country.belt_m, SPRINGS),
        (north < -country.belt_m, IRRIGATED),
    )
    for inside, table in belts:
        limits = [limit for limit, _ in table]
        kinds = np.asarray([*(kind for _, kind in table), Cover.ARABLE], np.uint16)
        here = np.flatnonzero(inside)
        grows[here] = kinds[np.searchsorted(limits, luck[here], side="right")]
    rice = second < coarse.sample(country.rice, field.x, field.y)
    grows[rice & (grows == Cover.ARABLE)] = Cover.RICE
    return grows


def _valley(country: Country, coarse: Grid, x: Floats, y: Floats, luck: Floats, grows: Codes) -> None:
    height = coarse.blend(country.valley_wood, x, y)
    away = coarse.blend(country.valley_m, x, y)
    wood = height > 0.5
    grows[wood] = np.where(away[wood] < 260, Cover.RIPARIAN, Cover.HIGH_FOREST)
    grows[wood & (luck > 0.93) & (away < 1800)] = Cover.POPLARS
    grows[(away < 130) & (height < 0.53)] = Cover.GRAVEL


def _farms(districts: Districts, at: Turned, x: Floats, y: Floats, seed: int, grows: Codes) -> None:
    """Draw the farmsteads (cascine): a court and its stables, one in about half the squares of a lattice."""
    column, row = np.floor(x / FARM_LATTICE_M), np.floor(y / FARM_LATTICE_M)
    there = chance(column, row, seed + 651) < 0.5
    dx = x - (column + 0.2 + 0.6 * chance(column, row, seed + 652)) * np.float32(FARM_LATTICE_M)
    dy = y - (row + 0.2 + 0.6 * chance(column, row, seed + 653)) * np.float32(FARM_LATTICE_M)
    cosine, sine = districts.cosine.ravel()[at.district], districts.sine.ravel()[at.district]
    u, v = dx * cosine + dy * sine, dy * cosine - dx * sine
    grows[there & (np.abs(u) < 48) & (np.abs(v) < 38)] = Cover.FARMSTEAD
    grows[there & (np.abs(u - 85) < 30) & (np.abs(v) < 34)] = Cover.FARM_BUILDINGS
