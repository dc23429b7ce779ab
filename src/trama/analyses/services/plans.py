"""What the plans of the comuni draw: areas of services that are there, and of those only forecast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from trama.analyses.services.rules import Rules
from trama.lake.version import Version

if TYPE_CHECKING:
    import geopandas

EXISTING, FORECAST = "servizio_esistente", "servizio_previsto"
PLANNED = "previsto"
"""State of a listed service that is not there yet."""
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class PlanAreas:
    """Areas drawn, of shape (comuni, voices): how many, and their m2."""

    existing: Floats
    existing_m2: Floats
    forecast: Floats
    forecast_m2: Floats


@dataclass(frozen=True)
class Planned:
    """What is forecast and not there, of shape (comuni, voices): services listed so, areas drawn and m2."""

    services: Floats
    areas: Floats
    area_m2: Floats


def read_plan(version: Version | None, rules: Rules, row_of: dict[str, int]) -> PlanAreas:
    """Return what the plans draw for a voice; an area whose voice nobody gave is left out.

    Parameters
    ----------
    version
        Of ``previsioni_piano``; nothing is drawn where None.
    row_of
        Comune → its row.
    """
    shape = (len(row_of), len(rules.voices))
    found = PlanAreas(*(np.zeros(shape) for _ in range(4)))
    if version is None:
        return found
    column_of = {name: column for column, name in enumerate(rules.voices)}
    fields = {EXISTING: (found.existing, found.existing_m2), FORECAST: (found.forecast, found.forecast_m2)}
    names = ["istat", "genere", "voce", "area_m2"]
    for istat, kind, voice, area in version.table(columns=names)[names].itertuples(index=False):
        row, column = row_of.get(str(istat)), column_of.get(str(voice))
        if kind in fields and row is not None and column is not None and area > 0:
            number, area_m2 = fields[kind]
            number[row, column] += 1
            area_m2[row, column] += float(area)
    return found


def forecast_of(services: geopandas.GeoDataFrame, plan: PlanAreas) -> Planned:
    """Return what is forecast: services whose state says so, and areas of the plans.

    Parameters
    ----------
    services
        Of every state, with ``row`` and ``column``.
    """
    number = np.zeros(plan.forecast.shape)
    coming = services[services["stato"] == PLANNED]
    np.add.at(number, (coming["row"].to_numpy(int), coming["column"].to_numpy(int)), 1.0)
    return Planned(number, plan.forecast, plan.forecast_m2)
