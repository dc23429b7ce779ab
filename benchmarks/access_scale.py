"""Walking access by parts with a halo, as on a cluster: equal to the whole, cost of a node flat."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from benchmarks.access_inputs import city
from benchmarks.report import Measure, Work
from trama.analyses.walking.files import FileServices
from trama.analyses.walking.sharing import found_by_parts
from trama.analyses.workers import Here
from trama.engines.network import Graph, cumulative, to_mm
from trama.engines.network.nearest import labels_of

NODES = (250_000, 1_000_000, 4_000_000)
PER_SERVICE, CATEGORIES, CUTOFF_MM, K = 1000, 3, 1_200_000, 3
FLAT = 1.5
"""How much dearer a node may be in the largest network than in the smallest."""


def run() -> Work:
    """Measure three sizes; compare with the whole at each."""
    work = Work("Walking access by parts: nearest 3 and cumulative, 250,000 to 4 million nodes", None)
    costs: dict[int, list[float]] = {K: [], 0: []}
    for nodes in NODES:
        with tempfile.TemporaryDirectory(prefix="trama-bench-") as name:
            folder = city(Path(name), nodes)
            xy, graph = _read(folder)
            placed = _services(graph.nodes)
            for k, kept in costs.items():
                seconds = _measured(graph, xy, placed, k, folder)
                kept.append(1e9 * seconds / graph.nodes / CATEGORIES)
    for k, kept in costs.items():
        kind = f"nearest {k}" if k else "cumulative"
        dearest = max(kept[1:]) / kept[0]
        work.measures.append(Measure(f"{kind}: a node at 4 M against 250 k", dearest, None, "times", FLAT))
        said = ", ".join(f"{cost:,.0f}" for cost in kept)
        work.notes.append(
            f"{kind}: {said} ns of processor a node and category, at {', '.join(map(str, NODES))} nodes."
        )
        work.curves[f"Walking, {kind}"] = list(zip(map(float, NODES), kept, strict=True))
    work.notes.append("Parts of 250,000 nodes, two threads; every answer equal to that of the whole network.")
    return work


def _read(folder: Path) -> tuple[np.ndarray, Graph]:
    nodes, edges = (pd.read_parquet(folder / f"{kind}.parquet") for kind in ("nodes", "edges"))
    u, v = edges["u"].to_numpy(), edges["v"].to_numpy()
    return nodes[["x", "y"]].to_numpy(), Graph.from_edges(len(nodes), u, v, to_mm(edges["length_m"]))


def _services(nodes: int) -> FileServices:
    rng, many = np.random.default_rng(8), CATEGORIES * nodes // PER_SERVICE
    at = rng.integers(0, nodes, many).astype(np.int32)
    category = rng.integers(0, CATEGORIES, many).astype(np.int32)
    return FileServices(at, np.zeros(many), category, pa.array([f"c{one}" for one in range(CATEGORIES)]))


def _measured(graph: Graph, xy: np.ndarray, placed: FileServices, k: int, folder: Path) -> float:
    """Return the seconds of processor by parts; raise where the answer is not that of the whole."""
    start = time.process_time()
    found = list(found_by_parts(graph, xy, placed, (k, CUTOFF_MM), Here(), folder))
    seconds = time.process_time() - start
    for category, values in enumerate(found):
        at = placed.node[placed.of(category)]
        whole = labels_of(graph, at, k, CUTOFF_MM) if k else cumulative(graph, at, CUTOFF_MM, 2)
        assert np.array_equal(values, whole), "the parts are not the whole"
    return seconds
