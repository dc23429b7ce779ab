"""Integer programmes given to HiGHS: the answer, and the bound that stands also where time ran out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from trama.engines.location.question import Floats

SECONDS = 10.0
"""Time that HiGHS has where the asker says nothing."""
OPTIMAL, IMPOSSIBLE = 0, 2


@dataclass(frozen=True)
class Solved:
    """What HiGHS says of a programme to be made as large as possible.

    Attributes
    ----------
    chosen
        Value of each variable in the best answer found; None where none was.
    bound
        No answer is worth more; infinite where nothing was learnt.
    possible
        False where the programme is proved to have no answer.
    proved
        Whether `chosen` is proved best.
    """

    chosen: Floats | None
    bound: float
    possible: bool
    proved: bool


def largest(gain: Floats, rules: list[LinearConstraint], whole: Floats, seconds: float) -> Solved:
    """Make `gain · x` as large as possible, x from 0 to 1, whole where `whole` is 1."""
    options: dict[str, Any] = {"time_limit": max(seconds, 0.01), "mip_rel_gap": 0.0}
    found = milp(-gain, constraints=rules, integrality=whole, bounds=Bounds(0, 1), options=options)
    bound = found.mip_dual_bound
    known = bound is not None and np.isfinite(bound)
    return Solved(
        None if found.x is None else np.asarray(found.x),
        -float(bound) if known else float("inf"),
        possible=found.status != IMPOSSIBLE,
        proved=found.status == OPTIMAL,
    )
