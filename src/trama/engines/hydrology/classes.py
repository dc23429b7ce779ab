"""Classes from breaks: a number becomes a word, by limits that the norms set."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt


def class_positions(values: npt.ArrayLike, breaks: Sequence[float]) -> npt.NDArray[np.int16]:
    """Return the interval of each value, from 0: interval i is [breaks[i-1], breaks[i]); -1 where missing.

    Parameters
    ----------
    values
        Any shape; NaN is "no data".
    breaks
        Increasing.

    Raises
    ------
    ValueError
        The breaks do not increase.

    >>> class_positions([0.10, 0.30, 0.95, float("nan")], breaks=[0.15, 0.30, 0.50]).tolist()
    [0, 2, 3, -1]
    """
    if any(low >= high for low, high in itertools.pairwise(breaks)):
        raise ValueError("breaks must increase")
    numbers = np.asarray(values, dtype=np.float64)
    positions = np.searchsorted(breaks, numbers, side="right")
    return np.where(np.isnan(numbers), -1, positions).astype(np.int16)


def class_labels(values: npt.ArrayLike, breaks: Sequence[float], labels: Sequence[str]) -> list[str | None]:
    """Name the class of each value; None where it is missing.

    Parameters
    ----------
    values
        One dimension.
    labels
        From the lowest interval up; one more than the breaks.

    Raises
    ------
    ValueError
        Labels and breaks do not fit each other.

    >>> class_labels([0.2, 0.8, float("nan")], breaks=[0.5], labels=["alta", "bassa"])
    ['alta', 'bassa', None]
    """
    if len(labels) != len(breaks) + 1:
        raise ValueError("labels must be one more than breaks")
    positions = class_positions(values, breaks).ravel().tolist()
    return [None if place < 0 else labels[place] for place in positions]
