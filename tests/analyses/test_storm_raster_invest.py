"""`storm raster` and InVEST on the same files, where the peers have been built (`make bench-peers`)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
from benchmarks import peers
from benchmarks.storm_inputs import make
from benchmarks.storm_invest import PROCESSES, compare
from rasterio.transform import from_bounds

from trama.analyses.storm.raster import run_raster

pytestmark = pytest.mark.skipif(not peers.PEERS.exists(), reason="the peers are not built: make bench-peers")


def laid_otherwise(soils: Path, crs: str, box: tuple[float, float, float, float]) -> None:
    """Write the soils again, on another grid: other cells, another corner, perhaps another system."""
    with rasterio.open(soils) as dataset:
        codes, nodata = dataset.read(1), dataset.nodata
    size = 90
    patches = codes[10 : 10 + size * 3 : 3, 10 : 10 + size * 3 : 3]
    with rasterio.open(
        soils,
        "w",
        driver="GTiff",
        width=size,
        height=size,
        count=1,
        dtype="uint8",
        crs=crs,
        transform=from_bounds(*box, size, size),
        nodata=nodata,
    ) as dataset:
        dataset.write(np.where(patches == nodata, 3, patches), 1)


@pytest.mark.parametrize("case", ["same grid", "another grid", "another system"])
def test_cells_and_zones_are_those_of_invest(case: str, tmp_path: Path) -> None:
    inputs = make(300, tmp_path / "inputs")
    west, north = 480_000.0, 5_060_000.0
    if case == "another grid":
        laid_otherwise(inputs.soils, "EPSG:32632", (west + 133, north - 2871, west + 2913, north - 55))
    if case == "another system":
        from rasterio.warp import transform_bounds

        around = (west - 900, north - 3900, west + 3900, north + 900)
        laid_otherwise(
            inputs.soils, "EPSG:3003", transform_bounds("EPSG:32632", "EPSG:3003", *around, densify_pts=21)
        )
    script = [peers.peer_python(), PROCESSES / "invest_flood.py", inputs.folder, tmp_path / "invest", 50, 1]
    peers.launch([str(part) for part in script], tmp_path)
    run_raster(inputs.lulc, inputs.soils, inputs.table, 50.0, inputs.zones, tmp_path / "trama", lambda_=0.2)
    compare(tmp_path / "invest", tmp_path / "trama")
