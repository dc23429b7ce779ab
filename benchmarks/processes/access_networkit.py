"""networkit's nearest one: a node beside the network, tied to the services by edges of no length."""

import json
import sys
import time
from pathlib import Path

import networkit as nk
import numpy as np
import pandas as pd

CUTOFF_MM = 1_200_000


def main(folder: Path, out: Path) -> None:
    """Time building and searching; write the distances in whole millimetres."""
    nodes, edges, services = (
        pd.read_parquet(folder / f"{name}.parquet") for name in ("nodes", "edges", "services")
    )
    mm = np.rint(edges["length_m"].to_numpy() * 1000)
    start = time.perf_counter()
    graph = nk.GraphFromCoo(
        (mm, (edges["u"].to_numpy(np.uint64), edges["v"].to_numpy(np.uint64))),
        n=len(nodes) + 1,
        weighted=True,
        directed=False,
    )
    built = time.perf_counter() - start
    found, seconds = [], 0.0
    for _, rows in services.groupby("category"):
        at = rows["node"].unique()
        start = time.perf_counter()
        for node in at:
            graph.addEdge(len(nodes), int(node), 0.0)
        search = nk.distance.Dijkstra(graph, len(nodes), storePaths=False)
        search.run()
        far = np.asarray(search.getDistances(asarray=True))[:-1]
        seconds += time.perf_counter() - start
        for node in at:
            graph.removeEdge(len(nodes), int(node))
        found.append(np.where(far <= CUTOFF_MM, far, 2**31 - 1).astype(np.int64))
    np.save(out / "networkit.npy", np.stack(found))
    print(json.dumps({"build": [built], "query": [seconds]}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
