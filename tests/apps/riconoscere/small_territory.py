"""A territory of two comuni, small enough to check by hand, written through the lake's own door.

Land cover is sealed (DUSAF 1111) in the western half of Cormano and arable (2111) elsewhere; soil is group B
everywhere but for a southern strip in C; the water table is 6 m deep; wells' protection only in Bresso.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import geopandas
import numpy as np
from rasterio.transform import from_origin
from shapely.geometry import Polygon, box

from trama.kernel.layers import FieldSpec, Manifest, Provenance, SourceSpec
from trama.lake import Lake, Version

WEST, SOUTH, CELL = 512_000.0, 5_042_000.0, 10.0
ROWS, COLUMNS = 300, 400
MADE = Provenance("tests", synthetic=True)
TRANSFORM = from_origin(WEST, SOUTH + ROWS * CELL, CELL, CELL)

CORMANO = box(WEST, SOUTH, WEST + 3000, SOUTH + 3000)
BRESSO = box(WEST + 3000, SOUTH, WEST + 4000, SOUTH + 3000)

CAR_PARK_M = box(513_200, 5_043_000, 513_300, 5_043_090)
"""The area of the journey: 100 m by 90 m, 0.9 ha, in the sealed half of Cormano."""


def build_territory(root: Path) -> Lake:
    """Write every layer the sheet reads, each at version v0001."""
    lake = Lake(root)
    write_areas(lake, "comuni", {"015086": CORMANO, "015032": BRESSO}, names=("Cormano", "Bresso"))
    write_areas(lake, "upa", {"3a": CORMANO, "3b": BRESSO})
    write_areas(lake, "tessuto_urbano_consolidato", {"t1": box(WEST, SOUTH, WEST + 1500, SOUTH + 3000)})
    write_areas(lake, "zone_rispetto_pozzi", {"p1": box(WEST + 3400, SOUTH, WEST + 3600, SOUTH + 200)})
    write_areas(lake, "siti_contaminati", {"s1": box(WEST + 3800, SOUTH, WEST + 3900, SOUTH + 100)})
    write_classes(lake)
    write_cover(lake)
    write_raster(lake, "gruppo_idrologico", soil_groups(), 0)
    write_raster(lake, "soggiacenza", np.full((ROWS, COLUMNS), 6.0, "float32"), np.nan)
    write_raster(lake, "kdren", np.full((ROWS, COLUMNS), 0.4, "float32"), np.nan)
    return lake


def soil_groups() -> np.ndarray:
    """Group B, but C in the southern fifty rows."""
    groups = np.full((ROWS, COLUMNS), 2, "uint8")
    groups[-50:] = 3
    return groups


def write_cover(lake: Lake, sealed_columns: int = 150, *, synthetic: bool = True) -> Version:
    """Write the land cover: sealed in the first columns, arable beyond."""
    cover = np.full((ROWS, COLUMNS), 2111, "uint16")
    cover[:, :sealed_columns] = 1111
    return write_raster(lake, "uso_suolo", cover, 0, synthetic=synthetic)


def write_raster(
    lake: Lake, layer: str, cells: np.ndarray, nodata: float, *, synthetic: bool = True
) -> Version:
    """Publish a raster on the territory's grid."""
    manifest = manifest_of(layer, "raster", (FieldSpec("cell", str(cells.dtype), "1", "valore"),))
    with lake.draft(manifest, Provenance("tests", synthetic=synthetic)) as draft:
        draft.write_raster(cells, TRANSFORM, nodata=nodata)
    return draft.version


def write_areas(
    lake: Lake, layer: str, shapes: Mapping[str, Polygon], names: tuple[str, ...] | None = None
) -> Version:
    """Publish areas with a key, and a name where `names` are given."""
    key = "istat" if layer == "comuni" else "codice"
    columns: dict[str, list[object]] = {key: list(shapes)}
    if names:
        columns["nome"] = list(names)
    fields = tuple(FieldSpec(name, "text", "text", name) for name in columns)
    with lake.draft(manifest_of(layer, "polygon", fields, key), MADE) as draft:
        draft.write_table(geopandas.GeoDataFrame(columns, geometry=list(shapes.values()), crs=32632))
    return draft.version


def write_classes(lake: Lake) -> Version:
    """Publish the vulnerability class of each UPA: 4 and 2."""
    names, grade = (
        FieldSpec("nome", "text", "text", "nome"),
        FieldSpec("classe", "integer", "class", "classe"),
    )
    fields = (FieldSpec("codice", "text", "text", "UPA"), names, grade)
    rows = {"codice": ["3a", "3b"], "nome": ["Fontanili", "UPA 3b"], "classe": [4, 2]}
    table = geopandas.GeoDataFrame(rows, geometry=[CORMANO, BRESSO], crs=32632)
    with lake.draft(manifest_of("storm_upa", "polygon", fields, "codice"), MADE) as draft:
        draft.write_table(table)
    return draft.version


def manifest_of(layer: str, geometry: str, fields: tuple[FieldSpec, ...], key: str | None = None) -> Manifest:
    """Return a plain manifest for a layer of this territory."""
    return Manifest(
        id=layer,
        title=layer.replace("_", " ").capitalize(),
        description="livello di prova",
        steward="prove",
        licence="CC0",
        source=SourceSpec("none"),
        crs=32632,
        geometry=geometry,
        fields=fields,
        key=key,
        synthetic=True,
    )
