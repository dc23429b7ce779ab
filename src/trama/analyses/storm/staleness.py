"""Which STORM layers were made from data that have since been superseded."""

from __future__ import annotations

from dataclasses import dataclass

from trama.analyses.storm.outputs import RASTERS, TABLES
from trama.lake import Lake


@dataclass(frozen=True, slots=True)
class Stale:
    """A layer to be recomputed.

    Attributes
    ----------
    superseded
        Input layer → (version it was made from, current version).
    """

    layer: str
    version: str
    superseded: dict[str, tuple[str, str]]

    def text(self) -> str:
        """Say it in Italian."""
        what = ", ".join(
            f"«{layer}» {used}, ora {current}" for layer, (used, current) in self.superseded.items()
        )
        return f"«{self.layer}» è da ricalcolare: fu fatto con {what}."


def stale(lake: Lake) -> list[Stale]:
    """Return the STORM layers whose inputs have a newer version than the one they were made from."""
    found = []
    for layer in (*RASTERS, *TABLES):
        if not lake.has(layer):
            continue
        version = lake.version(layer)
        superseded = {
            name: (used, current)
            for name, used in version.provenance.inputs.items()
            if lake.has(name) and (current := lake.version(name).id) != used
        }
        if superseded:
            found.append(Stale(layer, version.id, superseded))
    return found
