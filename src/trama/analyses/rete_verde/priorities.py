"""Where to act first: each place's index of priority, its class, its rank, and how well they hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from trama.analyses.rete_verde.errors import NoIndicators
from trama.analyses.rete_verde.rules import Indicator, Rules
from trama.engines.priority import (
    Floats,
    Spread,
    between_goalposts,
    ranks,
    under_other_weights,
    weighted,
)
from trama.kernel.trace import LayerUse
from trama.lake import Lake, Version

if TYPE_CHECKING:
    import geopandas

GRAINS = {"upa": "Unità Paesistico Ambientali", "comuni": "Comuni"}
M2_PER_KM2 = 1e6


@dataclass(frozen=True)
class Priority:
    """The priority of one place; None is missing, never zero.

    Attributes
    ----------
    values, scores
        Indicator → value in its own unit (per km2 where the norms say), and where it stands from 0 to 1.
    rank, rank_low, rank_high
        Place in the order, and between which places it stays (5-95 %) when the weights vary.
    stable_share
        Share of the draws in which the class is the same.
    """

    key: str
    nome: str
    values: dict[str, float | None]
    scores: dict[str, float | None]
    index: float | None
    classe: int | None
    classe_nome: str | None
    rank: int | None
    rank_low: int | None
    rank_high: int | None
    stable_share: float | None
    stable: bool | None

    def to_json(self) -> dict[str, Any]:
        """Return the figures by the names of the layer's columns, the key left out."""
        return {
            "nome": self.nome,
            "priorita": self.index,
            "classe": self.classe,
            "classe_nome": self.classe_nome,
            "rango": self.rank,
            "rango_p5": self.rank_low,
            "rango_p95": self.rank_high,
            "quota_stabile": self.stable_share,
            "stabile": None if self.stable is None else ("sì" if self.stable else "no"),
            **{f"val_{key}": value for key, value in self.values.items()},
            **{f"ind_{key}": score for key, score in self.scores.items()},
        }


@dataclass(frozen=True)
class Ranking:
    """All the places of one grain, most urgent first, and what the order rests on.

    Attributes
    ----------
    in_use, absent
        Indicators that count, and those whose table is not there.
    """

    grain: str
    places: list[Priority]
    in_use: list[Indicator]
    absent: list[Indicator]
    versions: dict[str, Version]
    rows: dict[str, dict[str, Any]]
    shapes: geopandas.GeoDataFrame

    def uses(self) -> tuple[LayerUse, ...]:
        """Return the records of the tables read."""
        return tuple(version.use() for version in self.versions.values())


def rank_places(lake: Lake, rules: Rules, grain: str) -> Ranking:
    """Rank the places of `grain` (``upa`` or ``comuni``).

    Only indicators whose table is in the lake count, the same for every place; a place that lacks one of them
    has no priority: with fewer indicators it would not compare with the others.

    Raises
    ------
    NoIndicators
        Neither STORM's nor WARM's table is there.
    """
    indicators = rules.indicators
    tables = dict.fromkeys(f"{one.table}_{grain}" for one in indicators)
    versions = {name: lake.version(name) for name in tables if lake.has(name)}
    if not versions:
        raise NoIndicators(layers=", ".join(f"«{name}»" for name in tables))
    in_use = [one for one in indicators if f"{one.table}_{grain}" in versions]
    absent = [one for one in indicators if one not in in_use]
    rows, shapes = _read(versions, grain)
    scored = _score(rules, rows, in_use)
    places = [scored.place(rules, row, key, rows[key]["nome"]) for row, key in enumerate(scored.keys)]
    places.sort(key=lambda place: (place.rank is None, place.rank, place.key))
    return Ranking(grain, places, in_use, absent, versions, rows, shapes)


def _read(
    versions: dict[str, Version], grain: str
) -> tuple[dict[str, dict[str, Any]], geopandas.GeoDataFrame]:
    """Return key → the columns of every table, prefixed by the table, and the shapes, each once."""
    import pandas as pd

    rows: dict[str, dict[str, Any]] = {}
    shapes = []
    for name, version in versions.items():
        table, key = version.table(), version.manifest.key or "codice"
        shapes.append(table[[key, "geometry"]].rename(columns={key: "key"}))
        prefix = name.removesuffix(f"_{grain}")
        for record in table.drop(columns="geometry").to_dict("records"):
            place = rows.setdefault(str(record[key]), {"nome": str(record.get("nome", record[key]))})
            place.update({f"{prefix}.{column}": value for column, value in record.items()})
    return rows, pd.concat(shapes).drop_duplicates("key", ignore_index=True)


def _value(row: dict[str, Any], indicator: Indicator) -> float:
    import pandas as pd

    value = row.get(f"{indicator.table}.{indicator.column}")
    if value is None or pd.isna(value):
        return float("nan")
    if not indicator.per_km2:
        return float(value)
    area = row.get(f"{indicator.table}.superficie_m2")
    return (
        float("nan")
        if area is None or pd.isna(area) or not area
        else float(value) / (float(area) / M2_PER_KM2)
    )


@dataclass(frozen=True)
class _Scored:
    """Indicators of every place, shape (places, indicators), and the index, the order, their spread."""

    keys: list[str]
    in_use: list[Indicator]
    values: Floats
    scores: Floats
    index: Floats
    order: NDArray[np.int64]
    spread: Spread

    def place(self, rules: Rules, row: int, key: str, nome: str) -> Priority:
        index = _or_none(self.index[row])
        grade, share = rules.class_of(index), None
        if index is not None:
            grades = rules.steps.value.points_of(self.spread.index[:, row])
            share = float((grades == grade).mean())
        enough = float(rules.sensitivity.value["quota_stabile"])
        order = [int(one[row]) or None for one in (self.order, self.spread.low, self.spread.high)]
        return Priority(
            key=key,
            nome=nome,
            values={one.id: _or_none(self.values[row, i]) for i, one in enumerate(self.in_use)},
            scores={one.id: _or_none(self.scores[row, i]) for i, one in enumerate(self.in_use)},
            index=index,
            classe=grade,
            classe_nome=rules.class_name(grade),
            rank=order[0],
            rank_low=order[1],
            rank_high=order[2],
            stable_share=share,
            stable=None if share is None else share >= enough,
        )


def _score(rules: Rules, rows: dict[str, dict[str, Any]], in_use: list[Indicator]) -> _Scored:
    keys = sorted(rows)
    values = np.array([[_value(rows[key], one) for one in in_use] for key in keys], dtype=float)
    between = [between_goalposts(values[:, i], one.low, one.high) for i, one in enumerate(in_use)]
    scores = np.stack(between, axis=1)
    weights = np.array([rules.weight(one) for one in in_use])
    index, tested = weighted(scores, weights), rules.sensitivity.value
    spread = under_other_weights(
        scores, weights, float(tested["variazione"]), int(tested["estrazioni"]), int(tested["seme"])
    )
    return _Scored(keys, in_use, values, scores, index, ranks(index), spread)


def _or_none(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
