"""A territory of streets every 100 m, cut by a railway, small enough to check by hand.

From west to east, 2 km high: the chief town (1 km), Comune di mezzo (1.5 km), Comune di levante (1.5 km). All
the ground is built alike (DUSAF 1111): residents are spread evenly. Streets run every 100 m, but none crosses
the railway at 1,050 m from the south. Metres below are from the lower left corner.

    stop    where        mode   what
    m1      1700, 1000   metro  Mezzo Centro, in Comune di mezzo
    f1      3000, 1000   treno  Levante FS, one line; b1 a bus 60 m away, other name
    b2      3800,  400   bus    Cascina, a terminus whose departures nobody knows
    b3      2200,  300   bus    Mercato, 5 departures an hour, one line: local, no LUM
    m9       500, 1000   metro  in the chief town
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import shapely
from affine import Affine
from shapely.geometry import LineString, Point, box

from trama.kernel.layers import Provenance
from trama.lake import Lake
from trama.norms import load_book

EAST, SOUTH = 500_000.0, 5_030_000.0
WIDE, HIGH, STEP = 4000, 2000, 100
RAIL_Y = 1050.0
CAPITAL, MIDDLE, LEVANTE = "015146", "015002", "015009"
MADE = Provenance("tests", synthetic=True)
MEZZO, FS = f"{MIDDLE}-mezzo-centro", f"{LEVANTE}-levante-fs"
RESIDENTS = {
    MIDDLE: {10: 3000, 40: 5000, 80: 1000},
    LEVANTE: {10: 300, 40: 500, 80: 100},
    CAPITAL: {40: 9000},
}


def at(x: float, y: float) -> Point:
    """Return a point from metres above the lower left corner."""
    return Point(EAST + x, SOUTH + y)


def stop(key: str, name: str, x: float, y: float, mode: str, istat: str, **more: Any) -> dict[str, Any]:
    """Return a row of the layer of stops."""
    plain = {"nodo": "", "linee": key.upper(), "capolinea": False, "partenze": 60.0, "partenze_ora": 4.0}
    said = {"giorno": "2026-03-04", "livello": None, "fonte": "prova"}
    return {
        "id": key,
        "nome": name,
        "modo": mode,
        "istat": istat,
        **plain,
        **said,
        **more,
        "geometry": at(x, y),
    }


STOPS = [
    stop("m1", "Mezzo Centro", 1700, 1000, "metro", MIDDLE, linee="M9", partenze=200.0, partenze_ora=12.0),
    stop("f1", "Levante FS", 3000, 1000, "treno", LEVANTE, linee="S20", partenze=70.0, partenze_ora=4.0),
    stop("b1", "Via del Treno", 3060, 1000, "bus", LEVANTE, partenze=10.0, partenze_ora=0.5),
    stop("b2", "Cascina", 3800, 400, "bus", LEVANTE, capolinea=True, partenze=None, partenze_ora=None),
    stop("b3", "Mercato", 2200, 300, "bus", MIDDLE, partenze=70.0, partenze_ora=5.0),
    stop("m9", "Duomo", 500, 1000, "metro", CAPITAL, linee="M9", partenze=300.0, partenze_ora=20.0),
]
SERVICES = [
    ("s1", "Farmacia Aurora", "SAN.FAR", "attivo", None, 1750, 1000),
    ("s2", "Posta di Mezzo", "AMM.POS", "attivo", None, 1650, 950),
    ("s3", "Rastrelliere", "MOB.BIC", "attivo", 40.0, 1710, 990),
    ("s4", "Biblioteca futura", "CUL.BIB", "previsto", None, 1720, 900),
    ("s5", "Bar della stazione", "COM.BAR", "attivo", None, 3010, 990),
    ("s6", "Palestra lontana", "SPO.PAL", "attivo", None, 2300, 200),
]
COVERAGE = [
    *((MIDDLE, voice, "completa") for voice in ("SAN.FAR", "AMM.POS", "MOB.BIC", "CUL.BIB", "SPO.PAL")),
    *((MIDDLE, voice, "completa") for voice in ("CUL.TEA", "CUL.CIN")),
    (MIDDLE, "COM.ALI", "parziale"),
    (LEVANTE, "COM.BAR", "completa"),
]  # fmt: skip
LINKS = [("M9", 1, "metro", "m1", "m9", 12.0, 12.0), ("M9", 0, "metro", "m9", "m1", 12.0, 12.0)]


def lum_lake(root: Path, *, streets: bool = True) -> Lake:
    """Build the territory in a lake under `root`, every layer at v0001."""
    lake = Lake(root / "lake")
    comuni = [(CAPITAL, "Comune capoluogo", 0, 1000), (MIDDLE, "Comune di mezzo", 1000, 2500),
              (LEVANTE, "Comune di levante", 2500, WIDE)]  # fmt: skip
    put(lake, "comuni", [
        {"istat": code, "nome": name, "geometry": box(EAST + west, SOUTH, EAST + east, SOUTH + HIGH)}
        for code, name, west, east in comuni
    ])  # fmt: skip
    ages = [
        {"istat": code, "eta": age, "totale": count}
        for code, by in RESIDENTS.items()
        for age, count in by.items()
    ]
    put(lake, "popolazione_eta", ages)
    put(lake, "ferrovie", [{"id": "r1", "geometry": LineString([at(0, RAIL_Y), at(WIDE, RAIL_Y)])}])
    put(lake, "fermate", STOPS)
    names = ("id", "nome", "voce", "stato", "capienza")
    put(
        lake,
        "servizi",
        [{**dict(zip(names, row[:5], strict=True)), "geometry": at(*row[5:])} for row in SERVICES],
    )
    put(
        lake,
        "servizi_copertura",
        [dict(zip(("istat", "voce", "copertura"), row, strict=True)) for row in COVERAGE],
    )
    names = ("linea", "verso", "modo", "da", "a", "minuti", "passaggi_ora")
    put(lake, "collegamenti_tpl", [dict(zip(names, row, strict=True)) for row in LINKS])
    manifest = load_book().manifests["uso_suolo"]
    with lake.draft(manifest, MADE) as draft:
        cells = np.full((HIGH // 10, WIDE // 10), 1111, np.uint16)
        draft.write_raster(cells, Affine(10, 0, EAST, 0, -10, SOUTH + HIGH), nodata=0)
    if streets:
        put_streets(lake)
    return lake


def put_streets(lake: Lake) -> None:
    """Write the grid of streets: none crosses the railway."""
    xs, ys = range(1000, WIDE + 1, STEP), range(0, HIGH + 1, STEP)
    seat = {(x, y): n for n, (x, y) in enumerate((x, y) for y in ys for x in xs)}
    put(lake, "rete_pedonale_nodi", [{"id": n, "geometry": at(*place)} for place, n in seat.items()])
    ends = [((x, y), (x + STEP, y)) for x in xs[:-1] for y in ys]
    ends += [((x, y), (x, y + STEP)) for x in xs for y in ys[:-1] if not y < RAIL_Y < y + STEP]
    put(lake, "rete_pedonale_archi", [
        {"id": n, "u": seat[one], "v": seat[other], "length_m": float(STEP), "scale": False,
         "geometry": LineString([at(*one), at(*other)])}
        for n, (one, other) in enumerate(ends)
    ])  # fmt: skip


def put(lake: Lake, layer: str, rows: list[dict[str, Any]]) -> None:
    """Write rows as the norms describe the layer; what is not given is missing."""
    manifest = load_book().manifests[layer]
    names = [spec.name for spec in manifest.fields]
    table = pd.DataFrame([{name: row.get(name) for name in names} for row in rows], columns=names)
    with lake.draft(manifest, MADE) as draft:
        if manifest.geometry == "table":
            draft.write_table(table)
        else:
            shapes = shapely.force_2d([row["geometry"] for row in rows])
            draft.write_table(geopandas.GeoDataFrame(table, geometry=shapes, crs=manifest.crs))
