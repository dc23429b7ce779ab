"""Do the indicators of a pillar speak of the same thing? Correlations that should make one think."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Coherence:
    """A pair of indicators of one pillar whose correlation is out of the expected range.

    `finding` is ``opposti`` (negative), ``deboli`` (weak) or ``ridondanti`` (redundant).
    """

    first: int
    second: int
    correlation: float
    finding: str


def coherence(
    shares: Floats, pillar_of: NDArray[np.intp], *, weak_under: float, redundant_over: float
) -> list[Coherence]:
    """Return the pairs inside a pillar that are opposed, weakly tied or redundant.

    Parameters
    ----------
    shares
        Oriented and normalised, shape ``(units, indicators)``; what does not vary has no correlation.
    """
    found = []
    moving = shares.std(axis=0) > 1e-12
    for first, second in combinations(np.flatnonzero(moving).tolist(), 2):
        if pillar_of[first] != pillar_of[second]:
            continue
        r = float(np.corrcoef(shares[:, first], shares[:, second])[0, 1])
        finding = "opposti" if r < 0 else "deboli" if r < weak_under else ""
        finding = "ridondanti" if r > redundant_over else finding
        if finding:
            found.append(Coherence(first, second, r, finding))
    return found
