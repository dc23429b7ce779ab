"""Counts and sums that say how much is known of them: exact, at least, from partial sources, or missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

LEAST, PARTLY = "almeno", "da fonti parziali"


@dataclass(frozen=True, slots=True)
class Amount:
    """A number and what is to be said of it.

    Attributes
    ----------
    value
        None where the datum is missing: never zero because nobody looked.
    note
        `LEAST` where it may be more, `PARTLY` where it may be other; nothing where it is whole.
    """

    value: float | None
    note: str = ""


UNTOLD = Amount(None)


def summed(values: Iterable[float | None], *, whole: bool = True) -> Amount:
    """Sum what is known; at least that much where something is missing, or what was summed is not `whole`.

    Zero is said only of a whole.

    >>> summed([2.0, 3.5]), summed([2.0, None])
    (Amount(value=5.5, note=''), Amount(value=2.0, note='almeno'))
    >>> summed([None]), summed([0.0, None]), summed([], whole=False)
    (Amount(value=None, note=''), Amount(value=None, note=''), Amount(value=None, note=''))
    """
    found = list(values)
    known = [value for value in found if value is not None]
    exact = whole and len(known) == len(found)
    value = float(sum(known))
    if exact:
        return Amount(value)
    return Amount(value, LEAST) if value > 0 else UNTOLD
