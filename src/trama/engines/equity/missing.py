"""What to do where a value is missing: said, never silent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
DROP, FLOOR = "drop", "floor"


@dataclass(frozen=True)
class Complete:
    """Values without gaps, and what was done to have them.

    Attributes
    ----------
    index
        Rows of the input that are left, in order.
    missing_people
        People whose value was missing: left out (`DROP`) or given the floor (`FLOOR`).
    """

    values: Floats
    people: Floats
    index: NDArray[np.intp]
    missing_people: float
    rule: str


def complete(values: Floats, people: Floats, rule: str, floor: float | None = None) -> Complete:
    """Apply the declared rule to missing (NaN) values.

    Parameters
    ----------
    rule
        `DROP` leaves those people out of the measure and counts them; `FLOOR` gives them `floor`.

    >>> complete(np.array([1.0, np.nan]), np.array([3.0, 2.0]), FLOOR, floor=0.5).values.tolist()
    [1.0, 0.5]
    >>> complete(np.array([1.0, np.nan]), np.array([3.0, 2.0]), DROP).missing_people
    2.0
    """
    if rule not in (DROP, FLOOR) or (rule == FLOOR) != (floor is not None):
        raise ValueError("the rule is «drop», or «floor» with the value that stands for the missing ones")
    absent = np.isnan(values)
    lost = float(people[absent].sum())
    if floor is None:
        return Complete(values[~absent], people[~absent], np.flatnonzero(~absent), lost, rule)
    return Complete(np.where(absent, floor, values), people, np.arange(values.size), lost, rule)


def checked(values: Floats, people: Floats, *, least: float | None = None) -> tuple[Floats, Floats]:
    """Return value and people of the places where somebody lives; raises ValueError for what is no measure.

    Parameters
    ----------
    least
        Where given, values must be above it.
    """
    v, p = np.asarray(values, dtype=np.float64), np.asarray(people, dtype=np.float64)
    if v.ndim != 1 or v.shape != p.shape:
        raise ValueError("one number of people for each value")
    if not (np.isfinite(p).all() and (p >= 0).all()):
        raise ValueError("people are finite and not negative")
    lived = p > 0
    v, p = v[lived], p[lived]
    if not np.isfinite(v).all():
        raise ValueError("a value is missing: decide first, with `complete`")
    if least is not None and (v <= least).any():
        raise ValueError(f"values must be above {least:g}: give a floor to places without access")
    return v, p
