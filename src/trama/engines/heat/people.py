"""Who feels a change of the heat: degrees times people, without computing every cell's degrees."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from trama.engines.heat.convolution import Inner
from trama.engines.heat.kernels import decay
from trama.engines.heat.temperature import WHOLE

FAINT = 1e-6


def people_mixed(
    people: npt.NDArray[np.float64], known: npt.NDArray[np.bool_], distance_cells: int, inner: Inner = WHOLE
) -> npt.NDArray[np.float64]:
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
        Rows and columns wanted.
    """
    around = decay(distance_cells)
    weight = around.total - around.sums((~known).astype(np.float64), WHOLE)
    shared = np.where(known, people, 0.0) / np.maximum(weight, FAINT)
    return np.asarray(around.sums(shared, inner), dtype=np.float64)
