"""pysal's two-step catchment of the largest category, on scipy's matrix of costs; prints the seconds."""

import json
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from access import fca, weights

CUTOFF_MM, TOGETHER = 1_200_000, 100
STEPS = {400_000: 1.0, 800_000: 0.68, 1_200_000: 0.22}


def main(folder: Path, out: Path) -> None:
    """Time the matrix and the catchment; write the access of every node."""
    nodes, edges, services = (
        pd.read_parquet(folder / f"{name}.parquet") for name in ("nodes", "edges", "services")
    )
    rows = services[services["category"] == services["category"].max()]
    supply = rows.groupby("node")[["capacity"]].sum().astype(float).rename(columns={"capacity": "supply"})
    start = time.perf_counter()
    cost = costs(len(nodes), edges, supply.index.to_numpy())
    made = time.perf_counter() - start
    start = time.perf_counter()
    demand = pd.DataFrame({"geoid": np.arange(len(nodes)), "demand": nodes["people"].astype(float)})
    found = fca.two_stage_fca(demand, supply, cost, CUTOFF_MM, weight_fn=weights.step_fn(STEPS))
    seconds = time.perf_counter() - start
    np.save(out / "pysal.npy", found.reindex(np.arange(len(nodes))).fillna(0.0).to_numpy())
    print(json.dumps({"matrix": [made], "catchment": [seconds], "pairs": [len(cost)]}))


def costs(nodes: int, edges: pd.DataFrame, at: np.ndarray) -> pd.DataFrame:
    """Return origin, destination, whole millimetres, within the cut-off."""
    mm = np.maximum(np.rint(edges["length_m"].to_numpy() * 1000), 1e-6)
    ends = np.sort(edges[["u", "v"]].to_numpy(), axis=1)
    shortest = pd.DataFrame({"u": ends[:, 0], "v": ends[:, 1], "mm": mm}).groupby(["u", "v"])["mm"].min()
    u, v = (shortest.index.get_level_values(name).to_numpy() for name in ("u", "v"))
    matrix = csr_matrix((shortest.to_numpy(), (u, v)), shape=(nodes, nodes))
    parts = []
    for low in range(0, len(at), TOGETHER):
        far = dijkstra(matrix, directed=False, indices=at[low : low + TOGETHER], limit=CUTOFF_MM + 0.5)
        row, node = np.nonzero(np.isfinite(far))
        parts.append(pd.DataFrame({"origin": node, "dest": at[low + row], "cost": np.rint(far[row, node])}))
    return pd.concat(parts)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
