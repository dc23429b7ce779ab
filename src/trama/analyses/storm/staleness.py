"""Which STORM layers were made from data that have since been superseded."""

from __future__ import annotations

from trama.analyses import freshness
from trama.analyses.freshness import Stale
from trama.analyses.storm.outputs import RASTERS, TABLES
from trama.lake import Lake

__all__ = ["Stale", "stale"]


def stale(lake: Lake) -> list[Stale]:
    """Return the STORM layers to be computed again (`trama.analyses.freshness`)."""
    return freshness.stale(lake, (*RASTERS, *TABLES))
