"""Tables spread over cells, and figures by zone: equal however cut, and missing stays missing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from trama.engines.hydrology import CellLookup, ZonalHistogram, ZonalSums, values_or_none

CODES = (11, 300, -4)
GROUPS = (1, 2, 3, 4)
VALUES = np.arange(12, dtype=float).reshape(3, 4) / 7
ZONES = 5


def shapes() -> st.SearchStrategy[tuple[int, int]]:
    return st.tuples(st.integers(1, 12), st.integers(1, 12))


@st.composite
def rasters(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    shape = draw(shapes())
    lulc = draw(npst.arrays(np.int16, shape, elements=st.sampled_from([*CODES, -99, 7])))
    soils = draw(npst.arrays(np.uint8, shape, elements=st.sampled_from([*GROUPS, 255, 9])))
    labels = draw(npst.arrays(np.uint8, shape, elements=st.integers(0, ZONES)))
    return lulc, soils, labels


@pytest.fixture(scope="module")
def lookup() -> CellLookup:
    return CellLookup(CODES, GROUPS, class_nodata=-99, group_nodata=255)


@pytest.mark.parametrize("kind", [np.int16, np.int32, np.int64])
def test_each_cell_finds_its_row_whatever_the_width_of_its_code(lookup: CellLookup, kind: type) -> None:
    # drawn by hand: three known cells, then unknown class, missing class, missing soil, unknown soil
    lulc = np.array([[11, 300, -4, 7, -99, 11, 300]], dtype=kind)
    soils = np.array([[1, 4, 2, 1, 9, 255, 9]], dtype=kind)
    rows = lookup.rows(lulc, soils)
    table = lookup.spread(VALUES, missing=-1)
    assert table[rows].tolist() == [
        pytest.approx(v, rel=1e-6) for v in [[VALUES[0, 0], VALUES[1, 3], VALUES[2, 1], -1, -1, -1, -1]]
    ]
    assert lookup.unknown_class[rows].tolist() == [[False, False, False, True, False, False, False]]
    assert lookup.unknown_group[rows].tolist() == [[False, False, False, False, False, False, True]]
    assert lookup.known[rows].tolist() == [[True, True, True, False, False, False, False]]


def test_one_byte_codes_are_found_signed_and_unsigned() -> None:
    lookup = CellLookup((1, -1), GROUPS, class_nodata=-128)
    soils = np.ones((1, 3), dtype=np.uint8)
    rows = lookup.rows(np.array([[1, -1, -128]], dtype=np.int8), soils)
    assert lookup.spread([[5.0] * 4, [6.0] * 4], missing=0)[rows].tolist() == [[5.0, 6.0, 0.0]]
    high = CellLookup((200,), GROUPS)
    assert high.known[high.rows(np.array([[200]], dtype=np.uint8), soils[:, :1])].all()


def test_a_repeated_code_is_refused() -> None:
    with pytest.raises(ValueError, match="repeated"):
        CellLookup((1, 1), GROUPS)


@given(rasters())
def test_wide_and_narrow_codes_give_the_same_rows(
    lookup: CellLookup, cells: tuple[np.ndarray, np.ndarray, np.ndarray]
) -> None:
    lulc, soils, _ = cells
    narrow = lookup.rows(lulc, soils)
    assert np.array_equal(narrow, lookup.rows(lulc.astype(np.int64), soils.astype(np.int32)))


@given(rasters(), st.integers(1, 5))
def test_zonal_figures_do_not_depend_on_the_tiles(
    lookup: CellLookup, cells: tuple[np.ndarray, np.ndarray, np.ndarray], height: int
) -> None:
    lulc, soils, labels = cells
    whole, tiled = (ZonalHistogram(ZONES, lookup.size) for _ in range(2))
    whole.add(labels, lookup.rows(lulc, soils))
    for top in reversed(range(0, lulc.shape[0], height)):
        cut = slice(top, top + height)
        tiled.add(labels[cut], lookup.rows(lulc[cut], soils[cut]))
    assert np.array_equal(whole.counts, tiled.counts)


@given(rasters(), st.integers(0, 11))
def test_zonal_figures_do_not_depend_on_where_the_raster_starts(
    lookup: CellLookup, cells: tuple[np.ndarray, np.ndarray, np.ndarray], shift: int
) -> None:
    lulc, soils, labels = cells
    still, rolled = (ZonalHistogram(ZONES, lookup.size) for _ in range(2))
    still.add(labels, lookup.rows(lulc, soils))
    moved = [np.roll(array, shift, axis=1) for array in (lulc, soils, labels)]
    rolled.add(moved[2], lookup.rows(moved[0], moved[1]))
    assert np.array_equal(still.counts, rolled.counts)


@given(rasters())
def test_a_zonal_mean_lies_between_the_least_and_the_most_of_its_cells(
    lookup: CellLookup, cells: tuple[np.ndarray, np.ndarray, np.ndarray]
) -> None:
    lulc, soils, labels = cells
    histogram = ZonalHistogram(ZONES, lookup.size)
    rows = lookup.rows(lulc, soils)
    histogram.add(labels, rows)
    table = lookup.spread(VALUES, missing=-9999)
    means, totals = (figure(table, lookup.known) for figure in (histogram.mean, histogram.total))
    for zone in range(ZONES):
        inside = table[rows[(labels == zone + 1) & lookup.known[rows]]].astype(float)
        if inside.size == 0:
            assert np.isnan(means[zone])
            assert np.isnan(totals[zone])
        else:
            assert inside.min() - 1e-9 <= means[zone] <= inside.max() + 1e-9
            assert totals[zone] == pytest.approx(inside.sum())


@given(rasters(), st.integers(1, 5))
def test_sums_of_any_raster_are_those_of_the_histogram_however_cut(
    lookup: CellLookup, cells: tuple[np.ndarray, np.ndarray, np.ndarray], height: int
) -> None:
    lulc, soils, labels = cells
    rows = lookup.rows(lulc, soils)
    histogram = ZonalHistogram(ZONES, lookup.size)
    histogram.add(labels, rows)
    values = np.where(lookup.known[rows], lookup.spread(VALUES, missing=0)[rows], np.nan)
    sums = ZonalSums.of(labels[:0], values[:0], ZONES)
    for top in range(0, lulc.shape[0], height):
        sums = sums + ZonalSums.of(labels[top : top + height], values[top : top + height], ZONES)
    table = lookup.spread(VALUES, missing=0)
    np.testing.assert_allclose(sums.mean, histogram.mean(table, lookup.known))
    np.testing.assert_allclose(sums.total, histogram.total(table, lookup.known))
    assert np.array_equal(sums.cells, histogram.cells())


def test_a_zone_without_data_has_no_mean_rather_than_zero() -> None:
    labels = np.array([[1, 2, 2]])
    sums = ZonalSums.of(labels, np.array([[np.nan, 4.0, np.nan]]), zones=3)
    assert values_or_none(sums.mean) == [None, 4.0, None]
    assert values_or_none(sums.total) == [None, 4.0, None]
    assert values_or_none(sums.coverage_share) == [0.0, 0.5, None]
