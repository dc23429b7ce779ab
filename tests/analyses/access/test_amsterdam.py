"""A run on the real network of Amsterdam: distances as another program finds them, what is unreached named.

The network is real (68,213 nodes, its islands too); two comuni, the land and the services are laid over it.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from affine import Affine
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra

from tests.analyses.access.small import EAST_TOWN, WEST_TOWN, put
from tests.fixtures_territory import MADE_UP, raster_manifest
from trama.analyses.access import run_access_whole
from trama.lake import Lake
from trama.norms import load_book

pytestmark = pytest.mark.real_data
DAY = date(2026, 11, 21)
EAST, NORTH = 500_000.0, 5_030_000.0
HALF_M = 6_000.0
"""The land is a square of 12 km around the centre of the network."""
CELL_M = 50
FAR = np.array([[EAST + 15_000.0, NORTH - 14_000.0]])


@pytest.fixture(scope="module")
def network(shared_data: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    folder = shared_data / "networks"
    nodes = pd.read_parquet(folder / "amsterdam_nodes.parquet")
    nodes["x"] += EAST
    nodes["y"] += NORTH
    return nodes, pd.read_parquet(folder / "amsterdam_edges.parquet")


@pytest.fixture(scope="module")
def services(network) -> np.ndarray:
    nodes, _edges = network
    return np.random.default_rng(7).choice(len(nodes), 400, replace=False)


@pytest.fixture(scope="module")
def result(network, services, tmp_path_factory):
    lake = Lake(tmp_path_factory.mktemp("amsterdam") / "lake")
    _lay(lake, *network)
    points = [*shapely.points(network[0].iloc[services][["x", "y"]].to_numpy()), *shapely.points(FAR)]
    rows = [
        {"id": f"f{n}", "nome": f"F{n}", "voce": "SAN.FAR", "stato": "attivo"} for n in range(len(points))
    ]
    put(lake, "servizi", rows, points)
    cover = [{"istat": town, "voce": "SAN.FAR", "copertura": "completa"} for town in (WEST_TOWN, EAST_TOWN)]
    put(lake, "servizi_copertura", cover)
    return lake, run_access_whole(lake, load_book(), day=DAY, set_id="xminute")


def _lay(lake: Lake, nodes: pd.DataFrame, edges: pd.DataFrame) -> None:
    side = int(2 * HALF_M / CELL_M)
    with lake.draft(raster_manifest("uso_suolo"), MADE_UP) as draft:
        land = np.full((side, side), 1111, dtype=np.uint16)
        draft.write_raster(land, Affine(CELL_M, 0, EAST - HALF_M, 0, -CELL_M, NORTH + HALF_M), nodata=0)
    towns = [(WEST_TOWN, EAST - HALF_M, EAST), (EAST_TOWN, EAST, EAST + HALF_M)]
    put(
        lake,
        "comuni",
        [{"istat": code, "nome": code} for code, _, _ in towns],
        [shapely.box(a, NORTH - HALF_M, b, NORTH + HALF_M) for _, a, b in towns],
    )
    ages = [{"istat": code, "eta": 30, "femmine": 1000, "maschi": 0, "totale": 1000} for code, _, _ in towns]
    put(lake, "popolazione_eta", ages)
    xy = nodes[["x", "y"]].to_numpy()
    put(
        lake, "rete_pedonale_nodi", [{"id": n, "osm_id": 0} for n in range(len(xy))], list(shapely.points(xy))
    )
    bare = edges[["u", "v", "length_m"]].assign(id=range(len(edges)), classe="path", scale=False)
    lines = shapely.linestrings(np.stack([xy[edges["u"]], xy[edges["v"]]], axis=1))
    put(lake, "rete_pedonale_archi", bare.to_dict("records"), list(lines))


def test_the_distances_of_a_city_are_those_of_another_program(network, services, result) -> None:
    """Other program: scipy's Dijkstra, on the same lengths rounded to whole millimetres."""
    nodes, edges = network
    lake, found = result
    mm = np.rint(edges["length_m"].to_numpy() * 1000).astype(np.int64)
    table = pd.DataFrame({"u": edges[["u", "v"]].min(axis=1), "v": edges[["u", "v"]].max(axis=1), "mm": mm})
    table = table[table["u"] != table["v"]].groupby(["u", "v"], as_index=False)["mm"].min()
    # a stored zero is no edge to scipy: a length of a thousandth of a millimetre is one
    weight = np.where(table["mm"] > 0, table["mm"], 1e-3).astype(float)
    graph = coo_matrix((weight, (table["u"], table["v"])), shape=(len(nodes), len(nodes))).tocsr()
    true = dijkstra(graph, directed=False, indices=services, min_only=True, limit=4_500_000)
    cells = lake.version("accesso_celle").table().sort_values("numero")
    times = lake.version("accesso_tempi").table()
    mine = times[times["traguardo"] == "SAN.FAR"].sort_values("cella")["distanza_mm"]
    at = cells["nodo"].to_numpy(dtype=float, na_value=np.nan)
    placed = np.isfinite(at)
    expected = np.minimum(true[at[placed].astype(int)], 4_500_000)
    assert placed.sum() > 10_000
    assert np.abs(mine.to_numpy(dtype=float, na_value=np.nan)[placed] - expected).max() < 1
    assert found.territory.people == 2000


def test_what_nobody_can_reach_on_a_real_network_is_named(result) -> None:
    _lake, found = result
    rows = {row["id"]: row for row in found.to_json()["servizi_irraggiungibili"]}
    assert rows["f400"]["motivo"] == "lontano da ogni via"
    assert rows["f400"]["distanza_m"] > 400
    assert {row["motivo"] for row in rows.values()} <= {
        "lontano da ogni via",
        "su vie staccate dal resto, dove non abita nessuno",
    }
    assert found.territory.unplaced is not None
