"""Fields and blocks: each district of the plain has its own direction and its own measure.

A cell finds the nearest district seed, turns its coordinates to the district's direction, and reads in which
rectangle it falls. Nothing is stored: any cell can be asked alone, and always answers the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trama.analyses.demo.noise import Floats, chance, smooth

DISTRICT_M = 1500.0


@dataclass(frozen=True)
class Districts:
    """A lattice of seeds, one in each square of `DISTRICT_M`, each with a direction and two measures.

    Attributes
    ----------
    first_column, first_row
        Lattice numbers of the first seed.
    x, y
        Seeds, shape (rows, columns).
    cosine, sine
        Of the district's direction.
    length_m, width_m
        Of a field.
    block_long_m, block_short_m
        Of a block of houses.
    """

    first_column: int
    first_row: int
    x: Floats
    y: Floats
    cosine: Floats
    sine: Floats
    length_m: Floats
    width_m: Floats
    block_long_m: Floats
    block_short_m: Floats

    def nearest(self, x: Floats, y: Floats) -> npt.NDArray[np.int32]:
        """Return the flat number of the district of each point."""
        column = np.floor(x / DISTRICT_M).astype(np.int32) - self.first_column
        row = np.floor(y / DISTRICT_M).astype(np.int32) - self.first_row
        wide = self.x.shape[1]
        best = np.full(x.shape, np.float32(np.inf))
        found = np.zeros(x.shape, np.int32)
        seeds_x, seeds_y = self.x.ravel(), self.y.ravel()
        for down in (-1, 0, 1):
            for side in (-1, 0, 1):
                flat = (row + down) * wide + column + side
                away = (x - seeds_x[flat]) ** 2 + (y - seeds_y[flat]) ** 2
                closer = away < best
                best = np.where(closer, away, best)
                found = np.where(closer, flat, found)
        return found


@dataclass(frozen=True)
class Turned:
    """Points in the axes of their district, and the district of each."""

    district: npt.NDArray[np.int32]
    u: Floats
    v: Floats


@dataclass(frozen=True)
class Pieces:
    """The rectangle of each point.

    Attributes
    ----------
    column, row
        Its numbers within the district.
    x, y
        Its middle, on the map.
    edge_u_m, edge_v_m
        Distance of the point from the rectangle's start along each side.
    """

    column: npt.NDArray[np.int32]
    row: npt.NDArray[np.int32]
    x: Floats
    y: Floats
    edge_u_m: Floats
    edge_v_m: Floats


def lay_districts(bounds: tuple[float, float, float, float], slope_y: float, seed: int) -> Districts:
    """Lay the seeds over `bounds` (metres).

    Parameters
    ----------
    slope_y
        Northing below which fields follow the slope of the irrigated plain and grow long.
    """
    west, south, east, north = (value / DISTRICT_M for value in bounds)
    columns = np.arange(int(np.floor(west)) - 2, int(np.ceil(east)) + 3)
    rows = np.arange(int(np.floor(south)) - 2, int(np.ceil(north)) + 3)
    across, up = np.meshgrid(columns, rows)
    luck = [chance(across, up, seed + 200 + k) for k in range(7)]
    x = ((across + 0.25 + 0.5 * luck[0]) * DISTRICT_M).astype(np.float32)
    y = ((up + 0.25 + 0.5 * luck[1]) * DISTRICT_M).astype(np.float32)
    low = np.clip((slope_y - y) / 12_000, 0, 1)
    turn = 1.5 * (smooth(x, y, 9000, seed + 211) - 0.5) + 0.5 * (luck[2] - 0.5) - 0.2 * low
    return Districts(
        first_column=int(columns[0]),
        first_row=int(rows[0]),
        x=x,
        y=y,
        cosine=np.cos(turn).astype(np.float32),
        sine=np.sin(turn).astype(np.float32),
        length_m=(190 + 110 * luck[3] + 190 * low).astype(np.float32),
        width_m=(70 + 50 * luck[4] + 70 * low).astype(np.float32),
        block_long_m=(110 + 70 * luck[5]).astype(np.float32),
        block_short_m=(60 + 40 * luck[6]).astype(np.float32),
    )


def turn(districts: Districts, x: Floats, y: Floats) -> Turned:
    """Express points in the axes of their district."""
    district = districts.nearest(x, y)
    dx, dy = x - districts.x.ravel()[district], y - districts.y.ravel()[district]
    cosine, sine = districts.cosine.ravel()[district], districts.sine.ravel()[district]
    return Turned(district, dx * cosine + dy * sine, dy * cosine - dx * sine)


def fields(districts: Districts, at: Turned, seed: int) -> Pieces:
    """Cut fields: rows of equal width, each row cut at its own places."""
    length, width = districts.length_m.ravel()[at.district], districts.width_m.ravel()[at.district]
    row = np.floor(at.v / width)
    shift = length * chance(row, at.district, seed + 223)
    return _pieces(districts, at, np.floor((at.u + shift) / length), row, length, width, shift)


def blocks(districts: Districts, at: Turned, times: int = 1) -> Pieces:
    """Cut blocks of houses on a straight grid of streets; `times` takes groups of so many by so many."""
    long = districts.block_long_m.ravel()[at.district] * times
    short = districts.block_short_m.ravel()[at.district] * times
    return _pieces(districts, at, np.floor(at.u / long), np.floor(at.v / short), long, short, np.float32(0))


def _pieces(
    districts: Districts,
    at: Turned,
    column: Floats,
    row: Floats,
    length: Floats,
    width: Floats,
    shift: Floats | np.float32,
) -> Pieces:
    u, v = (column + np.float32(0.5)) * length - shift, (row + np.float32(0.5)) * width
    cosine, sine = districts.cosine.ravel()[at.district], districts.sine.ravel()[at.district]
    return Pieces(
        column=column.astype(np.int32),
        row=row.astype(np.int32),
        x=districts.x.ravel()[at.district] + u * cosine - v * sine,
        y=districts.y.ravel()[at.district] + u * sine + v * cosine,
        edge_u_m=at.u + shift - column * length,
        edge_v_m=at.v - row * width,
    )
