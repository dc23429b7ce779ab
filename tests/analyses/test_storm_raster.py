"""`storm raster` on rasters small enough to check by hand."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely

from tests.analyses.storm_files import NODATA, StormFiles, square
from trama.analyses.storm.raster import RasterRun, run_raster

# CN 80 (S 63.5) and CN 100 under 50 mm, lambda 0.2: 37.3² / 100.8 and all of it. By hand.
Q_80 = 37.3**2 / 100.8


def run(files: StormFiles, out: Path, **options: object) -> RasterRun:
    settings: dict[str, object] = {"rain_mm": 50.0, "lambda_": 0.2} | options
    return run_raster(files.lulc, files.soils, files.table, zones=files.zones, out=out, **settings)  # type: ignore[arg-type]


def read(path: Path) -> np.ndarray:
    with rasterio.open(path) as dataset:
        return dataset.read(1)


@pytest.fixture
def files(tmp_path: Path) -> StormFiles:
    return StormFiles(tmp_path / "in").write()


def test_it_writes_what_a_hand_computes(files: StormFiles, tmp_path: Path) -> None:
    # land cover 1 1 2 / 1 2 -, soils B B B / A B B; class 1: A 50, B 80; class 2: 100; cells of 100 m2
    result = run(files, tmp_path / "out")
    expected = [[Q_80, Q_80, 50.0], [0.0, 50.0, NODATA]]
    np.testing.assert_allclose(read(tmp_path / "out/runoff_mm.tif"), expected, rtol=1e-6)
    retention = [[1 - Q_80 / 50, 1 - Q_80 / 50, 0.0], [1.0, 0.0, NODATA]]
    np.testing.assert_allclose(read(tmp_path / "out/retention_index.tif"), retention, rtol=1e-6)
    volume = np.where(np.array(retention) == NODATA, NODATA, np.array(retention) * 5.0)
    np.testing.assert_allclose(read(tmp_path / "out/retention_m3.tif"), volume, rtol=1e-6)
    west, east = result.zones
    assert west["nome"] == "ovest"
    assert west["runoff_mm_mean"] == pytest.approx((2 * Q_80 + 50.0) / 4, rel=1e-6)
    assert west["runoff_m3"] == pytest.approx((2 * Q_80 + 50.0) / 10, rel=1e-6)
    assert west["retention_m3"] == pytest.approx((2 * (1 - Q_80 / 50) + 1) * 5, rel=1e-6)
    assert west["valid_area_share"] == 1.0
    assert east["valid_area_share"] == 0.5
    assert (result.cells, result.valid_cells, result.cell_area_m2) == (6, 5, 100.0)


def test_the_table_of_zones_says_the_same_and_leaves_what_is_missing_empty(
    files: StormFiles, tmp_path: Path
) -> None:
    files.write_zones({"ovest": square(0, 0, 20, 20), "fuori": square(500, 500, 510, 510)})
    result = run(files, tmp_path / "out")
    with (tmp_path / "out/zones.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["nome"] for row in rows] == ["ovest", "fuori"]
    assert float(rows[0]["runoff_m3"]) == result.zones[0]["runoff_m3"]
    assert rows[1]["runoff_m3"] == ""
    assert rows[1]["valid_area_share"] == "0.0"
    assert result.zones[1]["retention_index_mean"] is None


def test_the_rasters_lie_on_the_land_cover_and_say_what_they_are(files: StormFiles, tmp_path: Path) -> None:
    run(files, tmp_path / "out")
    with rasterio.open(files.lulc) as cover, rasterio.open(tmp_path / "out/runoff_mm.tif") as made:
        assert (made.crs, made.transform, made.shape) == (cover.crs, cover.transform, cover.shape)
        assert (made.nodata, made.units, made.descriptions) == (NODATA, ("mm",), ("deflusso",))
        assert made.compression.name == "zstd"


@pytest.mark.parametrize("compress", ["deflate", "lzw", "none"])
def test_the_compression_changes_no_number(files: StormFiles, tmp_path: Path, compress: str) -> None:
    run(files, tmp_path / "one")
    run(files, tmp_path / "other", compress=compress)
    for name in ("runoff_mm.tif", "retention_index.tif", "retention_m3.tif"):
        assert np.array_equal(read(tmp_path / "one" / name), read(tmp_path / "other" / name))


def test_results_cover_only_the_box_common_to_the_three_inputs(files: StormFiles, tmp_path: Path) -> None:
    files.write_zones({"angolo": square(11, 1, 19, 9)})
    run(files, tmp_path / "out")
    assert read(tmp_path / "out/runoff_mm.tif").tolist() == [[50.0]]


def test_a_finer_soil_gives_each_cell_its_commonest_group(files: StormFiles, tmp_path: Path) -> None:
    # four soil cells per land-cover cell; in the first, three of four say A (CN 50: nothing runs off)
    fine = np.repeat(np.repeat(np.array([[2, 2, 2], [1, 2, 2]], dtype=np.uint8), 2, axis=0), 2, axis=1)
    fine[0, 0] = fine[0, 1] = fine[1, 0] = 1
    files.write_soils(fine, cell=5.0)
    result = run(files, tmp_path / "out")
    assert result.resampled
    runoff = read(tmp_path / "out/runoff_mm.tif")
    assert runoff[0, 0] == 0.0
    assert runoff[0, 1] == pytest.approx(Q_80)


def test_soils_and_zones_may_come_in_other_systems(files: StormFiles, tmp_path: Path) -> None:
    plain = run(files, tmp_path / "plain")
    files.write_soils(np.full((40, 40), 2, dtype=np.uint8), crs="EPSG:4326", margin=True)
    files.write_zones(files.two_zones(), crs="EPSG:3003")
    turned = run(files, tmp_path / "turned")
    np.testing.assert_allclose(read(tmp_path / "turned/runoff_mm.tif")[0], [Q_80, Q_80, 50.0], rtol=1e-6)
    assert turned.zones[1]["runoff_mm_mean"] == pytest.approx(plain.zones[1]["runoff_mm_mean"])


def test_overlapping_zones_each_count_their_own_cells(files: StormFiles, tmp_path: Path) -> None:
    files.write_zones({"tutto": square(0, 0, 30, 20), "dentro": square(0, 10, 10, 20)})
    whole, inner = run(files, tmp_path / "out").zones
    assert whole["runoff_m3"] == pytest.approx((2 * Q_80 + 100.0) / 10, rel=1e-6)
    assert inner["runoff_mm_mean"] == pytest.approx(Q_80, rel=1e-6)


def test_a_zone_smaller_than_a_cell_takes_the_cells_it_touches(files: StormFiles, tmp_path: Path) -> None:
    files.write_zones({"tutto": square(0, 0, 30, 20), "pozzo": square(21, 11, 22, 12)})
    result = run(files, tmp_path / "out")
    assert result.zones[1]["runoff_mm_mean"] == 50.0
    assert result.valid_cells == 5


def test_zones_from_any_file_are_the_same(files: StormFiles, tmp_path: Path) -> None:
    package = run(files, tmp_path / "gpkg").zones
    for suffix in (".geojson", ".shp", ".parquet"):
        files.write_zones(files.two_zones(), suffix=suffix)
        other = run(files, tmp_path / suffix[1:]).zones
        assert [{k: v for k, v in row.items() if k != "fid"} for row in other] == [
            {k: v for k, v in row.items() if k != "fid"} for row in package
        ]


def test_land_cover_codes_may_be_wide_or_real_numbers(files: StormFiles, tmp_path: Path) -> None:
    run(files, tmp_path / "narrow")
    for kind in (np.int32, np.float32):
        files.write_lulc(files.cover().astype(kind))
        run(files, tmp_path / kind.__name__)
        assert np.array_equal(
            read(tmp_path / "narrow/runoff_mm.tif"), read(tmp_path / kind.__name__ / "runoff_mm.tif")
        )


def test_a_raster_without_nodata_counts_every_cell_and_is_named(files: StormFiles, tmp_path: Path) -> None:
    files.write_lulc(np.array([[1, 1, 2], [1, 2, 2]], dtype=np.uint8), nodata=None)
    result = run(files, tmp_path / "out")
    assert result.undeclared == (str(files.lulc),)
    assert result.valid_cells == 6


def test_progress_reaches_the_end(files: StormFiles, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    run(files, tmp_path / "out", progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (6, 6)


def test_many_bands_and_spans_give_the_same_as_one(
    files: StormFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(7)
    cover = rng.choice([1, 2, 255], (300, 170)).astype(np.uint8)
    files.write_lulc(cover)
    files.write_soils(rng.choice([1, 2, 3, 4], (300, 170)).astype(np.uint8))
    files.write_zones({"a": square(3, -2400, 900, 17), "b": square(900, -2900, 1690, 17)})
    whole = run(files, tmp_path / "whole")
    monkeypatch.setattr("trama.analyses.storm.raster.TILE", 32)
    monkeypatch.setattr("trama.analyses.storm.raster.BLOCK_CELLS", 32 * 32)
    cut = run(files, tmp_path / "cut")
    assert cut.zones == whole.zones
    for name in ("runoff_mm.tif", "retention_index.tif", "retention_m3.tif"):
        assert np.array_equal(read(tmp_path / "cut" / name), read(tmp_path / "whole" / name))
    volume = read(tmp_path / "whole/retention_m3.tif")
    assert volume[volume != NODATA].sum(dtype=float) >= sum(z["retention_m3"] for z in whole.zones) - 1e-3


def test_results_do_not_move_when_the_territory_does(files: StormFiles, tmp_path: Path) -> None:
    here = run(files, tmp_path / "here")
    there = StormFiles(tmp_path / "moved", east=612_340.0, north=4_987_650.0).write()
    moved = run(there, tmp_path / "there")
    assert moved.zones == here.zones


def test_a_new_run_replaces_the_old_files_and_leaves_the_others(files: StormFiles, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(files, out)
    (out / "appunti.txt").write_text("miei")
    before = read(out / "runoff_mm.tif")
    run(files, out, rain_mm=100.0)
    assert read(out / "runoff_mm.tif")[0, 0] > before[0, 0]
    assert (out / "appunti.txt").read_text() == "miei"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "out"]


SLOW_RUN = """
import sys, time
from pathlib import Path
from trama.analyses.storm.raster import run_raster
lulc, soils, table, zones, out = map(Path, sys.argv[1:])
def wait(done, total):
    print("started", flush=True)
    time.sleep(60)
run_raster(lulc, soils, table, 50.0, zones, out, lambda_=0.2, progress=wait)
"""


def test_a_run_killed_in_the_middle_leaves_the_old_results_and_the_next_one_sweeps(
    files: StormFiles, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    run(files, out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    arguments = [files.lulc, files.soils, files.table, files.zones, out]
    process = subprocess.Popen([sys.executable, "-c", SLOW_RUN, *map(str, arguments)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(0.1)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()} == before
    assert list(out.glob(".out.*"))
    run(files, out)
    assert not list(out.glob(".out.*"))


def test_zones_that_cross_themselves_are_mended(files: StormFiles, tmp_path: Path) -> None:
    west, north = files.east, files.north
    bow = shapely.Polygon([(west, north), (west + 30, north - 20), (west + 30, north), (west, north - 20)])
    files.write_zones({"farfalla": bow}, placed=True)
    assert run(files, tmp_path / "out").zones[0]["runoff_mm_mean"] is not None
