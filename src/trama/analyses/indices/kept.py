"""An index as the lake keeps it, ranked again: the norms' way, or with other weights."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np

from trama.analyses.indices.assessment import Assessment
from trama.analyses.indices.errors import BadGrain, NotComputed
from trama.analyses.indices.matrix import Matrix
from trama.analyses.indices.places import GRAINS, Places, group_of
from trama.analyses.indices.preparation import prepare
from trama.analyses.indices.rules import Choice, IndexRules, read_index_rules
from trama.analyses.indices.tracing import Ranked
from trama.analyses.territory.grid import polygons
from trama.lake import Lake
from trama.lake.version import Version
from trama.norms.book import NormBook


def kept_version(lake: Lake, index_id: str, grain: str, version: str | None = None) -> Version:
    """Return the table of an index; raises `NotComputed`, `BadGrain`."""
    if grain not in GRAINS:
        raise BadGrain(given=grain)
    layer = f"indice_{index_id}_{grain}"
    if not lake.has(layer):
        raise NotComputed(what=index_id)
    return lake.version(layer, version)


def rules_of(book: NormBook, index_id: str, version: Version) -> IndexRules:
    """Return the index as the norms declared it on the day the table was made."""
    return read_index_rules(book, index_id, date.fromisoformat(version.provenance.day))


def read_kept(
    lake: Lake,
    book: NormBook,
    rules: IndexRules,
    version: Version,
    choice: Choice | None = None,
    *,
    read: Callable[[Version], Any] = polygons,
) -> Ranked:
    """Rank the places of a table again from the indicator values it keeps.

    With the norms' own choice the figures are those of the table. Who asks often gives a `read` that
    remembers: a version never changes.

    Raises
    ------
    BadWeights
        Under the choice there is no index: see `Assessment.check_weights`.
    """
    table = read(version)
    grain = version.layer.rpartition("_")[2]
    keys = [str(key) for key in table["key"]]
    names = [str(name) for name in table["nome"]]
    group = group_of(book, grain, rules.day, keys, _origin(lake, grain, version, table, read))
    places = Places(grain, keys, names, group, version, table)
    values = np.full((len(keys), len(rules.order)), np.nan)
    for column, name in enumerate(rules.order):
        if name in table.columns:
            values[:, column] = table[name].to_numpy(dtype=np.float64, na_value=np.nan)
    matrix = Matrix(rules, places, values, dict.fromkeys(rules.order), {}, None)
    told = Assessment(prepare(rules, values, places.groups), choice or rules.choice)
    if told.prepared.whole:
        told.check_weights()
    return Ranked(matrix, told)


def _origin(lake: Lake, grain: str, version: Version, table: Any, read: Callable[[Version], Any]) -> Any:
    """Return the layer of places the table was made from, in the table's order, for the kind of each UPA."""
    made_from = version.provenance.inputs.get(grain)
    if grain == "comuni" or not made_from:
        return table
    origin = read(lake.version(grain, made_from))
    return origin[origin["key"].astype(str).isin(set(table["key"].astype(str)))]
