"""Walking access by parts with a halo, here and on a cluster: equal to the whole, cost of a node flat."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from benchmarks.access_inputs import city
from benchmarks.report import Measure, Work
from trama.analyses.walking.files import FileServices
from trama.analyses.walking.sharing import PART_NODES, found_by_parts
from trama.analyses.workers import Cluster, Here, Workers, workers_at
from trama.engines.network import Graph, cumulative, to_mm
from trama.engines.network.nearest import labels_of

NODES = (250_000, 1_000_000, 4_000_000)
PER_SERVICE, CATEGORIES, CUTOFF_MM, K = 1000, 3, 1_200_000, 3
FLAT = 1.5
"""How much dearer a node may be in the largest network than in the smallest."""
HERE, THERE = "here", "on a cluster"
WARM_NODES, WARM_PART = 40_000, 2_000
"""A city cut in many parts, so that every worker has compiled before anything is timed."""
Times = dict[tuple[str, int], tuple[float, float]]
"""Place and k → seconds of processor, seconds by the clock."""


def run() -> Work:
    """Measure three sizes, here and on two workers of a loopback cluster; compare with the whole at each."""
    from distributed import LocalCluster

    work = Work("Walking access by parts: nearest 3 and cumulative, 250,000 to 4 million nodes", None)
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None) as running,
        workers_at(running.scheduler_address) as cluster,
    ):
        places: dict[str, Workers] = {HERE: Here(), THERE: cluster}
        _on_city(WARM_NODES, places, WARM_PART)
        found = [_on_city(nodes, places) for nodes in NODES]
    for place in places:
        for k in (K, 0):
            _tell(work, place, k, [size[place, k] for size in found])
    work.notes.append(
        "Parts of 250,000 nodes; here two threads, on the cluster two one-thread workers of a dask scheduler "
        "on this machine, whose processor time is counted with ours. Kernels are compiled before anything is "
        "timed; every answer equals that of the whole network."
    )
    work.notes.append(f"Machine while measuring: load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.")
    return work


def _tell(work: Work, place: str, k: int, taken: list[tuple[float, float]]) -> None:
    kind = f"nearest {k}" if k else "cumulative"
    costs = [1e9 * one / nodes / CATEGORIES for (one, _clock), nodes in zip(taken, NODES, strict=True)]
    title = f"{kind} {place}: a node at 4 M against 250 k"
    work.measures.append(Measure(title, max(costs[1:]) / costs[0], None, "times", FLAT))
    work.notes.append(
        f"{kind} {place}: {', '.join(f'{cost:,.0f}' for cost in costs)} ns of processor a node and category, "
        f"{', '.join(f'{clock:.1f}' for _one, clock in taken)} s by the clock, at "
        f"{', '.join(map(str, NODES))} nodes."
    )
    if place == HERE:
        work.curves[f"Walking, {kind}"] = list(zip(map(float, NODES), costs, strict=True))


def _on_city(nodes: int, places: dict[str, Workers], largest: int = PART_NODES) -> Times:
    """Ask both questions in every place, each compared with the whole network."""
    found: Times = {}
    with tempfile.TemporaryDirectory(prefix="trama-bench-") as name:
        folder = city(Path(name), nodes)
        xy, graph = _read(folder)
        placed = _services(graph.nodes)
        for k in (K, 0):
            whole = [_whole(graph, placed.node[placed.of(one)], k) for one in range(CATEGORIES)]
            for place, workers in places.items():
                asked = (graph, xy, placed, (k, CUTOFF_MM), workers, folder, largest)
                parts, found[place, k] = _timed(lambda asked=asked: list(found_by_parts(*asked)), workers)
                if not all(map(np.array_equal, parts, whole)):
                    raise AssertionError("the parts are not the whole")
    return found


def _whole(graph: Graph, at: np.ndarray, k: int) -> np.ndarray:
    return labels_of(graph, at, k, CUTOFF_MM) if k else cumulative(graph, at, CUTOFF_MM, 2)


def _timed(
    work: Callable[[], list[np.ndarray]], workers: Workers
) -> tuple[list[np.ndarray], tuple[float, float]]:
    """Return the answer, with the seconds of processor (the workers' too) and those of the clock."""
    processor, clock = _processor(workers), time.perf_counter()
    found = work()
    return found, (_processor(workers) - processor, time.perf_counter() - clock)


def _processor(workers: Workers) -> float:
    theirs = workers.client.run(time.process_time).values() if isinstance(workers, Cluster) else ()
    return time.process_time() + sum(theirs)


def _read(folder: Path) -> tuple[np.ndarray, Graph]:
    nodes, edges = (pd.read_parquet(folder / f"{kind}.parquet") for kind in ("nodes", "edges"))
    u, v = edges["u"].to_numpy(), edges["v"].to_numpy()
    return nodes[["x", "y"]].to_numpy(), Graph.from_edges(len(nodes), u, v, to_mm(edges["length_m"]))


def _services(nodes: int) -> FileServices:
    rng, many = np.random.default_rng(8), CATEGORIES * nodes // PER_SERVICE
    at = rng.integers(0, nodes, many).astype(np.int32)
    category = rng.integers(0, CATEGORIES, many).astype(np.int32)
    return FileServices(at, np.zeros(many), category, pa.array([f"c{one}" for one in range(CATEGORIES)]))
