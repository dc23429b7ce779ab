"""WARM on the lake and `warm raster` on the same inputs say the same."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
import rasterio
from shapely.geometry import box

from tests.fixtures_heat import warm_lake
from trama.analyses.warm import WarmResult, run_warm
from trama.analyses.warm.raster import WarmRun, run_raster
from trama.analyses.warm.raster_settings import Settings
from trama.lake import Lake
from trama.norms import load_book

BOOK = load_book()
DAY = date(2026, 1, 15)
CODES = [0, 1111, 1121, 1221, 1411, 2111, 31112, 511, 5121]


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """A patchwork of 300 by 360 m, with gaps, whose first cells are those of the small territory."""
    rng = np.random.default_rng(11)
    cover = np.kron(rng.choice(CODES, (10, 12)), np.ones((3, 3), dtype=int)).astype(np.uint16)
    return warm_lake(tmp_path_factory.mktemp("casa"), cover)


@pytest.fixture(scope="module")
def result(lake: Lake) -> WarmResult:
    return run_warm(lake, BOOK, day=DAY, t_ref=20.0, uhi_max=3.5)


def norm(name: str) -> Any:
    return BOOK.value(f"sttm1/warm/{name}", DAY).value


def from_files(lake: Lake, folder: Path, method: str) -> WarmRun:
    """Run the command's analysis on the lake's own rasters and on the norms written as InVEST's table."""
    lulc = lake.version("uso_suolo").raster
    table, eto, aoi = folder / "classi.csv", folder / "eto.tif", folder / "tutto.gpkg"
    names = ("shade", "albedo", "kc_summer", "green_area", "building_intensity")
    classes = norm("calore_dusaf").items()
    rows = [f"{code},{','.join(str(row[name]) for name in names)}" for code, row in classes]
    table.write_text("\n".join(["lucode,shade,albedo,kc,green_area,building_intensity", *rows]))
    with rasterio.open(lulc) as source:
        profile = {name: source.profile[name] for name in ("crs", "transform", "width", "height")}
        shape, bounds = source.shape, source.bounds
    with rasterio.open(eto, "w", "GTiff", count=1, dtype="float32", nodata=-1.0, **profile) as out:
        out.write(np.full(shape, norm("et0"), dtype=np.float32), 1)
    whole = box(*bounds)  # the command reads only what its zones reach, the lake all of it
    geopandas.GeoDataFrame(geometry=[whole], crs=32632).to_file(aoi)
    weights = (norm("pesi_cc")[name] for name in ("ombra", "albedo", "evapotraspirazione"))
    settings = Settings.checked(
        20.0, 3.5, norm("distanza_raffrescamento"), norm("raggio_mescolamento"), method, *weights
    )
    return run_raster(lulc, eto, table, aoi, folder / method, settings)


def cells(path: Path) -> np.ndarray:
    with rasterio.open(path) as source:
        return np.asarray(source.read(1, masked=True).filled(np.nan))


def test_the_night_is_the_same_cell_by_cell(lake: Lake, result: WarmResult, tmp_path: Path) -> None:
    files = from_files(lake, tmp_path, "intensity").files
    ours, theirs = cells(result.versions["temperatura_notte"].raster), cells(files["t_air.tif"])
    assert np.isfinite(theirs).any()
    np.testing.assert_allclose(ours, theirs, atol=1e-5)


def test_the_cooling_by_day_is_the_same_cell_by_cell(lake: Lake, result: WarmResult, tmp_path: Path) -> None:
    files = from_files(lake, tmp_path, "factors").files
    ours, theirs = cells(result.versions["raffrescamento"].raster), cells(files["cc.tif"])
    np.testing.assert_allclose(ours, theirs, atol=1e-6)
