"""STORM: how places take intense rain, from files to files or over the layers of the lake.

The names below are imported when first used: the run from files to files has no need of the lake.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trama.analyses.storm.run import StormResult, run_storm
    from trama.analyses.storm.staleness import Stale, stale
    from trama.analyses.storm.whole import run_storm_whole

__all__ = ["Stale", "StormResult", "run_storm", "run_storm_whole", "stale"]

_HOMES = {
    "StormResult": "run",
    "run_storm": "run",
    "run_storm_whole": "whole",
    "Stale": "staleness",
    "stale": "staleness",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
