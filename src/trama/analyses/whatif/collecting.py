"""The sealed ground whose water the solutions receive, and what each of them keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from trama.analyses.whatif.cells import Cells, on_cells
from trama.analyses.whatif.drawing import Laid, Layout
from trama.analyses.whatif.ground import Ground


@dataclass(frozen=True)
class Kept:
    """What one solution does with the water [m3, m2].

    Attributes
    ----------
    served_m2, served_outside_m2
        Sealed surface whose water it receives, and the part of it off the site.
    kept_m3
        What stays in its storage.
    ground_m3
        What its ground lets run off less than the ground before did; negative where it lets more.
    """

    key: str
    served_m2: float
    served_outside_m2: float
    inflow_m3: float
    storage_m3: float
    kept_m3: float
    ground_m3: float

    @property
    def avoided_m3(self) -> float:
        """Volume it keeps out of the sewers."""
        return self.kept_m3 + self.ground_m3


def pools_m2(
    collecting_m: float, ground: Ground, where: tuple[slice, slice], layout: Layout, cells: Cells
) -> list[float]:
    """Return the sealed surface near the solutions that collect, and nobody's ground [m2].

    First that within the site, then that beyond it. Trees or paving that serve nothing widen nothing; what
    lies under a crown is still sealed.
    """
    grounds = shapely.union_all([one.ground for one in layout.taking("water_m2_per_unit")])
    collecting = shapely.union_all([one.ground for one in layout.laid if could_serve_m2(one) > 0])
    near = shapely.difference(shapely.buffer(collecting, collecting_m), grounds)
    sealed = np.where(cells.known, 1 - cells.draining, 0.0)
    parts = (shapely.intersection(near, layout.site), shapely.difference(near, layout.site))
    return [0.0 if part.is_empty else float((on_cells(ground, where, part) * sealed).sum()) for part in parts]


def share_out(
    laid: Sequence[Laid],
    own: Mapping[str, float],
    ground: Mapping[str, float],
    pools: list[float],
    q_sealed: float,
) -> tuple[Kept, ...]:
    """Share out the sealed surface in proportion to what each solution could serve; the site's own first."""
    storage = [one.amount("storage_m3_per_unit") or 0.0 for one in laid]
    wanted = [could_serve_m2(one) for one in laid]
    total = sum(wanted)
    served = min(total, sum(pools))
    share = served / total if total else 0.0
    outside = 1 - min(1.0, pools[0] / served) if served else 0.0
    found = []
    for one, stored, could in zip(laid, storage, wanted, strict=True):
        serves = could * share
        inflow = own.get(one.key, 0.0) + serves * q_sealed / 1000
        kept, spared = min(stored, inflow), ground.get(one.key, 0.0)
        found.append(Kept(one.key, serves, serves * outside, inflow, stored, kept, spared))
    return tuple(found)


def could_serve_m2(one: Laid) -> float:
    """Return the sealed surface a solution is made for [m2]; none where it stores nothing."""
    return (one.amount("served_m2_per_unit") or 0.0) if one.amount("storage_m3_per_unit") else 0.0
