"""Net rain: what of the rain runs off, by a constant coefficient or by Horton's law on what lets it in."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from trama.engines.invariance.errors import BadHorton
from trama.engines.invariance.rainfall_only import M3_PER_MM_HA
from trama.engines.invariance.storms import Series, Storm


@dataclass(frozen=True, slots=True)
class Horton:
    """The rate at which soil takes rain in, from the start of the storm: ``f = fc + (f0 − fc)·e^(−k·t)``.

    Capacity falls with time, whether it rained or not: less is taken in than with capacity that falls with
    the water taken, which is the safe side.
    """

    initial_mm_h: float
    final_mm_h: float
    decay_per_h: float

    def __post_init__(self) -> None:
        """Refuse values that cannot be; raises `BadHorton`."""
        values = (self.initial_mm_h, self.final_mm_h, self.decay_per_h)
        falls = self.initial_mm_h >= self.final_mm_h >= 0 and self.decay_per_h > 0
        if not (all(math.isfinite(value) for value in values) and falls):
            raise BadHorton(f0=values[0], fc=values[1], k=values[2])

    def taken_mm(self, times_h: Series) -> Series:
        """Return what the soil could have taken since the start, same shape [mm].

        >>> round(float(Horton(76, 2.5, 2).taken_mm(np.array([1.0]))[0]), 3)  # 2.5 + 73.5/2·(1 − e^−2)
        34.276
        """
        faded = -np.expm1(-self.decay_per_h * times_h) / self.decay_per_h
        return np.asarray(self.final_mm_h * times_h + (self.initial_mm_h - self.final_mm_h) * faded)


@dataclass(frozen=True, slots=True)
class NetRain:
    """What runs off an intervention.

    Attributes
    ----------
    equivalent_ha
        Equivalent impervious area of the surfaces with a constant coefficient.
    pervious_ha, horton
        Area, whole, of those that follow Horton's law; none where `horton` is None.
    """

    equivalent_ha: float
    pervious_ha: float = 0.0
    horton: Horton | None = None

    def entered_m3(self, storm: Storm, times_h: Series) -> Series:
        """Return the volume run off since the start at each moment [m3]."""
        fallen_mm = storm.fallen_mm(times_h)
        entered = M3_PER_MM_HA * self.equivalent_ha * fallen_mm
        if self.horton is None or self.pervious_ha == 0:
            return np.asarray(entered)
        excess_mm = np.maximum(np.diff(fallen_mm) - np.diff(self.horton.taken_mm(times_h)), 0.0)
        soaked = np.concatenate([[0.0], np.cumsum(excess_mm)])
        return np.asarray(entered + M3_PER_MM_HA * self.pervious_ha * soaked)
