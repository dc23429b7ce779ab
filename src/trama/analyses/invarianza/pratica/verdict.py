"""How a check, and a file, end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

HOLDS, FAILS, LACKS, OPEN = "rispettata", "non_rispettata", "incompleta", "non_valutata"
"""`OPEN` stands beside the others without weighing: something said, not something asked."""
ALLOWED = "ammessa_con_condizione"
"""Beyond the limit, and admitted all the same for a reason the sentence gives: weighs as `HOLDS`."""
PASSES = frozenset({HOLDS, ALLOWED})
STATE_LABELS = {
    HOLDS: "rispettata",
    ALLOWED: "ammessa con condizione",
    FAILS: "non rispettata",
    LACKS: "da completare",
    OPEN: "non valutata",
}
CONFORMING, NOT_CONFORMING, INCOMPLETE = "conforme", "non_conforme", "incompleta"
VERDICT_LABELS = {
    CONFORMING: "Conforme ai calcoli",
    NOT_CONFORMING: "Non conforme",
    INCOMPLETE: "Da completare",
}


@dataclass(frozen=True, slots=True)
class Check:
    """A check.

    Attributes
    ----------
    value, unit
        What was found; None where there is no figure.
    limit
        What is asked, in words; empty where it is not a figure.
    state
        One of `STATE_LABELS`.
    step
        Section of the page, from 0, where it can be mended.
    """

    id: str
    label: str
    value: float | None
    unit: str
    limit: str
    state: str
    sentence: str
    step: int = 0


def verdict(rows: Iterable[Check]) -> str:
    """Return how the file ends: one check that fails is enough, then one that lacks.

    >>> verdict([Check("a", "", None, "1", "", HOLDS, ""), Check("b", "", None, "1", "", LACKS, "")])
    'incompleta'
    """
    states = {row.state for row in rows}
    if FAILS in states:
        return NOT_CONFORMING
    return INCOMPLETE if LACKS in states else CONFORMING
