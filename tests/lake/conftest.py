"""Small layers for the lake's tests: no norms, no territory."""

import numpy as np
import pytest
from affine import Affine
from shapely.geometry import box

from trama.kernel.layers import FieldSpec, Manifest, Provenance, SourceSpec
from trama.lake import Lake

GRID = Affine(10, 0, 500_000, 0, -10, 5_040_000)


def manifest(layer: str, geometry: str, *fields: FieldSpec, **more) -> Manifest:
    return Manifest(
        id=layer,
        title=layer.capitalize(),
        description="Per prova",
        steward="Nessuno",
        licence="CC0",
        source=SourceSpec("prova"),
        crs=32632,
        geometry=geometry,
        fields=fields,
        **more,
    )


@pytest.fixture
def lake(tmp_path):
    return Lake(tmp_path / "lake")


@pytest.fixture
def cover():
    return manifest("uso_suolo", "raster", FieldSpec("cell", "integer", "class", "codice"))


@pytest.fixture
def depth():
    return manifest("soggiacenza", "raster", FieldSpec("cell", "number", "m", "profondità"))


@pytest.fixture
def areas():
    return manifest(
        "upa",
        "polygon",
        FieldSpec("codice", "text", "text", "codice"),
        FieldSpec("quota", "number", "1", "quota"),
        key="codice",
        checks=("unique_id", "valid_geometry"),
    )


@pytest.fixture
def squares():
    import geopandas

    def make(count=3, *, side=100.0):
        return geopandas.GeoDataFrame(
            {"codice": [f"{n:03d}" for n in range(count)], "quota": np.linspace(0.0, 1.0, count)},
            geometry=[
                box(500_000 + 200 * n, 5_000_000, 500_000 + 200 * n + side, 5_000_100) for n in range(count)
            ],
            crs=32632,
        )

    return make


@pytest.fixture
def by_hand():
    return Provenance(made_by="prova", synthetic=True)


@pytest.fixture
def put_raster(lake, by_hand):
    def put(layer, cells, nodata=0, transform=GRID, provenance=by_hand):
        with lake.draft(layer, provenance) as draft:
            draft.write_raster(np.asarray(cells), transform, nodata=nodata)
        return draft.version

    return put


@pytest.fixture
def put_table(lake, by_hand):
    def put(layer, table, provenance=by_hand):
        with lake.draft(layer, provenance) as draft:
            draft.write_table(table)
        return draft.version

    return put
