"""The hydrograph of the event that fills the works most, thinned for paper and data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from trama.analyses.invarianza.method import EVENTS
from trama.analyses.invarianza.pratica.outcome import Findings
from trama.analyses.invarianza.pratica.verification import STEPS_SHOWN, storms
from trama.engines.invariance import Run, convergence, with_drain
from trama.engines.invariance.rainfall_only import M3_H_PER_L_S
from trama.kernel.units import format_number

POINTS = 240


@dataclass(frozen=True, slots=True)
class Series:
    """A run to be drawn: a value at each moment; rates are means since the moment before."""

    event: str
    times_h: list[float]
    inflow_l_s: list[float]
    receiver_l_s: list[float]
    soil_l_s: list[float]
    stored_m3: list[float]
    rain_end_h: float


def series(found: Findings) -> Series | None:
    """Return the worst design event in the works, with what drains after; None where it was not tried."""
    if found.design is None or found.held is None:
        return None
    name = found.design.worst
    worst = found.design.events[name]
    run = with_drain(worst.run, found.held)
    label = f"{EVENTS[name]} di {format_number(worst.duration_h, 'h')}"
    return _thinned(label, run, float(worst.run.times_h[-1]))


def _thinned(label: str, run: Run, rain_end_h: float) -> Series:
    """Keep moments evenly spread over the rain and over the drain, and volumes between them whole."""
    inside = int(np.searchsorted(run.times_h, rain_end_h))
    kept = np.unique(
        np.concatenate(
            [
                np.linspace(0, inside, POINTS // 2).astype(int),
                np.linspace(inside, run.times_h.size - 1, POINTS // 2).astype(int),
                [int(run.stored_m3.argmax())],
            ]
        )
    )
    hours = np.diff(run.times_h[kept])

    def rates(volumes_m3: Any) -> list[float]:
        entered = np.append(0.0, np.cumsum(volumes_m3))[kept]
        return [0.0, *(float(value) for value in np.diff(entered) / hours / M3_H_PER_L_S)]

    return Series(
        label,
        [float(value) for value in run.times_h[kept]],
        rates(run.inflow_m3),
        rates(run.receiver_m3),
        rates(run.soil_m3),
        [float(value) for value in run.stored_m3[kept]],
        rain_end_h,
    )


def convergence_of(found: Findings) -> list[dict[str, Any]]:
    """Return the peak of the worst design event with more and more time steps, and how far from the last."""
    if found.design is None or found.held is None:
        return []
    name = found.design.worst
    storm_of = storms(found.practice, found.design.curve)[name]
    duration_h = found.design.events[name].duration_h
    peaks = convergence(storm_of, duration_h, found.net, found.held, STEPS_SHOWN)
    last = peaks[-1][1]
    return [{"passi": steps, "volume_m3": peak, "scarto": peak / last - 1} for steps, peak in peaks]
