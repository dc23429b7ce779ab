"""Rows of a table near a place, against geopandas reading the same file."""

from __future__ import annotations

from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely

from trama.lake import rows as rows_near
from trama.lake.rows import read_rows

BOXES = [
    (20.0, 20.0, 41.5, 33.0),
    (-10.0, -10.0, -1.0, -1.0),
    (0.0, 0.0, 0.0, 0.0),
    (99.0, 0.0, 300.0, 300.0),
]


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rng = np.random.default_rng(5)
    corners = rng.uniform(0, 100, (1_000, 2))
    shapes = shapely.box(*corners.T, *(corners + rng.uniform(0.1, 3, (1_000, 2))).T)
    shapes[17] = None
    frame = geopandas.GeoDataFrame({"nome": [f"n{i}" for i in range(1_000)]}, geometry=shapes, crs=32632)
    path = tmp_path_factory.mktemp("rows") / "table.parquet"
    frame.to_parquet(path, index=False, write_covering_bbox=True, row_group_size=64)
    return path


@pytest.mark.parametrize("bbox", BOXES)
def test_rows_near_a_place_are_those_geopandas_finds(table: Path, bbox: tuple[float, ...]) -> None:
    expected = geopandas.read_parquet(table, bbox=bbox)
    rows, shapes = read_rows(table, ["nome"], bbox)
    assert rows["nome"] == list(expected["nome"])
    assert shapely.equals(shapes, expected.geometry.to_numpy()).all()


def test_without_a_box_every_row_comes_also_those_without_a_shape(table: Path) -> None:
    rows, shapes = read_rows(table, ["nome"], None)
    assert rows["nome"] == [f"n{i}" for i in range(1_000)]
    assert shapes[17] is None


def test_a_place_without_rows_still_has_its_columns(table: Path) -> None:
    rows, shapes = read_rows(table, ["nome"], (500.0, 500.0, 501.0, 501.0))
    assert rows == {"nome": []}
    assert shapes.shape == (0,)


def test_groups_that_lie_elsewhere_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    west = np.arange(1_000) * 10.0
    frame = geopandas.GeoDataFrame({"n": range(1_000)}, geometry=shapely.box(west, 0, west + 5, 5), crs=32632)
    path = tmp_path / "strip.parquet"
    frame.to_parquet(path, index=False, write_covering_bbox=True, row_group_size=100)
    looked_in: list[int] = []
    within = rows_near._rows_of
    monkeypatch.setattr(rows_near, "_rows_of", lambda *of: (looked_in.append(of[1]), within(*of))[1])
    found, _shapes = read_rows(path, ["n"], (2_985.0, 0.0, 3_000.0, 5.0))
    assert found["n"] == [298, 299, 300]  # sides included: 2980 to 2985, and 3000 to 3005
    assert looked_in == [2, 3]
