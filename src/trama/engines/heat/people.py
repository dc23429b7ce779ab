"""Who feels a change of the heat: degrees times people, without computing every cell's degrees."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from trama.engines.heat.patches import Part, Singles, convolved_around, decay, grown, within

FAINT = 1e-6


def people_mixed(
    people: npt.NDArray[np.floating],
    known: npt.NDArray[np.bool_],
    distance_cells: int,
    inner: Part | None = None,
) -> Singles:
    """Return how many people feel what happens to the air of each cell, K ⊛ (people / K ⊛ known).

    Air temperature mixes what heat mitigation gives, with weights K that are the same both ways. Hence, for a
    change of mitigation d and residents r,

        Σ over cells of (change of the mixed temperature · r) = - UHImax · Σ over cells of d · people_mixed(r)

    Parameters
    ----------
    people
        Residents of each cell, shape (rows, columns); none where `known` is false.
    known
        Cells with data. What lies outside the array counts as known: an array is a window of a larger map.
    inner
        Rows and columns wanted; all of them if not given.
    """
    kernel = decay(distance_cells)
    wanted = inner or (slice(0, people.shape[0]), slice(0, people.shape[1]))
    reached = grown(wanted, kernel.reach, people.shape)
    weight = 1 - convolved_around(~known, reached, kernel)
    shared = np.where(known[reached], people[reached], 0.0) / np.maximum(weight, FAINT)
    from_reached = within(wanted, reached)
    return convolved_around(shared, from_reached, kernel)
