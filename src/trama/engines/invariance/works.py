"""Works that hold water: how much at each depth, and how much ground they wet."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from trama.engines.invariance.errors import BadWork
from trama.engines.invariance.storms import Series


class Work(Protocol):
    """A work of a given depth."""

    @property
    def depth_m(self) -> float:
        """Return the depth from bottom to brim [m]."""

    @property
    def bottom_m2(self) -> float:
        """Return the area of the bottom [m2]."""

    @property
    def plan_m2(self) -> float:
        """Return the ground it takes, seen from above at its widest [m2]."""

    @property
    def walls_m2(self) -> float:
        """Return the area of the walls, bottom to brim [m2]."""

    def volumes_m3(self, depths_m: Series) -> Series:
        """Return the water held at each depth, same shape [m3]."""


def _positive(**measures: float) -> None:
    for name, value in measures.items():
        if not (math.isfinite(value) and value > 0):
            raise BadWork(name=name, value=value)


@dataclass(frozen=True, slots=True)
class Prism:
    """Upright walls: a tank, a box culvert, a trench or a layer of gravel, the voids of which hold water.

    >>> float(Prism(area_m2=200, perimeter_m=60, depth_m=1.5, voids_share=0.3).volumes_m3(np.array([1.0]))[0])
    60.0
    """

    area_m2: float
    perimeter_m: float
    depth_m: float
    voids_share: float = 1.0

    def __post_init__(self) -> None:
        """Refuse a measure that is not above zero, or voids above the whole; raises `BadWork`."""
        _positive(area=self.area_m2, altezza=self.depth_m, vuoti=self.voids_share)
        if self.voids_share > 1:
            raise BadWork(name="vuoti", value=self.voids_share)

    @property
    def bottom_m2(self) -> float:
        """Return the area of the bottom [m2]."""
        return self.area_m2

    @property
    def plan_m2(self) -> float:
        """Return the area of the bottom: the walls are upright [m2]."""
        return self.area_m2

    @property
    def walls_m2(self) -> float:
        """Return the area of the walls [m2]."""
        return self.perimeter_m * self.depth_m

    def volumes_m3(self, depths_m: Series) -> Series:
        """Return the water held at each depth [m3]."""
        return np.asarray(self.area_m2 * self.voids_share * np.clip(depths_m, 0, self.depth_m))


@dataclass(frozen=True, slots=True)
class Basin:
    """An open basin with a rectangular bottom and the same slope on the four sides.

    ``V(h) = L·W·h + s·(L + W)·h² + 4/3·s²·h³``, with s metres outwards for a metre up.

    >>> float(Basin(length_m=10, width_m=10, depth_m=3, slope=1).volumes_m3(np.array([3.0]))[0])
    516.0
    """

    length_m: float
    width_m: float
    depth_m: float
    slope: float = 0.0

    def __post_init__(self) -> None:
        """Refuse a measure that is not above zero, or a slope inwards; raises `BadWork`."""
        _positive(lunghezza=self.length_m, larghezza=self.width_m, altezza=self.depth_m)
        if not (math.isfinite(self.slope) and self.slope >= 0):
            raise BadWork(name="scarpa", value=self.slope)

    @property
    def bottom_m2(self) -> float:
        """Return the area of the bottom [m2]."""
        return self.length_m * self.width_m

    @property
    def plan_m2(self) -> float:
        """Return the area at the brim, ``(L + 2·s·h)·(W + 2·s·h)`` [m2]."""
        banks_m = 2 * self.slope * self.depth_m
        return (self.length_m + banks_m) * (self.width_m + banks_m)

    @property
    def walls_m2(self) -> float:
        """Return the area of the banks, along the slope [m2]."""
        mean_round_m = 2 * (self.length_m + self.width_m) + 4 * self.slope * self.depth_m
        return mean_round_m * self.depth_m * math.hypot(1, self.slope)

    def volumes_m3(self, depths_m: Series) -> Series:
        """Return the water held at each depth [m3]."""
        h = np.clip(depths_m, 0, self.depth_m)
        square = self.slope * (self.length_m + self.width_m) * h**2
        return np.asarray(self.bottom_m2 * h + square + 4 / 3 * self.slope**2 * h**3)


@dataclass(frozen=True, slots=True)
class Pipe:
    """A level pipe of circular section, held full: its depth is the diameter.

    >>> round(float(Pipe(diameter_m=2, length_m=10).volumes_m3(np.array([1.0]))[0]), 6)  # half of 10·π
    15.707963
    """

    diameter_m: float
    length_m: float

    def __post_init__(self) -> None:
        """Refuse a measure that is not above zero; raises `BadWork`."""
        _positive(diametro=self.diameter_m, lunghezza=self.length_m)

    @property
    def depth_m(self) -> float:
        """Return the diameter [m]."""
        return self.diameter_m

    @property
    def bottom_m2(self) -> float:
        """Return the lower half of the wall, seen from above [m2]."""
        return self.diameter_m * self.length_m

    @property
    def plan_m2(self) -> float:
        """Return diameter times length [m2]."""
        return self.diameter_m * self.length_m

    @property
    def walls_m2(self) -> float:
        """Return nothing: the whole wall is counted as bottom."""
        return 0.0

    def volumes_m3(self, depths_m: Series) -> Series:
        """Return the water held at each depth: the area of the segment times the length [m3]."""
        r = self.diameter_m / 2
        h = np.clip(depths_m, 0, self.diameter_m)
        chord = np.sqrt(np.maximum(2 * r * h - h**2, 0))
        segment = r**2 * np.arccos(np.clip((r - h) / r, -1, 1)) - (r - h) * chord
        return np.asarray(segment * self.length_m)


@dataclass(frozen=True, slots=True)
class Placed:
    """A work as it is used: how many alike, how much of its depth is kept free.

    Attributes
    ----------
    freeboard_m
        Depth below the brim that the design event must leave free.
    soaks
        Whether its bottom and walls let water into the ground.
    """

    work: Work
    count: int = 1
    freeboard_m: float = 0.0
    soaks: bool = False

    def __post_init__(self) -> None:
        """Refuse a freeboard as deep as the work, or no work at all; raises `BadWork`."""
        if self.count < 1:
            raise BadWork(name="numero", value=self.count)
        if not 0 <= self.freeboard_m < self.work.depth_m:
            raise BadWork(name="franco", value=self.freeboard_m)

    @property
    def useful_m(self) -> float:
        """Return the depth that the design event may fill [m]."""
        return self.work.depth_m - self.freeboard_m

    @property
    def useful_m3(self) -> float:
        """Return the volume below the freeboard [m3]."""
        return self.count * float(self.work.volumes_m3(np.array([self.useful_m]))[0])

    @property
    def brim_m3(self) -> float:
        """Return the volume to the brim [m3]."""
        return self.count * float(self.work.volumes_m3(np.array([self.work.depth_m]))[0])

    @property
    def plan_m2(self) -> float:
        """Return the ground that all of them take [m2]."""
        return self.count * self.work.plan_m2

    def soaking_m2(self, walls_share: float) -> float:
        """Return the area that lets water into the ground: the bottom, and a share of the walls [m2]."""
        useful = self.useful_m / self.work.depth_m
        return self.count * (self.work.bottom_m2 + walls_share * useful * self.work.walls_m2)
