"""Public transport as a leg: walk to a stop, wait, ride, change, walk on; by frequencies, not by timetables.

One directed graph holds streets, stops and, for every line and direction, a state "on board at this stop":

    street ↔ stop         the gap between the stop and its node, at the walker's pace
    stop → on board       the wait: a share of the interval between passages, up to a limit, and the boarding
    on board → next stop  the minutes of the ride
    on board → stop       alighting, free

The search runs backwards from all the services at once: each street node learns the minutes to the nearest.
Limits: every line is waited for by itself (two lines on the same street do not shorten the wait); a change
does not know whether two runs meet; headways are those of a weekday from 6 to 20; fares, lifts are not known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from trama.analyses.access.figures import CategoryOf, Walk
from trama.analyses.access.figures import category_of as figure_of
from trama.analyses.access.layers import LINKS, STOPS
from trama.analyses.access.reach import Target
from trama.analyses.access.rules import Category, Group, Rules
from trama.analyses.access.services import MISSING, PARTIAL

if TYPE_CHECKING:
    import pandas as pd

    from trama.analyses.access.ground import Ground
    from trama.analyses.walking import Network
    from trama.lake.version import Version

BY_TRANSIT = "mezzi"
"""Mode, in the taxonomy, of what is reached by public transport."""
PREFIX = "tpl:"
"""How the name of an entry reached by public transport begins."""
ALIGHT_MIN = 1e-6
"""A step that takes no time, as sparse graphs want it: not zero."""
Floats = NDArray[np.float64]


class Timetabled(Protocol):
    """What a graph of lines is built from: stops and links among the versions, streets, norms."""

    @property
    def versions(self) -> Mapping[str, Version]:
        """Layer → version read."""

    @property
    def network(self) -> Network:
        """The streets."""

    @property
    def rules(self) -> Rules:
        """The norms of access."""


@dataclass(frozen=True)
class Waiting:
    """How people wait.

    Attributes
    ----------
    share
        Of the interval between two passages.
    most_min, boarding_min, limit_min
        Longest wait counted, what each boarding adds, and longest journey.
    """

    share: float
    most_min: float
    boarding_min: float
    limit_min: float

    def minutes(self, passages_per_hour: Floats) -> Floats:
        """Return the minutes from coming to a stop to being on board."""
        interval = 60.0 / np.maximum(passages_per_hour, 1e-9)
        return np.asarray(np.minimum(self.share * interval, self.most_min) + self.boarding_min)


@dataclass(frozen=True)
class TransitGraph:
    """The graph turned round: from where one arrives to where one sets out.

    Attributes
    ----------
    backwards
        Sparse matrix of minutes; its first `nodes` rows are the street nodes.
    """

    backwards: Any
    nodes: int
    waiting: Waiting

    def minutes_to(self, at: NDArray[np.integer], within: float | None = None) -> Floats:
        """Return the minutes from every street node to the nearest of some; infinite beyond the limit.

        `within` is a shorter limit, in minutes.
        """
        from scipy.sparse.csgraph import dijkstra

        arrivals = np.unique(at[at >= 0])
        if not arrivals.size:
            return np.full(self.nodes, np.inf)
        found = dijkstra(
            self.backwards,
            directed=True,
            indices=arrivals,
            min_only=True,
            limit=self.waiting.limit_min if within is None else min(within, self.waiting.limit_min),
        )
        return np.asarray(found[: self.nodes])


@dataclass(frozen=True)
class Streets:
    """The edges walked, both ways: ends and millimetres."""

    nodes: int
    u: NDArray[np.integer]
    v: NDArray[np.integer]
    mm: NDArray[np.integer]


def transit_graph(
    streets: Streets,
    stop_node: dict[str, tuple[int, float]],
    links: pd.DataFrame,
    mm_per_minute: float,
    waiting: Waiting,
) -> TransitGraph:
    """Build the graph of streets, stops and lines.

    Parameters
    ----------
    stop_node
        Stop → its street node and the metres between them; a stop without a node cannot be walked to.
    links
        Columns ``linea, verso, da, a, minuti, passaggi_ora``, as in the layer; links between unknown stops,
        or without minutes or passages, are left out.
    """
    from scipy.sparse import coo_matrix

    known = links["da"].isin(stop_node) & links["a"].isin(stop_node)
    links = links[known & (links["minuti"] >= 0) & (links["passaggi_ora"] > 0)]
    stops = {stop: streets.nodes + row for row, stop in enumerate(stop_node)}
    line = links["linea"].astype(str) + "\n" + links["verso"].astype(str)
    boards, lands = line + "\n" + links["da"], line + "\n" + links["a"]
    states = {state: row for row, state in enumerate(dict.fromkeys([*boards, *lands]))}
    first = streets.nodes + len(stops)
    on = np.array([first + states[state] for state in boards], dtype=np.int64)
    off = np.array([first + states[state] for state in lands], dtype=np.int64)
    from_stop = links["da"].map(stops).to_numpy(dtype=np.int64)
    to_stop = links["a"].map(stops).to_numpy(dtype=np.int64)
    nodes = np.array([node for node, _gap in stop_node.values()], dtype=np.int64)
    gap = np.array([gap for _node, gap in stop_node.values()]) * 1000 / mm_per_minute + ALIGHT_MIN
    at = np.array(list(stops.values()), dtype=np.int64)
    walk = np.maximum(streets.mm / mm_per_minute, ALIGHT_MIN)
    ride = np.maximum(links["minuti"].to_numpy(dtype=float), ALIGHT_MIN)
    wait = waiting.minutes(links["passaggi_ora"].to_numpy(dtype=float))
    still = np.full(len(links), ALIGHT_MIN)
    head = np.concatenate([streets.u, streets.v, nodes, at, from_stop, on, off])
    tail = np.concatenate([streets.v, streets.u, at, nodes, on, off, to_stop])
    minutes = np.concatenate([walk, walk, gap, gap, wait, ride, still])
    size = first + len(states)
    return TransitGraph(_shortest(coo_matrix, tail, head, minutes, size), streets.nodes, waiting)


def _shortest(matrix: Any, row: Any, column: Any, minutes: Floats, size: int) -> Any:
    """Return a sparse matrix with the least of the minutes given for the same pair."""
    order = np.lexsort((minutes, column, row))
    row, column, minutes = row[order], column[order], minutes[order]
    keep = np.r_[True, (row[1:] != row[:-1]) | (column[1:] != column[:-1])] if len(row) else []
    return matrix((minutes[keep], (row[keep], column[keep])), shape=(size, size)).tocsr()


def entries(rules: Rules) -> list[str]:
    """Return the entries of the taxonomy reached by public transport, in order."""
    rows = rules.taxonomy.value.items()
    return [voce for voce, row in rows if BY_TRANSIT in str(row["modo"] or "").split() and row["minuti"]]


def category_of(rules: Rules, voce: str) -> Category:
    """Return an entry reached by public transport as a category, with the taxonomy's own minutes."""
    minutes = float(rules.taxonomy.value[voce]["minuti"])
    it, en = rules.voce_name(voce), rules.voce_name(voce, "name_en")
    return Category(
        f"{PREFIX}{voce}", f"{it}, con i mezzi", f"{en}, by public transport", (voce,), 1, minutes, ()
    )


