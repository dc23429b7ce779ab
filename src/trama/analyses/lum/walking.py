"""The real walking catchment of an interchange, beside its circle; and who is shut off beyond the tracks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.ops import substring

from trama.analyses.lum.rules import Rules
from trama.kernel.errors import Unavailable
from trama.kernel.units import format_number
from trama.lake import Lake
from trama.lake.version import Version

if TYPE_CHECKING:
    from trama.analyses.walking import Network

TRACKS = "ferrovie"
QUADRANT = 3
"""Segments of a quarter of the rounded ends of a catchment."""


@dataclass(frozen=True)
class Catchment:
    """What is reached on foot.

    Attributes
    ----------
    radius, ten_minutes
        Areas reached within the level's radius and ten minutes; None where no stop is near the network.
    unsnapped
        Stops farther from the network than the norm allows.
    """

    radius: shapely.Geometry | None
    ten_minutes: shapely.Geometry | None
    unsnapped: int = 0


@dataclass(frozen=True)
class Streets:
    """The walking network as the atlas reads it, once for all the LUM."""

    network: Network
    lines: np.ndarray[Any, Any]
    u: np.ndarray[Any, Any]
    v: np.ndarray[Any, Any]
    length_mm: np.ndarray[Any, Any]
    versions: tuple[Version, ...]
    node_of: Mapping[tuple[float, float], int]

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Index of the edges."""
        return shapely.STRtree(self.lines)

    def catchment(self, rules: Rules, points: Sequence[shapely.Point], reach_m: Sequence[float]) -> Catchment:
        """Return what is reached from the facilities of an interchange, each within its own `reach_m`."""
        node = np.array([self.node_of[point.x, point.y] for point in points])
        unsnapped = int(np.count_nonzero(node < 0))
        if unsnapped == len(node):
            return Catchment(None, None, unsnapped)
        reach, places = np.asarray(reach_m, np.float64), np.asarray(points)
        parts = [
            self._area(rules, node[reach == one], places[reach == one], float(one))
            for one in np.unique(reach)
        ]
        far = self._area(rules, node, places, rules.walking("dieci_minuti_m"))
        return Catchment(shapely.union_all(parts), far, unsnapped)

    def walks(
        self, rules: Rules, stops: Sequence[shapely.Point], points: Sequence[shapely.Point]
    ) -> list[float | None]:
        """Return the metres on foot from the nearest of some stops to each point.

        Along the streets from the stop's node to where the point faces its nearest street, and from there to
        the point. Infinite beyond the norm's distance; None for a point, or stops, farther from the streets
        than the norm allows.
        """
        from trama.engines.network import UNREACHED, distances

        origins = np.unique([node for point in stops if (node := self.node_of[point.x, point.y]) >= 0])
        if not len(origins) or not points:
            return [None] * len(points)
        most = rules.walking("servizi_m")
        reached = distances(self.network.graph, origins.astype(np.int32), round(most * 1000))
        metres = np.where(reached == UNREACHED, np.inf, reached / 1000)
        places = np.asarray(points)
        at, edges = self.tree.query_nearest(places)  # of streets equally near, the shorter way
        share = shapely.line_locate_point(self.lines[edges], places[at], normalized=True)
        length, gap = self.length_mm[edges] / 1000, shapely.distance(self.lines[edges], places[at])
        by_u, by_v = metres[self.u[edges]] + share * length, metres[self.v[edges]] + (1 - share) * length
        far, near = np.full(len(places), np.inf), np.zeros(len(places), bool)
        np.minimum.at(far, at, np.minimum(by_u, by_v) + gap)
        near[at] = gap <= rules.walking("aggancio_m")
        far[far > most] = np.inf
        return [float(one) if ok else None for one, ok in zip(far, near, strict=True)]

    def _area(self, rules: Rules, node: Any, points: Any, reach_m: float) -> shapely.Geometry:
        """Return the streets reached within `reach_m`, widened, small closed blocks filled."""
        from trama.engines.network import distances

        reach_mm = round(reach_m * 1000)
        origins = np.unique(node[node >= 0]).astype(np.int32)
        distance = distances(self.network.graph, origins, reach_mm)
        around = shapely.multipoints(points).buffer(reach_m + rules.walking("aggancio_m"))
        edges = self.tree.query(around)
        ends = distance[self.u[edges]], distance[self.v[edges]]
        lines = reached_lines(self.lines[edges], *ends, self.length_mm[edges], reach_mm)
        streets = shapely.line_merge(shapely.multilinestrings(lines)) if lines else shapely.Point()
        wide = shapely.buffer([streets, *points], rules.walking("fascia_m"), quad_segs=QUADRANT)
        return _filled(shapely.union_all(wide), rules.walking("vuoti_m2"))


