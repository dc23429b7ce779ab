"""Priority of places from indicators: goalposts, weighted mean, how the rank holds when weights change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def between_goalposts(values: Floats, low: float, high: float) -> Floats:
    """Return where each value stands from `low` (0) to `high` (1), held between; NaN stays NaN.

    `low` may be above `high`: then less is more.

    Raises
    ------
    ValueError
        The goalposts are the same.

    >>> between_goalposts(np.array([5.0, 2.5, 0.0, np.nan]), low=5.0, high=0.0).tolist()
    [0.0, 0.5, 1.0, nan]
    """
    if low == high:
        raise ValueError("the goalposts are the same")
    return np.clip((values - low) / (high - low), 0.0, 1.0) + 0.0  # a zero without its sign


def weighted(scores: Floats, weights: Floats) -> Floats:
    """Return Σ w·s / Σ w of each place: shape (places,); NaN where any of its scores is missing.

    Parameters
    ----------
    scores
        Shape (places, indicators), 0 to 1.
    weights
        Shape (indicators,), not negative, not all zero.

    >>> weighted(np.array([[1.0, 0.0], [0.5, np.nan]]), np.array([3.0, 1.0])).tolist()
    [0.75, nan]
    """
    if weights.size != scores.shape[1] or weights.min(initial=0) < 0 or weights.sum() <= 0:
        raise ValueError("one weight per indicator, not negative, and not all zero")
    return np.asarray((scores * (weights / weights.sum())).sum(axis=1))


def ranks(index: Floats) -> npt.NDArray[np.int64]:
    """Return the rank of each place, 1 the highest index; equal ones share the best; 0 where missing.

    >>> ranks(np.array([0.2, 0.9, np.nan, 0.9])).tolist()
    [3, 1, 0, 1]
    """
    known = np.isfinite(index)
    higher = (index[None, known] > index[known, None]).sum(axis=1)
    found = np.zeros(index.shape, dtype=np.int64)
    found[known] = higher + 1
    return found


@dataclass(frozen=True)
class Spread:
    """How a ranking holds when the weights vary.

    Attributes
    ----------
    low, median, high
        5th, 50th and 95th percentile of the rank of each place (nearest draws); 0 where missing.
    index
        Index of each place in each draw: shape (draws, places).
    """

    low: npt.NDArray[np.int64]
    median: npt.NDArray[np.int64]
    high: npt.NDArray[np.int64]
    index: Floats


def under_other_weights(scores: Floats, weights: Floats, spread: float, draws: int, seed: int) -> Spread:
    """Draw each weight between (1 - spread) and (1 + spread) of itself, and rank again, `draws` times.

    Parameters
    ----------
    scores, weights
        As in `weighted`.
    spread
        0 to 1.
    """
    if not (0 <= spread <= 1 and draws > 0):
        raise ValueError("the spread is a share, and there is at least one draw")
    random = np.random.default_rng(seed)
    varied = weights * random.uniform(1 - spread, 1 + spread, size=(draws, weights.size))
    index = np.stack([weighted(scores, one) for one in varied])
    places = np.stack([ranks(one) for one in index])
    found = np.percentile(places, [5, 50, 95], axis=0, method="nearest").astype(np.int64)
    return Spread(low=found[0], median=found[1], high=found[2], index=index)
