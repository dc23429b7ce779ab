"""The atlas on the territory: every LUM assessed and left in the lake, all its layers together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from trama.analyses.lum.context import Context, open_context
from trama.analyses.lum.errors import NoStops
from trama.analyses.lum.identity import codes, known_before
from trama.analyses.lum.keeping import last_rows
from trama.analyses.lum.levels import interchanges
from trama.analyses.lum.lum import Lum, look_at
from trama.analyses.lum.outputs import ATLAS, LAYERS, Rows, rows_of, write_rows
from trama.analyses.lum.rules import Rules, read_rules
from trama.analyses.lum.stops import Interchange, read_stops
from trama.analyses.lum.survey import PERIMETERS, SURVEYS, standing
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


def run_atlas_whole(
    lake: Lake,
    book: NormBook,
    *,
    day: date,
    changed_only: bool = False,
    progress: Progress | None = None,
) -> Atlas:
    """Run `run_atlas` writing aside; all its layers take their place together, or none does.

    Where perimeters or answers were published meanwhile, the LUM they touch are looked at once more before it
    returns: an atlas that took longer does not put back what stood when it began.
    """
    with staged(lake) as aside:
        result = run_atlas(aside, book, day=day, changed_only=changed_only, progress=progress)
        result = replace(result, versions={**result.versions, **aside.publish()})
    while behind(lake):
        with staged(lake) as aside:
            more = run_atlas(aside, book, day=day, changed_only=True)
            told = {lum.code: lum for lum in (*result.assessed, *more.assessed)}
            result = replace(
                more, assessed=tuple(told.values()), versions={**more.versions, **aside.publish()}
            )
    return result


def behind(lake: Lake) -> bool:
    """Tell whether the atlas was made on other perimeters and answers than those that stand."""
    if not lake.has(ATLAS):
        return False
    used = lake.version(ATLAS).provenance.inputs
    return {layer: used[layer] for layer in (PERIMETERS, SURVEYS) if layer in used} != standing(lake)


def run_atlas(
    lake: Lake,
    book: NormBook,
    *,
    day: date,
    changed_only: bool = False,
    progress: Progress | None = None,
) -> Atlas:
    """Assess every LUM and leave the layers `LAYERS`, with a trace for the whole and one for each.

    Parameters
    ----------
    changed_only
        Look again only at the LUM whose perimeter or answers are others than those the last atlas read,
        whoever changed them, and keep the rows of the rest. Where something else changed all are looked at.

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
    known = known_before(lake, context.perimeters)
    waiting = set(context.replies) if lake.has(ATLAS) else set()
    near_m = float(rules.node_distance.value)
    named = tuple(zip(codes(found, known, waiting, near_m=near_m), found, strict=True))
    kept = last_rows(lake, book, context, [code for code, _ in named]) if changed_only else None
    todo = [(code, one) for code, one in named if kept is None or code in kept.changed]
    steps = Steps(progress, len(todo))
    assessed, rows = [], Rows.empty() if kept is None else kept.rows
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
