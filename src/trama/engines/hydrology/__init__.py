"""Rain on the ground: runoff by curve number, draining surfaces, figures by zone. Arrays in, arrays out."""

from trama.engines.hydrology.classes import class_labels, class_positions
from trama.engines.hydrology.curve_number import (
    composite_curve_number,
    potential_retention_mm,
    retained_volume_m3,
    retention_index,
    runoff_mm,
    supply_of_regulation,
)
from trama.engines.hydrology.drainage import draining_share, kdren_of_cells, step_weights
from trama.engines.hydrology.lookup import CellLookup
from trama.engines.hydrology.zones import ZonalHistogram, ZonalSums, values_or_none

__all__ = [
    "CellLookup",
    "ZonalHistogram",
    "ZonalSums",
    "class_labels",
    "class_positions",
    "composite_curve_number",
    "draining_share",
    "kdren_of_cells",
    "potential_retention_mm",
    "retained_volume_m3",
    "retention_index",
    "runoff_mm",
    "step_weights",
    "supply_of_regulation",
    "values_or_none",
]
