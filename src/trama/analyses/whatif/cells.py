"""What each cell of the ground around a drawing is worth for water."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from trama.analyses.whatif.ground import Floats, Ground
from trama.engines.hydrology import runoff_mm
from trama.norms import InForce

GROUPS = ("A", "B", "C", "D")


@dataclass(frozen=True)
class Cells:
    """What each cell of a part of the window is worth."""

    codes: NDArray[np.uint16]
    group: NDArray[np.intp]
    known: NDArray[np.bool_]
    runoff: Floats
    draining: Floats

    @classmethod
    def of(
        cls, cover: InForce, lambda_: float, ground: Ground, where: tuple[slice, slice], rain_mm: float
    ) -> Cells:
        """Read them from the table of land covers, under an event."""
        codes, groups = ground.codes[where], ground.groups[where]
        present, index = np.unique(codes, return_inverse=True)
        index = index.reshape(codes.shape)
        rows = [cover.value.get(str(code)) for code in present]
        curve = np.array([[float(row[f"cn_{g.lower()}"]) if row else 98.0 for g in GROUPS] for row in rows])
        share = np.array([1 - float(row["sealed_share"]) if row else 0.0 for row in rows])
        runoff = runoff_mm(rain_mm, curve, lambda_)
        group = np.clip(groups.astype(np.intp) - 1, 0, 3)
        known = np.array([row is not None for row in rows])[index] & (groups > 0)
        return cls(codes, group, known, runoff[index, group], share[index])

    def areas(self, area_m2: Floats) -> dict[str, float]:
        """Return square metres by land-cover code, largest first."""
        present, index = np.unique(self.codes, return_inverse=True)
        sums = np.bincount(index.ravel(), weights=area_m2.ravel(), minlength=len(present))
        pairs = sorted(zip(present.tolist(), sums.tolist(), strict=True), key=lambda pair: -pair[1])
        return {str(code): area for code, area in pairs if area > 0}


def on_cells(ground: Ground, where: tuple[slice, slice], polygon: shapely.Geometry) -> Floats:
    """Return the square metres of `polygon` on the cells of `where`, which contains it."""
    inner, area = ground.part(polygon)
    whole = np.zeros((where[0].stop - where[0].start, where[1].stop - where[1].start))
    row, column = inner[0].start - where[0].start, inner[1].start - where[1].start
    whole[row : row + area.shape[0], column : column + area.shape[1]] = area
    return whole
