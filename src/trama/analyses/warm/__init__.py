"""WARM: how places take the heat of summer nights, from files to files or over the layers of the lake.

The names below are imported when first used: the run from files to files has no need of the lake.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trama.analyses.warm.run import WarmResult, run_warm
    from trama.analyses.warm.staleness import stale
    from trama.analyses.warm.whole import run_warm_whole

__all__ = ["WarmResult", "run_warm", "run_warm_whole", "stale"]

_HOMES = {"WarmResult": "run", "run_warm": "run", "run_warm_whole": "whole", "stale": "staleness"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
