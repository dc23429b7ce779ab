"""What is known of a walk when not every service is: between how few and how many minutes it truly takes.

A service that no source lists can only stand where no source lists all of them: in a comune whose source
is partial or missing, or outside the territory. From a cell it is at least as far, along the streets, as
that ground is in a straight line, less what the two ends may lie off the network. So a walk measured is
exact where the service found is nearer than that ground; elsewhere it is at most the one measured, and at
least this bound. Minutes are those counted, by the norms, up to where the search ends: who has nothing
within it is told apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from trama.analyses.access.residents import CELL_M, Cells
from trama.analyses.access.services import WHOLE

if TYPE_CHECKING:
    import geopandas

AT_MOST, AT_LEAST, EXACT = "al più", "almeno", ""
"""The word beside a figure: with every service listed it cannot be more; cannot be less; is this."""
MM = 1000
HALF_DIAGONAL = 0.5**0.5
"""Of a square of side one: where its people are, it is no further than that from its middle."""
SLIVER_M = 5.0
"""Neighbouring borders drawn with gaps this wide are one: ground between two comuni is not outside."""
Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Surroundings:
    """How close to each cell each comune is, and the outside, within the limit of the search.

    Attributes
    ----------
    cell, comune, mm
        One row for each comune that a service off any list might serve a cell from, and from how far.
    outside_mm
        The same for what is outside every comune, of each cell; the limit where it is further.
    """

    cell: NDArray[np.intp]
    comune: NDArray[np.intp]
    mm: Ints
    outside_mm: Ints
    limit_mm: int

    def unlisted_mm(self, level: NDArray[np.int8]) -> Ints:
        """Return, for each cell, how close a service off the lists may be, at the closest.

        Parameters
        ----------
        level
            How far sources cover what is looked for in each comune; shape ``(comuni,)``.
        """
        found = self.outside_mm.copy()
        open_ = level[self.comune] < WHOLE
        np.minimum.at(found, self.cell[open_], self.mm[open_])
        return found


def surroundings(
    cells: Cells, comuni: geopandas.GeoDataFrame, codes: list[str], limit_mm: int, snap_m: float
) -> Surroundings:
    """Measure what surrounds the cells.

    Parameters
    ----------
    comuni
        Shapes with their code in ``key``.
    codes
        Codes in the order of the rows of `Cells.comune`.
    limit_mm
        Where the search ends.
    snap_m
        How far from its node a service may stand.
    """
    shapes = comuni.set_index("key").geometry.reindex(codes).to_numpy()
    middle = shapely.points((cells.east + 0.5) * CELL_M, (cells.north + 0.5) * CELL_M)
    off_m = snap_m + np.where(np.isfinite(cells.gap_m), cells.gap_m, 0.0) + CELL_M * HALF_DIAGONAL
    limit_m = limit_mm / MM
    cell, comune = shapely.STRtree(shapes).query(middle, predicate="dwithin", distance=limit_m + off_m)
    away = shapely.distance(middle[cell], shapes[comune])
    edge = shapely.boundary(shapely.union_all(shapely.buffer(shapes, SLIVER_M)))
    pieces = _pieces(edge)
    _cell, outside = shapely.STRtree(pieces).query_nearest(middle, return_distance=True, all_matches=False)
    return Surroundings(
        cell, comune, _mm(away - off_m[cell], limit_mm), _mm(outside - SLIVER_M - off_m, limit_mm), limit_mm
    )


def least_mm(distance: Ints, unlisted: Ints, k: int, limit_mm: int) -> Ints:
    """Return the least that a measured distance can truly be: itself, where no unlisted service is nearer.

    Parameters
    ----------
    distance
        Mean of the distances to the k nearest, each at most the limit.
    unlisted
        How close an unlisted service may be.

    Of the mean of several only the sum is known: each of the k, brought no nearer than `unlisted`, keeps at
    least that part of itself that the limit would keep.

    >>> least_mm(np.array([300, 300]), np.array([300, 200]), 1, 4500).tolist()
    [300, 200]
    """
    if k == 1:
        return np.minimum(distance, unlisted)
    shrunk = np.floor(distance.astype(np.float64) * unlisted / limit_mm).astype(np.int32)
    whole = distance.astype(np.int64) * k <= unlisted
    return np.where(whole, distance, np.minimum(distance, shrunk)).astype(np.int32)


NOTES = {AT_MOST: "al più: un servizio che nessuna fonte elenca può essere più vicino", EXACT: ""}
"""Why a time, or a number of people beyond a threshold, is a bound."""
SHARES = {AT_LEAST: "almeno: un servizio che nessuna fonte elenca può essere più vicino", EXACT: ""}
"""The same of a share within a threshold, or of a number of categories near."""


def _pieces(edge: shapely.Geometry) -> NDArray[np.object_]:
    """Return an edge as its straight pieces: a tree finds the nearest without trying them all."""
    lines = shapely.get_parts(edge)
    points, of = shapely.get_coordinates(lines, return_index=True)
    together = of[1:] == of[:-1]
    return np.asarray(shapely.linestrings(np.stack([points[:-1], points[1:]], axis=1)[together]))


def _mm(metres: Floats, limit_mm: int) -> Ints:
    return np.clip(np.floor(metres * MM), 0, limit_mm).astype(np.int32)
