"""A place with plain numbers: 4 x 4 km, built to the west (DUSAF 1111), fields to the east (DUSAF 2111).

Soil group B everywhere, water table at 7.5 m (0.6 m in the south-west corner), two comuni that meet where the
cover changes, a well zone to the north-east, a contaminated site to the south-east. Names are real, shapes
are not. All coordinates are metres from the lower left corner.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import shapely
from affine import Affine

from tests.fixtures_territory import MADE_UP, raster_manifest, table_manifest
from trama.analyses.storm import run_storm
from trama.lake import Lake
from trama.norms import load_book

EAST, NORTH, SIZE_M = 514_000.0, 5_042_000.0, 4_000.0
DAY = date(2026, 1, 15)


def square(west: float, south: float, width: float, height: float | None = None) -> shapely.Polygon:
    """Return a rectangle placed from the lower left corner."""
    x, y = EAST + west, NORTH + south
    return shapely.box(x, y, x + width, y + (height or width))


@dataclass(frozen=True)
class Proposal:
    """An intervention as the sheet takes it."""

    geometry: shapely.Polygon
    nome: str = "Parcheggio di prova"
    tipologie: tuple = ()
    stato_attuale: dict | None = None
    progetto: dict | None = None
    warnings: tuple = field(default=())


@dataclass(frozen=True)
class Picked:
    """A solution of the catalogue with its quantity."""

    id: str
    area_m2: float


def _raster(lake: Lake, layer: str, cells: np.ndarray, cell_m: float, nodata: float) -> None:
    transform = Affine(cell_m, 0, EAST, 0, -cell_m, NORTH + SIZE_M)
    with lake.draft(raster_manifest(layer), MADE_UP) as draft:
        draft.write_raster(cells, transform, nodata=nodata)


def _table(lake: Lake, layer: str, key: str, rows: list[tuple[str, str, shapely.Polygon]]) -> None:
    names = pd.DataFrame([(code, name) for code, name, _ in rows], columns=[key, "nome"])
    shapes = [shape for *_, shape in rows]
    with lake.draft(table_manifest(layer, key), MADE_UP) as draft:
        draft.write_table(geopandas.GeoDataFrame(names, geometry=shapes, crs=32632))


def place_lake(root: Path, *, storm: bool = True, pond: bool = False) -> Lake:
    """Build the place in a lake of its own under `root`, with STORM run on it unless told not to.

    With `pond`, the square kilometre to the north-east is water (DUSAF 5121).
    """
    lake = Lake(root / "lake")
    cover = np.full((400, 400), 2111, np.uint16)
    cover[:, :200] = 1111
    if pond:
        cover[:100, 300:] = 5121
    depth = np.full((40, 40), 7.5, np.float32)
    depth[30:, :10] = 0.6
    _raster(lake, "uso_suolo", cover, 10, 0)
    _raster(lake, "gruppo_idrologico", np.full((80, 80), 2, np.uint8), 50, 0)
    _raster(lake, "tessitura", np.full((80, 80), 2, np.uint8), 50, 0)
    _raster(lake, "soggiacenza", depth, 100, float("nan"))
    west, east = square(0, 0, 2000, 4000), square(2000, 0, 2000, 4000)
    _table(lake, "comuni", "istat", [("015086", "Cormano", west), ("015146", "Milano", east)])
    _table(lake, "upa", "codice", [("3b", "UPA 3b", west), ("2a", "UPA 2a", east)])
    _table(lake, "tessuto_urbano_consolidato", "codice", [("1", "tessuto", square(0, 0, 1800, 4000))])
    _table(lake, "zone_rispetto_pozzi", "codice", [("1", "pozzo", square(3000, 3000, 400))])
    _table(lake, "siti_contaminati", "codice", [("1", "sito", square(3500, 100, 100))])
    if storm:
        run_storm(lake, load_book(), day=DAY, event_mm=61.4)
    return lake
