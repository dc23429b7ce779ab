"""The zone omogenee of a day: which comuni each of them sums."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from trama.kernel.citations import weakest
from trama.kernel.trace import ParameterUse
from trama.norms.book import NormBook

if TYPE_CHECKING:
    import geopandas

ZONES = "territorio/zone_omogenee"
CHIEF = "territorio/capoluogo"
CHIEF_TOWN, NO_ZONE = "capoluogo", "nessuna"
"""Rows beside the zones, so that the table covers the whole territory."""


def named(table: geopandas.GeoDataFrame) -> list[tuple[str, str]]:
    """Return key and name of each row of a polygon layer; the key where it has no names."""
    keys = [str(key) for key in table["key"]]
    names = [str(name) for name in table["nome"]] if "nome" in table.columns else keys
    return list(zip(keys, names, strict=True))


def zone_members(book: NormBook, day: date, codes: list[str]) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Return zone → its comuni among `codes` on the day, and zone → name; see `CHIEF_TOWN`, `NO_ZONE`."""
    relation = book.relations[ZONES]
    chief = str(book.value(CHIEF, day).value)
    belongs = {chief: CHIEF_TOWN, **relation.at(day)}
    members: dict[str, list[str]] = {}
    for code in codes:
        members.setdefault(belongs.get(code, NO_ZONE), []).append(code)
    names = {
        **relation.groups,
        CHIEF_TOWN: "Capoluogo, che non è una zona",
        NO_ZONE: "Comuni in nessuna zona omogenea",
    }
    return {zone: members[zone] for zone in names if zone in members}, names


def zone_shapes(comuni: geopandas.GeoDataFrame, members: dict[str, list[str]]) -> geopandas.GeoDataFrame:
    """Return the shapes of the zones, dissolved from those of their comuni; columns ``key, geometry``."""
    zone_of = {code: zone for zone, codes in members.items() for code in codes}
    return comuni[["key", "geometry"]].assign(key=comuni["key"].map(zone_of)).dissolve("key").reset_index()


def membership_use(book: NormBook, zone: str, comuni: list[str], day: date) -> ParameterUse | None:
    """Return the record, for a trace, of the memberships a zone sums: the weakest status among them."""
    relation = book.relations[ZONES]
    uses = [use for code in comuni if (use := relation.use(code, day))]
    if not uses:
        return None
    weak = weakest(use.status for use in uses) or uses[0].status
    first = next(use for use in uses if use.status is weak)
    return replace(first, path=f"{ZONES}[{zone}]", value=comuni, since=max(use.since for use in uses))
