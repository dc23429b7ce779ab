"""Design storms drawn from a rainfall curve: how much has fallen at each moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from trama.engines.invariance.curve import RainCurve

Series = NDArray[np.float64]


class Storm(Protocol):
    """A storm that can say when to look at it and what has fallen by then."""

    def times_h(self, steps: int) -> Series:
        """Return moments from start to end, the peak among them [h]."""

    def fallen_mm(self, times_h: Series) -> Series:
        """Return the depth fallen since the start at each moment, same shape [mm]."""


@dataclass(frozen=True, slots=True)
class ConstantStorm:
    """The whole depth of the curve for a duration, at a constant rate."""

    curve: RainCurve
    duration_h: float

    def times_h(self, steps: int) -> Series:
        """Return `steps` equal intervals [h]."""
        return np.linspace(0.0, self.duration_h, steps + 1)

    def fallen_mm(self, times_h: Series) -> Series:
        """Return the depth fallen at each moment [mm]."""
        return times_h * (self.curve.depth_mm(self.duration_h) / self.duration_h)


@dataclass(frozen=True, slots=True)
class ChicagoStorm:
    """The Chicago storm: the worst window of *every* length up to the duration holds the depth of the curve.

    A window of length w that holds the depth h(w) lies for a share r before the peak, so that
    ``P(t) = r·[h(D) − h((rD − t)/r)]`` before it and ``P(t) = r·h(D) + (1 − r)·h((t − rD)/(1 − r))`` after.
    Source: Keifer and Chu, Synthetic Storm Pattern for Drainage Design, 1957, in cumulated form.

    Attributes
    ----------
    peak_share
        r, the share of the duration before the peak, between 0 and 1 excluded.
    """

    curve: RainCurve
    duration_h: float
    peak_share: float

    def times_h(self, steps: int) -> Series:
        """Return `steps` intervals, half on each side of the peak, and the corners of the storm [h].

        Corners are the peak and the ends of the worst hour, where the curve changes exponent.
        """
        peak_h = self.peak_share * self.duration_h
        before = np.linspace(0.0, peak_h, steps // 2 + 1)
        after = np.linspace(peak_h, self.duration_h, steps // 2 + 1)[1:]
        times_h = np.concatenate([before, after])
        if self.duration_h <= 1:
            return times_h
        hour = [peak_h - self.peak_share, peak_h + 1 - self.peak_share]
        return np.insert(times_h, np.searchsorted(times_h, hour), hour)

    def fallen_mm(self, times_h: Series) -> Series:
        """Return the depth fallen at each moment [mm]; the moments rise."""
        r, peak_h = self.peak_share, self.peak_share * self.duration_h
        whole_mm, peak = self.curve.depth_mm(self.duration_h), int(np.searchsorted(times_h, peak_h, "right"))
        before = r * (whole_mm - self.curve.depths_mm((peak_h - times_h[:peak]) / r))
        after = r * whole_mm + (1 - r) * self.curve.depths_mm((times_h[peak:] - peak_h) / (1 - r))
        return np.concatenate([before, after])
