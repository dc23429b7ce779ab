"""Cells counted by kind give the means and sums of the cells themselves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trama.engines.hydrology.kinds import Kinds, band, summarise

AXES = Kinds({"cover": 3, "soil": 2, "depth": 4})


@st.composite
def cells(draw: st.DrawFn) -> dict[str, np.ndarray]:
    n = draw(st.integers(1, 60))
    return {
        name: np.array(draw(st.lists(st.integers(0, size), min_size=n, max_size=n)), dtype=np.uint8)
        for name, size in AXES.axes.items()
    }


@settings(deadline=None, max_examples=60)
@given(cells())
def test_a_mean_by_kinds_is_the_mean_of_the_cells(positions: dict[str, np.ndarray]) -> None:
    cover, depth = np.array([0.1, 0.5, 1.0]), np.array([1.0, 0.95, 0.8, 0.2])
    per_kind = AXES.spread({("cover",): cover, ("depth",): depth})
    kind = AXES.of(positions)
    summary = summarise(np.bincount(kind, minlength=AXES.count), per_kind)
    known = (positions["cover"] > 0) & (positions["depth"] > 0)
    by_cell = cover[positions["cover"][known] - 1] * depth[positions["depth"][known] - 1]
    assert summary.known == known.sum()
    assert summary.cells == known.size
    assert summary.mean == (pytest.approx(by_cell.mean()) if known.any() else None)
    if summary.mean is not None:
        assert by_cell.min() - 1e-12 <= summary.mean <= by_cell.max() + 1e-12


@settings(deadline=None, max_examples=40)
@given(cells(), st.randoms(use_true_random=False))
def test_the_order_of_cells_changes_nothing(positions: dict[str, np.ndarray], shuffler) -> None:
    order = list(range(len(positions["cover"])))
    shuffler.shuffle(order)
    kind, shuffled = AXES.of(positions), AXES.of({name: at[order] for name, at in positions.items()})
    counts = np.bincount(kind, minlength=AXES.count)
    assert (counts == np.bincount(shuffled, minlength=AXES.count)).all()
    assert AXES.along("soil", counts).sum() == len(order)


def test_a_zone_without_cells_has_neither_mean_nor_coverage() -> None:
    empty = summarise(np.zeros(3, np.int64), np.array([np.nan, 1.0, 2.0]))
    assert (empty.mean, empty.total, empty.coverage) == (None, None, None)


def test_positions_beyond_an_axis_are_refused() -> None:
    one = np.ones(1, np.uint8)
    with pytest.raises(ValueError, match="beyond"):
        AXES.of({"cover": one * 4, "soil": one, "depth": one})


def test_bands_keep_their_own_side_of_each_bound() -> None:
    """By hand: the ladder "above 10, at least 5, at least 1" on its own bounds and beside them."""
    steps = [("above", 10.0), ("at_least", 5.0), ("at_least", 1.0)]
    values = np.array([10.01, 10.0, 5.0, 4.99, 1.0, 0.5, -2.0, np.nan])
    assert band(values, steps, np.isnan(values)).tolist() == [1, 2, 2, 3, 3, 4, 4, 0]
