"""Air temperature from heat mitigation, and its mixing by the air that moves."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from trama.engines.heat.convolution import mean_around
from trama.engines.heat.kernels import decay_kernel

Floats = npt.NDArray[np.floating]


def air_temperature(mitigation: npt.ArrayLike, t_ref: float, uhi_max: float) -> Floats:
    """Return T = Tref + (1 - HM)·UHImax [°C], before mixing; NaN stays NaN.

    >>> float(air_temperature(0.25, t_ref=20.0, uhi_max=4.0))
    23.0
    """
    return np.asarray(t_ref + (1.0 - np.asarray(mitigation)) * uhi_max)


def mixed_temperature(temperature: Floats, distance_cells: int) -> npt.NDArray[np.float64]:
    """Return the mean of the temperatures around, weighed by exp(-d/mixing distance), over cells with data.

    InVEST's guide speaks of a Gaussian; its code uses this decay, cut at five times the distance.
    """
    return mean_around(temperature, ~np.isnan(temperature), decay_kernel(distance_cells))


def night_anomaly(temperature: npt.ArrayLike, t_ref: float) -> Floats:
    """Return the positive part of T - Tref [°C]; NaN stays NaN.

    >>> night_anomaly([19.0, 22.5], t_ref=20.0).tolist()
    [0.0, 2.5]
    """
    return np.asarray(np.maximum(np.asarray(temperature) - t_ref, 0.0))
