"""A territory large enough to look at: four comuni of 3 x 3 km at longitude 9, two land covers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import geopandas
import numpy as np
from affine import Affine
from shapely.geometry import LineString, box

from tests.fixtures_heat import put_people
from tests.fixtures_territory import EAST, MADE_UP, NORTH, raster_manifest, table_manifest
from trama.analyses.storm import run_storm
from trama.analyses.warm import run_warm
from trama.lake import Lake
from trama.norms import load_book

SIDE_CELLS, CELL_M = 600, 10.0
COMUNI = {
    "015086": ("Cormano", (0, 3000, 3000, 6000)),
    "015146": ("Milano", (0, 0, 3000, 3000)),
    "015157": ("Novate Milanese", (3000, 3000, 6000, 6000)),
    "015209": ("Sesto San Giovanni", (3000, 0, 6000, 3000)),
}
DAY = date(2026, 1, 15)


def build(root: Path) -> Lake:
    """Build it under `root` with a run of STORM, then a second land cover, a second run, and one of WARM."""
    lake = Lake(root / "lake")
    for layer, cells, nodata in _rasters():
        _raster(lake, layer, cells, nodata)
    _areas(lake, "comuni", "istat", COMUNI)
    _areas(
        lake,
        "upa",
        "codice",
        {"2a": ("Alta pianura", (0, 3000, 6000, 6000)), "4a": ("Bassa pianura", (0, 0, 6000, 3000))},
    )
    _streets(lake)
    run_storm(lake, load_book(), day=DAY, event_mm=50.0)
    greener = _cover()
    greener[100:250, 100:250] = 2111
    _raster(lake, "uso_suolo", greener, 0)
    run_storm(lake, load_book(), day=DAY, event_mm=50.0)
    put_people(lake, {code: {5: 300, 40: 2400, 75: 800} for code in COMUNI})
    run_warm(lake, load_book(), day=DAY)
    return lake


def _cover() -> np.ndarray:
    """Dense fabric in one comune, fields in another, works and parks in blocks of 300 m elsewhere."""
    cells = np.full((SIDE_CELLS, SIDE_CELLS), 2111, dtype=np.uint16)
    block = np.add.outer(np.arange(SIDE_CELLS) // 30, np.arange(SIDE_CELLS) // 30) % 5
    cells[:300, :300] = np.where(block[:300, :300] < 3, 1111, 1411)
    cells[300:, :300] = np.where(block[300:, :300] < 4, 1112, 1411)
    cells[300:, 300:] = np.where(block[300:, 300:] < 2, 12111, 2111)
    return cells


def _rasters() -> list[tuple[str, np.ndarray, float]]:
    west_to_east = np.linspace(0, 1, SIDE_CELLS)[None, :] * np.ones((SIDE_CELLS, 1))
    return [
        ("uso_suolo", _cover(), 0),
        ("gruppo_idrologico", (1 + west_to_east * 3.9).astype(np.uint8), 0),
        ("tessitura", (1 + west_to_east * 2.9).astype(np.uint8), 0),
        ("soggiacenza", (1 + 20 * west_to_east).astype(np.float32), float("nan")),
    ]


def _raster(lake: Lake, layer: str, cells: np.ndarray, nodata: float) -> None:
    with lake.draft(raster_manifest(layer), MADE_UP) as draft:
        draft.write_raster(cells, Affine(CELL_M, 0, EAST, 0, -CELL_M, NORTH), nodata=nodata)


def _areas(lake: Lake, layer: str, key: str, areas: dict[str, tuple[str, tuple[int, int, int, int]]]) -> None:
    south = NORTH - SIDE_CELLS * CELL_M
    shapes = [box(EAST + w, south + s, EAST + e, south + n) for _name, (w, s, e, n) in areas.values()]
    rows = {key: list(areas), "nome": [name for name, _box in areas.values()]}
    table = geopandas.GeoDataFrame(rows, geometry=shapes, crs=32632)
    with lake.draft(table_manifest(layer, key), MADE_UP) as draft:
        draft.write_table(table)
        draft.write_tiles(table, min_zoom=8, max_zoom=12)


def _streets(lake: Lake) -> None:
    south = NORTH - SIDE_CELLS * CELL_M
    lines = [
        LineString([(EAST, south + at), (EAST + 6000, south + at + 400)]) for at in range(300, 5600, 900)
    ]
    table = geopandas.GeoDataFrame(
        {"id": [str(n) for n in range(len(lines))], "nome": ["via"] * len(lines)}, geometry=lines, crs=32632
    )
    with lake.draft(table_manifest("strade", "id"), MADE_UP) as draft:
        draft.write_table(table)
        draft.write_tiles(table, min_zoom=8, max_zoom=12)
