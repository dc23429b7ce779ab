"""Anybody's network and services: read from files, checked, said."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from trama.analyses.walking.arrow import values_of, without_blanks
from trama.analyses.walking.tables import NOWHERE, Table, read_table
from trama.engines.network import LONGEST_MM, Graph, components, snap, to_mm
from trama.kernel.units import format_number

if TYPE_CHECKING:
    import pyarrow as pa

    from trama.engines.network.graph import Ints

Floats = npt.NDArray[np.float64]
MOST_NODES = 2**31 - 2
FARTHEST_M = 4e7
"""Beyond the round of the Earth a coordinate is no metre."""


@dataclass(frozen=True, eq=False)
class FileNetwork:
    """A network of two files, and what was seen while reading it.

    Attributes
    ----------
    xy
        Nodes, in metres; shape (nodes, 2).
    edges, parallel
        Rows of the file of edges; how many of them count nothing, being loops or longer than another between
        the same nodes.
    island
        Island of each node, from 0.
    """

    graph: Graph
    xy: Floats
    edges: int
    island: Ints

    @property
    def parallel(self) -> int:
        """Edges that count nothing: loops, or longer than another between the same nodes."""
        return self.edges - self.graph.edges

    @property
    def islands(self) -> npt.NDArray[np.int64]:
        """How many nodes each island has."""
        return np.bincount(self.island, minlength=1)

    @property
    def mainland(self) -> int:
        """The island with most nodes."""
        return int(self.islands.argmax())


def read_network(nodes: Path, edges: Path) -> FileNetwork:
    """Read a network: nodes (x, y), edges (u, v, length_m), Parquet or CSV.

    Raises
    ------
    BadTable
        In `tables`: a file that is none, a column that lacks, a node without place or beyond the
        Earth, an edge that ends beyond the nodes, a length that is negative, missing or beyond 2,147 km.
    """
    points = read_table("File dei nodi", nodes, [("x", "y")])
    xy = np.column_stack([points.numbers("x"), points.numbers("y")])
    if not 0 < len(xy) <= MOST_NODES:
        raise points.bad("non ha righe" if not len(xy) else f"ha più di {MOST_NODES} righe")
    placed = np.isfinite(xy).all(axis=1)
    _refuse(points, np.logical_not(placed), "un nodo senza coordinate x e y")
    _refuse(
        points, np.asarray((np.abs(xy) > FARTHEST_M).any(axis=1)), "coordinate che non sono metri sulla Terra"
    )
    lines = read_table("File degli archi", edges, [("u", "v", "length_m")])
    u, v = (_ends(lines, name, len(xy)) for name in ("u", "v"))
    metres = lines.numbers("length_m")
    _refuse(lines, np.isnan(metres), "una lunghezza («length_m») mancante")
    _refuse(lines, metres < 0, "una lunghezza («length_m») negativa")
    _refuse(lines, metres * 1000 > LONGEST_MM, "una lunghezza («length_m») oltre 2.147 km")
    graph = Graph.from_edges(len(xy), u, v, to_mm(metres))
    return FileNetwork(graph, xy, lines.rows, components(graph))


def _ends(lines: Table, name: str, nodes: int) -> npt.NDArray[np.int32]:
    ends = lines.integers(name)
    _refuse(lines, ends == NOWHERE, f"un arco senza «{name}»")
    _refuse(lines, ends >= nodes, f"un arco il cui «{name}» è oltre i nodi, che sono {nodes}")
    return ends.astype(np.int32)


def _refuse(table: Table, wrong: npt.NDArray[np.bool_], what: str) -> None:
    """Refuse a table that has a wrong row, said with the first of them and how many."""
    if wrong.any():
        first, count = int(wrong.argmax()), int(wrong.sum())
        others = "" if count == 1 else f" (e altre {format_number(count - 1, '1', 0)})"
        raise table.bad(f"la riga {first}, contando da 0{others}, ha {what}")


@dataclass(frozen=True, eq=False)
class FileServices:
    """Services on a network.

    Attributes
    ----------
    node
        Node of each service; -1 where it has none.
    away_m
        Metres from the node it was snapped to: 0 where the file gives the node, infinite beyond the limit,
        NaN without a place.
    category
        Position of the category of each service in `categories`.
    categories
        In order.
    """

    node: Ints
    away_m: Floats
    category: npt.NDArray[np.int32]
    categories: pa.Array

    @property
    def rows(self) -> int:
        """How many services the file has."""
        return len(self.node)

    @property
    def unplaced(self) -> npt.NDArray[np.intp]:
        """Rows of the services with no node: too far from the network, or with no place at all."""
        return np.flatnonzero(self.node < 0)

    @property
    def repeated(self) -> int:
        """How many services stand at the node of another of their category: each counts."""
        placed = self.node >= 0
        pairs = self.category[placed].astype(np.int64) << 32 | self.node[placed]
        return len(pairs) - len(np.unique(pairs))

    def of(self, category: int) -> npt.NDArray[np.intp]:
        """Return the rows of the services of a category that have a node."""
        return np.flatnonzero((self.category == category) & (self.node >= 0))


def read_services(services: Path, network: FileNetwork, snap_m: float) -> FileServices:
    """Read services: category and node, or category and x, y (each row may have the one or the others).

    Raises
    ------
    BadTable
        In `tables`; or a node beyond the network, a service without category, no service with a place.
    """
    table = read_table(
        "File dei servizi", services, [("category", "node"), ("category", "x", "y")], ("node", "x", "y")
    )
    if not table.rows:
        raise table.bad("non ha righe")
    category, categories = _categories(table)
    node = np.full(table.rows, NOWHERE, np.int32)
    if table.has("node"):
        given = table.integers("node")
        most = network.graph.nodes
        _refuse(table, given >= most, f"un nodo oltre quelli della rete, che sono {most}")
        node = given.astype(np.int32)
    away = np.where(node >= 0, 0.0, np.nan)
    if table.has("x", "y"):
        free = np.flatnonzero(node < 0)
        points = np.column_stack([table.numbers("x"), table.numbers("y")])[free]
        node[free], away[free] = snap(network.xy, points, snap_m)
        away[free[~np.isfinite(points).all(axis=1)]] = np.nan
    if (node < 0).all():
        raise table.bad(
            "nessun servizio sta sulla rete: "
            f"sono tutti senza posizione o a più di {format_number(snap_m, 'm', 0)} da ogni nodo. "
            "Controllare che coordinate e nodi siano nello stesso sistema di riferimento"
        )
    return FileServices(node, away, category, categories)


def _categories(table: Table) -> tuple[npt.NDArray[np.int32], pa.Array]:
    """Return the position of each row's category among all of them, in order."""
    import pyarrow as pa
    import pyarrow.compute as pc

    column = table.columns["category"]
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        column = without_blanks(column)
    if column.null_count:
        empty = values_of(pc.cast(column.is_null(), pa.uint8())).astype(bool)
        _refuse(table, empty, "un servizio senza categoria («category»)")
    coded = column.combine_chunks().dictionary_encode()
    order = pc.sort_indices(coded.dictionary)
    place = np.empty(len(order), np.int32)
    place[np.from_dlpack(order)] = np.arange(len(order))
    return place[np.from_dlpack(coded.indices)], coded.dictionary.take(order)
