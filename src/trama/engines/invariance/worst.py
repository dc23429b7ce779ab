"""The duration that fills given works most, and how far the time step matters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from trama.engines.invariance.errors import Unsettled
from trama.engines.invariance.net_rain import NetRain
from trama.engines.invariance.reservoir import Reservoir, Run, route
from trama.engines.invariance.storms import Series, Storm

SEARCH_STEPS = 400
STEPS = 1_600
MOST_STEPS = 12_800
SETTLED_SHARE, SETTLED_OF_BRIM = 0.01, 0.001
"""Twice the steps may move a peak by this share of it, or of what the works hold: more, and more are due."""
LONGEST_DRAIN_H = 96.0
_OCTAVES = 9
_PER_OCTAVE = 3

StormOf = Callable[[float], Storm]


@dataclass(frozen=True, slots=True)
class Worst:
    """The event that fills the works most.

    Attributes
    ----------
    run
        Routed without spilling, so that its peak says how much room it would take.
    """

    duration_h: float
    run: Run

    @property
    def peak_m3(self) -> float:
        """Return the most that is ever inside [m3]."""
        return self.run.peak_m3


def bottomless(held: Reservoir) -> Reservoir:
    """Return the same works with room for anything above the brim, where the discharge grows no more."""
    top = held.brim_m3 * 1e6
    return replace(
        held,
        depths_m=np.append(held.depths_m, held.depths_m[-1]),
        volumes_m3=np.append(held.volumes_m3, top),
        receiver_l_s=np.append(held.receiver_l_s, held.receiver_l_s[-1]),
    )


def route_storm(
    storm_of: StormOf, duration_h: float, net: NetRain, held: Reservoir, steps: int = STEPS
) -> Run:
    """Route the storm of a duration, from its start to its end."""
    storm = storm_of(duration_h)
    times_h = storm.times_h(steps)
    return route(times_h, net.entered_m3(storm, times_h), held)


def worst_event(storm_of: StormOf, net: NetRain, held: Reservoir, longest_h: float) -> Worst:
    """Return the event that fills the works most, among durations up to `longest_h`.

    Durations are tried three to the octave over nine octaves, then nine between the neighbours of the best,
    twice; all those of a pass are routed together.

    Raises
    ------
    Unsettled
        The works empty so fast that the peak depends on the time step, however short.
    """
    endless = bottomless(held)
    tried_h = [longest_h * 2 ** (step / _PER_OCTAVE) for step in range(-_PER_OCTAVE * _OCTAVES, 1)]
    for _pass in range(3):
        peaks_m3 = _peaks_m3(storm_of, tried_h, net, endless)
        best = int(np.argmax(np.asarray(peaks_m3) >= max(peaks_m3) * (1 - 1e-6)))
        low_h, high_h = tried_h[max(best - 1, 0)], tried_h[min(best + 1, len(tried_h) - 1)]
        best_h = tried_h[best]
        tried_h = [float(hours) for hours in np.geomspace(low_h, high_h, 9)]
    return Worst(best_h, _settled(storm_of, best_h, net, endless, held.brim_m3))


def _settled(storm_of: StormOf, duration_h: float, net: NetRain, endless: Reservoir, brim_m3: float) -> Run:
    """Return the storm routed with so many steps, at least `STEPS`, that its peak depends on them no more.

    Raises
    ------
    Unsettled
        Not even `MOST_STEPS` are enough.
    """
    steps = STEPS
    before_m3 = route_storm(storm_of, duration_h, net, endless, steps // 2).peak_m3
    while steps <= MOST_STEPS:
        run = route_storm(storm_of, duration_h, net, endless, steps)
        if abs(run.peak_m3 - before_m3) <= max(SETTLED_SHARE * run.peak_m3, SETTLED_OF_BRIM * brim_m3):
            return run
        before_m3, steps = run.peak_m3, 2 * steps
    raise Unsettled()


def _peaks_m3(storm_of: StormOf, durations_h: Sequence[float], net: NetRain, held: Reservoir) -> list[float]:
    moments, entered = [], []
    for hours in durations_h:
        storm = storm_of(hours)
        times_h = _as_many(storm.times_h(SEARCH_STEPS))
        moments.append(times_h)
        entered.append(net.entered_m3(storm, times_h))
    run = route(np.stack(moments, axis=1), np.stack(entered, axis=1), held)
    return [float(peak) for peak in run.stored_m3.max(axis=0)]


def _as_many(times_h: Series) -> Series:
    """Return `SEARCH_STEPS` + 3 moments: where a storm has fewer corners, its end is repeated."""
    lacking = SEARCH_STEPS + 3 - times_h.size
    return np.append(times_h, np.repeat(times_h[-1], lacking))


def with_drain(run: Run, held: Reservoir, steps: int = 400) -> Run:
    """Return the run followed by what drains after the rain, until empty or for `LONGEST_DRAIN_H`."""
    end_h = float(run.times_h[-1])
    tail_h = np.linspace(0.0, LONGEST_DRAIN_H, steps + 1)[1:]
    times_h = np.append(run.times_h, end_h + tail_h)
    total_m3 = float(run.inflow_m3.sum())
    entered = np.append(np.append(0.0, np.cumsum(run.inflow_m3)), np.full(tail_h.size, total_m3))
    whole = route(times_h, entered, held)
    empty = np.flatnonzero(whole.stored_m3[run.times_h.size :] <= 0.005 * run.peak_m3)
    stop = run.times_h.size + int(empty[0]) + 1 if empty.size else times_h.size
    return Run(
        whole.times_h[:stop],
        whole.stored_m3[:stop],
        *(
            series[: stop - 1]
            for series in (whole.inflow_m3, whole.receiver_m3, whole.soil_m3, whole.spilled_m3)
        ),
    )


def convergence(
    storm_of: StormOf, duration_h: float, net: NetRain, held: Reservoir, steps: Sequence[int]
) -> list[tuple[int, float]]:
    """Return the peak found with each number of steps [m3]: it must settle as they grow."""
    endless = bottomless(held)
    return [(count, route_storm(storm_of, duration_h, net, endless, count).peak_m3) for count in steps]