def journeys(ground: Ground, group: Group, told: Callable[[], None] = lambda: None) -> list[Walk]:
    """Return the minutes of every cell to the nearest service of each entry, walking and riding.

    What is beyond the longest journey counts as at that; where the datum is missing there are no minutes. A
    source is never whole: lines without a timetable are not there.
    """
    if not ready(ground):
        return []
    found, graph, cells = [], graph_of(ground, group), ground.cells
    for voce in entries(ground.rules):
        rows = ground.services.of([voce])
        level = ground.coverage.of([voce])[cells.comune]
        if len(rows) and (level > MISSING).any():
            limit = graph.waiting.limit_min
            minutes = np.minimum(graph.minutes_to(ground.services.node[rows]), limit)[cells.node]
            known = (cells.node >= 0) & (level > MISSING)
            found.append(
                ridden_walk(
                    category_of(ground.rules, voce),
                    Target((voce,)),
                    np.where(known, minutes, np.nan),
                    np.minimum(level, PARTIAL),
                    ground.rules,
                )
            )
        told()
    return found


def ridden_walk(
    category: Category, target: Target, minutes: Floats, level: NDArray[np.integer], rules: Rules
) -> Walk:
    """Put together a journey: a line without a timetable may make it as short as nothing."""
    limit = float(rules.norms["trasporto_pubblico"].value["minuti_massimi"])
    there = np.isfinite(minutes)
    least = np.where(there, 0.0, np.nan)
    return Walk(category, target, minutes, level.astype(np.int8), least, there & (minutes >= limit))


def ready(ground: Timetabled) -> bool:
    """Tell whether stops and links are there."""
    return STOPS in ground.versions and LINKS in ground.versions


def graph_of(ground: Timetabled, group: Group) -> TransitGraph:
    """Build the graph of the territory at a group's pace."""
    import shapely

    table = ground.versions[STOPS].table(columns=["id"])
    node, gap = ground.network.snapped(
        shapely.get_coordinates(table.geometry.to_numpy()), ground.rules.snap_m
    )
    ids = table["id"].astype(str)
    placed = {
        stop: (int(at), float(metres)) for stop, at, metres in zip(ids, node, gap, strict=True) if at >= 0
    }
    norm = ground.rules.norms["trasporto_pubblico"].value
    waiting = Waiting(
        float(norm["attesa_quota"]),
        float(norm["attesa_massima"]),
        float(norm["salita"]),
        float(norm["minuti_massimi"]),
    )
    net = ground.network
    keep = slice(None) if group.stairs else ~net.stairs
    streets = Streets(net.graph.nodes, net.edge_u[keep], net.edge_v[keep], net.edge_mm[keep])
    return transit_graph(streets, placed, ground.versions[LINKS].table(), group.mm_per_minute, waiting)


def ridden(ground: Ground, group: Group, rides: list[Walk]) -> list[tuple[str, str, str, CategoryOf]]:
    """Return (kind, key, name, figures) of every entry in every place."""
    people = ground.cells.people(ground.people.between(group.first, group.last))
    found = []
    for ride in rides:
        for kind, key, name, rows in ground.places():
            p = people[rows]
            here = np.isfinite(p) & (p > 0)
            found.append((kind, key, name, figure_of(ride, rows[here], p[here])))
    return found


def riding_rows(group: Group, found: list[tuple[str, str, str, CategoryOf]]) -> list[dict[str, Any]]:
    """Return the rows of the table of categories for what is reached by public transport."""
    return [
        {
            "chiave": f"{kind}/{key}/{group.id}/{one.category.id}",
            "ambito": kind,
            "luogo": key,
            "nome_luogo": name,
            "gruppo": group.id,
            **one.to_json(),
        }
        for kind, key, name, one in found
    ]
