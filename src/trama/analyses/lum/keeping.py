"""What of the last atlas still stands, and which LUM are to be looked at again.

It is told by comparing what the last atlas read with what is there now, never by who asks: what an
interrupted or a concurrent update left behind is found by the next one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from trama import __version__
from trama.analyses.lum.context import Context
from trama.analyses.lum.outputs import ATLAS, CIRCLES, Rows
from trama.analyses.lum.rules import read_rules
from trama.analyses.lum.survey import PERIMETERS, SURVEYS, read_perimeters, read_replies
from trama.kernel.errors import TramaError
from trama.lake import Lake
from trama.lake.version import Version
from trama.norms import NormBook


@dataclass(frozen=True)
class Kept:
    """The rows of the last atlas, and the LUM whose rows are no longer good."""

    rows: Rows
    changed: frozenset[str]


def last_rows(lake: Lake, book: NormBook, context: Context, names: list[str]) -> Kept | None:
    """Return what stands of the last atlas; None where all is to be looked at.

    That is so where there is none, where its layers are not all there, where other data than perimeters and
    answers changed, or the norms, or the program, or which LUM there are.
    """
    if not lake.has(ATLAS):
        return None
    last = lake.version(ATLAS)
    now = {version.layer: version.id for version in context.versions()}
    if _others(last.provenance.inputs) != _others(now) or not last.provenance.day:
        return None
    rules = read_rules(book, date.fromisoformat(last.provenance.day))
    if replace(rules, day=context.rules.day) != context.rules or _program(lake, last) != __version__:
        return None
    rows = Rows.read(lake)
    circles = {str(row["codice"]) for row in rows.tables[CIRCLES]}
    if set(rows.explanations) != set(names) or circles != set(names):
        return None
    changed = _changed(lake, context, last)
    return None if changed is None else Kept(rows, changed & set(names))


def _others(inputs: dict[str, str]) -> dict[str, str]:
    return {layer: version for layer, version in inputs.items() if layer not in (PERIMETERS, SURVEYS)}


def _program(lake: Lake, last: Version) -> str:
    try:
        return lake.traces.load(last.provenance.trace).software
    except TramaError:  # somebody took it away
        return ""


def _changed(lake: Lake, context: Context, last: Version) -> frozenset[str] | None:
    """Return the LUM of which something else is said now; None where what was read then is gone."""
    used = last.provenance.inputs
    try:
        perimeters = read_perimeters(lake, used[PERIMETERS])[0] if PERIMETERS in used else {}
        replies = read_replies(lake, used[SURVEYS])[0] if SURVEYS in used else {}
    except TramaError:
        return None
    return frozenset(
        code
        for before, now in ((perimeters, context.perimeters), (replies, context.replies))
        for code in {*before, *now}
        if before.get(code) != now.get(code)
    )
