"""One run of the model: its parameters once, then any number of windows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trama.engines.heat.convolution import Inner
from trama.engines.heat.kernels import CUT, distance_in_cells
from trama.engines.heat.mitigation import WHOLE, heat_mitigation
from trama.engines.heat.temperature import air_temperature, mixed

Floats = npt.NDArray[np.floating]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class HeatResult:
    """Heat mitigation [0-1] and mixed air temperature [°C] of the cells of a window; NaN is no data."""

    mitigation: Floats
    temperature: Floats


@dataclass(frozen=True)
class HeatModel:
    """Parameters of heat mitigation and air temperature.

    Parameters
    ----------
    cell_m
        Side of a cell [m].
    cooling_distance_m
        d_cool: distance of decay of the effect of green [m].
    large_green_m2
        Green within d_cool from which it counts as large [m²].
    mixing_distance_m
        Distance over which the air mixes [m].
    t_ref, uhi_max
        Reference temperature and strongest heat island [°C].
    """

    cell_m: float
    cooling_distance_m: float
    large_green_m2: float
    mixing_distance_m: float
    t_ref: float
    uhi_max: float

    @property
    def cooling_cells(self) -> int:
        """d_cool in cells."""
        return distance_in_cells(self.cooling_distance_m, self.cell_m)

    @property
    def mixing_cells(self) -> int:
        """Mixing distance in cells."""
        return distance_in_cells(self.mixing_distance_m, self.cell_m)

    @property
    def mitigation_halo_cells(self) -> int:
        """Cells around a window that its heat mitigation depends on."""
        return CUT * self.cooling_cells

    @property
    def halo_cells(self) -> int:
        """Cells around a window that its temperature depends on: a change reaches so far, and no farther."""
        return self.mitigation_halo_cells + CUT * self.mixing_cells

    def mitigation(
        self, capacity: Floats, green: Mask, covered: Mask | None = None, inner: Inner = WHOLE
    ) -> Floats:
        """Return HM of a window; see `heat_mitigation`."""
        return heat_mitigation(
            capacity,
            green,
            cell_m=self.cell_m,
            distance_cells=self.cooling_cells,
            large_green_m2=self.large_green_m2,
            covered=covered,
            inner=inner,
        )

    def temperature(self, mitigation: Floats, inner: Inner = WHOLE) -> Floats:
        """Return the mixed air temperature [°C] of a window from its HM, in the precision of HM."""
        return air_temperature(mixed(mitigation, self.mixing_cells, inner), self.t_ref, self.uhi_max)

    def window(self, capacity: Floats, green: Mask, covered: Mask | None = None) -> HeatResult:
        """Return HM and mixed temperature of an array.

        Parameters
        ----------
        capacity
            Cooling capacity, shape (rows, columns), single or double precision; NaN is no data.
        green, covered
            As in `heat_mitigation`.
        """
        mitigation = self.mitigation(capacity, green, covered)
        return HeatResult(mitigation, self.temperature(mitigation))
