"""The places an index ranks: comuni, grouped by zone; UPA, grouped by kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from trama.analyses.indices.errors import BadGrain
from trama.analyses.territory.grid import polygons
from trama.analyses.territory.places import ZONES
from trama.kernel.trace import LayerUse
from trama.lake import Lake
from trama.lake.version import Version
from trama.norms.book import NormBook

if TYPE_CHECKING:
    import geopandas

GRAINS = ("comuni", "upa")
GROUPED_BY = {"comuni": "la zona omogenea", "upa": "le unità dello stesso tipo"}


@dataclass(frozen=True)
class Places:
    """The units of one grain, ordered by key.

    Attributes
    ----------
    group
        What each is grouped with when a value is missing: names, shape ``(units,)``.
    """

    grain: str
    keys: list[str]
    names: list[str]
    group: list[str]
    version: Version
    table: geopandas.GeoDataFrame

    @property
    def groups(self) -> NDArray[np.intp]:
        """The groups as numbers."""
        _names, numbers = np.unique(np.array(self.group), return_inverse=True)
        return numbers.astype(np.intp)

    def use(self) -> LayerUse:
        """Quote the layer."""
        return self.version.use()


def read_places(lake: Lake, book: NormBook, grain: str, day: date) -> Places:
    """Read the comuni or the UPA; raises `BadGrain`, or what the lake raises where the layer is not there."""
    if grain not in GRAINS:
        raise BadGrain(given=grain)
    version = lake.version(grain)
    table = polygons(version)
    keys = [str(one) for one in table["key"]]
    names = [str(one) for one in table["nome"]] if "nome" in table.columns else keys
    return Places(grain, keys, names, group_of(book, grain, day, keys, table), version, table)


def group_of(book: NormBook, grain: str, day: date, keys: list[str], table: Any) -> list[str]:
    """Return the zone of each comune on `day` (its own where it is in none), or the kind of each UPA."""
    if grain == "comuni":
        belongs = book.relations[ZONES].at(day) if ZONES in book.relations else {}
        return [belongs.get(key, "fuori dalle zone") for key in keys]
    if "tipo" in table.columns:
        return [str(one) for one in table["tipo"]]
    return ["UPA"] * len(keys)
