"""Networks to measure walking access on: Rome as it is, and a generated city of a million nodes."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.peers import ROOT, PeerMissing

SIZES = (50, 100, 200, 400, 800, 1200, 1800, 2500, 3500, 5000)
"""Services of each category."""
Floats = npt.NDArray[np.float64]


def rome(folder: Path) -> Path:
    """Write nodes, edges, services of Rome (OpenStreetMap, 234,496 nodes) to measure on.

    Raises
    ------
    PeerMissing
        The open data are not beside the project.
    """
    given = Path(os.environ.get("TRAMA_SHARED_DATA", ROOT.parent / "shared" / "data")) / "networks"
    if not given.is_dir():
        raise PeerMissing(f"the network of Rome is not in {given} (set TRAMA_SHARED_DATA)")
    nodes, edges = (pd.read_parquet(given / f"rome_{kind}.parquet") for kind in ("nodes", "edges"))
    return _write(folder, nodes[["x", "y"]].astype(float), edges)


def city(folder: Path, nodes: int) -> Path:
    """Write a generated city: a crooked grid of streets, some missing, each drawn with a few points.

    About as many crossings, bends and metres of street as OpenStreetMap has: 2.4 edges a node, 35 m an edge.
    """
    rng, side = np.random.default_rng(7), round((nodes / 4.4) ** 0.5)
    rows, columns = np.divmod(np.arange(side * side), side)
    crossings = np.column_stack([columns, rows]) * 110.0 + rng.normal(0, 18, (side * side, 2))
    numbers = np.arange(side * side).reshape(side, side)
    u = np.concatenate([numbers[:, :-1].ravel(), numbers[:-1].ravel()])
    v = np.concatenate([numbers[:, 1:].ravel(), numbers[1:].ravel()])
    kept = rng.random(len(u)) > 0.12
    u, v = u[kept], v[kept]
    bends = rng.integers(0, 5, len(u))
    xy, a, b = _bent(crossings, u, v, bends, rng)
    metres = np.hypot(*(xy[a] - xy[b]).T)
    return _write(
        folder, pd.DataFrame(xy, columns=["x", "y"]), pd.DataFrame({"u": a, "v": b, "length_m": metres})
    )


def _bent(
    crossings: Floats,
    u: npt.NDArray[np.int64],
    v: npt.NDArray[np.int64],
    bends: npt.NDArray[np.int64],
    rng: np.random.Generator,
) -> tuple[Floats, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Draw each street with its bends: nodes, and the ends of the pieces."""
    street = np.repeat(np.arange(len(u)), bends)
    first = np.concatenate([[0], np.cumsum(bends)])
    step = np.arange(len(street)) - first[street] + 1
    share = (step / (bends[street] + 1))[:, None]
    points = crossings[u[street]] * (1 - share) + crossings[v[street]] * share
    points = points + rng.normal(0, 3, points.shape)
    at = len(crossings) + np.arange(len(street))
    last = first[1:] > first[:-1]
    ends = np.where(last, len(crossings) + first[1:] - 1, u)
    before = np.where(step == 1, u[street], at - 1)
    return np.vstack([crossings, points]), np.concatenate([before, ends]), np.concatenate([at, v])


def _write(folder: Path, nodes: pd.DataFrame, edges: pd.DataFrame) -> Path:
    """Write the three tables, lengths in whole millimetres; services at nodes alone at their place.

    The few edges of no length take one millimetre, as pandana would give them: the answers must be the same.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(1)
    alone = np.flatnonzero(~nodes.duplicated(keep=False).to_numpy())
    category = np.repeat([f"c{place}" for place in range(len(SIZES))], SIZES)
    at = rng.choice(alone, len(category))
    services = pd.DataFrame({"category": category, "node": at, "capacity": rng.integers(10, 200, len(at))})
    nodes["people"] = rng.integers(0, 30, len(nodes))
    edges = edges.assign(length_m=np.maximum(np.rint(edges["length_m"] * 1000), 1) / 1000)
    for name, table in (("nodes", nodes), ("edges", edges), ("services", services)):
        table.to_parquet(folder / f"{name}.parquet", index=False)
    return folder
