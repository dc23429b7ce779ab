"""The norms of the soils map, as in force on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trama.kernel.trace import ParameterUse
from trama.norms import InForce, NormBook

FOLDER = "sttm1/suoli"
STORM = "sttm1/storm"
CODES = 65536
"""Land-cover codes are unsigned 16-bit integers; 0 is no data."""


@dataclass(frozen=True)
class Service:
    """An ecosystem service of the map.

    Attributes
    ----------
    layer
        Raster it is read from, on the land-cover grid.
    points_per_unit
        Points (0-5) for one unit of that raster.
    how
        Where the layer comes from: a command, or what is to be asked of whom.
    """

    id: str
    name_it: str
    name_en: str
    layer: str
    points_per_unit: float
    weight: float
    model: str
    how: str


@dataclass(frozen=True)
class Rules:
    """Every norm the map uses."""

    day: date
    table: InForce
    full: InForce
    steps: InForce
    names: InForce
    matrix: InForce

    @property
    def services(self) -> list[Service]:
        """The services, in the order of the norms."""
        return [Service(id=key, **row) for key, row in self.table.value.items()]

    @property
    def full_points(self) -> float:
        """Full mark of a supply."""
        return float(self.full.value)

    def service_use(self, service: Service) -> ParameterUse:
        """Quote the row of one service."""
        return self.table.use(only=service.id)

    def class_of(self, points: float | None) -> int | None:
        """Return the class, 1 (lowest) to 5 (highest); None where the points are missing."""
        return None if points is None else int(self.steps.value.points(points))

    def class_name(self, grade: int | None) -> str | None:
        """Return the Italian name of a class."""
        return None if grade is None else str(self.names.value[str(grade)]["name_it"])

    def matrix_row(self, code: str) -> dict[str, Any] | None:
        """Return the row of the capacity matrix for a land-cover code: the longest prefix wins."""
        rows = self.matrix.value
        return next((rows[code[:n]] for n in range(len(code), 2, -1) if code[:n] in rows), None)

    def matrix_points(self) -> NDArray[np.float32]:
        """Return the matrix's mean of its two services for every possible code; NaN where it has none."""
        points = np.full(CODES, np.nan, dtype=np.float32)
        for code in range(100, CODES):
            if row := self.matrix_row(str(code)):
                points[code] = (row["clima_locale"] + row["protezione_piene"]) / 2
        return points


def read_rules(book: NormBook, day: date) -> Rules:
    """Read the norms in force on `day`; raises `NotInForce`."""
    return Rules(
        day=day,
        table=book.value(f"{FOLDER}/servizi", day),
        full=book.value(f"{STORM}/offerta_massima", day),
        steps=book.value(f"{STORM}/classe_offerta", day),
        names=book.value(f"{STORM}/classi_offerta", day),
        matrix=book.value(f"{FOLDER}/matrice_capacita", day),
    )
