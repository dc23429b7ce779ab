"""Read the biophysical table of InVEST: `lucode`, `CN_A` .. `CN_D`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from trama.analyses.rasters.table import Reasons, read_class_table

GROUP_COLUMNS = ("cn_a", "cn_b", "cn_c", "cn_d")


@dataclass(frozen=True)
class CurveNumbers:
    """Curve numbers of each class: `codes` in the table's order, `numbers` of shape (classes, 4), A to D."""

    codes: tuple[int, ...]
    numbers: npt.NDArray[np.float64]


def read_curve_numbers(path: Path) -> CurveNumbers:
    """Read and check the table; raises what `read_class_table` raises."""
    rows = read_class_table(path, GROUP_COLUMNS, _wrong)
    return CurveNumbers(tuple(rows), np.asarray(list(rows.values()), dtype=np.float64))


def _wrong(numbers: list[float]) -> Reasons | None:
    if all(0 <= number <= 100 for number in numbers):
        return None
    return "un curve number è fuori da 0-100", "a curve number is outside 0-100"
