"""Windows kept in memory are the cells of the file, and a file written again is read again."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from rasterio.windows import Window

from trama.lake import stored as module
from trama.lake.stored import stored

CELLS = np.arange(300 * 200, dtype=np.int32).reshape(300, 200)


def write(path: Path, cells: np.ndarray) -> Path:
    with rasterio.open(
        path, "w", driver="GTiff", count=1, dtype=cells.dtype, height=cells.shape[0], width=cells.shape[1],
        crs=32632, transform=Affine(10, 0, 5e5, 0, -10, 5.03e6), nodata=-1,
    ) as out:  # fmt: skip
        out.write(cells, 1)
    return path


@pytest.fixture(scope="module")
def raster(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("r") / "a.tif", CELLS)


@settings(max_examples=60, deadline=None)
@given(
    st.tuples(st.integers(0, 300), st.integers(0, 300)), st.tuples(st.integers(0, 200), st.integers(0, 200))
)
def test_any_window_is_that_of_the_file(
    raster: Path, rows: tuple[int, int], columns: tuple[int, int]
) -> None:
    (top, bottom), (left, right) = sorted(rows), sorted(columns)
    found = stored(raster).read(Window(left, top, right - left, bottom - top))
    assert found.shape == (bottom - top, right - left)
    np.testing.assert_array_equal(found, CELLS[top:bottom, left:right])


def test_a_window_too_large_to_keep_is_read_all_the_same(
    raster: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_CELLS", 100)
    np.testing.assert_array_equal(stored(raster).read(Window(3, 5, 150, 250)), CELLS[5:255, 3:153])


def test_nobody_can_spoil_what_is_kept(raster: Path) -> None:
    with pytest.raises(ValueError, match="read-only"):
        stored(raster).read(Window(0, 0, 5, 5))[0, 0] = 7


def test_a_file_written_again_is_read_again(tmp_path: Path) -> None:
    path = write(tmp_path / "b.tif", CELLS)
    assert stored(path).read(Window(0, 0, 1, 1))[0, 0] == 0
    write(path, CELLS + 5)
    os.utime(path, ns=(1, 1))
    assert stored(path).read(Window(0, 0, 1, 1))[0, 0] == 5
