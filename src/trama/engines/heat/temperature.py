"""Air temperature from heat mitigation, and its mixing by the air that moves."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from trama.engines.heat.convolution import Inner, mean_around
from trama.engines.heat.kernels import decay

Floats = npt.NDArray[np.floating]
WHOLE: Inner = (slice(None), slice(None))


def air_temperature(mitigation: npt.ArrayLike, t_ref: float, uhi_max: float) -> Floats:
    """Return T = Tref + (1 - HM)·UHImax [°C], before mixing; NaN stays NaN.

    >>> float(air_temperature(0.25, t_ref=20.0, uhi_max=4.0))
    23.0
    """
    return np.asarray(t_ref + (1.0 - np.asarray(mitigation)) * uhi_max)


def mixed(values: Floats, distance_cells: int, inner: Inner = WHOLE) -> Floats:
    """Return the mean around, weighed by exp(-d/mixing distance) up to five times it, over cells with data.

    InVEST's guide speaks of a Gaussian; its code uses this decay. Temperature is linear in heat
    mitigation, so mixing the latter is the same, and keeps more digits in single precision.

    Parameters
    ----------
    values
        Single or double precision; NaN is no data.
    inner
        Rows and columns wanted.
    """
    missing, around = np.isnan(values), decay(distance_cells, values.shape)
    if not missing.any():
        return mean_around(values, None, around, inner)
    return mean_around(np.where(missing, values.dtype.type(0), values), missing, around, inner)


def mixed_temperature(temperature: Floats, distance_cells: int, inner: Inner = WHOLE) -> Floats:
    """Return the mean of the temperatures around [°C]; see `mixed`."""
    return mixed(temperature, distance_cells, inner)


def night_anomaly(temperature: npt.ArrayLike, t_ref: float) -> Floats:
    """Return the positive part of T - Tref [°C]; NaN stays NaN.

    >>> night_anomaly([19.0, 22.5], t_ref=20.0).tolist()
    [0.0, 2.5]
    """
    return np.asarray(np.maximum(np.asarray(temperature) - t_ref, 0.0))
