"""The lake as it was when an evaluation was begun: the same layer versions until one chooses newer ones."""

from __future__ import annotations

from collections.abc import Mapping

from trama.lake import Lake, Version
from trama.lake.traces import Forgetful

Pins = Mapping[str, str]


class PinnedLake(Lake):
    """A lake that answers with chosen versions (layer id → version id).

    A layer that `pins` does not name is not there: it came after, and a re-evaluation will use it.
    """

    def __init__(self, lake: Lake, pins: Pins, *, forgetful: bool = False) -> None:
        super().__init__(lake.root)
        self.pins = pins
        if forgetful:
            self.traces = Forgetful(lake.traces.root)

    def version(self, layer: str, version: str | None = None) -> Version:
        """Return the pinned version of `layer`, or the one named; raises as `Lake.version` does."""
        return super().version(layer, version or self.pins.get(layer))

    def has(self, layer: str) -> bool:
        """Tell whether `layer` is among the pinned ones."""
        return layer in self.pins and super().has(layer)


def current_pins(lake: Lake) -> dict[str, str]:
    """Return the latest version of every layer, by id."""
    return {layer: lake.version(layer).id for layer in lake.layers()}
