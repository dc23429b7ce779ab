"""The walking network of the plain: its streets and roads, cut by barriers, joined where they nearly meet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely

from trama.analyses.demo.network import Road
from trama.analyses.demo.noise import chance
from trama.kernel.places import METRIC_EPSG

if TYPE_CHECKING:
    import geopandas

STEP_M = 60.0
"""No edge is longer than this: a node about every front door or two."""
PRECISION_M = 0.1
CLASSES = ("residential", "unclassified", "tertiary", "secondary", "footway", "steps")
ROAD_CLASS = {"via": 0, "locale": 1, "secondaria": 2, "principale": 3}
LINK, STEPS = 4, 5
CROSSES = (0.12, 0.7, 1.0, 1.0)
"""By road class, the share of places where a railway, a motorway or a river can be crossed."""
SAME_CROSSING_M = 400.0
MEETS_M = 70.0
ROUNDS_M = (120.0, 250.0, 450.0, 450.0)
SMALLEST_ISLAND = 12
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Walks:
    """Nodes and undirected edges.

    Attributes
    ----------
    xy
        Coordinates of the nodes, shape (n, 2), to the decimetre.
    u, v
        Ends of the edges, row numbers of the nodes.
    kind
        Row of `CLASSES` for each edge.
    """

    xy: Floats
    u: Ints
    v: Ints
    kind: npt.NDArray[np.int8]

    @property
    def length_m(self) -> Floats:
        """Length of every edge: they are straight."""
        return np.asarray(np.hypot(*(self.xy[self.v] - self.xy[self.u]).T))


def walks(roads: list[Road], barriers: list[shapely.Geometry], seed: int) -> Walks:
    """Return the walking network of `roads`, motorways left out.

    Parameters
    ----------
    barriers
        Railways, motorways and rivers: streets stop there, but for a few footbridges and underpasses (some
        with steps); wider roads go across.
    """
    found = [road for road in roads if road.kind in ROAD_CLASS and not road.line.is_empty]
    if not found:
        none = np.zeros(0, np.int64)
        return Walks(np.zeros((0, 2)), none, none, np.zeros(0, np.int8))
    noded = shapely.union_all([road.line for road in found], grid_size=PRECISION_M)
    xy, u, v = _pieces(shapely.segmentize(shapely.get_parts(noded), STEP_M))
    kind = _kinds(xy, u, v, found)
    kept, kind = _cut(xy, u, v, kind, barriers, seed)
    cut = Walks(xy, u[kept], v[kept], kind[kept])
    return _without_crumbs(_joined(cut, barriers))


def node_table(network: Walks) -> geopandas.GeoDataFrame:
    """Return the layer `rete_pedonale_nodi`."""
    import geopandas
    import pandas as pd

    number = np.arange(len(network.xy), dtype=np.int64)
    return geopandas.GeoDataFrame(
        {"id": number, "osm_id": pd.array([None] * len(number), dtype="Int64")},
        geometry=shapely.points(network.xy),
        crs=METRIC_EPSG,
    )


def edge_table(network: Walks) -> geopandas.GeoDataFrame:
    """Return the layer `rete_pedonale_archi`."""
    import geopandas

    ends = np.stack([network.xy[network.u], network.xy[network.v]], axis=1)
    return geopandas.GeoDataFrame(
        {
            "id": np.arange(len(network.u), dtype=np.int64),
            "u": network.u,
            "v": network.v,
            "length_m": network.length_m.round(3),
            "classe": np.asarray(CLASSES, object)[network.kind],
            "scale": network.kind == STEPS,
            "nome": np.full(len(network.u), None, object),
        },
        geometry=shapely.linestrings(ends),
        crs=METRIC_EPSG,
    )


def _pieces(lines: npt.NDArray[Any]) -> tuple[Floats, Ints, Ints]:
    """Return distinct vertices and the segments between consecutive ones, each once."""
    points, line = shapely.get_coordinates(lines, return_index=True)
    whole, number = np.unique(np.rint(points / PRECISION_M).astype(np.int64), axis=0, return_inverse=True)
    number = number.ravel()
    same = line[1:] == line[:-1]
    ends = np.sort(np.stack([number[:-1][same], number[1:][same]], axis=1), axis=1)
    ends = np.unique(ends[ends[:, 0] != ends[:, 1]], axis=0)
    return np.round(whole * PRECISION_M, 1), ends[:, 0], ends[:, 1]


def _kinds(xy: Floats, u: Ints, v: Ints, roads: list[Road]) -> npt.NDArray[np.int8]:
    """Return the class of the widest road each segment lies on."""
    kind = np.zeros(len(u), np.int8)
    middles = shapely.STRtree(shapely.points((xy[u] + xy[v]) / 2))
    for name, number in ROAD_CLASS.items():
        lines = [road.line for road in roads if road.kind == name]
        if number and lines:
            kind[middles.query(lines, predicate="dwithin", distance=0.5)[1]] = number
    return kind


def _cut(
    xy: Floats, u: Ints, v: Ints, kind: npt.NDArray[np.int8], barriers: list[shapely.Geometry], seed: int
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.int8]]:
    """Return which segments stay, and their class: a street that crosses becomes a footbridge or steps."""
    kept, kind = np.ones(len(u), bool), kind.copy()
    across = _crossing(xy, u, v, barriers)
    cell = np.floor((xy[u[across]] + xy[v[across]]) / 2 / SAME_CROSSING_M).astype(np.int64)
    luck = chance(cell[:, 0], cell[:, 1], seed + 1201)
    kept[across] = luck < np.asarray(CROSSES)[kind[across]]
    street = across[kind[across] == 0]
    stairs = chance(cell[:, 0], cell[:, 1], seed + 1202)[kind[across] == 0] < 0.5
    kind[street] = np.where(stairs, STEPS, LINK)
    return kept, kind


def _crossing(xy: Floats, u: Ints, v: Ints, barriers: list[shapely.Geometry]) -> Ints:
    if not barriers or not len(u):
        return np.zeros(0, np.int64)
    tree = shapely.STRtree(shapely.linestrings(np.stack([xy[u], xy[v]], axis=1)))
    return np.unique(tree.query(barriers, predicate="intersects")[1])


def _joined(network: Walks, barriers: list[shapely.Geometry]) -> Walks:
    """Link ends that nearly meet, then pieces that lie near each other; never across a barrier."""
    network = _with_links(network, _near_ends(network), barriers)
    for reach in ROUNDS_M:
        network = _with_links(network, _near_pieces(network, reach), barriers)
    return network


def _with_links(network: Walks, links: Ints, barriers: list[shapely.Geometry]) -> Walks:
    links = np.unique(np.sort(links, axis=1), axis=0)
    bad = _crossing(network.xy, links[:, 0], links[:, 1], barriers)
    links = np.delete(links, bad, axis=0)
    return Walks(
        network.xy,
        np.concatenate([network.u, links[:, 0]]),
        np.concatenate([network.v, links[:, 1]]),
        np.concatenate([network.kind, np.full(len(links), LINK, np.int8)]),
    )


def _near_ends(network: Walks) -> Ints:
    """Return, for each end of a dead-end street, the nearest node that is not on the same street."""
    from scipy.spatial import cKDTree

    near = _neighbours(network)
    ends = np.flatnonzero(np.bincount(near.indices, minlength=len(network.xy)) == 1)
    _, found = cKDTree(network.xy).query(network.xy[ends], k=12, distance_upper_bound=MEETS_M)
    links = []
    for end, others in zip(ends, found, strict=True):
        only = near.indices[near.indptr[end]]
        own = {end, only, *near.indices[near.indptr[only] : near.indptr[only + 1]].tolist()}
        other = next((int(one) for one in others if one < len(network.xy) and one not in own), None)
        if other is not None:
            links.append((end, other))
    return np.array(links, np.int64).reshape(-1, 2)


def _near_pieces(network: Walks, reach_m: float) -> Ints:
    """Return, for each piece of the network but the largest, its shortest link to another piece."""
    from scipy.spatial import cKDTree

    piece = _pieces_of(network)
    small = np.flatnonzero(piece != np.argmax(np.bincount(piece)))
    if not len(small):
        return np.zeros((0, 2), np.int64)
    away, found = cKDTree(network.xy).query(network.xy[small], k=24, distance_upper_bound=reach_m)
    label = np.append(piece, -1)[found]
    elsewhere = (label >= 0) & (label != piece[small][:, None])
    first = np.argmax(elsewhere, axis=1)
    row = np.flatnonzero(elsewhere.any(axis=1))
    order = row[np.lexsort((small[row], away[row, first[row]], piece[small[row]]))]
    _, best = np.unique(piece[small[order]], return_index=True)
    chosen = order[best]
    return np.stack([small[chosen], found[chosen, first[chosen]]], axis=1).astype(np.int64)


def _without_crumbs(network: Walks) -> Walks:
    """Drop pieces too small to live in; what is left beside the main one is an island."""
    piece = _pieces_of(network)
    kept = np.bincount(piece)[piece] >= SMALLEST_ISLAND
    number = np.cumsum(kept) - 1
    inside = kept[network.u]
    return Walks(network.xy[kept], number[network.u[inside]], number[network.v[inside]], network.kind[inside])


def _neighbours(network: Walks) -> Any:
    from scipy.sparse import csr_matrix

    both = np.concatenate([network.u, network.v]), np.concatenate([network.v, network.u])
    size = len(network.xy)
    return csr_matrix((np.ones(len(both[0]), np.int8), both), shape=(size, size))


def _pieces_of(network: Walks) -> Ints:
    from scipy.sparse.csgraph import connected_components

    return np.asarray(connected_components(_neighbours(network), directed=False)[1], np.int64)
