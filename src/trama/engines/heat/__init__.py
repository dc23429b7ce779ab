"""Heat in the city: how the ground cools, and the air temperature that follows. Arrays in, arrays out.

The equations are those of InVEST's Urban Cooling (3.20): cooling capacity of a cell, by day and by night;
heat mitigation by large green areas; air temperature, mixed. NaN is "no data" everywhere, never zero.

A raster too large for memory is computed by windows: give each function a window with `HeatModel.halo_cells`
cells more on each side, where the raster has them, and keep the inner part. What lies outside an array counts
as no data, as outside a raster.
"""

from trama.engines.heat.capacity import (
    CoolingWeights,
    cooling_capacity,
    evapotranspiration_index,
    night_capacity,
)
from trama.engines.heat.kernels import decay_kernel, disc_kernel, distance_in_cells
from trama.engines.heat.mitigation import heat_mitigation, large_green, park_capacity
from trama.engines.heat.model import HeatModel, HeatResult
from trama.engines.heat.temperature import air_temperature, mixed, mixed_temperature, night_anomaly

__all__ = [
    "CoolingWeights",
    "HeatModel",
    "HeatResult",
    "air_temperature",
    "cooling_capacity",
    "decay_kernel",
    "disc_kernel",
    "distance_in_cells",
    "evapotranspiration_index",
    "heat_mitigation",
    "large_green",
    "mixed",
    "mixed_temperature",
    "night_anomaly",
    "night_capacity",
    "park_capacity",
]
