"""Whether boundaries are generalised, as the version of the comuni they come from says of itself."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from trama.kernel.layers import Manifest
from trama.lake import Lake, Version
from trama.lake.errors import DamagedVersion, UnknownLayer, UnknownVersion

COMUNI = "comuni"
OF_COMUNI = ("comuni", "zone")
"""Grains whose shapes are those of the comuni, or unions of them."""
_WORD = "generalizzato"


def says_generalised(manifest: Manifest) -> bool:
    """Tell whether a layer's known limits say that its boundaries are generalised.

    The limit goes away with the data that had it: an exact original that takes their place does not say it.
    """
    return any(_WORD in limit.lower() for limit in manifest.known_limits)


def comuni_generalised(lake: Lake) -> bool:
    """Tell whether the current boundaries of the comuni are generalised; False where there are none."""
    return lake.has(COMUNI) and says_generalised(lake.version(COMUNI).manifest)


def generalised(lake: Lake, version: Version) -> bool:
    """Tell whether a layer of comuni, or of unions of them, was made on generalised boundaries.

    They are those of the version of the comuni it comes from, through whatever lies between; the current
    one where its provenance names none.
    """
    if says_generalised(version.manifest):
        return True
    known = _origin(str(lake.root), version.layer, version.id)
    return comuni_generalised(lake) if known is None else known


@lru_cache(maxsize=256)
def _origin(root: str, layer: str, version: str) -> bool | None:
    """Return what the comuni behind a version (it never changes) say of themselves; None without any."""
    lake = Lake(Path(root))
    try:
        found = lake.version(layer, version)
    except (UnknownLayer, UnknownVersion, DamagedVersion):
        return None
    if layer == COMUNI:
        return says_generalised(found.manifest)
    behind = (_origin(root, name, used) for name, used in sorted(found.provenance.inputs.items()))
    said = [one for one in behind if one is not None]
    return any(said) if said else None
