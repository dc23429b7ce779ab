"""The intervention: its surfaces, its mean runoff coefficient, its class of potential sealing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from trama.engines.invariance.errors import BadSurface, NothingDrains, SurfacesDoNotSum
from trama.kernel.units import format_number

M2_PER_HA = 10_000
_SUM_TOLERANCE_M2 = 0.1
"""Decimetre rounding of hand-entered areas; not a tolerance of the law."""
_SAME = 1e-9
"""Relative noise of binary sums: 0.4 obtained by adding areas is still 0.4."""


@dataclass(frozen=True, slots=True)
class Surface:
    """A part of the intervention.

    Attributes
    ----------
    kind
        What it is, for messages.
    area_m2
        Its area.
    runoff_coefficient
        Share of rain that runs off, 0 to 1; None where the law leaves the surface out of the computation.
    """

    kind: str
    area_m2: float
    runoff_coefficient: float | None


def check_surfaces(surfaces: Sequence[Surface], total_m2: float) -> None:
    """Refuse surfaces that cannot be, or that do not make up the total.

    Raises
    ------
    BadSurface
        A surface (or the total) is negative or not a finite number.
    SurfacesDoNotSum
        They do not sum to `total_m2`, the rounding of a decimetre allowed.
    NothingDrains
        Those that count have no area.
    """
    for kind, area_m2 in [*((part.kind, part.area_m2) for part in surfaces), ("totale", total_m2)]:
        if not math.isfinite(area_m2) or area_m2 < 0:
            raise BadSurface(kind=kind, area=area_m2)
    found = math.fsum(part.area_m2 for part in surfaces)
    if abs(found - total_m2) > _SUM_TOLERANCE_M2:
        gap = f"{_written(abs(found - total_m2))} in {'meno' if found < total_m2 else 'più'}"
        raise SurfacesDoNotSum(found=_written(found), total=_written(total_m2), gap=gap)
    if counted_area_m2(surfaces) <= 0 or equivalent_area_ha(surfaces) <= 0:
        raise NothingDrains


def counted_area_m2(surfaces: Sequence[Surface]) -> float:
    """Return the area that takes part in the computation [m2]."""
    return math.fsum(part.area_m2 for part in surfaces if part.runoff_coefficient is not None)


def equivalent_area_ha(surfaces: Sequence[Surface]) -> float:
    """Return the equivalent impervious area, the sum of areas times runoff coefficients [ha].

    >>> equivalent_area_ha([Surface("tetto", 6000, 1.0), Surface("prato", 4000, 0.3)])
    0.72
    """
    return math.fsum(part.area_m2 * (part.runoff_coefficient or 0.0) for part in surfaces) / M2_PER_HA


def mean_runoff_coefficient(surfaces: Sequence[Surface]) -> float:
    """Return the mean runoff coefficient weighed by area, of the surfaces that count.

    >>> mean_runoff_coefficient([Surface("tetto", 6000, 1.0), Surface("prato", 4000, 0.3)])
    0.72
    """
    return equivalent_area_ha(surfaces) * M2_PER_HA / counted_area_m2(surfaces)


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A row of the table of classes: half-open intervals, the upper end included; None is no limit."""

    id: str
    class_of_intervention: int
    above_m2: float
    up_to_m2: float | None
    above_coefficient: float | None
    up_to_coefficient: float | None

    def holds(self, area_m2: float, coefficient: float) -> bool:
        """Tell whether an intervention falls in this row."""
        return _within(area_m2, self.above_m2, self.up_to_m2) and _within(
            coefficient, self.above_coefficient, self.up_to_coefficient
        )


@dataclass(frozen=True, slots=True)
class Classes:
    """The table of classes of potential sealing."""

    rows: tuple[ClassRow, ...]

    def row(self, area_m2: float, coefficient: float) -> ClassRow:
        """Return the row of an intervention.

        Raises
        ------
        LookupError
            The table does not hold exactly one: the norms are wrong, not the person.
        """
        found = [row for row in self.rows if row.holds(area_m2, coefficient)]
        if len(found) != 1:
            raise LookupError(f"{len(found)} rows for {area_m2} m2, runoff coefficient {coefficient}")
        return found[0]


def _written(area_m2: float) -> str:
    """Write an area to the centimetre only where it has any."""
    return format_number(area_m2, "m2", 0 if round(float(area_m2), 2).is_integer() else 2)


def _within(value: float, above: float | None, up_to: float | None) -> bool:
    noise = _SAME * max(1.0, abs(value))
    return (above is None or value > above + noise) and (up_to is None or value <= up_to + noise)
