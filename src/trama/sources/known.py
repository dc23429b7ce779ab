"""What the norms know of the values of a layer, for whoever reads an original of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from trama.kernel.layers import Manifest
from trama.norms import InForce, NormBook
from trama.sources.forecasts import FORECASTS, KINDS
from trama.sources.indicators import Bounds
from trama.sources.osm import NETWORK, Walkability
from trama.sources.osm.walkable import FOLDER as WAYS
from trama.sources.osm.walkable import NAMES
from trama.sources.plausible import Plausible
from trama.sources.services import (
    REGISTERS,
    SERVICES,
    TAXONOMY,
    VOICES,
    Register,
    Taxonomy,
    registers_of,
)
from trama.sources.timetables import TIMETABLES

LANDCOVER_TABLE = "sttm1/storm/suolo_dusaf"
"""Parameter whose rows are the land-cover codes the norms know."""
PLAUSIBLE = {
    "temperatura_notte_osservata": "sttm1/warm/temperatura_notte_plausibile",
    "soggiacenza": "sttm1/storm/soggiacenza_plausibile",
}
"""Layer → parameter that says which values are plausible."""
TOGETHER = (
    ("rete_pedonale_archi", "rete_pedonale_nodi"),
    ("servizi", "servizi_copertura"),
    ("fermate", "collegamenti_tpl"),
)
"""Layers that one original makes together: the first is the one that a file is brought as."""


def leading(layer: str) -> str:
    """Return the layer that a file is brought as, for one that is made together with others.

    >>> leading("rete_pedonale"), leading("collegamenti_tpl"), leading("comuni")
    ('rete_pedonale_archi', 'fermate', 'comuni')
    """
    if layer == "rete_pedonale":
        return TOGETHER[0][0]
    return next((group[0] for group in TOGETHER if layer in group), layer)


def companions(layer: str) -> tuple[str, ...]:
    """Return the layers that are written together with `layer`.

    >>> companions("servizi"), companions("comuni")
    (('servizi_copertura',), ())
    """
    group = next((group for group in TOGETHER if layer in group), ())
    return tuple(one for one in group if one != layer)


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
    walking
        Which ways are walked; None where the norms do not say.
    taxonomy, registers
        Voices of the services, and the official registers that tell of them.
    kinds
        Words of a legend of forecasts → their kind.
    margin_m, apart_m
        How far beyond the territory places are kept, and under which distance two like ones are one.
    beside
        Manifests of the layers that are written together with this one.
    """

    codes: Collection[Any] | None = None
    bounds: Mapping[str, Bounds] | None = None
    plausible: Plausible | None = None
    used: tuple[InForce, ...] = ()
    walking: Walkability | None = None
    taxonomy: Taxonomy = field(default_factory=lambda: Taxonomy({}))
    registers: tuple[Register, ...] = ()
    kinds: Mapping[str, Any] = field(default_factory=dict)
    margin_m: float = 3000.0
    apart_m: float = 30.0
    beside: Mapping[str, Manifest] = field(default_factory=dict)


def known_of(book: NormBook, manifest: Manifest, day: date) -> Known:
    """Return what the norms know on `day` of the values of a layer; raises `NotInForce`."""
    if of_kind := _BY_KIND.get(manifest.source.kind):
        return of_kind(book, manifest, day)
    path = PLAUSIBLE.get(manifest.id, "")
    if path in book.parameters:
        norm = book.value(path, day)
        return Known(plausible=Plausible.of(norm.value, norm.unit), used=(norm,))
    return Known()


def _of_indicators(book: NormBook, _manifest: Manifest, _day: date) -> Known:
    indicators = [item for index in book.indices.values() for item in index.indicators.items()]
    return Known(bounds={name: Bounds(*one.bounds, one.unit) for name, one in indicators})


def _of_land_cover(book: NormBook, _manifest: Manifest, day: date) -> Known:
    if LANDCOVER_TABLE not in book.parameters:
        return Known()
    table = book.value(LANDCOVER_TABLE, day)
    return Known({int(code) for code in table.value}, used=(table,))


def _of_ways(book: NormBook, manifest: Manifest, day: date) -> Known:
    used = tuple(book.value(f"{WAYS}/{name}", day) for name in NAMES)
    rules = Walkability.of({name: norm.value for name, norm in zip(NAMES, used, strict=True)})
    return Known(walking=rules, used=used, beside=_beside(book, manifest))


def _of_forecasts(book: NormBook, _manifest: Manifest, day: date) -> Known:
    atlas, kinds = book.value(TAXONOMY, day), book.value(KINDS, day)
    return Known(used=(atlas, kinds), taxonomy=Taxonomy(atlas.value), kinds=kinds.value)


def _of_places(book: NormBook, manifest: Manifest, day: date) -> Known:
    """Return what is known of layers of places: how far, how near, what goes with them."""
    margin, apart = book.value(f"{WAYS}/margine", day), book.value(f"{WAYS}/servizi_doppi", day)
    tables = [TAXONOMY, REGISTERS, VOICES] if manifest.source.kind == SERVICES else []
    used = [book.value(path, day) for path in tables]
    taxonomy, registers, voices = [norm.value for norm in used] or [{}, {}, {}]
    return Known(
        used=(margin, apart, *used),
        taxonomy=Taxonomy(taxonomy),
        registers=registers_of(registers, voices),
        margin_m=float(margin.value),
        apart_m=float(apart.value),
        beside=_beside(book, manifest),
    )


def _beside(book: NormBook, manifest: Manifest) -> dict[str, Manifest]:
    return {one: book.manifests[one] for one in companions(manifest.id) if one in book.manifests}


_BY_KIND: dict[str, Callable[[NormBook, Manifest, date], Known]] = {
    "indicatori": _of_indicators,
    "dusaf": _of_land_cover,
    NETWORK: _of_ways,
    TIMETABLES: _of_places,
    SERVICES: _of_places,
    FORECASTS: _of_forecasts,
}
"""Kind of source → what the norms know of its values."""
