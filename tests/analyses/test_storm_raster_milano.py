"""`storm raster` on the real land cover of Milan, against the count of its cells."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio

from trama.analyses.storm.raster import run_raster
from trama.norms import load_book

pytestmark = pytest.mark.real_data

# Cells of classes 1 to 5 in s2_lcz_milan.tif, counted with numpy.
CELLS = {1: 554_378, 2: 2_546_256, 3: 396_222, 4: 2_621_363, 5: 68_445}


@pytest.mark.parametrize(("group", "event_mm", "mean_mm"), [("b", 61.4, 22.46), ("d", 100.0, 65.56)])
def test_mean_runoff_of_milan_is_that_of_its_cells_counted_by_class(
    group: str, event_mm: float, mean_mm: float, shared_data: Path, tmp_path: Path
) -> None:
    from datetime import date

    classes = load_book().value("sttm1/storm/suolo_lcz5_milano", date(2026, 1, 1)).value
    table = tmp_path / "classes.csv"
    lines = [f"{code},{','.join(str(row[f'cn_{g}']) for g in 'abcd')}" for code, row in classes.items()]
    table.write_text("\n".join(["lucode,CN_A,CN_B,CN_C,CN_D", *lines]))
    soils = tmp_path / "soils.tif"
    with rasterio.open(shared_data / "s2_lcz_milan.tif") as cover:
        profile = {name: cover.profile[name] for name in ("crs", "transform", "width", "height")}
    with rasterio.open(soils, "w", driver="GTiff", count=1, dtype="uint8", nodata=255, **profile) as made:
        shape = (profile["height"], profile["width"])
        made.write(np.full(shape, "abcd".index(group) + 1, dtype=np.uint8), 1)
    zones = shared_data / "comuni.gpkg"
    run = run_raster(
        shared_data / "s2_lcz_milan.tif", soils, table, event_mm, zones, tmp_path / "out", lambda_=0.2
    )
    total = 0.0
    for code, cells in CELLS.items():  # the formula again, by hand, on five numbers
        s = 25400 / float(classes[str(code)][f"cn_{group}"]) - 254
        excess = max(event_mm - 0.2 * s, 0.0)
        total += cells * (excess**2 / (excess + s) if excess else 0.0)
    with rasterio.open(run.files["runoff_mm.tif"]) as dataset:
        runoff = dataset.read(1, masked=True).compressed()
    assert run.valid_cells == sum(CELLS.values())
    assert runoff.mean(dtype=np.float64) == pytest.approx(total / sum(CELLS.values()), rel=1e-6)
    assert runoff.mean(dtype=np.float64) == pytest.approx(mean_mm, abs=0.005)
    milano = next(zone for zone in run.zones if zone["nome"] == "Milano")
    assert milano["valid_area_share"] > 0.99
