"""Before the atlas is read or made, what the register holds reaches the lake.

The register belongs to an app that stands on this one: it says here how to settle, when it starts.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date

from trama.apps.conoscere.lum import actions
from trama.kernel.errors import TramaError

_settlers: list[Callable[[], None]] = []


def register(settler: Callable[[], None]) -> None:
    """Make known what brings a register's accepted rows to the lake, where they are not there."""
    if settler not in _settlers:
        _settlers.append(settler)


def settle() -> None:
    """Bring to the lake what the registers hold; raises what a settler raises, nothing half written."""
    for settler in _settlers:
        settler()


def before_reading(day: date) -> None:
    """Settle, and begin the atlas again where it is behind what stands; a page is read in any case."""
    with suppress(TramaError, OSError):
        settle()
        actions.catch_up(day)
