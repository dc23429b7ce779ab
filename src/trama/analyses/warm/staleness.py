"""Which WARM layers were made from data that have since been superseded."""

from __future__ import annotations

from dataclasses import replace

from trama.analyses.territory.made import Stale, overtaken
from trama.analyses.warm.ground import OBSERVED
from trama.analyses.warm.outputs import RASTERS, TABLES
from trama.lake import Lake

__all__ = ["Stale", "stale"]
BY_NIGHT = ("temperatura_notte", "anomalia_notte", "zone_temperatura", *TABLES)
NONE = "nessuna"


def stale(lake: Lake) -> list[Stale]:
    """Return the WARM layers whose inputs have a newer version than the one they were made from.

    Those computed by the model are overtaken also by the first observed temperature loaded after them,
    unless the model was chosen then.
    """
    found = {one.layer: one for one in overtaken(lake, (*RASTERS, *TABLES))}
    if lake.has(OBSERVED):
        observed = lake.version(OBSERVED)
        for layer in BY_NIGHT:
            if not lake.has(layer):
                continue
            version = lake.version(layer)
            if OBSERVED not in version.provenance.inputs and version.created < observed.created:
                known = found.get(layer, Stale(layer, version.id, {}))
                found[layer] = replace(known, superseded={**known.superseded, OBSERVED: (NONE, observed.id)})
    return list(found.values())
