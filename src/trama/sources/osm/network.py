"""The walkable network: ways split where they meet, nodes numbered without gaps, lengths on the ground."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely

from trama.kernel.places import METRIC_EPSG
from trama.sources.osm.errors import MissingNodes, NoWalkableWay
from trama.sources.osm.extract import LIMITS, Ways, is_steps, read_ways
from trama.sources.osm.walkable import Walkability

if TYPE_CHECKING:
    import pandas as pd

    from trama.sources.opening import Limits

_METRIC_ZONE = (6.0, 12.0)
"""Longitudes of UTM zone 32, the metric system of the platform."""


@dataclass
class WalkingNetwork:
    """Nodes and edges of a walkable network.

    Attributes
    ----------
    crs
        EPSG code of the plane: 32632 where the data lie in its zone, else the UTM zone of their middle.
    x, y
        Node → metres in that plane.
    osm_id
        Node → its number in OpenStreetMap.
    u, v, length_m
        Edge → its ends (rows of the nodes, u the first met) and its length along the way, geodesic on the
        WGS 84 ellipsoid: the plane of a UTM zone shortens by up to 4 cm in 100 m, the ground does not.
    kind, steps, name
        Edge → ``highway``, whether it is a stair, ``name`` or None.
    first, bends
        Edge → where its line begins in `bends` (rows of x, y, one more at the end): the shape of the way.
    report
        What was left out and how many, and how many islands there are.
    """

    crs: int
    x: np.ndarray
    y: np.ndarray
    osm_id: np.ndarray
    u: np.ndarray
    v: np.ndarray
    length_m: np.ndarray
    kind: np.ndarray
    name: np.ndarray
    first: np.ndarray
    bends: np.ndarray
    report: dict[str, object] = field(default_factory=dict)

    @property
    def steps(self) -> np.ndarray:
        """Which edges are stairs."""
        return is_steps(self.kind)

    def nodes_table(self) -> pd.DataFrame:
        """Return ``x``, ``y``, ``osm_id``; the row is the number of the node."""
        import pandas as pd

        return pd.DataFrame({"x": self.x, "y": self.y, "osm_id": self.osm_id})

    def edges_table(self) -> pd.DataFrame:
        """Return ``u``, ``v``, ``length_m``, ``classe``, ``scale``, ``nome``."""
        import pandas as pd

        return pd.DataFrame(
            {
                "u": self.u,
                "v": self.v,
                "length_m": self.length_m,
                "classe": self.kind,
                "scale": self.steps,
                "nome": self.name,
            }
        )

    def lines(self) -> np.ndarray:
        """Return the shape of each edge."""
        which = np.repeat(np.arange(len(self.u)), np.diff(self.first))
        return np.asarray(shapely.linestrings(self.bends, indices=which))


def read_network(
    path: Path,
    rules: Walkability,
    within: shapely.Geometry | None = None,
    limits: Limits = LIMITS,
    crs: int | None = None,
) -> WalkingNetwork:
    """Read the walkable network of an extract.

    Parameters
    ----------
    within
        A shape in the plane of `crs`: stretches of way with both ends outside it are left out.
    crs
        EPSG code of the plane; chosen from the data where None.

    Raises
    ------
    NoWalkableWay, MissingNodes, DamagedExtract
        And what `trama.sources.opening.opened` raises.
    """
    ways = read_ways(path, rules, limits)
    if not len(ways.ref):
        raise NoWalkableWay(name=path.name, why=_why_none(ways))
    missing = ways.missing
    absent, every = len(np.unique(ways.ref[missing])), len(np.unique(ways.ref))
    if absent > rules.most_missing * every:
        raise MissingNodes(name=path.name, missing=absent, all=every)
    crs = crs or _plane_of(ways.lon[~missing], ways.lat[~missing])
    x, y = _projected(ways, missing, crs)
    segments = _segments(ways, missing)
    if within is not None:
        segments = segments[_meets(segments, x, y, within)]
    if not len(segments):
        raise NoWalkableWay(name=path.name, why="nessuna sul territorio né vicino")
    network = _split(ways, segments, x, y, crs)
    network.report |= {
        "vie_lette": ways.ways,
        "vie_non_percorribili": ways.refused,
        "generi_sconosciuti": dict(ways.unknown.most_common()),
        "nodi_mancanti": absent,
        "varchi_chiusi": len(ways.blocked),
        **_islands(network),
    }
    return network


def _why_none(ways: Ways) -> str:
    if not ways.ways:
        return "non contiene strade"
    return f"{ways.ways} strade, tutte escluse dalle etichette"


def _plane_of(lon: np.ndarray, lat: np.ndarray) -> int:
    """Return the EPSG code of the UTM zone of the middle of the data.

    >>> _plane_of(np.array([9.1, 9.3]), np.array([45.4, 45.5])), _plane_of(np.array([24.9]), np.array([60.2]))
    (32632, 32635)
    """
    middle = float(lon.min() + lon.max()) / 2
    north = float(lat.min() + lat.max()) / 2 >= 0
    if north and _METRIC_ZONE[0] <= middle < _METRIC_ZONE[1]:
        return METRIC_EPSG
    return (32600 if north else 32700) + min(60, int((middle + 180) // 6) + 1)


def _projected(ways: Ways, missing: np.ndarray, crs: int) -> tuple[np.ndarray, np.ndarray]:
    from pyproj import Transformer

    x, y = np.full(len(missing), np.nan), np.full(len(missing), np.nan)
    to = Transformer.from_crs(4326, crs, always_xy=True)
    x[~missing], y[~missing] = to.transform(ways.lon[~missing], ways.lat[~missing])
    return x, y


def _segments(ways: Ways, missing: np.ndarray) -> np.ndarray:
    """Return the first entry of each pair of consecutive nodes, both known, different, of one way."""
    first = np.ones(len(ways.ref), dtype=bool)
    first[ways.start[1:] - 1] = False  # the last node of a way begins nothing
    at = np.flatnonzero(first)
    good = ~missing[at] & ~missing[at + 1] & (ways.ref[at] != ways.ref[at + 1])
    return np.asarray(at[good])


def _meets(segments: np.ndarray, x: np.ndarray, y: np.ndarray, within: shapely.Geometry) -> np.ndarray:
    shapely.prepare(within)
    inside = shapely.contains_xy(within, x, y)
    return np.asarray(inside[segments] | inside[segments + 1])


def _split(ways: Ways, segments: np.ndarray, x: np.ndarray, y: np.ndarray, crs: int) -> WalkingNetwork:
    """Join consecutive segments into edges that end where ways meet, end, or are closed by a gate."""
    ends = np.stack([segments, segments + 1], axis=1)
    refs, inverse = np.unique(ways.ref[ends], return_inverse=True)
    inverse = inverse.reshape(ends.shape)
    way = np.searchsorted(ways.start, segments, side="right") - 1
    follows = np.zeros(len(segments), dtype=bool)
    follows[1:] = (segments[1:] == segments[:-1] + 1) & (way[1:] == way[:-1])
    degree = np.bincount(inverse.ravel(), minlength=len(refs))
    blocked = np.isin(refs, np.fromiter(ways.blocked, np.int64, len(ways.blocked)))
    meeting = (degree != 2) | blocked
    begins = ~follows
    meeting[inverse[begins, 0]] = True
    meeting[inverse[np.append(begins[1:], True), 1]] = True
    cut = ~follows | meeting[inverse[:, 0]]
    cut = _open_rings(cut, inverse)
    at = np.flatnonzero(cut)
    last = np.append(at[1:], len(segments)) - 1
    head, tail = inverse[at, 0], inverse[last, 1]
    head, tail, refs_of = _apart(head, tail, blocked, refs)
    used, compact = np.unique(np.concatenate([head, tail]), return_inverse=True)
    where = np.zeros(len(refs), dtype=np.int64)
    where[inverse.ravel()] = ends.ravel()
    entry = where[refs_of[used]]
    first = np.concatenate([[0], np.cumsum(last - at + 2)])
    bends = _bends(ends, at, last, first)
    lon, lat = ways.lon, ways.lat
    metres = _geodesic_m(lon[ends[:, 0]], lat[ends[:, 0]], lon[ends[:, 1]], lat[ends[:, 1]])
    edge_of = np.cumsum(cut) - 1
    kinds, names = np.array(ways.kind, dtype=object), np.array(ways.name, dtype=object)
    return WalkingNetwork(
        crs=crs,
        x=x[entry],
        y=y[entry],
        osm_id=refs[refs_of[used]],
        u=compact[: len(head)].astype(np.int32),
        v=compact[len(head) :].astype(np.int32),
        length_m=np.bincount(edge_of, weights=metres, minlength=len(at)),
        kind=kinds[way[at]],
        name=names[way[at]],
        first=first,
        bends=np.stack([x[bends], y[bends]], axis=1),
    )


def _open_rings(cut: np.ndarray, inverse: np.ndarray) -> np.ndarray:
    """Cut in the middle, too, the edges that come back to their own beginning: no edge is a loop."""
    at = np.flatnonzero(cut)
    last = np.append(at[1:], len(cut)) - 1
    ring = inverse[at, 0] == inverse[last, 1]
    cut = cut.copy()
    cut[((at + last + 1) // 2)[ring]] = True
    return cut


def _apart(
    head: np.ndarray, tail: np.ndarray, blocked: np.ndarray, refs: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give each edge that ends at a closed gate an end of its own, so that nothing passes."""
    both = np.concatenate([head, tail])
    shut = np.flatnonzero(blocked[both])
    refs_of = np.concatenate([np.arange(len(refs)), both[shut]])
    both[shut] = len(refs) + np.arange(len(shut))
    return both[: len(head)], both[len(head) :], refs_of


