"""The values of an index's indicators in the places of a grain: measured, or declared by who loaded them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trama.analyses.indices.measures import Field, Taken
from trama.analyses.indices.places import Places
from trama.analyses.indices.rules import IndexRules
from trama.kernel.trace import LayerUse
from trama.lake import Lake

Floats = NDArray[np.float64]
DECLARED = "indicatori"
"""Layers of values loaded by the institution: ``indicatori_comuni``, ``indicatori_upa``."""


@dataclass(frozen=True)
class Matrix:
    """The indicators of one index in the places of one grain.

    Attributes
    ----------
    values
        Shape ``(places, declared indicators)``, NaN where missing; what was declared takes the place of what
        was measured.
    taken
        Indicator → how it was measured; None where nobody measures it or its data are not there.
    declared
        Indicator → place → value that was loaded, from the layer `declared_use`.
    """

    rules: IndexRules
    places: Places
    values: Floats
    taken: dict[str, Taken | None]
    declared: dict[str, dict[str, float]]
    declared_use: LayerUse | None


def read_matrix(field: Field, rules: IndexRules, places: Places) -> Matrix:
    """Measure every indicator that can be measured, and lay the loaded values over."""
    taken = {
        name: field.take(one.measure, places) if one.measure is not None else None
        for name, one in ((name, rules.indicator(name)) for name in rules.order)
    }
    declared, use = declared_values(field.lake, places)
    values = np.full((len(places.keys), len(rules.order)), np.nan)
    for column, name in enumerate(rules.order):
        if (measured := taken[name]) is not None:
            values[:, column] = measured.values
        for row, key in enumerate(places.keys):
            if key in declared.get(name, {}):
                values[row, column] = declared[name][key]
    wanted = {name: rows for name, rows in declared.items() if name in rules.order}
    return Matrix(rules, places, values, taken, wanted, use if wanted else None)


def declared_values(lake: Lake, places: Places) -> tuple[dict[str, dict[str, float]], LayerUse | None]:
    """Return indicator → place → value of what was loaded for the grain, and the version it is in."""
    layer = f"{DECLARED}_{places.grain}"
    if not lake.has(layer):
        return {}, None
    version = lake.version(layer)
    table = version.table()
    found: dict[str, dict[str, float]] = {}
    key = str(table.columns[0])
    for place, name, value in zip(table[key], table["indicatore"], table["valore"], strict=True):
        if np.isfinite(value):
            found.setdefault(str(name), {})[str(place)] = float(value)
    return found, version.use()
