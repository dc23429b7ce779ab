"""Which rains STORM was run with: the one that every page shows, and those before it."""

from __future__ import annotations

from trama.lake import Lake

LAYER = "storm_comuni"


def events_mm(lake: Lake) -> list[float]:
    """Return the depths of the events in the lake [mm], each once, the latest first."""
    if not lake.has(LAYER):
        return []
    asked = [version.provenance.asked.get("pioggia_mm") for version in reversed(lake.history(LAYER))]
    return list(dict.fromkeys(float(one) for one in asked if one))
