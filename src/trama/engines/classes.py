"""Classes out of a distribution, and their map without isolated cells."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def natural_breaks(centres: npt.ArrayLike, counts: npt.ArrayLike, classes: int) -> Floats:
    """Return the bounds that make the variance inside the classes least (Fisher 1958, Jenks 1967).

    Exact, by dynamic programming over the bars of a histogram: a bar is never divided.

    Parameters
    ----------
    centres
        Value of each bar, growing, shape ``(bars,)``.
    counts
        Members of each bar, same shape; empty bars are allowed.
    classes
        How many classes, 1 or more.

    Returns
    -------
    bounds
        Half way between the bars on either side, shape ``(k - 1,)``, where k is `classes`, or the number
        of bars with members where they are fewer.

    Raises
    ------
    ValueError
        No members, or no class.

    >>> natural_breaks([1, 2, 3, 10, 11, 30], [5, 5, 5, 4, 4, 9], 3).tolist()
    [6.5, 20.5]
    """
    filled = np.asarray(counts, dtype=np.float64) > 0
    x = np.asarray(centres, dtype=np.float64)[filled]
    w = np.asarray(counts, dtype=np.float64)[filled]
    if x.size == 0 or classes < 1:
        raise ValueError("natural breaks want members and at least a class")
    k = min(classes, x.size)
    inside = _spread_between(x, w)
    least = inside[0].copy()  # least[j]: best spread of bars 0..j
    starts = np.zeros((k, x.size), dtype=np.intp)
    for one in range(1, k):
        before = np.full((x.size, x.size), np.inf)
        before[1:] = least[:-1, None] + inside[1:]
        before[:one] = np.inf
        starts[one] = np.argmin(before, axis=0)
        least = before[starts[one], np.arange(x.size)]
    bounds, last = [], x.size - 1
    for one in range(k - 1, 0, -1):
        first = int(starts[one, last])
        bounds.append((x[first - 1] + x[first]) / 2)
        last = first - 1
    return np.asarray(bounds[::-1], dtype=np.float64)


def _spread_between(x: Floats, w: Floats) -> Floats:
    """Return the sum of squares about the mean of bars i..j, shape (bars, bars); infinite where j < i."""
    middle = x - np.average(x, weights=w)  # keeps the digits of close values
    sums = [np.concatenate([[0.0], np.cumsum(w * middle**power)]) for power in (0, 1, 2)]
    weight, first, second = (total[None, 1:] - total[:-1, None] for total in sums)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.maximum(second - first**2 / weight, 0.0)
    return np.where(np.triu(np.ones(spread.shape, dtype=bool)), spread, np.inf)


def most_frequent(labels: npt.NDArray[np.uint8], side: int, classes: int) -> npt.NDArray[np.uint8]:
    """Return for each labelled cell the label most frequent in the square around it; ties to the highest.

    Parameters
    ----------
    labels
        Labels from 1 to `classes`, shape ``(rows, columns)``; 0 is no data: never counted, never changed.
    side
        Side of the square in cells, odd; beyond the edges there are no cells.

    >>> most_frequent(np.array([[1, 1, 1], [1, 2, 1], [1, 1, 0]], dtype=np.uint8), 3, 2).tolist()
    [[1, 1, 1], [1, 1, 1], [1, 1, 0]]
    """
    best = np.zeros(labels.shape, dtype=np.uint8)
    most = np.zeros(labels.shape, dtype=np.int32)
    for label in range(1, classes + 1):
        found = _around(labels == label, side // 2)
        wins = found >= np.maximum(most, 1)
        best[wins] = label
        np.maximum(most, found, out=most)
    best[labels == 0] = 0
    return best


def _around(marked: npt.NDArray[np.bool_], reach: int) -> npt.NDArray[np.int32]:
    """Count the marked cells in the square of ``2·reach + 1`` cells around each cell."""
    found = marked.astype(np.int32)
    for axis in (0, 1):
        length = found.shape[axis]
        sums = np.concatenate(
            [np.zeros_like(found.take([0], axis)), np.cumsum(found, axis=axis, dtype=np.int32)], axis=axis
        )
        at = np.arange(length)
        high, low = np.minimum(at + reach + 1, length), np.maximum(at - reach, 0)
        found = sums.take(high, axis) - sums.take(low, axis)
    return found
