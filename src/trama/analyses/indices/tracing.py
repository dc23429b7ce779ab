"""Why each figure of an index is what it is: ``comuni/015146/impatto/kdren``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from trama import __version__
from trama.analyses.indices.assessment import Assessment
from trama.analyses.indices.matrix import Matrix
from trama.analyses.indices.measures import WHOLE, Taken
from trama.analyses.indices.places import GROUPED_BY
from trama.analyses.indices.rules import IndexRules
from trama.kernel.errors import TramaError
from trama.kernel.trace import Node, Trace
from trama.kernel.units import format_number
from trama.lake import Lake
from trama.norms.composites import MeanOfTables, OfTable

TITLES = {"comuni": "Comuni", "upa": "Unità Paesistico Ambientali"}
RULES = {
    "minmax": "traguardi fissi",
    "zscore": "media e deviazione dei luoghi",
    "rank": "posto in graduatoria",
}


@dataclass(frozen=True)
class Ranked:
    """An index on one grain: its values as they are, and what follows from them."""

    matrix: Matrix
    assessment: Assessment

    @property
    def whole(self) -> bool:
        """Whether there is an index at all."""
        return self.assessment.prepared.whole

    def row_of(self, unit: int) -> int | None:
        """Return the row of a place among those that have an index; None where it has none."""
        kept = self.assessment.prepared.kept
        return int(kept[:unit].sum()) if self.whole and kept[unit] else None


def index_trace(lake: Lake, rules: IndexRules, ranked: dict[str, Ranked]) -> Trace:
    """Build the trace of an index over its grains."""
    quoting = _Quoting(lake)
    groups = tuple(_grain(quoting, one) for one in ranked.values())
    root = Node(
        f"indice_{rules.index.id}",
        rules.index.title.it,
        sum(group.value for group in groups if isinstance(group.value, int)),
        "count",
        formula=rules.index.formula,
        note=f"Luoghi che hanno un indice. Normalizzazione: {RULES[rules.choice.normalisation]}; "
        f"tra i pilastri media {rules.choice.aggregation}.",
        inputs=groups,
        parameters=(*rules.uses(), rules.weights.use(), rules.pillar_weights.use()),
    )
    return Trace(f"indici run: {rules.index.id}", rules.day, root, __version__, {"indice": rules.index.id})


def _grain(quoting: _Quoting, one: Ranked) -> Node:
    prepared = one.assessment.prepared
    rules, places = prepared.rules, one.matrix.places
    names = ", ".join(rules.indicator(name).name.it for name in prepared.absent)
    note = f"{len(prepared.names)} indicatori su {len(rules.order)} hanno dati."
    if prepared.absent:
        note += f" Dato mancante, non zero: {names}."
    return Node(
        places.grain,
        TITLES[places.grain],
        int(prepared.kept.sum()) if one.whole else 0,
        "count",
        note=note,
        inputs=tuple(_place(quoting, one, unit) for unit in range(len(places.keys))),
        layers=(places.use(),),
    )


def _place(quoting: _Quoting, one: Ranked, unit: int) -> Node:
    rules, row = one.matrix.rules, one.row_of(unit)
    told = one.assessment
    pillars = []
    for key, pillar in rules.index.pillars.items():
        inputs = tuple(_indicator(quoting, one, unit, name) for name in pillar.indicators)
        present = row is not None and key in told.prepared.pillars
        score = _plain(float(told.scores[row, told.prepared.pillars.index(key)])) if present else None
        pillars.append(
            Node(
                key,
                pillar.name.it,
                score,
                formula="Σ peso · indicatore normalizzato / Σ pesi",
                note=_pillar_note(pillar.complement, score),
                inputs=inputs,
            )
        )
    return Node(
        one.matrix.places.keys[unit],
        f"{one.matrix.places.names[unit]}: {rules.index.title.it.lower()}",
        _plain(float(told.index[row])) if row is not None else None,
        formula=rules.index.formula,
        note=_place_note(one, unit, row),
        inputs=tuple(pillars),
    )


def _pillar_note(complement: bool, score: float | None) -> str:
    if score is None:
        return "nessun indicatore con dati"
    return f"È 1 − A: la capacità di adattarsi vale {format_number(1 - score)}." if complement else ""


def _place_note(one: Ranked, unit: int, row: int | None) -> str:
    prepared = one.assessment.prepared
    if row is None:
        share = format_number(100 * float(prepared.missing_share[unit]), "%", 0)
        return f"Senza indice: gli manca il {share} degli indicatori che altrove hanno dati."
    told = one.assessment
    low, high = int(told.interval.low[row]), int(told.interval.high[row])
    return (
        f"Posto {int(told.rank[row])} su {int(prepared.kept.sum())}; "
        f"tra {low} e {high} nel 90 % delle estrazioni."
    )


def _indicator(quoting: _Quoting, one: Ranked, unit: int, name: str) -> Node:
    rules, matrix = one.matrix.rules, one.matrix
    declared = rules.indicator(name)
    key = matrix.places.keys[unit]
    measured = matrix.taken[name]
    node = Node(name, declared.name.it, None, declared.unit, note=f"dato mancante: {declared.source}")
    if measured is not None:
        value = _plain(float(measured.values[unit]))
        node = replace(
            node,
            value=value,
            formula=measured.formula,
            note=_measure_note(measured, unit, declared.proxy, value),
            inputs=quoting.step(declared.measure, matrix.places.grain, key),
            parameters=(*measured.parameters, *measured.by_place[unit : unit + 1]),
            layers=measured.layers,
        )
    if key in matrix.declared.get(name, {}):
        assert matrix.declared_use is not None
        node = Node(
            name,
            declared.name.it,
            matrix.declared[name][key],
            declared.unit,
            source="dichiarato",
            note="caricato dall'ente",
            layers=(matrix.declared_use,),
            replaced=node if measured is not None else None,
        )
    if name not in one.assessment.prepared.names:
        return node
    told = " ".join(part for part in (node.note, _share_note(one, unit, name)) if part)
    return replace(node, note=told, parameters=(*node.parameters, rules.goalposts.use(only=name)))


def _measure_note(measured: Taken, unit: int, proxy: str, value: float | None) -> str:
    notes = [proxy] if proxy else []
    if value is None:
        notes.append("dato mancante in questo luogo.")
    elif measured.coverage is not None and measured.coverage[unit] < WHOLE:
        share = format_number(100 * float(measured.coverage[unit]), "%", 0)
        notes.append(f"Sul {share} dell'area: per il resto mancano i dati.")
    return " ".join(notes)


def _share_note(one: Ranked, unit: int, name: str) -> str:
    """Say what the indicator counts in the index, and what was done to its value."""
    row, prepared = one.row_of(unit), one.assessment.prepared
    if row is None:
        return ""
    at = prepared.names.index(name)
    said = f"Nell'indice conta {format_number(float(one.assessment.shares[row, at]))}."
    if prepared.estimated[row, at]:
        said += f" Mancante: presa la mediana ({GROUPED_BY[one.matrix.places.grain]})."
    if prepared.treated[row, at]:
        said += " Valore estremo, portato al più vicino."
    return said


def _plain(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


class _Quoting:
    """Finds the step of another analysis that a measure quotes: its norms and status are seen here."""

    def __init__(self, lake: Lake) -> None:
        self.lake = lake
        self._steps = lru_cache(maxsize=None)(self._read)

    def step(self, measure: object, grain: str, key: str) -> tuple[Node, ...]:
        """Return the quoted steps of a measure in a place, without what is below them."""
        if isinstance(measure, OfTable):
            found = self._steps(f"{measure.table}_{grain}").get(f"{grain}/{key}/{measure.column}")
            return (found,) if found else ()
        if isinstance(measure, MeanOfTables):
            return tuple(node for one in measure.of for node in self.step(one, grain, key))
        return ()

    def _read(self, layer: str) -> dict[str, Node]:
        """Return path → step, two levels down, of the trace behind a table; nothing where it has none."""
        if not self.lake.has(layer) or not (trace_id := self.lake.version(layer).provenance.trace):
            return {}
        try:
            root = self.lake.traces.load(trace_id).root
        except TramaError:
            return {}
        grain = layer.rpartition("_")[2]
        group = root.find(grain)
        return {
            f"{grain}/{place.key}/{node.key}": _light(node)
            for place in (group.inputs if group else ())
            for node in place.inputs
        }


def _light(node: Node) -> Node:
    light = tuple(
        replace(use, value=list(use.value)) if isinstance(use.value, dict) and len(use.value) > 5 else use
        for use in node.parameters
    )
    return replace(node, inputs=(), parameters=light)
