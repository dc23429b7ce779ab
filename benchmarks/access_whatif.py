"""What-if on foot at a million nodes: open, close, move a service, lay a footbridge."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.access_inputs import city
from benchmarks.report import Measure, Work
from trama.engines.network import Graph, nearest, to_mm
from trama.engines.network.change import Change, Kept
from trama.engines.network.extension import Path as Way
from trama.engines.network.extension import Spot

NODES, SERVICES, CUTOFF_MM, TIMES = 1_000_000, 1000, 1_200_000, 100
GATE_MS, GOAL_MS = 100, 50


def run() -> Work:
    """Measure each gesture a hundred times, for one service and for the five nearest."""
    work = Work("Walking what-if: a generated city of a million nodes, 1,000 services, 1,200 m", None)
    with tempfile.TemporaryDirectory(prefix="trama-bench-") as name:
        folder = city(Path(name), NODES)
        nodes, edges = (pd.read_parquet(folder / f"{kind}.parquet") for kind in ("nodes", "edges"))
    u, v, mm = edges["u"].to_numpy(), edges["v"].to_numpy(), to_mm(edges["length_m"])
    graph, rng = Graph.from_edges(len(nodes), u, v, mm), np.random.default_rng(3)
    for k in (1, 5):
        kept = Kept(graph, rng.integers(0, graph.nodes, SERVICES), k, CUTOFF_MM)
        touched = []
        for title, gesture in _gestures(kept, rng, (u, v, mm), nodes[["x", "y"]].to_numpy()).items():
            gesture()
            seconds = []
            for _ in range(TIMES):
                start = time.perf_counter()
                change = gesture()
                seconds.append(time.perf_counter() - start)
                touched.append(len(change.nodes))
            p95 = float(np.quantile(seconds, 0.95)) * 1000
            work.measures.append(Measure(f"{title}, {k} nearest, p95", p95, None, "ms", GATE_MS, GOAL_MS))
            _check(kept, change)
        work.notes.append(
            f"{k} nearest: nodes whose answer changes, median {int(np.median(touched)):,}, most "
            f"{max(touched):,}; the last gesture of each kind equals a whole search."
        )
    return work


def _gestures(
    kept: Kept, rng: np.random.Generator, edges: tuple[np.ndarray, ...], xy: np.ndarray
) -> dict[str, Callable[[], Change]]:
    u, v, mm = edges
    order = np.argsort(xy[:, 0])

    def node() -> int:
        return int(rng.integers(0, kept.graph.nodes))

    def bridge() -> Change:
        """Lay 60 m between the middle of an edge and a node that is near it from west to east."""
        row = int(rng.integers(0, len(u)))
        spot = Spot(int(u[row]), int(v[row]), int(mm[row]) // 2, int(mm[row]))
        return kept.connect([Way(spot, Spot.node(int(order[int(rng.integers(0, len(order)))])), 60_000)])

    return {
        "open": lambda: kept.add(node()),
        "close": lambda: kept.close(int(rng.integers(0, SERVICES))),
        "move": lambda: kept.move(int(rng.integers(0, SERVICES)), node()),
        "footbridge": bridge,
    }


def _check(kept: Kept, change: Change) -> None:
    """Raise where the change is not what a whole search gives."""
    other = kept.copy()
    other.keep(change)
    distance, _ = nearest(change.graph, change.at, kept.k, CUTOFF_MM)
    assert np.array_equal(other.labels >> 32, distance), "not what a whole search gives"
