"""Rings: closed, finite, and sorted into shells and holes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import shapely

from trama.sources.interventions.errors import BadCoordinates, UnclosedRing
from trama.sources.interventions.raw import Ring, too_complex

MAX_RINGS = 500
MAX_MEETINGS = 100_000
MAX_MEETINGS_PER_EDGE = 20
_PAIRS_AT_ONCE = 2_000_000


def closed_ring(points: npt.NDArray[np.float64], name: str, number: int) -> Ring:
    """Check the vertices of a ring as found, and return it as it is.

    Parameters
    ----------
    points
        Shape (n, 2), in the file's own units.
    name, number
        File and feature, for the sentence of the error.

    Raises
    ------
    BadCoordinates
        NaN or infinite coordinates, or fewer than four vertices (three corners and the first again).
    UnclosedRing
        The last vertex is not the first.
    """
    where = {"name": name, "where": f"dell'elemento {number}", "where_en": f"of feature {number}"}
    if len(points) == 0 or not np.isfinite(points).all():
        bad = int(np.flatnonzero(~np.isfinite(points).all(axis=1))[0]) + 1 if len(points) else 0
        why, why_en = (
            (
                f"il vertice {bad} non ha coordinate numeriche finite.",
                f"vertex {bad} has no finite coordinates.",
            )
            if bad
            else ("non ha vertici.", "it has no vertices.")
        )
        raise BadCoordinates(**where, why=why, why_en=why_en)
    if len(points) >= 3 and not np.array_equal(points[0], points[-1]):
        gap = float(np.hypot(*(points[-1] - points[0])))
        x, y = points[0]
        raise UnclosedRing(**where, gap=f"{gap:.6g}", x=f"{x:.10g}", y=f"{y:.10g}")
    if len(points) < 4:
        raise BadCoordinates(
            **where,
            why="ha meno di tre vertici distinti.",
            why_en="it has fewer than three distinct vertices.",
        )
    return points


def nest(rings: Sequence[Ring], name: str, number: int) -> list[list[Ring]]:
    """Sort rings into polygons by containment, whichever way they turn.

    A ring inside an even number of others is a shell, inside an odd number a hole of the smallest shell
    around it. Files often turn rings the wrong way, so orientation is not believed.

    Returns
    -------
    list of [shell, hole, ...]
    """
    if len(rings) == 1:
        return [[rings[0]]]
    if len(rings) > MAX_RINGS:
        raise BadCoordinates(
            name=name,
            where=f"dell'elemento {number}",
            where_en=f"of feature {number}",
            why=f"ha più di {MAX_RINGS} anelli.",
            why_en=f"it has more than {MAX_RINGS} rings.",
        )
    areas = np.array([shapely.Polygon(ring).area for ring in rings])
    order = np.argsort(-areas, kind="stable")
    solids = [shapely.Polygon(rings[index]) for index in order]
    shapely.prepare(solids)
    tree = shapely.STRtree(solids)
    shells: dict[int, list[Ring]] = {}
    for place, solid in enumerate(solids):
        around = _around(place, solid, solids, tree)
        ring = rings[order[place]]
        if len(around) % 2 == 0:
            shells[place] = [ring]
        else:
            holder = max((outer for outer in around if outer in shells), default=None)
            if holder is None:
                shells[place] = [ring]
            else:
                shells[holder].append(ring)
    return list(shells.values())


def _around(
    place: int, solid: shapely.Polygon, solids: list[shapely.Polygon], tree: shapely.STRtree
) -> list[int]:
    """Return the larger rings that hold this one, by the whole of it where both are sound."""
    found = []
    for other in sorted(int(index) for index in tree.query(solid)):
        if other >= place or not solids[other].is_valid:
            continue
        if solid.is_valid and solids[other].covers(solid) and solids[other].area > solid.area:
            found.append(other)
    return found


def check_effort(rings: Sequence[Ring], name: str) -> None:
    """Refuse drawings whose edges cross so often that joining them would take minutes; raises `TooComplex`.

    Counts the pairs of edges whose boxes meet. A drawing of a place has a few for each edge; two combs of a
    thousand teeth laid across each other have a million, and their union as many vertices.
    """
    starts = np.vstack([ring[:-1] for ring in rings])
    ends = np.vstack([ring[1:] for ring in rings])
    low, high = np.minimum(starts, ends), np.maximum(starts, ends)
    boxes = shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1])
    tree = shapely.STRtree(boxes)
    allowed = MAX_MEETINGS + MAX_MEETINGS_PER_EDGE * len(boxes)
    step = max(1, _PAIRS_AT_ONCE // len(boxes))
    meetings = 0
    for first in range(0, len(boxes), step):
        meetings += tree.query(boxes[first : first + step]).shape[1]
        if meetings > allowed:
            raise too_complex(
                name, "troppi incroci tra i suoi lati", "too many crossings of its edges", allowed
            )
