"""The engine of heat against sums done cell by cell, from the formulas of InVEST's guide and code."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.signal
from hypothesis import given, settings
from hypothesis import strategies as st

from trama.engines.heat import (
    CoolingWeights,
    HeatModel,
    air_temperature,
    cooling_capacity,
    decay_kernel,
    heat_mitigation,
    large_green,
    mixed_temperature,
    night_capacity,
    park_capacity,
)
from trama.engines.heat.convolution import _least


def by_hand(values: np.ndarray, known: np.ndarray, row: int, column: int, cells: int) -> float:
    """Σ w·v / Σ w around a cell, in plain Python."""
    total = weight = 0.0
    for r, c in np.argwhere(known):
        distance = math.hypot(r - row, c - column)
        if distance <= 5 * cells:
            w = math.exp(-distance / cells)
            total += w * values[r, c]
            weight += w
    return total / weight


def territory(seed: int = 7, shape: tuple[int, int] = (23, 31)) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    capacity = rng.random(shape)
    capacity[rng.random(shape) < 0.1] = np.nan
    return capacity, rng.random(shape) < 0.3


def test_the_capacity_by_day_is_the_weighted_sum() -> None:
    found = cooling_capacity([0.5], [0.2], [0.9], [3.0], 6.0, CoolingWeights(6, 2, 2))
    assert found == pytest.approx([0.6 * 0.5 + 0.2 * 0.2 + 0.2 * 0.45])


def test_missing_evapotranspiration_is_missing_capacity() -> None:
    assert np.isnan(cooling_capacity(0.5, 0.2, 0.9, np.nan, 6.0, CoolingWeights(0.6, 0.2, 0.2)))
    assert np.isnan(night_capacity(np.nan))


@pytest.mark.parametrize("place", [(0, 0), (11, 15), (22, 3)])
def test_park_capacity_weighs_green_by_distance(place: tuple[int, int]) -> None:
    capacity, green = territory()
    capacity[place] = 0.4
    found = park_capacity(capacity, green, distance_cells=2)
    known = ~np.isnan(capacity)
    assert found[place] == pytest.approx(by_hand(np.where(green, capacity, 0.0), known, *place, cells=2))


def test_mixing_leaves_missing_cells_out_of_the_mean() -> None:
    temperature, _ = territory()
    found = mixed_temperature(temperature, 1)
    known = ~np.isnan(temperature)
    assert np.array_equal(np.isnan(found), ~known)
    for place in np.argwhere(known)[::40]:
        assert found[tuple(place)] == pytest.approx(by_hand(temperature, known, *place, cells=1))


def test_green_counts_as_large_from_the_threshold_on() -> None:
    green = np.zeros((41, 41), dtype=bool)
    green[20, 15:20] = True  # five cells of 100 m²
    capacity = np.where(green, 1.0, 0.0)
    common = {"cell_m": 10.0, "distance_cells": 6}
    at = heat_mitigation(capacity, green, large_green_m2=500.0, **common)
    above = heat_mitigation(capacity, green, large_green_m2=500.1, **common)
    assert at[20, 20] > 0.0
    assert np.array_equal(above, capacity)
    assert large_green(green, np.ones_like(green), 6, cells=5.0)[20, 20]


def test_near_a_border_green_is_counted_in_proportion() -> None:
    """A corner sees 6 of the 13 cells of a disc of radius 2: all green, they count as 13."""
    green = np.ones((30, 30), dtype=bool)
    assert large_green(green, green, 2, cells=13.0).all()
    assert not large_green(green, green, 2, cells=13.1).any()
    green[0, 1] = False  # the corner: 5 of 6 cells, 10.83 of 13
    assert large_green(green, np.ones_like(green), 2, cells=10.8)[0, 0]
    assert not large_green(green, np.ones_like(green), 2, cells=10.9)[0, 0]


def test_a_uniform_ground_has_the_temperature_of_its_formula() -> None:
    capacity = np.full((40, 50), 0.3)
    capacity[5:9, 7] = np.nan
    model = HeatModel(10.0, 30.0, 20_000.0, 40.0, t_ref=22.0, uhi_max=3.5)
    result = model.window(capacity, np.zeros(capacity.shape, dtype=bool))
    there = ~np.isnan(capacity)
    assert result.temperature[there] == pytest.approx(22.0 + 0.7 * 3.5, abs=1e-6)
    assert np.isnan(result.temperature[~there]).all()
    assert float(air_temperature(0.3, 22.0, 3.5)) == pytest.approx(24.45)


def test_no_distance_means_no_mixing() -> None:
    temperature, _ = territory()
    assert np.allclose(mixed_temperature(temperature, 0), temperature, equal_nan=True)
    assert decay_kernel(3).sum() == pytest.approx(1.0)


def test_a_window_with_its_halo_gives_what_the_whole_gives() -> None:
    capacity, green = territory(seed=3, shape=(120, 130))
    model = HeatModel(10.0, 20.0, 600.0, 30.0, t_ref=20.0, uhi_max=5.0)
    whole = model.window(capacity, green)
    halo = model.halo_cells
    rows, columns = slice(60 - halo, 70 + halo), slice(50 - halo, 61 + halo)
    part = model.window(capacity[rows, columns], green[rows, columns])
    inner = (slice(halo, -halo), slice(halo, -halo))
    np.testing.assert_allclose(part.temperature[inner], whole.temperature[60:70, 50:61], atol=1e-6)
    np.testing.assert_allclose(part.mitigation[inner], whole.mitigation[60:70, 50:61], atol=1e-6)


def test_weights_must_mean_something() -> None:
    with pytest.raises(ValueError, match="weights"):
        CoolingWeights(0.0, 0.0, 0.0)
    with pytest.raises(ValueError, match="weights"):
        CoolingWeights(1.2, -0.2, 0.0)


@pytest.mark.parametrize("share", [0.02, 0.5, 0.97])
def test_single_precision_holds_however_many_cells_are_missing(share: float) -> None:
    """Against the same in double precision: 1e-6 of HM, 1e-5 degC."""
    rng = np.random.default_rng(11)
    capacity = np.kron(rng.random((30, 33)), np.ones((20, 20)))
    capacity[rng.random(capacity.shape) < share] = np.nan
    green = np.kron(rng.random((30, 33)) < 0.4, np.ones((20, 20), dtype=bool))
    model = HeatModel(10.0, 150.0, 20_000.0, 200.0, t_ref=20.0, uhi_max=8.0)
    single = model.window(capacity.astype(np.float32), green)
    double = model.window(capacity.astype(np.float32).astype(np.float64), green)
    assert single.mitigation.dtype == np.float32
    np.testing.assert_allclose(single.mitigation, double.mitigation, atol=1e-6)
    np.testing.assert_allclose(single.temperature, double.temperature, atol=1e-5)


def test_a_few_missing_cells_far_apart_are_taken_one_block_at_a_time() -> None:
    """Holes in two corners of an array of many blocks: the sums are those of plain convolution."""
    rng = np.random.default_rng(2)
    values = rng.random((1100, 1300))
    values[3:9, 4:20] = np.nan
    values[-30:, -2:] = np.nan
    found = mixed_temperature(values, 4)
    known = ~np.isnan(values)
    total = scipy.signal.fftconvolve(np.where(known, values, 0.0), decay_kernel(4), mode="same")
    weight = scipy.signal.fftconvolve(known.astype(float), decay_kernel(4), mode="same")
    assert np.array_equal(np.isnan(found), ~known)
    np.testing.assert_allclose(found[known], (total / weight)[known], atol=1e-9)


@pytest.mark.parametrize("shape", [(1, 1), (3, 2), (7, 60), (60, 7)])
def test_an_array_smaller_than_the_kernel_is_summed_all_the_same(shape: tuple[int, int]) -> None:
    temperature = np.random.default_rng(4).random(shape)
    found = mixed_temperature(temperature, 5)
    known = np.ones(shape, dtype=bool)
    place = (shape[0] // 2, shape[1] // 2)
    assert found[place] == pytest.approx(by_hand(temperature, known, *place, cells=5))


def test_a_distance_beyond_the_array_is_summed_as_far_as_the_array_goes() -> None:
    """Against plain convolution with the whole kernel, 4001 cells wide, of which the array sees 119."""
    values = np.random.default_rng(6).random((60, 45))
    found = mixed_temperature(values, 400)
    kernel = decay_kernel(400)
    total = scipy.signal.fftconvolve(values, kernel)[2000:2060, 2000:2045]
    weight = scipy.signal.fftconvolve(np.ones_like(values), kernel)[2000:2060, 2000:2045]
    np.testing.assert_allclose(found, total / weight, rtol=1e-7)


def test_part_of_an_array_is_what_the_whole_gives_there() -> None:
    capacity, green = territory(seed=9, shape=(150, 90))
    model = HeatModel(10.0, 40.0, 600.0, 60.0, t_ref=20.0, uhi_max=5.0)
    inner = (slice(30, 110), slice(0, 41))
    np.testing.assert_allclose(
        model.mitigation(capacity, green, inner=inner), model.mitigation(capacity, green)[inner], atol=1e-12
    )


@settings(max_examples=30, deadline=None)
@given(known=st.integers(1, 6361), threshold=st.floats(0.5, 6361))
def test_the_least_count_is_the_first_that_reaches_the_threshold(known: int, threshold: float) -> None:
    """In InVEST's order of operations: (count / known)·disc."""
    disc = 6361
    count = _least(disc, threshold)[known] + 0.5
    assert (count / known) * disc >= threshold
    assert ((count - 1) / known) * disc < threshold


def test_green_around_cools_never_less_than_the_ground_itself() -> None:
    capacity, green = territory(seed=6, shape=(80, 80))
    mitigation = heat_mitigation(capacity, green, cell_m=10.0, distance_cells=5, large_green_m2=500.0)
    known = ~np.isnan(capacity)
    assert (mitigation[known] >= capacity[known]).all()
    assert (mitigation[known] <= 1.0).all()
