"""A territory small enough to walk by hand: 1 km square, a node every 100 m, two comuni side by side.

Nodes stand at the centres of the 100 m cells: node 10·j + i at 50 + 100·i east and 50 + 100·j north; edges
join the four neighbours. All land is built alike, so every cell has one fiftieth of its comune's residents.

    west, 015146 (the chief town): 100 people of 8, 50 of 30      east, 015002: 200 of 30, 10 of 80
"""

from __future__ import annotations

from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
from affine import Affine
from shapely.geometry import LineString, Point, box

from tests.fixtures_territory import MADE_UP, raster_manifest
from trama.lake import Lake
from trama.norms import load_book

EAST, NORTH = 500_000.0, 5_030_000.0
WEST_TOWN, EAST_TOWN = "015146", "015002"
SIDE = 10
SERVICES = [
    ("primaria", "IST.PRI", 0, 60.0),
    ("farmacia", "SAN.FAR", 99, None),
    ("bar-1", "COM.BAR", 0, None),
    ("bar-2", "COM.BAR", 0, None),
    ("bar-3", "COM.BAR", 9, None),
]
COVERAGE = [
    (WEST_TOWN, "IST.PRI", "completa"),
    (WEST_TOWN, "IST.SE1", "completa"),
    (WEST_TOWN, "SAN.FAR", "parziale"),
    (EAST_TOWN, "SAN.FAR", "completa"),
    (WEST_TOWN, "COM.BAR", "completa"),
    (WEST_TOWN, "COM.VIC", "completa"),
]


def place(node: int) -> Point:
    """Where a node stands."""
    return Point(EAST + 50 + 100 * (node % SIDE), NORTH + 50 + 100 * (node // SIDE))


def put(lake: Lake, layer: str, rows: list[dict], shapes: list | None = None) -> None:
    """Write rows as a layer of the norms; what a row does not say is empty."""
    manifest = load_book().manifests[layer]
    table = pd.DataFrame(rows, columns=[spec.name for spec in manifest.fields])
    for spec in manifest.fields:
        if spec.type == "number":
            table[spec.name] = table[spec.name].astype("float64")
        elif spec.type == "text":
            table[spec.name] = table[spec.name].astype(object)
    if shapes is not None:
        table = geopandas.GeoDataFrame(table, geometry=shapes, crs=manifest.crs)
    with lake.draft(manifest, MADE_UP) as draft:
        draft.write_table(table)


def small_lake(root: Path, stairs: tuple[int, ...] = (), services=SERVICES, coverage=COVERAGE) -> Lake:
    """Build the territory in a lake of its own under `root`; `stairs` are edges that are stairs."""
    lake = Lake(root / "lake")
    with lake.draft(raster_manifest("uso_suolo"), MADE_UP) as draft:
        cells = np.full((50, 50), 1111, dtype=np.uint16)
        draft.write_raster(cells, Affine(20, 0, EAST, 0, -20, NORTH + 1000), nodata=0)
    towns = [(WEST_TOWN, "Comune di ponente", 0), (EAST_TOWN, "Comune di levante", 500)]
    put(
        lake,
        "comuni",
        [{"istat": code, "nome": name} for code, name, _ in towns],
        [box(EAST + x, NORTH, EAST + x + 500, NORTH + 1000) for _, _, x in towns],
    )
    ages = [(WEST_TOWN, 8, 100), (WEST_TOWN, 30, 50), (EAST_TOWN, 30, 200), (EAST_TOWN, 80, 10)]
    put(
        lake,
        "popolazione_eta",
        [{"istat": code, "eta": age, "femmine": n, "maschi": 0, "totale": n} for code, age, n in ages],
    )
    put_network(lake, stairs)
    put(
        lake,
        "servizi",
        [
            {
                "id": key,
                "nome": key.capitalize(),
                "voce": voce,
                "stato": "attivo",
                "capienza": capacity,
                "capienza_unita": "posti",
            }
            for key, voce, _, capacity in services
        ],
        [place(node) for _, _, node, _ in services],
    )
    put(
        lake,
        "servizi_copertura",
        [{"istat": code, "voce": voce, "copertura": how} for code, voce, how in coverage],
    )
    return lake


def put_network(lake: Lake, stairs: tuple[int, ...]) -> None:
    """Write the square network."""
    nodes = range(SIDE * SIDE)
    put(lake, "rete_pedonale_nodi", [{"id": n, "osm_id": 0} for n in nodes], [place(n) for n in nodes])
    ends = [(n, n + 1) for n in nodes if n % SIDE < SIDE - 1]
    ends += [(n, n + SIDE) for n in nodes if n + SIDE < SIDE * SIDE]
    put(
        lake,
        "rete_pedonale_archi",
        [
            {"id": row, "u": u, "v": v, "length_m": 100.0, "classe": "path", "scale": row in stairs}
            for row, (u, v) in enumerate(ends)
        ],
        [LineString([place(u), place(v)]) for u, v in ends],
    )
