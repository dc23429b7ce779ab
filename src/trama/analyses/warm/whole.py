"""WARM published whole: all its layers take their place together, or none does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from trama.analyses.warm.run import WarmResult, run_warm
from trama.lake import Lake
from trama.lake.staging import staged
from trama.norms import NormBook


def run_warm_whole(lake: Lake, book: NormBook, **asked: Any) -> WarmResult:
    """Run `run_warm` with `asked`, writing aside, and publish every layer at the end.

    A process killed or a disk filled before the end leaves the layers that were there, all of them.
    """
    with staged(lake) as aside:
        result = run_warm(aside, book, **asked)
        return replace(result, versions={**result.versions, **aside.publish()})
