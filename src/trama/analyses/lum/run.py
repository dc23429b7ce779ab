"""The atlas on the territory: every LUM assessed and left in the lake, all its layers together."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from trama.analyses.lum.context import Context, open_context
from trama.analyses.lum.errors import NoStops
from trama.analyses.lum.levels import interchanges
from trama.analyses.lum.lum import Lum, codes, look_at
from trama.analyses.lum.outputs import ATLAS, LAYERS, Rows, rows_of, write_rows
from trama.analyses.lum.rules import Rules, read_rules
from trama.analyses.lum.stops import Interchange, read_stops
from trama.analyses.lum.survey import PERIMETERS, SURVEYS
from trama.analyses.lum.tracing import atlas_trace, lum_trace
from trama.analyses.territory.made import Progress, Steps, manifest_of, provenance
from trama.kernel.trace import Trace
from trama.lake import Lake
from trama.lake.staging import staged
from trama.lake.version import Version
from trama.norms import NormBook

MADE_BY = "lum"


@dataclass(frozen=True)
class Atlas:
    """What a run found and left; `assessed` are the LUM looked at, the others stayed as they were."""

    rules: Rules
    places: tuple[tuple[str, Interchange], ...]
    assessed: tuple[Lum, ...]
    versions: dict[str, Version]
    trace: Trace
    no_streets: str
    aside: int


def run_atlas_whole(lake: Lake, book: NormBook, **kwargs: Any) -> Atlas:
    """Run `run_atlas` writing aside; all its layers take their place together, or none does."""
    with staged(lake) as aside:
        result = run_atlas(aside, book, **kwargs)
        return replace(result, versions={**result.versions, **aside.publish()})


def run_atlas(
    lake: Lake,
    book: NormBook,
    *,
    day: date,
    only: Collection[str] = (),
    progress: Progress | None = None,
) -> Atlas:
    """Assess every LUM and leave the layers `LAYERS`, with a trace for the whole and one for each.

    Parameters
    ----------
    only
        Codes to look at again, where nothing but perimeters and answers changed since the last atlas; the
        others keep their rows. Where something else changed all are looked at.

    Raises
    ------
    MissingLayers, NoStops
        Nothing has been written.
    NotInForce
        A norm has no value on `day`.
    """
    rules = read_rules(book, day)
    ours, others, version = read_stops(lake, str(rules.capital.value))
    found = interchanges(rules, ours)
    if not found:
        raise NoStops(why=f"{len(ours)} fermate lette, {len(others)} nel capoluogo o fuori dal territorio")
    context = open_context(lake, book, rules, version, found, [*ours, *others])
    named = tuple(zip(codes(found), found, strict=True))
    kept = _kept(lake, book, context, [code for code, _ in named], only)
    todo = [(code, one) for code, one in named if kept is None or code in only]
    steps = Steps(progress, len(todo))
    assessed, rows = [], Rows.empty() if kept is None else kept
    for code, one in todo:
        lum = look_at(context, code, one)
        explained = lake.traces.save(lum_trace(context, lum))
        rows = rows.without(code).plus(rows_of(context, lum, explained))
        assessed.append(lum)
        steps.one_more()
    versions, trace = _write(lake, book, context, rows.ordered([code for code, _ in named]))
    return Atlas(rules, named, tuple(assessed), versions, trace, context.no_streets, len(others))


def _write(lake: Lake, book: NormBook, context: Context, rows: Rows) -> tuple[dict[str, Version], Trace]:
    trace = atlas_trace(context, rows.lum)
    made = provenance(MADE_BY, context.versions(), {}, context.rules.day.isoformat(), lake.traces.save(trace))
    versions = {}
    for layer in LAYERS:
        if table := rows.tables[layer]:
            versions[layer] = write_rows(lake, manifest_of(book, layer), made, table)
    return versions, trace


def _kept(
    lake: Lake, book: NormBook, context: Context, names: list[str], only: Collection[str]
) -> Rows | None:
    """Return the rows of the last atlas, where they stand but for `only`; None where none does."""
    if not only or not lake.has(ATLAS):
        return None
    last = lake.version(ATLAS)
    before, now = (
        {k: v for k, v in one.items() if k not in (PERIMETERS, SURVEYS)}
        for one in (last.provenance.inputs, {version.layer: version.id for version in context.versions()})
    )
    if before != now or not last.provenance.day:
        return None
    rules = read_rules(book, date.fromisoformat(last.provenance.day))
    if replace(rules, day=context.rules.day) != context.rules:
        return None
    rows = Rows.read(lake)
    return rows if set(rows.explanations) == set(names) else None
