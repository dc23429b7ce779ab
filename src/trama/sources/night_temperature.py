"""Night temperature as observed, by a satellite or a weather model of the city, onto the layer's grid."""

from __future__ import annotations

import numpy as np

from trama.kernel.units import format_number
from trama.lake.checks import SHOWN, Finding
from trama.sources.cells import centre, find_gaps
from trama.sources.errors import NoValues
from trama.sources.original import Original, RasterReading
from trama.sources.raster_files import read_cells
from trama.sources.territory import Grid, Territory

RULE = "ogni cella prende la temperatura della cella d'origine che ne contiene il centro."
LOWEST_C, HIGHEST_C = -40.0, 60.0
"""Beyond these no night is, of the air or of the ground (records: -89 °C on ice, +57 °C by day)."""
ZERO_C = 273.15
"""Zero degrees Celsius, in kelvin."""


def read_night_temperature(original: Original, grid: Grid, territory: Territory) -> RasterReading:
    """Read a temperature onto `grid`: float32 degrees Celsius, NaN where missing.

    Kelvin are noticed (the median is a night only once 273.15 is taken off) and stop the version; with
    ``original.repair`` they are converted. Single cells that no night can have stop it too; with ``repair``
    they become missing.
    """
    reading = RasterReading(RULE, grid=grid, nodata=float("nan"))
    cells, known = read_cells(original, reading, grid)
    degrees = np.where(known, cells.astype(np.float32), np.float32(np.nan))
    inside = territory.mask(grid)
    degrees[~inside] = np.nan
    if not np.isfinite(degrees).any():
        raise NoValues(name=original.name, why="nessuna temperatura cade sul territorio.")
    degrees = _notice_kelvin(degrees, original, reading)
    reading.cells = _refuse_impossible(degrees, original, reading, grid)
    reading.findings.append(find_gaps(np.isfinite(reading.cells), grid, territory, inside))
    return reading


def _notice_kelvin(degrees: np.ndarray, original: Original, reading: RasterReading) -> np.ndarray:
    middle = float(np.nanmedian(degrees))
    if not middle > HIGHEST_C or not LOWEST_C <= middle - ZERO_C <= HIGHEST_C:
        reading.findings.append(Finding("degrees_celsius", ok=True))
        return degrees
    celsius = format_number(middle - ZERO_C, "degC", 1)
    hint = (
        f"Le temperature sembrano kelvin (la mediana è {format_number(middle, '1', 1)}, cioè {celsius}): "
        "il livello vuole gradi Celsius. Con --repair si tolgono 273,15."
    )
    count = int(np.count_nonzero(np.isfinite(degrees)))
    reading.findings.append(Finding("degrees_celsius", ok=False, count=count, hint=hint))
    if not original.repair:
        return degrees
    reading.mended.append("degrees_celsius")
    reading.notes.append("L'originale è in kelvin: sono stati tolti 273,15.")
    return degrees - np.float32(ZERO_C)


def _refuse_impossible(
    degrees: np.ndarray, original: Original, reading: RasterReading, grid: Grid
) -> np.ndarray:
    if reading.stopping:
        return degrees
    wrong = (degrees < LOWEST_C) | (degrees > HIGHEST_C)
    count = int(np.count_nonzero(wrong))
    where = tuple(
        {
            "id": "",
            "at": centre(grid, int(row), int(column)),
            "why": format_number(float(degrees[row, column]), "degC", 1),
        }
        for row, column in np.argwhere(wrong)[:SHOWN]
    )
    hint = (
        f"Temperature che una notte non ha (fuori da {LOWEST_C:g}-{HIGHEST_C:g} °C): controllare unità e "
        "valore di «senza dato». Con --repair diventano «dato mancante»."
    )
    reading.findings.append(Finding("plausible_values", not count, count, where, hint if count else ""))
    if count and original.repair:
        reading.mended.append("plausible_values")
        reading.notes.append(f"{count} celle con una temperatura impossibile sono diventate «dato mancante».")
        degrees[wrong] = np.nan
        if not np.isfinite(degrees).any():
            raise NoValues(name=original.name, why="nessuna temperatura è quella di una notte.")
    return degrees
