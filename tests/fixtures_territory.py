"""A territory small enough to compute by hand: 6 x 4 cells of 10 m, three comuni, two UPA.

    land cover (DUSAF)                        soil group, 20 m      water table [m], 20 m
    1111 1111 | 2111 2111 | 1121 1121         B | A | C             12  | 3   | 0.5
    1111 1111 | 2111 2111 | 1121 1121         B | D | -              7  | 1.5 | -
    1111 1111 | 2111 2111 |  -    -
    1411 1411 | 2111 2111 |  511  511

Comuni by pairs of columns: 015146 (the chief town), 015002 (zone Magentino e Abbiatense), 015009 (zone Nord
Ovest). UPA: 2a the two upper rows, 4a the two lower ones. Names are invented.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
from affine import Affine
from shapely.geometry import box

from trama.kernel.layers import FieldSpec, Manifest, Provenance, SourceSpec
from trama.lake import Lake

EAST, NORTH, CELL = 500_000.0, 5_030_040.0, 10.0
COVER = np.array(
    [
        [1111, 1111, 2111, 2111, 1121, 1121],
        [1111, 1111, 2111, 2111, 1121, 1121],
        [1111, 1111, 2111, 2111, 0, 0],
        [1411, 1411, 2111, 2111, 511, 511],
    ],
    dtype=np.uint16,
)
GROUP = np.array([[2, 1, 3], [2, 4, 0]], dtype=np.uint8)
TEXTURE = np.array([[1, 2, 3], [2, 3, 0]], dtype=np.uint8)
DEPTH = np.array([[12.0, 3.0, 0.5], [7.0, 1.5, np.nan]], dtype=np.float32)
MADE_UP = Provenance(made_by="prova", synthetic=True)


def raster_manifest(layer: str) -> Manifest:
    """Describe a raster of the test territory."""
    return Manifest(
        id=layer,
        title=layer,
        description="",
        steward="prova",
        licence="CC0",
        source=SourceSpec("prova"),
        crs=32632,
        geometry="raster",
        fields=(FieldSpec("cell", "number", "1", ""),),
        synthetic=True,
    )


def table_manifest(layer: str, key: str) -> Manifest:
    """Describe a table of the test territory: a key and a name."""
    fields = (FieldSpec(key, "text", "text", ""), FieldSpec("nome", "text", "text", ""))
    return replace(raster_manifest(layer), geometry="polygon", key=key, fields=fields)


def put_raster(lake: Lake, layer: str, cells: np.ndarray, *, cell_m: float, nodata: float) -> None:
    """Write a raster whose upper left corner is the territory's."""
    transform = Affine(cell_m, 0, EAST, 0, -cell_m, NORTH)
    with lake.draft(raster_manifest(layer), MADE_UP) as draft:
        draft.write_raster(cells, transform, nodata=nodata)


def put_table(
    lake: Lake,
    layer: str,
    key: str,
    rows: list[tuple[str, str, tuple[float, ...]]],
    limits: tuple[str, ...] = (),
) -> None:
    """Write polygons given as (key, name, box in metres from the lower left corner)."""
    south = NORTH - CELL * COVER.shape[0]
    shapes = [box(EAST + w, south + s, EAST + e, south + n) for _, _, (w, s, e, n) in rows]
    names = pd.DataFrame([(code, name) for code, name, _ in rows], columns=[key, "nome"])
    manifest = replace(table_manifest(layer, key), known_limits=limits)
    with lake.draft(manifest, MADE_UP) as draft:
        draft.write_table(geopandas.GeoDataFrame(names, geometry=shapes, crs=32632))


def put_comuni(lake: Lake, limits: tuple[str, ...] = ()) -> None:
    """Write the three comuni, with what is known of their boundaries."""
    comuni = [
        ("015146", "Comune capoluogo", (0, 0, 20, 40)),
        ("015002", "Comune di mezzo", (20, 0, 40, 40)),
        ("015009", "Comune di levante", (40, 0, 60, 40)),
    ]
    put_table(lake, "comuni", "istat", comuni, limits)


def small_lake(root: Path, cover: np.ndarray = COVER) -> Lake:
    """Build the territory in a lake of its own under `root`."""
    lake = Lake(root / "lake")
    put_raster(lake, "uso_suolo", cover, cell_m=10, nodata=0)
    put_raster(lake, "gruppo_idrologico", GROUP, cell_m=20, nodata=0)
    put_raster(lake, "tessitura", TEXTURE, cell_m=20, nodata=0)
    put_raster(lake, "soggiacenza", DEPTH, cell_m=20, nodata=float("nan"))
    put_comuni(lake, limits=("Confine generalizzato: prova.",))
    put_table(lake, "upa", "codice", [("2a", "UPA 2a", (0, 20, 60, 40)), ("4a", "UPA 4a", (0, 0, 60, 20))])
    return lake
