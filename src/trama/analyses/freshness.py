"""Which computed layers are to be computed again: the one rule, for every analysis and every page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from trama.analyses.access.layers import COVERAGE, STOPS
from trama.analyses.access.layers import MADE as ACCESS
from trama.analyses.services.inventory import BESIDE
from trama.analyses.services.reading import LAYERS as ATLAS
from trama.analyses.warm.ground import OBSERVED, PEOPLE
from trama.analyses.warm.outputs import TABLES as BY_PLACE
from trama.kernel.errors import TramaError
from trama.lake import Lake
from trama.lake.version import Version

NONE = "nessuna"
"""What stands in the place of the version used where there was none."""
AWAITED = {
    **dict.fromkeys(("temperatura_notte", "anomalia_notte", "zone_temperatura"), (OBSERVED,)),
    **dict.fromkeys(BY_PLACE, (OBSERVED, PEOPLE)),
    "lum": (
        "rete_pedonale_archi",
        "servizi_copertura",
        "collegamenti_tpl",
        "lum_perimetri_comunali",
        "lum_rilievi",
    ),
    **dict.fromkeys(ACCESS, (COVERAGE, STOPS)),
    **dict.fromkeys(ATLAS, BESIDE),
}
"""Computed layer → inputs that it does without while they are not there, and reads as soon as they are."""


@dataclass(frozen=True, slots=True)
class Stale:
    """A layer to be computed again.

    Attributes
    ----------
    superseded
        Input layer → (version it was made from, current version).
    """

    layer: str
    version: str
    superseded: dict[str, tuple[str, str]]


def superseded(lake: Lake, version: Version) -> dict[str, tuple[str, str]]:
    """Return input layer → (version used, current version), for the inputs replaced since.

    A newer version with the same data replaces nothing. An awaited input counts too, as used in version
    `NONE`, when it came after the layer was made; one that was there already was left aside on purpose.
    """
    used = version.provenance.inputs
    found = {
        layer: (one, now.id)
        for layer, one in sorted(used.items())
        if lake.has(layer) and (now := lake.version(layer)).id != one and differ(lake, now, one)
    }
    for layer in AWAITED.get(version.layer, ()):
        if layer not in used and lake.has(layer) and version.created < (came := lake.version(layer)).created:
            found[layer] = (NONE, came.id)
    return found


def differ(lake: Lake, now: Version, used: str) -> bool:
    """Tell whether a version holds other data than version `used` of its layer, which may be gone."""
    try:
        return lake.version(now.layer, used).sha256 != now.sha256
    except TramaError:  # it is no longer there: nothing says that the data are the same
        return True


def stale(lake: Lake, layers: Iterable[str] | None = None) -> list[Stale]:
    """Return those of `layers` (of the whole lake where None) to be computed again."""
    found = []
    for layer in lake.layers() if layers is None else layers:
        if lake.has(layer) and (replaced := superseded(lake, version := lake.version(layer))):
            found.append(Stale(layer, version.id, replaced))
    return found
