"""What the norms know of the values of a layer, for whoever reads an original of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from trama.kernel.layers import Manifest
from trama.norms import InForce, NormBook
from trama.sources.indicators import Bounds
from trama.sources.plausible import Plausible

LANDCOVER_TABLE = "sttm1/storm/suolo_dusaf"
"""Parameter whose rows are the land-cover codes the norms know."""
PLAUSIBLE = {
    "temperatura_notte_osservata": "sttm1/warm/temperatura_notte_plausibile",
    "soggiacenza": "sttm1/storm/soggiacenza_plausibile",
}
"""Layer → parameter that says which values are plausible."""


@dataclass(frozen=True)
class Known:
    """What the norms know.

    Attributes
    ----------
    codes
        Codes of the land cover; None where any is taken.
    bounds
        Names of the indicators that some index declares → least and most of their values, and their unit;
        None where any is taken.
    plausible
        Values of a measured quantity; None where the norms say nothing.
    used
        The parameters read.
    """

    codes: Collection[Any] | None = None
    bounds: Mapping[str, Bounds] | None = None
    plausible: Plausible | None = None
    used: tuple[InForce, ...] = ()


def known_of(book: NormBook, manifest: Manifest, day: date) -> Known:
    """Return what the norms know on `day` of the values of a layer; raises `NotInForce`."""
    if manifest.source.kind == "indicatori":
        indicators = [item for index in book.indices.values() for item in index.indicators.items()]
        return Known(bounds={name: Bounds(*one.bounds, one.unit) for name, one in indicators})
    if manifest.source.kind == "dusaf" and LANDCOVER_TABLE in book.parameters:
        table = book.value(LANDCOVER_TABLE, day)
        return Known({int(code) for code in table.value}, used=(table,))
    path = PLAUSIBLE.get(manifest.id, "")
    if path in book.parameters:
        norm = book.value(path, day)
        return Known(plausible=Plausible.of(norm.value, norm.unit), used=(norm,))
    return Known()