def _bends(ends: np.ndarray, at: np.ndarray, last: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Return, edge after edge, the entries of the nodes along it."""
    which = np.repeat(np.arange(len(at)), last - at + 2)
    within = np.arange(first[-1]) - first[which]
    segment = np.minimum(at[which] + within, last[which])
    found: np.ndarray = np.where(at[which] + within > last[which], ends[segment, 1], ends[segment, 0])
    return found


def _geodesic_m(lon1: np.ndarray, lat1: np.ndarray, lon2: np.ndarray, lat2: np.ndarray) -> np.ndarray:
    from pyproj import Geod

    return np.asarray(Geod(ellps="WGS84").inv(lon1, lat1, lon2, lat2)[2])


def _islands(network: WalkingNetwork) -> dict[str, object]:
    """Count the parts that no way joins, and the nodes outside the largest."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    count = len(network.x)
    links = coo_array((np.ones(len(network.u), np.int8), (network.u, network.v)), shape=(count, count))
    islands, label = connected_components(links, directed=False)
    sizes = np.sort(np.bincount(label))[::-1]
    return {
        "nodi": count,
        "archi": len(network.u),
        "isole": int(islands) - 1,
        "nodi_nelle_isole": int(count - sizes[0]),
        "metri_per_genere": {
            kind: round(float(metres), 1)
            for kind, metres in _by_kind(network.kind, network.length_m).most_common()
        },
    }


def _by_kind(kinds: np.ndarray, length_m: np.ndarray) -> Counter[str]:
    names, inverse = np.unique(kinds.astype(str), return_inverse=True)
    return Counter(dict(zip(names.tolist(), np.bincount(inverse, weights=length_m).tolist(), strict=True)))
