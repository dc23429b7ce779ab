"""On which versions of which layers a page rests: what it shows, and all that this was made from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from trama.apps.conoscere import keepers, queries
from trama.kernel.errors import TramaError
from trama.lake import Lake, Version


@dataclass
class Footing:
    """A version that a page rests on.

    Attributes
    ----------
    uses
        The parts of the page that rest on it, in the page's order.
    shown
        Whether the page shows it, or only something made from it.
    stale
        Whether it was made from versions that were replaced since.
    """

    version: Version
    shown: bool
    stale: bool = False
    uses: list[str] = field(default_factory=list)

    @property
    def keeper(self) -> str:
        """Who answers for the version."""
        return keepers.keeper(self.version)


def footing(lake: Lake, shown: Iterable[tuple[str, Version]]) -> list[Footing]:
    """Return every version behind what is shown, each once: what is shown first, then what lies below.

    Parameters
    ----------
    shown
        (part of the page, version that it shows). A version below that is no longer there is left out.
    """
    found: dict[tuple[str, str], Footing] = {}
    level = [(part, version, True) for part, version in shown]
    while level:
        below = []
        for part, version, direct in level:
            here = found.setdefault((version.layer, version.id), Footing(version, direct))
            if part in here.uses:
                continue
            here.uses.append(part)
            here.stale = here.stale or bool(queries.superseded(lake, version))
            below += [(part, one, False) for one in _inputs(lake, version)]
        level = below
    return sorted(found.values(), key=lambda one: not one.shown)


def _inputs(lake: Lake, version: Version) -> list[Version]:
    found = []
    for layer, used in sorted(version.provenance.inputs.items()):
        try:
            found.append(lake.version(layer, used))
        except TramaError:
            continue
    return found
