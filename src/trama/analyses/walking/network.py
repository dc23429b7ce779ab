"""The walking network of the lake: one graph per pair of versions, built once per process."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from trama.analyses.walking.errors import NoNetwork, NotTogether
from trama.engines.network import Graph, components, snap, to_mm
from trama.kernel.trace import LayerUse
from trama.lake.errors import DamagedVersion

if TYPE_CHECKING:
    from trama.engines.network.graph import Ints
    from trama.lake.version import Version

NODES, EDGES = "rete_pedonale_nodi", "rete_pedonale_archi"
SNAP_M = 200.0
"""How far from a node a point may stand, where nobody says otherwise."""
KEPT = 2

Floats = npt.NDArray[np.float64]


class Shelf(Protocol):
    """Where versions are taken from: a lake, or those that a run read."""

    def has(self, layer: str) -> bool:
        """Tell whether a layer is there."""

    def version(self, layer: str) -> Version:
        """Return its version."""


@dataclass(frozen=True, eq=False)
class Network:
    """A walking network and where it comes from.

    Attributes
    ----------
    graph
        Its nodes are the rows of `xy`, and the ids of the layer of nodes.
    xy
        Metres, EPSG:32632; shape (nodes, 2).
    edge_u, edge_v, edge_mm
        The edges as they are in the layer, in the order of their ids: parallel ones and loops too.
    """

    graph: Graph
    xy: Floats
    edge_u: Ints
    edge_v: Ints
    edge_mm: Ints
    nodes_version: Version
    edges_version: Version

    @property
    def versions(self) -> tuple[str, str]:
        """Ids of the versions of nodes and edges."""
        return self.nodes_version.id, self.edges_version.id

    @property
    def synthetic(self) -> bool:
        """Whether it is invented, for demonstration."""
        return self.nodes_version.synthetic or self.edges_version.synthetic

    def uses(self) -> tuple[LayerUse, LayerUse]:
        """Return the two layers for a trace."""
        return self.nodes_version.use(), self.edges_version.use()

    @cached_property
    def islands(self) -> Ints:
        """Island of each node, see `trama.engines.network.components`."""
        return components(self.graph)

    @cached_property
    def stairs(self) -> npt.NDArray[np.bool_]:
        """Which edges are stairs; none where the network does not know."""
        import pandas as pd

        rows = pd.read_parquet(self.edges_version.data, columns=["id", "scale"]).sort_values("id")
        return rows["scale"].fillna(False).to_numpy(dtype=bool)

    @cached_property
    def without_stairs(self) -> Graph:
        """The network whose stairs cannot be walked."""
        keep = ~self.stairs
        return Graph.from_edges(self.graph.nodes, self.edge_u[keep], self.edge_v[keep], self.edge_mm[keep])

    def snapped(self, points: Floats, limit_m: float = SNAP_M) -> tuple[Ints, Floats]:
        """Return the closest node of each point (-1 beyond the limit) and the metres to it."""
        return snap(self.xy, points, limit_m)


def network_of(lake: Shelf) -> Network:
    """Return the walking network of the lake, in the latest versions of its two layers; kept per process.

    Raises
    ------
    NoNetwork
        A layer is missing.
    NotTogether
        Nodes are not numbered from 0 without gaps, an edge ends at a node that is not there, a length is
        none.
    DamagedVersion
        A file cannot be read.
    """
    missing = [layer for layer in (NODES, EDGES) if not lake.has(layer)]
    if missing:
        raise NoNetwork(layers=" e ".join(f"«{layer}»" for layer in missing))
    nodes, edges = lake.version(NODES), lake.version(EDGES)
    return _kept(_Pair(nodes, edges, (str(nodes.folder), nodes.sha256, str(edges.folder), edges.sha256)))


@dataclass(frozen=True)
class _Pair:
    """Two versions, the same when their folders and hashes are."""

    nodes: Version
    edges: Version
    key: tuple[str, str, str, str]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Pair) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


@lru_cache(maxsize=KEPT)
def _kept(pair: _Pair) -> Network:
    import shapely

    nodes = pair.nodes.table(["id"])
    ids = nodes["id"].to_numpy()
    order = np.argsort(ids, kind="stable")
    if not np.array_equal(ids[order], np.arange(len(ids))):
        raise _apart(pair, "i nodi non sono numerati da 0 senza salti")
    xy = shapely.get_coordinates(nodes.geometry.to_numpy())
    if len(xy) != len(ids):
        raise _apart(pair, "un nodo non ha il suo punto")
    u, v, mm = _edges_of(pair)
    if len(u) and (min(u.min(), v.min()) < 0 or max(u.max(), v.max()) >= len(ids)):
        raise _apart(pair, f"un arco finisce in un nodo che non c'è (i nodi sono {len(ids)})")
    graph = Graph.from_edges(len(ids), u, v, mm)
    return Network(graph, xy[order], u.astype(np.int32), v.astype(np.int32), mm, pair.nodes, pair.edges)


def _edges_of(pair: _Pair) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Ints]:
    """Read ends and lengths in the order of the ids; no geometry."""
    import pandas as pd
    import pyarrow as pa

    try:
        rows = pd.read_parquet(pair.edges.data, columns=["id", "u", "v", "length_m"]).sort_values("id")
    except (OSError, pa.ArrowInvalid) as error:
        why = f"il file {pair.edges.data.name} manca o non si legge."
        raise DamagedVersion(layer=EDGES, version=pair.edges.id, why=why) from error
    if rows.isna().to_numpy().any():
        raise _apart(pair, "un arco non ha nodi o lunghezza")
    try:
        mm = to_mm(rows["length_m"].to_numpy(np.float64))
    except ValueError:
        raise _apart(pair, "un arco ha una lunghezza che non lo è") from None
    return rows["u"].to_numpy(np.int64), rows["v"].to_numpy(np.int64), mm


def _apart(pair: _Pair, why: str) -> NotTogether:
    return NotTogether(nodes=pair.nodes.id, edges=pair.edges.id, why=why)
