"""`warm raster` and InVEST on the same files, where the peers have been built (`make bench-peers`)."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from benchmarks import peers
from benchmarks.warm_inputs import ETO_NODATA, make, write_eto
from benchmarks.warm_invest import PARAMETERS, PROCESSES, compare, settings_of

from trama.analyses.warm.raster import run_raster

pytestmark = pytest.mark.skipif(not peers.PEERS.exists(), reason="the peers are not built: make bench-peers")

WEST, NORTH = 480_000.0, 5_060_000.0
CASES: dict[str, tuple[dict[str, object], str]] = {
    "by day": ({}, "same"),
    "by night": ({"cc_method": "intensity", "t_ref": 18.5, "uhi_max": 9.9}, "same"),
    "short distances": ({"t_air_average_radius": 85.0, "green_area_cooling_distance": 125.0}, "same"),
    "other weights": ({"cc_weight_shade": 0.3, "cc_weight_albedo": 0.3, "cc_weight_eti": 0.4}, "same"),
    "a coarser evapotranspiration": ({}, "coarse"),
    "an evapotranspiration in another system": ({}, "system"),
    "an evapotranspiration full of holes": ({}, "holes"),
}


def lay_eto(path: Path, how: str) -> None:
    """Write the evapotranspiration again: other cells, another system, or with holes."""
    rng = np.random.default_rng(5)
    if how == "coarse":
        write_eto(path, 3 + rng.random((13, 13)), (WEST + 77, NORTH - 60), 250.0)
    elif how == "system":
        from rasterio.warp import transform_bounds

        around = (WEST - 900, NORTH - 3900, WEST + 3900, NORTH + 900)
        west, south, _, north = transform_bounds("EPSG:32632", "EPSG:3003", *around, densify_pts=21)
        write_eto(path, 3 + rng.random((30, 30)), (west, north), (north - south) / 30, "EPSG:3003")
    elif how == "holes":
        eto = 3 + rng.random((300, 300))
        write_eto(path, np.where(rng.random(eto.shape) < 0.3, ETO_NODATA, eto), (WEST, NORTH), 10.0)


@pytest.mark.parametrize("case", CASES)
def test_cells_and_zones_are_those_of_invest(case: str, tmp_path: Path) -> None:
    given, how = CASES[case]
    inputs = make(300, tmp_path / "inputs")
    lay_eto(inputs.eto, how)
    parameters = PARAMETERS | given
    script = [PROCESSES / "invest_cooling.py", inputs.folder, tmp_path / "invest", json.dumps(parameters), 1]
    peers.launch([peers.peer_python(), *map(str, script)], tmp_path)
    run_raster(
        inputs.lulc, inputs.eto, inputs.table, inputs.zones, tmp_path / "trama", settings_of(parameters)
    )
    compare(tmp_path / "invest", tmp_path / "trama")
