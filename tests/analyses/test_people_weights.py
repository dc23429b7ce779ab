"""The weight of a comune's land is a whole sum, however large the comune."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from rasterio.features import rasterize

from trama.analyses.scheda import people
from trama.analyses.scheda.people import land_weight

SIZE, CELL_M = 900, 10.0
TRANSFORM = Affine(CELL_M, 0, 500_000, 0, -CELL_M, 5_050_000)


@pytest.fixture(scope="module")
def cover(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A raster of 810,000 cells: built land here and there, one cell in fifty."""
    path = tmp_path_factory.mktemp("pesi") / "uso_suolo.tif"
    cells = np.where(np.random.default_rng(7).random((SIZE, SIZE)) < 0.02, 1111, 2111).astype(np.uint16)
    cells[:40] = 0
    given = {"width": SIZE, "height": SIZE, "count": 1, "dtype": "uint16", "nodata": 0}
    with rasterio.open(path, "w", driver="GTiff", crs=32632, transform=TRANSFORM, **given) as raster:
        raster.write(cells, 1)
    return path


@pytest.mark.parametrize("block", [5_000, 2_000_000])
def test_the_weight_counts_every_cell_as_a_whole_run_does(
    cover: Path, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Against numpy on the whole raster, the shape burnt by rasterio; also where blocks end amid it."""
    monkeypatch.setattr(people, "BLOCK_CELLS", block)
    people._class_areas_kept.cache_clear()
    west, north = TRANSFORM.c, TRANSFORM.f
    round_one = shapely.Point(west + 4600, north - 4400).buffer(4300)
    shape = round_one.union(shapely.box(west - 500, north - 900, west + 300, north + 100))
    with rasterio.open(cover) as raster:
        cells = raster.read(1)
    inside = rasterize([shape], cells.shape, transform=TRANSFORM) > 0
    whole = CELL_M**2 * (1.5 * np.sum(inside & (cells == 1111)) + 0.25 * np.sum(inside & (cells == 2111)))
    assert land_weight(cover, shape, {1111: 1.5, 2111: 0.25}) == pytest.approx(float(whole), rel=1e-12)
