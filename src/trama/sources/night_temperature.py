"""Night temperature as observed, by a satellite or a weather model of the city, onto the layer's grid."""

from __future__ import annotations

import numpy as np

from trama.kernel.units import format_number
from trama.lake.checks import Finding
from trama.sources.cells import find_gaps
from trama.sources.errors import NoValues
from trama.sources.original import Original, RasterReading
from trama.sources.plausible import Measured, Plausible
from trama.sources.raster_files import read_cells
from trama.sources.territory import Grid, Territory

RULE = "ogni cella prende la temperatura della cella d'origine che ne contiene il centro."
LOWEST_C, HIGHEST_C = -40.0, 60.0
"""Beyond these no night is, of the air or of the ground (records: -89 °C on ice, +57 °C by day)."""
UNITS = {"kelvin": (273.15, 1.0, "si tolgono 273,15"), "Fahrenheit": (32.0, 1.8, "si convertono")}
"""Unit → what is taken off and what is divided by to have degrees Celsius; what is done."""


def read_night_temperature(
    original: Original, grid: Grid, territory: Territory, plausible: Plausible | None = None
) -> RasterReading:
    """Read a temperature onto `grid`: float32 degrees Celsius, NaN where missing.

    Kelvin and Fahrenheit are noticed (the median is a night only once converted) and stop the version; with
    ``original.repair`` they are converted. Single cells that no night can have stop it too; with ``repair``
    they become missing. So does what the norms do not expect, unless confirmed: see `plausible`.
    """
    reading = RasterReading(RULE, grid=grid, nodata=float("nan"))
    cells, known = read_cells(original, reading, grid)
    degrees = np.where(known, cells.astype(np.float32), np.float32(np.nan))
    inside = territory.mask(grid)
    degrees[~inside] = np.nan
    if np.isnan(degrees).all():
        raise NoValues(name=original.name, why="nessuna temperatura cade sul territorio.")
    low, high = (plausible.low, plausible.high) if plausible else (LOWEST_C, HIGHEST_C)
    degrees = _notice_units(degrees, low, high, original, reading)
    measured = Measured(degrees, "degC", grid, original, reading)
    wrong = (degrees < LOWEST_C) | (degrees > HIGHEST_C)
    hint = (
        f"Temperature che una notte non ha (fuori da {LOWEST_C:g}-{HIGHEST_C:g} °C): controllare unità e "
        "valore di «senza dato»."
    )
    measured.stop_impossible(wrong, hint)
    measured.stop_unusual(plausible)
    reading.cells = degrees
    reading.findings.append(find_gaps(np.isfinite(reading.cells), grid, territory, inside))
    return reading


def _notice_units(
    degrees: np.ndarray, low: float, high: float, original: Original, reading: RasterReading
) -> np.ndarray:
    """Convert what is a night, from `low` to `high`, only in another unit: the other checks read degrees.

    Without ``original.repair`` the finding stops the version, whatever the others say.
    """
    finite = degrees[np.isfinite(degrees)]
    middle = float(np.median(finite)) if finite.size else 0.0
    for unit, (less, over, done) in UNITS.items():
        celsius = (middle - less) / over
        least, most = (LOWEST_C, HIGHEST_C) if over == 1 else (low, high)
        if not (middle > high and least <= celsius <= most):
            continue
        about = (
            f"Le temperature sembrano {unit} (la mediana è {format_number(middle, '1', 1)}, cioè "
            f"{format_number(celsius, 'degC', 1)}): il livello vuole gradi Celsius."
        )
        count, hint = int(finite.size), f"{about} Con --repair {done}."
        reading.findings.append(
            Finding("degrees_celsius", ok=False, count=count, hint=hint, of=count, about=about)
        )
        if original.repair:
            reading.mended.append("degrees_celsius")
            reading.notes.append(f"L'originale è in {unit}: convertito in gradi Celsius ({done}).")
        return ((degrees - np.float32(less)) / np.float32(over)).astype(np.float32)
    reading.findings.append(Finding("degrees_celsius", ok=True))
    return degrees
