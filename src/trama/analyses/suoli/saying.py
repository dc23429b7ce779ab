"""What a person must know of a land take: what part of the area the figures are of, and what is no soil."""

from __future__ import annotations

from collections.abc import Iterator

from trama.analyses.suoli.losses import Site
from trama.analyses.territory.location import PARTLY_OUTSIDE, Location
from trama.kernel.notices import Notice
from trama.kernel.units import format_number

WHOLE_SHARE = 0.995
"""From this share with data an area counts as whole: its border falls between cells."""


def what_to_say(site: Site, where: Location, drawn_m2: float) -> tuple[Notice, ...]:
    """Return what is to be said of an area drawn of `drawn_m2`, before any figure."""
    return (*_part(site, where, drawn_m2), *_water(site))


def _part(site: Site, where: Location, drawn_m2: float) -> Iterator[Notice]:
    outside = any(notice.code == PARTLY_OUTSIDE for notice in where.notices)
    base_m2 = site.built.area_m2
    if outside:
        much = format_number(100 * where.outside_share, "%", 0 if where.outside_share >= 0.01 else 2)
        yield Notice(
            PARTLY_OUTSIDE,
            f"Il {much} dell'area disegnata ({format_number(drawn_m2, 'm2')}) è fuori dal territorio.",
            f"{much} of the area drawn ({format_number(drawn_m2, 'm2')}) is outside the territory.",
        )
    if base_m2 < drawn_m2:
        base, part = format_number(base_m2, "m2"), format_number(100 * base_m2 / drawn_m2, "%", 0)
        where_it, where_en = ("dentro il territorio ", "inside the territory ") if outside else ("", "")
        yield Notice(
            "in_parte",
            f"Tutte le cifre riguardano i {base} {where_it}che hanno dati, il {part} dell'area disegnata: "
            "il resto non è contato.",
            f"Every figure is of the {base} {where_en}that have data, {part} of the area drawn: "
            "the rest is not counted.",
        )


def _water(site: Site) -> Iterator[Notice]:
    if site.water_m2 > 0:
        much = format_number(site.water_m2, "m2")
        yield Notice(
            "acqua",
            f"{much} sono acqua oggi: non è suolo, e non conta come suolo libero né come suolo consumato.",
            f"{much} are water today: it is no soil, and counts neither as free soil nor as soil taken.",
        )
