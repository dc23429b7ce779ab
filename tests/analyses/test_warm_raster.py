"""`warm raster` on rasters small enough to check by hand, and cut in tiles of all sizes."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest
import rasterio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.analyses.storm_files import NODATA, square
from tests.analyses.warm_files import WarmFiles
from trama.analyses.rasters.errors import NoData
from trama.analyses.rasters.grid import Grid
from trama.analyses.warm import raster_tiles
from trama.analyses.warm.raster_tiles import Tile, least_budget, tiles_of

PARK, TOWN = 0.6 * 0.9 + 0.2 * 0.2 + 0.2 * 1.0, 0.6 * 0.1 + 0.2 * 0.3 + 0.2 * 0.4  # 0.78 and 0.20
RESULTS = ("cc.tif", "hm.tif", "t_air.tif")


def read(path: Path) -> np.ndarray:
    with rasterio.open(path) as dataset:
        return dataset.read(1)


@pytest.fixture
def files(tmp_path: Path) -> WarmFiles:
    return WarmFiles(tmp_path / "in").write()


def test_it_writes_what_a_hand_computes(files: WarmFiles, tmp_path: Path) -> None:
    """Land cover 1 1 2 / 1 2 -, far from two hectares of green: HM = CC; T mixed with exp(-d/2 cells)."""
    done = files.run(tmp_path / "out")
    capacity = [[PARK, PARK, TOWN], [PARK, TOWN, NODATA]]
    np.testing.assert_allclose(read(tmp_path / "out/cc.tif"), capacity, rtol=1e-6)
    np.testing.assert_allclose(read(tmp_path / "out/hm.tif"), capacity, rtol=1e-6)
    near = {(0, 0): 1.0, (0, 1): math.exp(-0.5), (1, 0): math.exp(-0.5), (0, 2): math.exp(-1)}
    near[1, 1] = math.exp(-math.sqrt(2) / 2)
    mixed = sum(weight * capacity[r][c] for (r, c), weight in near.items()) / sum(near.values())
    temperature = read(tmp_path / "out/t_air.tif")
    assert temperature[0, 0] == pytest.approx(22 + (1 - mixed) * 4, abs=1e-6)
    assert temperature[1, 2] == NODATA
    west, east = done.zones
    assert west["nome"] == "ovest"
    assert west["avg_cc"] == pytest.approx((3 * PARK + TOWN) / 4)
    assert west["avg_tmp_v"] == pytest.approx(temperature[:, :2].mean(dtype=float))
    assert west["avg_tmp_an"] == pytest.approx(west["avg_tmp_v"] - 22.0)
    assert (west["valid_area_share"], east["valid_area_share"]) == (1.0, 0.5)
    assert (done.cells, done.valid_cells, done.cell_m, done.eto_max) == (6, 5, 10.0, 5.0)


def test_large_green_cools_what_is_around_it(files: WarmFiles, tmp_path: Path) -> None:
    """A park of 80 x 50 cells (40 ha) beside a town: a cell near it takes its capacity, by distance."""
    cover = np.full((80, 80), 2, dtype=np.uint8)
    cover[:, :50] = 1
    files.write_lulc(cover)
    files.write_eto(np.full(cover.shape, 5.0))
    files.write_zones({"a": square(0, -780, 800, 20)})
    files.run(tmp_path / "out", green_area_cooling_distance=200.0)
    mitigation = read(tmp_path / "out/hm.tif")
    rows, columns = np.mgrid[:80, :80]
    distance = np.hypot(rows - 35, columns - 51)
    weights = np.where(distance <= 100, np.exp(-distance / 20), 0.0)
    park = (weights * np.where(cover == 1, PARK, 0.0)).sum() / weights.sum()
    assert mitigation[35, 51] == pytest.approx(park, abs=1e-6)
    assert mitigation[35, 51] > TOWN + 0.05
    assert mitigation[79, 79] == pytest.approx(TOWN)


def test_by_night_capacity_is_what_is_not_built(files: WarmFiles, tmp_path: Path) -> None:
    done = files.run(tmp_path / "out", cc_method="intensity")
    np.testing.assert_allclose(read(tmp_path / "out/cc.tif"), [[1, 1, 0.2], [1, 0.2, NODATA]], rtol=1e-6)
    assert done.eto_max is None


def test_missing_evapotranspiration_is_missing_not_zero(files: WarmFiles, tmp_path: Path) -> None:
    files.write_eto(np.array([[5, 4, 5], [-1, 5, 5]]))
    done = files.run(tmp_path / "out")
    for name in RESULTS:
        assert np.array_equal(read(tmp_path / "out" / name) == NODATA, [[0, 0, 0], [1, 0, 1]])
    assert done.valid_cells == 4
    assert read(tmp_path / "out/cc.tif")[0, 1] == pytest.approx(0.6 * 0.9 + 0.2 * 0.2 + 0.2 * 4 / 5)


def test_a_zone_without_any_data_is_empty_beside_one_that_has_some(files: WarmFiles, tmp_path: Path) -> None:
    files.write_lulc(np.array([[1, 1, 255], [1, 2, 255]], dtype=np.uint8))
    done = files.run(tmp_path / "out")
    west, east = done.zones
    assert (west["avg_cc"] is None, east["avg_cc"]) == (False, None)
    with (tmp_path / "out/zones.csv").open(encoding="utf-8") as file:
        assert [row["avg_tmp_v"] == "" for row in csv.DictReader(file)] == [False, True]


def test_by_night_a_ground_without_any_data_is_refused(files: WarmFiles, tmp_path: Path) -> None:
    files.table.write_text("lucode;building_intensity;green_area\n1;0;1\n2;0,8;0\n")
    files.write_lulc(np.full((2, 3), 255, dtype=np.uint8))
    with pytest.raises(NoData, match="nessuna cella ha dati in «"):
        files.run(tmp_path / "out", cc_method="intensity")
    assert not (tmp_path / "out").exists()


def test_a_zone_smaller_than_a_cell_takes_the_cells_it_touches(files: WarmFiles, tmp_path: Path) -> None:
    files.write_zones({"tutto": square(0, 0, 30, 20), "scheggia": square(21, 12, 22, 13)})
    assert files.run(tmp_path / "out").zones[1]["avg_cc"] == pytest.approx(TOWN)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(most=st.integers(6_000, 60_000), seed=st.integers(0, 99), share=st.sampled_from([0.0, 0.02, 0.5]))
def test_tiles_of_any_size_give_what_one_tile_gives(
    tmp_path_factory: pytest.TempPathFactory, most: int, seed: int, share: float
) -> None:
    """Tolerance: the noise of single precision, 1e-6 of a share and 1e-5 degC."""
    folder = tmp_path_factory.mktemp("tiles")
    files, rng = WarmFiles(folder / "in").write(), np.random.default_rng(seed)
    cover = np.kron(rng.choice([1, 2, 3], (15, 19)), np.ones((6, 8), dtype=int)).astype(np.uint8)
    cover[rng.random(cover.shape) < share] = 255
    files.write_lulc(cover)
    files.write_eto(4 + rng.random(cover.shape))
    files.write_zones({"a": square(3, -700, 700, 17), "b": square(700, -870, 1480, 17)})
    with pytest.MonkeyPatch.context() as patch:
        whole = files.run(folder / "whole", green_area_cooling_distance=40.0)
        patch.setattr(raster_tiles, "TILE_CELLS", most)
        cut = files.run(folder / "cut", green_area_cooling_distance=40.0)
    for name, tolerance in zip(RESULTS, (0, 1e-6, 1e-5), strict=True):
        one, other = read(folder / "whole" / name), read(folder / "cut" / name)
        assert np.array_equal(one == NODATA, other == NODATA)
        np.testing.assert_allclose(other, one, atol=tolerance, rtol=0)
    for one, other in zip(whole.zones, cut.zones, strict=True):
        assert other == pytest.approx(one, abs=1e-5)


@pytest.mark.parametrize("most", [3_000, 40_000, 1_000_000])
@pytest.mark.parametrize("shape", [(97, 211), (1, 1), (700, 40)])
def test_tiles_cover_the_grid_once_and_fit_their_budget(shape: tuple[int, int], most: int) -> None:
    grid = Grid(None, None, 0, 0, *shape)  # type: ignore[arg-type]
    count = np.zeros(shape, dtype=int)
    for tile in tiles_of(grid, 15, most):
        count[tile.slices] += 1
        window, inner = tile.around(15, grid)
        assert window.cells <= max(most, least_budget(15))
        assert (
            Tile(window.row + inner[0].start, window.column + inner[1].start, tile.height, tile.width) == tile
        )
    assert (count == 1).all()
