"""How much a cell of ground cools, 0 to 1: by day from shade, albedo and water; by night from its mass."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]


@dataclass(frozen=True)
class CoolingWeights:
    """Weights of shade, albedo and evapotranspiration in the cooling capacity by day.

    `normalised` divides them by their sum, as InVEST does.
    """

    shade: float
    albedo: float
    eti: float

    def __post_init__(self) -> None:
        if min(self.shade, self.albedo, self.eti) < 0 or not self.total > 0:
            raise ValueError("weights are not negative, and not all zero")

    @property
    def total(self) -> float:
        """Their sum."""
        return self.shade + self.albedo + self.eti

    def normalised(self) -> CoolingWeights:
        """Return the same weights with sum 1."""
        return CoolingWeights(self.shade / self.total, self.albedo / self.total, self.eti / self.total)


def evapotranspiration_index(kc: npt.ArrayLike, eto: npt.ArrayLike, eto_max: float) -> Floats:
    """Return ETI = Kc·ET0 / ET0max.

    Parameters
    ----------
    kc
        Crop coefficient of the cell.
    eto
        Reference evapotranspiration [mm], same shape or one number; NaN is no data.
    eto_max
        The largest ET0 of the area of interest [mm], above zero.

    Raises
    ------
    ValueError
        `eto_max` is not above zero.

    >>> float(evapotranspiration_index(0.5, 4.0, 5.0))
    0.4
    """
    if not 0 < eto_max < np.inf:
        raise ValueError("the largest evapotranspiration must be above zero")
    return np.asarray(np.multiply(kc, eto) / eto_max)


def cooling_capacity(
    shade: npt.ArrayLike,
    albedo: npt.ArrayLike,
    kc: npt.ArrayLike,
    eto: npt.ArrayLike,
    eto_max: float,
    weights: CoolingWeights,
) -> Floats:
    """Return the cooling capacity by day, CC = ws·shade + wa·albedo + we·Kc·ET0/ET0max, weights with sum 1.

    Source: InVEST Urban Cooling, method `factors`; Zardo et al. 2017, Kunapo et al. 2018.

    Parameters
    ----------
    shade, albedo
        Shares 0-1 of the cell (canopy of at least 2 m; solar radiation reflected); NaN is no data.
    kc, eto, eto_max
        As in `evapotranspiration_index`.

    >>> round(float(cooling_capacity(1.0, 0.2, 1.0, 4.0, 5.0, CoolingWeights(0.6, 0.2, 0.2))), 6)
    0.8
    """
    part = weights.normalised()
    eti = evapotranspiration_index(kc, eto, eto_max)
    return np.asarray(part.shade * np.asarray(shade) + part.albedo * np.asarray(albedo) + part.eti * eti)


def night_capacity(building_intensity: npt.ArrayLike) -> Floats:
    """Return the cooling capacity by night, CC = 1 - building intensity (0-1); NaN is no data.

    Source: InVEST Urban Cooling, method `intensity`.

    >>> float(night_capacity(0.25))
    0.75
    """
    return np.asarray(1.0 - np.asarray(building_intensity))
