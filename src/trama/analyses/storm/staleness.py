"""Which STORM layers were made from data that have since been superseded."""

from __future__ import annotations

from trama.analyses.storm.outputs import RASTERS, TABLES
from trama.analyses.territory.made import Stale, overtaken
from trama.lake import Lake

__all__ = ["Stale", "stale"]


def stale(lake: Lake) -> list[Stale]:
    """Return the STORM layers whose inputs have a newer version than the one they were made from."""
    return overtaken(lake, (*RASTERS, *TABLES))
