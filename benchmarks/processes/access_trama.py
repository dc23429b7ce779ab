"""Trama from files to a file, warm and uncompressed, and its kernels on arrays; prints the seconds."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from trama.analyses.walking import output
from trama.analyses.walking.reach import Asked, run_cumulative, run_nearest
from trama.engines.network import Graph, catchment, cumulative, to_mm
from trama.engines.network.decay import zones
from trama.engines.network.nearest import labels_of

CUTOFF_MM, MOST, TIMES, THREADS = 1_200_000, 5, 3, 2
EDGES_MM, WEIGHTS = (400_000, 800_000, 1_200_000), (1.0, 0.68, 0.22)


def best(work: Callable[[], Any]) -> float:
    """Return the seconds of the quickest of a few runs."""
    seconds = []
    for _ in range(TIMES):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def main(folder: Path, out: Path) -> None:
    """Time engine and kernels; write the catchments of every category."""
    output.COMPRESSION = "none"
    files = [folder / f"{name}.parquet" for name in ("nodes", "edges", "services")]
    said: dict[str, list[float]] = {"nearest": [], "kernel nearest": []}
    for k in range(1, MOST + 1):
        asked = Asked(CUTOFF_MM, 0.0, k)
        said["nearest"].append(best(lambda asked=asked: run_nearest(*files, out / "warm.parquet", asked)))
    said["cumulative"] = [best(lambda: run_cumulative(*files, out / "warm.parquet", Asked(CUTOFF_MM, 0.0)))]
    nodes, edges, services = (pd.read_parquet(path) for path in files)
    u, v, mm = (edges[name].to_numpy() for name in ("u", "v", "length_m"))
    said["kernel build"] = [best(lambda: Graph.from_edges(len(nodes), u, v, to_mm(mm)))]
    graph = Graph.from_edges(len(nodes), u, v, to_mm(mm))
    groups = [rows for _, rows in services.groupby("category")]
    at = [rows["node"].to_numpy(np.int32) for rows in groups]

    def all_of(k: int) -> None:
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(lambda nodes: labels_of(graph, nodes, k, CUTOFF_MM), reversed(at)))

    said["kernel nearest"] = [best(lambda k=k: all_of(k)) for k in range(1, MOST + 1)]
    said["kernel nearest, one thread"] = [best(lambda: [labels_of(graph, one, 1, CUTOFF_MM) for one in at])]
    said["kernel cumulative"] = [best(lambda: [cumulative(graph, one, CUTOFF_MM, THREADS) for one in at])]
    said["scipy"] = [_scipy(graph, at)]
    said["kernel catchment"] = [_catchments(graph, groups, nodes["people"].to_numpy(float), out)]
    print(json.dumps(said))


def _scipy(graph: Graph, at: list[Any]) -> float:
    """Time scipy's search of the nearest one, on a matrix that is already there; check that it agrees.

    An edge of no length is none in a sparse matrix: it takes a length that changes no whole millimetre.
    """
    lengths = np.maximum(graph.length_mm.astype(float), 1e-6)
    matrix = csr_matrix(
        (lengths, graph.target, graph.start.astype(np.int32)), shape=(graph.nodes, graph.nodes)
    )

    def search(nodes: Any) -> Any:
        return dijkstra(matrix, indices=nodes, min_only=True, limit=CUTOFF_MM + 0.5)

    for one in at:
        ours, theirs = labels_of(graph, one, 1, CUTOFF_MM)[:, 0] >> 32, search(one)
        theirs = np.where(np.isfinite(theirs), np.rint(np.minimum(theirs, 2**31)), 2**31 - 1)
        assert np.array_equal(ours, theirs), "scipy does not agree"
    return best(lambda: [search(one) for one in at])


def _catchments(graph: Graph, groups: list[pd.DataFrame], people: Any, out: Path) -> float:
    """Time the floating catchment of the largest category; write it, for the peer to compare."""
    decay = zones(EDGES_MM, WEIGHTS)

    def one(rows: pd.DataFrame) -> Any:
        at, supply = rows["node"].to_numpy(np.int32), rows["capacity"].to_numpy(float)
        return catchment(graph, at, supply, people, decay, CUTOFF_MM, THREADS)

    np.save(out / "catchment.npy", one(groups[-1])[0])
    return best(lambda: one(groups[-1]))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
