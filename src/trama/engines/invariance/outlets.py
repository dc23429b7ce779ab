"""Laws of the outlet: how much goes out at each depth of water."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from trama.engines.invariance.errors import BadLimit, BadOutlet
from trama.engines.invariance.storms import Series

GRAVITY_M_S2 = 9.81
L_PER_M3 = 1000.0


class Outlet(Protocol):
    """What goes out at a depth."""

    def discharges_l_s(self, depths_m: Series) -> Series:
        """Return the discharge at each depth over the bottom, same shape [l/s]."""


@dataclass(frozen=True, slots=True)
class ConstantOutlet:
    """A pump or a flow regulator: the same discharge while there is water."""

    discharge_l_s: float

    def __post_init__(self) -> None:
        """Refuse a discharge that is not above zero; raises `BadLimit`."""
        if not (math.isfinite(self.discharge_l_s) and self.discharge_l_s > 0):
            raise BadLimit(value=self.discharge_l_s)

    def discharges_l_s(self, depths_m: Series) -> Series:
        """Return the same discharge everywhere [l/s]."""
        return np.full(np.shape(depths_m), self.discharge_l_s)


@dataclass(frozen=True, slots=True)
class NoOutlet:
    """Nothing goes to a receiver."""

    def discharges_l_s(self, depths_m: Series) -> Series:
        """Return zeros [l/s]."""
        return np.zeros(np.shape(depths_m))


@dataclass(frozen=True, slots=True)
class Orifice:
    """A circular opening in the wall, free at the outlet.

    Above its top ``Q = C·A·√(2·g·(h − D/2))``, with h over its lowest point; below, where it works as a weir,
    ``Q = C·A·√(g·D)·(h/D)^1.5``: the two meet at h = D. Source: EPA SWMM Reference Manual II, side orifice.

    Attributes
    ----------
    height_m
        Its lowest point over the bottom.
    """

    diameter_m: float
    coefficient: float
    height_m: float = 0.0

    def __post_init__(self) -> None:
        """Refuse measures that cannot be; raises `BadOutlet`."""
        for name, value in (("diametro", self.diameter_m), ("coefficiente", self.coefficient)):
            if not (math.isfinite(value) and value > 0):
                raise BadOutlet(name=name, value=value)
        if not (math.isfinite(self.height_m) and self.height_m >= 0):
            raise BadOutlet(name="quota", value=self.height_m)

    def discharges_l_s(self, depths_m: Series) -> Series:
        """Return the discharge at each depth [l/s]."""
        h = np.maximum(np.asarray(depths_m, dtype=np.float64) - self.height_m, 0.0)
        full = np.sqrt(2 * GRAVITY_M_S2 * np.maximum(h - self.diameter_m / 2, 0.0))
        weir = math.sqrt(GRAVITY_M_S2 * self.diameter_m) * (h / self.diameter_m) ** 1.5
        area_m2 = math.pi * self.diameter_m**2 / 4
        speed = np.where(h >= self.diameter_m, full, weir)
        return np.asarray(L_PER_M3 * self.coefficient * area_m2 * speed)