def open_streets(lake: Lake, points: Sequence[shapely.Point], limit_m: float) -> tuple[Streets | None, str]:
    """Return the network of the lake, with the node of each stop, or None and why there is none."""
    from trama.analyses.walking import network_of
    from trama.engines.network import to_mm

    try:
        network = network_of(lake)
    except Unavailable as error:
        return None, error.text()
    xy = np.array([(point.x, point.y) for point in points], np.float64).reshape(-1, 2)
    node, _ = network.snapped(xy, limit_m)
    columns, lines = network.edges_version.features(["u", "v", "length_m"], None)
    return Streets(
        network,
        lines,
        np.asarray(columns["u"], np.int64),
        np.asarray(columns["v"], np.int64),
        to_mm(np.asarray(columns["length_m"], np.float64)),
        (network.nodes_version, network.edges_version),
        {(x, y): int(at) for (x, y), at in zip(xy.tolist(), node, strict=True)},
    ), ""


def reached_lines(
    lines: np.ndarray[Any, Any],
    from_u_mm: np.ndarray[Any, Any],
    from_v_mm: np.ndarray[Any, Any],
    length_mm: np.ndarray[Any, Any],
    reach_mm: int,
) -> list[shapely.Geometry]:
    """Return the parts of edges within reach.

    Parameters
    ----------
    lines
        Shape (m,), each from its node u to its node v.
    from_u_mm, from_v_mm, length_mm
        Shape (m,): distance of the two ends, length along the edge, in millimetres.
    """
    left_u = np.clip(reach_mm - from_u_mm.astype(np.int64), 0, None)
    left_v = np.clip(reach_mm - from_v_mm.astype(np.int64), 0, None)
    touched = (left_u > 0) | (left_v > 0)
    whole = touched & (left_u + left_v >= length_mm)
    found: list[shapely.Geometry] = list(lines[whole])
    for at in np.flatnonzero(touched & ~whole):
        line, length = lines[at], max(1, int(length_mm[at]))
        if left_u[at]:
            found.append(substring(line, 0, float(left_u[at] / length), normalized=True))
        if left_v[at]:
            found.append(substring(line, 1 - float(left_v[at] / length), 1, normalized=True))
    return found


def shed_ratio(circle: shapely.Geometry, reached: shapely.Geometry | None) -> float | None:
    """Return the share of the circle that is reached on foot (pedestrian shed ratio); None where unknown."""
    return None if reached is None else float(reached.intersection(circle).area / circle.area)


@dataclass(frozen=True, slots=True)
class Side:
    """A part of the circle beyond the tracks: its share of the circle, and how much of it is reached."""

    share: float
    served: float


def sides(
    rules: Rules, circle: shapely.Geometry, tracks: np.ndarray[Any, Any], reached: shapely.Geometry | None
) -> list[Side]:
    """Return the parts in which the tracks cut a circle, the largest first; one where they do not cut it."""
    if reached is None or not len(tracks):
        return []
    parts = shapely.get_parts(circle.difference(shapely.union_all(tracks).buffer(rules.walking("binario_m"))))
    found = [Side(part.area / circle.area, part.intersection(reached).area / part.area) for part in parts]
    return sorted(found, key=lambda side: -side.share)


def barrier(rules: Rules, found: Sequence[Side]) -> str:
    """Say which sides beyond the tracks are shut off; nothing where none is."""
    if len(found) < 2:
        return ""
    shut = [
        side
        for side in found
        if side.share >= rules.walking("lato_min") and side.served < rules.walking("lato_servito")
    ]
    if not shut:
        return ""
    share = format_number(100 * sum(side.share for side in shut), "%", 0)
    return f"oltre i binari il {share} del cerchio non si raggiunge a piedi: il LUM sta da un lato solo"


def _filled(shape: shapely.Geometry, most_m2: float) -> shapely.Geometry:
    parts = []
    for part in shapely.get_parts(shape):
        kept = [ring for ring in part.interiors if shapely.Polygon(ring).area > most_m2]
        parts.append(shapely.Polygon(part.exterior, kept))
    return shapely.union_all(parts)
