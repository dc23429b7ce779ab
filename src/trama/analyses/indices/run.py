"""The indices on the territory: every indicator measured, ranked, explained, and left in the lake."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from trama.analyses.indices.assessment import Assessment
from trama.analyses.indices.errors import NoData, UnknownIndex
from trama.analyses.indices.matrix import Matrix, read_matrix
from trama.analyses.indices.measures import Field, barrier_of, wants_of
from trama.analyses.indices.outputs import provenance_of, rows_of, table_of
from trama.analyses.indices.places import GRAINS, read_places
from trama.analyses.indices.preparation import prepare
from trama.analyses.indices.rules import Choice, IndexRules, read_index_rules
from trama.analyses.indices.survey import TUC, count_cells
from trama.analyses.indices.tracing import Ranked, index_trace
from trama.analyses.storm.ground import read_ground
from trama.analyses.storm.rules import read_rules
from trama.analyses.territory.made import Progress, manifest_of
from trama.analyses.territory.writing import versions_json
from trama.kernel.trace import Trace
from trama.lake import Lake
from trama.lake.staging import staged
from trama.lake.version import Version
from trama.norms.book import NormBook
from trama.norms.composites import Measure

ANY_RAIN = "sttm1/storm/pioggia_t50_1h"
"""STORM's rules want an event; the ground they lay does not depend on it."""


@dataclass(frozen=True)
class IndexResult:
    """An index as a run found it."""

    rules: IndexRules
    ranked: dict[str, Ranked]
    trace: Trace
    trace_id: str
    versions: dict[str, Version]

    def to_json(self) -> dict[str, Any]:
        """Return the answer of ``trama indici run`` for this index."""
        return {
            "indice": self.rules.index.id,
            "titolo": self.rules.index.title.it,
            "livelli": versions_json(self.versions),
            **{grain: summary(one) for grain, one in self.ranked.items()},
        }


def summary(one: Ranked) -> dict[str, Any]:
    """Return what is said of an index on a grain: on how much it rests, its ranking, what moves it."""
    told, prepared = one.assessment, one.assessment.prepared
    rules = one.matrix.rules
    body: dict[str, Any] = {
        "indicatori_dichiarati": len(rules.order),
        "indicatori_usati": prepared.names,
        "dato_mancante": [
            {"indicatore": name, "nome": rules.indicator(name).name.it, "fonte": rules.indicator(name).source}
            for name in prepared.absent
        ],
        "calcolabile": one.whole,
        "luoghi": [{"codice": row.pop("key"), **row} for row in rows_of(one)],
    }
    if one.whole:
        body["sposta_i_posti"] = {
            name: float(shift) if np.isfinite(shift) else None
            for name, shift in zip(prepared.names, told.removal.mean, strict=True)
        }
        body["cause_incertezza"] = told.causes
        body["coerenza"] = [
            {
                "primo": prepared.names[pair.first],
                "secondo": prepared.names[pair.second],
                "correlazione": pair.correlation,
                "esito": pair.finding,
            }
            for pair in told.findings
        ]
    return body


def run_indices(
    lake: Lake,
    book: NormBook,
    *,
    day: date,
    only: Iterable[str] = (),
    progress: Progress | None = None,
) -> list[IndexResult]:
    """Measure, rank and publish the indices; all their tables take their place together, or none does.

    An index of which no indicator has data is left out.

    Parameters
    ----------
    day
        Day of the law: which norms, which zones.
    only
        Ids of the indices wanted; all those declared where empty.

    Raises
    ------
    UnknownIndex, MissingLayers, WrongGrid, UnknownClasses, NoData
        Said in Italian, with what to do; nothing has been written.
    """
    say = progress or (lambda _done, _all: None)
    wanted = list(only) or sorted(book.indices)
    if not wanted:
        raise UnknownIndex(what="", hint="nessuno")
    rules = [read_index_rules(book, index_id, day) for index_id in wanted]
    steps = 1 + 2 * len(rules)
    field = read_field(lake, book, day, rules)
    say(1, steps)
    with staged(lake) as aside:
        found = []
        for done, one in enumerate(rules):
            if made := _publish(aside, field, one):
                found.append(made)
            say(2 + 2 * done, steps)
        if not found:
            raise NoData(what=", ".join(one.index.title.it for one in rules))
        versions = aside.publish()
    say(steps, steps)
    return [
        IndexResult(
            one.rules,
            one.ranked,
            one.trace,
            one.trace_id,
            {layer: versions.get(layer, made) for layer, made in one.versions.items()},
        )
        for one in found
    ]


def read_field(lake: Lake, book: NormBook, day: date, rules: list[IndexRules]) -> Field:
    """Count the ground once for all the indices."""
    rain = float(book.value(ANY_RAIN, day).value)
    ground = read_ground(lake, read_rules(book, day=day, event_mm=rain))
    measures: list[Measure] = [
        one.measure for rule in rules for one in rule.index.indicators.values() if one.measure is not None
    ]
    wants = wants_of(measures, book, day, lake)
    layers = {want.layer for want in wants} | ({TUC} if lake.has(TUC) else set())
    versions = {layer: lake.version(layer) for layer in layers}
    counts = count_cells(ground, wants, versions, barrier_of(measures, ground, book, day))
    return Field(lake, book, day, ground, counts)


def rank(matrix: Matrix, choice: Choice | None = None) -> Ranked:
    """Prepare a matrix and rank its places the norms' way, or another."""
    prepared = prepare(matrix.rules, matrix.values, matrix.places.groups)
    return Ranked(matrix, Assessment(prepared, choice or matrix.rules.choice))


def _publish(lake: Lake, field: Field, rules: IndexRules) -> IndexResult | None:
    """Write an index aside; None where not one of its indicators has data."""
    ranked = {
        grain: rank(read_matrix(field, rules, read_places(field.lake, field.book, grain, field.day)))
        for grain in GRAINS
    }
    if not any(one.assessment.prepared.names for one in ranked.values()):
        return None
    trace = index_trace(field.lake, rules, ranked)
    trace_id = lake.traces.save(trace)
    provenance = provenance_of(trace, trace_id)
    versions = {}
    for grain, one in ranked.items():
        manifest = manifest_of(field.book, f"indice_{rules.index.id}_{grain}")
        with lake.draft(manifest, provenance) as draft:
            table = table_of(manifest, one)
            draft.write_table(table)
            draft.write_tiles(table[[str(manifest.key), "nome", "indice", "geometry"]])
        versions[manifest.id] = draft.version
    return IndexResult(rules, ranked, trace, trace_id, versions)
