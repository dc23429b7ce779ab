"""The difference alone against two whole runs of the model."""

from __future__ import annotations

import numpy as np
import pytest

from trama.engines.heat import HeatModel
from trama.engines.heat.change import Before

MODEL = HeatModel(10.0, 60.0, 4_000.0, 50.0, 20.0, 4.0)
"""d_cool 6 cells, mixing 5 cells: halos of 30 and 25 cells, so that a test is small."""
TOLERANCE_DEGC = 1e-4


def _territory(rows: int, columns: int, *, holes: bool) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(7)
    blocks = rng.random((rows // 10 + 1, columns // 10 + 1))
    fine = np.kron(blocks, np.ones((10, 10)))[:rows, :columns]
    green = fine > 0.6
    capacity = np.where(green, 0.9, 0.3 + 0.3 * fine).astype(np.float32)
    if holes:
        capacity[: rows // 3, columns // 4 : columns // 3] = np.nan
        capacity[:5, :6] = np.nan
        capacity[rows // 2 + 20, columns // 2] = np.nan
    return capacity, green


def _drawn(capacity: np.ndarray, green: np.ndarray, where: tuple[slice, slice], value: float, is_green: bool):
    after, after_green = capacity.copy(), green.copy()
    after[where] = np.where(np.isnan(after[where]), np.nan, value)
    after_green[where] = is_green
    return after, after_green


@pytest.mark.parametrize("holes", [False, True])
@pytest.mark.parametrize(("value", "is_green"), [(0.95, True), (0.1, False)])
@pytest.mark.parametrize("where", [(slice(90, 104), slice(100, 121)), (slice(2, 9), slice(3, 20))])
def test_the_difference_equals_two_whole_runs(holes: bool, value: float, is_green: bool, where) -> None:
    capacity, green = _territory(210, 220, holes=holes)
    after, after_green = _drawn(capacity, green, where, value, is_green)
    whole = MODEL.window(after, after_green).temperature - MODEL.window(capacity, green).temperature
    before = Before.of(MODEL, capacity, green, where)
    change = before.change(where, after[where], after_green[where])
    out, cooler = change.temperature(12)
    expected = whole[out]
    assert np.array_equal(np.isnan(cooler), np.isnan(expected))
    assert np.nanmax(np.abs(cooler - expected)) < TOLERANCE_DEGC
    assert np.nanmax(np.abs(expected)) > 0.003  # there is something to compare


def test_a_window_of_the_map_gives_what_the_whole_map_gives() -> None:
    capacity, green = _territory(400, 400, holes=False)
    where = (slice(195, 207), slice(180, 199))
    after, after_green = _drawn(capacity, green, where, 0.95, True)
    whole = MODEL.window(after, after_green).temperature - MODEL.window(capacity, green).temperature
    margin = 2 * MODEL.mitigation_halo_cells
    window = (
        slice(where[0].start - margin, where[0].stop + margin),
        slice(where[1].start - margin, where[1].stop + margin),
    )
    inner = (slice(margin, margin + 12), slice(margin, margin + 19))
    before = Before.of(MODEL, capacity[window], green[window], inner)
    out, cooler = before.change(inner, after[where], after_green[where]).temperature(0)
    assert out == inner
    assert np.abs(cooler - whole[where]).max() < TOLERANCE_DEGC


def test_nothing_drawn_changes_nothing() -> None:
    capacity, green = _territory(200, 200, holes=False)
    where = (slice(90, 100), slice(90, 100))
    before = Before.of(MODEL, capacity, green, where)
    _out, cooler = before.change(where, capacity[where], green[where]).temperature(5)
    assert np.abs(cooler).max() < 1e-7
