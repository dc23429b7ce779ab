"""Single places that make a plain recognisable: parks, cemeteries, hospitals, quarries, an airport."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from trama.analyses.demo.covers import Cover
from trama.analyses.demo.ground import Ground
from trama.analyses.demo.noise import chance, smooth
from trama.analyses.demo.settlement import Centres, Pull
from trama.analyses.demo.sketch import Sketch

QUARRY_LATTICE_M = 5200.0


@dataclass(frozen=True)
class Landmark:
    """A place with its own outline and cover."""

    cover: Cover
    shape: shapely.Geometry


def landmarks(ground: Ground, sketch: Sketch, centres: Centres, pull: Pull) -> list[Landmark]:
    """Place them all, in the order in which they are drawn."""
    found = [*_quarries(ground, sketch, pull)]
    for index in range(len(centres.xy)):
        found += _around(ground, centres, pull, index)
    if "aeroporto" in sketch.spots:
        runway = _box(*sketch.spots["aeroporto"], 2500, 620, 1.87)
        if shapely.contains(ground.territory, runway):
            found.append(Landmark(Cover.AIRPORT, runway))
    return found


def lakes(found: list[Landmark]) -> list[shapely.Geometry]:
    """Return the outlines of the quarry lakes."""
    return [mark.shape for mark in found if mark.cover is Cover.QUARRY_LAKE]


def _around(ground: Ground, centres: Centres, pull: Pull, index: int) -> list[Landmark]:
    x, y = (float(value) for value in centres.xy[index])
    people, seed = float(centres.people[index]), ground.seed + 300
    found: list[Landmark] = []

    def put(cover: Cover, low: float, high: float, long_m: float, wide_m: float, slot: int) -> None:
        reach = 500 + 7.0 * np.sqrt(people)
        spot = _spot(ground, pull, (x, y), reach, (low, high), seed + 17 * slot + 1009 * index)
        if spot is None:
            return
        luck = float(chance(index, slot, seed)[0])
        if cover is Cover.PARK:
            found.append(Landmark(cover, _blob(*spot, long_m * (0.7 + 0.7 * luck), seed + slot + 31 * index)))
        else:
            found.append(Landmark(cover, _box(*spot, long_m, wide_m, 3.14 * luck)))

    for number in range(min(int(people / 2500), 1) + min(int(people / 30_000), 11)):
        put(Cover.PARK, 0.1, 1.1, min(40 + 0.8 * np.sqrt(people), 330), 0, 10 + number)
    for number in range(min(int(people / 1500), 1) + min(int(people / 25_000), 10)):
        put(Cover.SPORT, 0.5, 1.4, 200, 125, 40 + number)
    if people > 1500:
        put(Cover.CEMETERY, 0.95, 1.6, 90 + 0.45 * np.sqrt(people), 80 + 0.35 * np.sqrt(people), 60)
    for number in range(min(int(people / 22_000), 9)):
        put(Cover.HOSPITAL, 0.15, 0.95, 320, 230, 70 + number)
    return found


def _spot(
    ground: Ground,
    pull: Pull,
    centre: tuple[float, float],
    reach_m: float,
    edge: tuple[float, float],
    seed: int,
) -> tuple[float, float] | None:
    """Return a point within `reach_m` of `centre` whose depth in town (1: its edge) lies within `edge`."""
    tries = np.arange(60)
    angle = 2 * np.pi * chance(tries, np.zeros_like(tries), seed)
    away = 100 + reach_m * np.sqrt(chance(tries, np.ones_like(tries), seed))
    x, y = centre[0] + away * np.cos(angle), centre[1] + away * np.sin(angle)
    owner = ground.coarse.sample(ground.comune_coarse, x, y).astype(np.int64)
    rank = ground.coarse.sample(pull.home_rank, x, y) / np.maximum(pull.home_share[owner], 1e-3)
    fit = np.flatnonzero((owner > 0) & (rank > edge[0]) & (rank < edge[1]))
    return (round(float(x[fit[0]]), 1), round(float(y[fit[0]]), 1)) if len(fit) else None


def _quarries(ground: Ground, sketch: Sketch, pull: Pull) -> list[Landmark]:
    west, south, east, north = ground.territory.bounds
    found = []
    for j, y0 in enumerate(np.arange(south, north, QUARRY_LATTICE_M)):
        for i, x0 in enumerate(np.arange(west, east, QUARRY_LATTICE_M)):
            luck = [float(chance(i, j, ground.seed + 400 + k)[0]) for k in range(4)]
            x, y = x0 + luck[0] * QUARRY_LATTICE_M, y0 + luck[1] * QUARRY_LATTICE_M
            owner = int(ground.coarse.sample(ground.comune_coarse, x, y))
            rank = float(ground.coarse.sample(pull.home_rank, x, y))
            free = owner > 0 and rank > 1.35 * float(pull.home_share[owner])
            if luck[2] > 0.55 or not free:
                continue
            radius = 160 + 240 * luck[3]
            edge = _blob(x, y, radius, ground.seed + 410 + i + 97 * j)
            if not shapely.contains(ground.territory, edge):
                continue
            dry = float(sketch.north_of_springs(x, y)) > 6000 and luck[3] < 0.4
            found.append(Landmark(Cover.LANDFILL if luck[2] < 0.06 else Cover.QUARRY, edge))
            if not dry and luck[2] >= 0.06:
                found.append(
                    Landmark(Cover.QUARRY_LAKE, _blob(x, y, radius * 0.72, ground.seed + 410 + i + 97 * j))
                )
    return found


def _box(x: float, y: float, long_m: float, wide_m: float, angle: float) -> shapely.Polygon:
    cosine, sine = np.cos(angle), np.sin(angle)
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * (long_m / 2, wide_m / 2)
    turned = corners @ np.array([[cosine, sine], [-sine, cosine]]) + (x, y)
    return shapely.Polygon(np.round(turned, 1))


def _blob(x: float, y: float, radius_m: float, seed: int) -> shapely.Polygon:
    angle = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    ring = smooth(np.cos(angle) * 1.3 + 50, np.sin(angle) * 1.3 + 50, 1.0, seed, octaves=2)
    away = radius_m * (0.6 + 0.8 * ring)
    return shapely.Polygon(
        np.round(np.stack([x + away * np.cos(angle), y + away * np.sin(angle)], axis=1), 1)
    )
