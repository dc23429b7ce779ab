"""Level-pool routing: a storm through works as they are built, with the law of their outlet.

The balance is kept by construction: what comes in an interval is exact, what goes out is taken from what is
there, the rest stays. Only *how much* goes out within an interval is approximate, to the second order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from trama.engines.invariance.outlets import Outlet
from trama.engines.invariance.rainfall_only import M3_H_PER_L_S
from trama.engines.invariance.storms import Series
from trama.engines.invariance.works import Placed

NODES = 400
MOST_PARTS, MOST_ROUTED = 64, 51_200
"""Parts of an interval, and parts in all, that a storm is routed in."""
RESIDUAL_SHARE = 0.01
"""An opening lets the last of the water out ever more slowly: emptied means down to this share."""

Inflow = Callable[[float, Series], Series]
"""Duration [h], moments [h] → volume come in since the start at each moment [m3]."""


@dataclass(frozen=True, slots=True)
class Reservoir:
    """Works in parallel, filled in step, seen as one: a table of depths, volumes and discharges.

    Attributes
    ----------
    depths_m, volumes_m3, receiver_l_s
        One value a node, rising from the bottom to the brim; the depth is that of the deepest work.
    useful_m3
        Volume below the freeboard.
    soil_l_s
        What the ground takes while there is water.
    """

    depths_m: Series
    volumes_m3: Series
    receiver_l_s: Series
    useful_m3: float
    soil_l_s: float = 0.0

    @property
    def brim_m3(self) -> float:
        """Return the volume to the brim [m3]."""
        return float(self.volumes_m3[-1])

    def receiver_at(self, volumes_m3: Series) -> Series:
        """Return the discharge to the receiver with so much water inside, same shape [l/s]."""
        return np.interp(volumes_m3, self.volumes_m3, self.receiver_l_s)

    def parts_of(self, step_h: float) -> int:
        """Return in how many parts an interval is routed, at most `MOST_PARTS`.

        A part is no longer than the shortest time in which the discharge answers to the volume, ``dV/dQ``.
        """
        answers_per_h = M3_H_PER_L_S * np.diff(self.receiver_l_s) / np.diff(self.volumes_m3)
        fastest_per_h = float(answers_per_h.max(initial=0.0))
        return int(np.clip(np.ceil(step_h * fastest_per_h), 1, MOST_PARTS))

    def depth_at(self, volume_m3: float) -> float:
        """Return the depth with so much water inside [m]."""
        return float(np.interp(volume_m3, self.volumes_m3, self.depths_m))


def reservoir(works: Sequence[Placed], outlet: Outlet, soil_l_s: float = 0.0) -> Reservoir:
    """Return the works as one reservoir.

    Parameters
    ----------
    works
        At least one. They are taken to fill in step, each by the same share of its useful depth, and then of
        its freeboard; the outlet sees the depth of the deepest.
    soil_l_s
        What the ground takes [l/s].
    """
    share = np.linspace(0.0, 1.0, NODES // 2 + 1)
    below = share**2  # finer near the bottom, where an opening changes fastest
    filled = np.concatenate([below, 1 + share[1:]])
    depths = [_depths(placed, filled) for placed in works]
    volumes = sum(
        (placed.count * placed.work.volumes_m3(own) for placed, own in zip(works, depths, strict=True)),
        np.zeros(filled.size),
    )
    deepest = max(range(len(works)), key=lambda at: works[at].work.depth_m)
    keep = np.concatenate([[True], np.diff(volumes) > 0])
    heads = depths[deepest]
    return Reservoir(
        heads[keep],
        volumes[keep],
        outlet.discharges_l_s(heads)[keep],
        sum(placed.useful_m3 for placed in works),
        soil_l_s,
    )


def _depths(placed: Placed, filled: Series) -> Series:
    return placed.useful_m * np.minimum(filled, 1.0) + placed.freeboard_m * np.maximum(filled - 1.0, 0.0)


@dataclass(frozen=True, slots=True)
class Run:
    """A storm routed. Series of intervals are one shorter than those of moments.

    Attributes
    ----------
    times_h, stored_m3
        At each moment.
    inflow_m3, receiver_m3, soil_m3, spilled_m3
        In each interval; spilled is what did not find room below the brim.
    """

    times_h: Series
    stored_m3: Series
    inflow_m3: Series
    receiver_m3: Series
    soil_m3: Series
    spilled_m3: Series

    @property
    def peak_m3(self) -> float:
        """Return the most that is ever inside [m3]."""
        return float(self.stored_m3.max())

    @property
    def imbalance_m3(self) -> float:
        """Return what the balance does not close by [m3]: in − out − spilled − left."""
        out = self.receiver_m3.sum() + self.soil_m3.sum() + self.spilled_m3.sum()
        return float(self.inflow_m3.sum() - out - self.stored_m3[-1])


def route(times_h: Series, entered_m3: Series, held: Reservoir) -> Run:
    """Route an inflow through the works.

    Parameters
    ----------
    times_h
        Moments, rising, shape (n + 1,) or (n + 1, events) [h].
    entered_m3
        Volume come in since the start at each moment, same shape [m3].

    Returns
    -------
    The run, every series with the shape of `times_h` (one less for intervals).

    Notes
    -----
    In each interval the discharge is that of its middle, found with half of the inflow and half of the
    discharge of its start (explicit midpoint), and never more than what is there. Where the works would empty
    in less than an interval that would swing from one interval to the next: the interval is then divided.
    """
    steps_h, inflow_m3 = np.diff(times_h, axis=0), np.diff(entered_m3, axis=0)
    parts = min(held.parts_of(float(steps_h.max(initial=0.0))), max(1, MOST_ROUTED // max(1, len(steps_h))))
    stored_m3 = np.zeros_like(entered_m3)
    receiver_m3, soil_m3, spilled_m3 = (np.zeros_like(inflow_m3) for _ in range(3))
    for at, (step_h, come_m3) in enumerate(zip(steps_h, inflow_m3, strict=True)):
        now_m3 = stored_m3[at]
        for _part in range(parts):
            now_m3, gone = _interval(now_m3, step_h / parts, come_m3 / parts, held)
            for total, part_m3 in zip((receiver_m3, soil_m3, spilled_m3), gone, strict=True):
                total[at] += part_m3
        stored_m3[at + 1] = now_m3
    return Run(times_h, stored_m3, inflow_m3, receiver_m3, soil_m3, spilled_m3)


def _interval(
    start_m3: Series, step_h: Series, come_m3: Series, held: Reservoir
) -> tuple[Series, tuple[Series, Series, Series]]:
    """Return what is inside at the end of an interval, and what went to receiver, to soil, over the brim."""
    half = M3_H_PER_L_S * step_h / 2
    middle_m3 = start_m3 + come_m3 / 2 - half * (held.receiver_at(start_m3) + held.soil_l_s)
    to_receiver = 2 * half * held.receiver_at(np.maximum(middle_m3, 0.0))
    to_soil = 2 * half * held.soil_l_s
    there_m3 = start_m3 + come_m3
    share = np.minimum(1.0, there_m3 / np.maximum(to_receiver + to_soil, 1e-300))
    to_receiver, to_soil = share * to_receiver, share * to_soil
    left_m3 = np.maximum(there_m3 - to_receiver - to_soil, 0.0)
    spilled_m3 = np.maximum(left_m3 - held.brim_m3, 0.0)
    return left_m3 - spilled_m3, (to_receiver, to_soil, spilled_m3)


def emptying_h(held: Reservoir, volume_m3: float) -> float | None:
    """Return the time from `volume_m3` to empty, with nothing coming in [h]; None where it never empties.

    ``∫ dV / (3.6·Q(V))`` down to nothing, or to `RESIDUAL_SHARE` where the discharge fades with the depth.
    """
    least_l_s = float(held.receiver_at(np.zeros(1))[0]) + held.soil_l_s
    _, hours = _draining(held, volume_m3, 0.0 if least_l_s > 0 else RESIDUAL_SHARE)
    return float(hours[-1]) if np.isfinite(hours[-1]) else None


def left_m3(held: Reservoir, volume_m3: float, after_h: float) -> float:
    """Return what is left of `volume_m3` after some hours with nothing coming in [m3]."""
    levels, hours = _draining(held, volume_m3, 0.0)
    reached = np.isfinite(hours)
    return float(np.interp(after_h, hours[reached], levels[reached]))


def _draining(held: Reservoir, volume_m3: float, residual_share: float) -> tuple[Series, Series]:
    """Return levels from full down to the residual [m3], and the hours it takes to reach each of them."""
    levels = volume_m3 * (1 - (1 - residual_share) * (1 - np.linspace(1.0, 0.0, 4001) ** 2))
    rates = M3_H_PER_L_S * (held.receiver_at((levels[1:] + levels[:-1]) / 2) + held.soil_l_s)
    with np.errstate(divide="ignore"):
        steps_h = -np.diff(levels) / rates
    return levels, np.append(0.0, np.cumsum(steps_h))
