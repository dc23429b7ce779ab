"""Measures of a place by what it holds: counts of functions in, shape (places, kinds)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def _shares(counts: Floats) -> Floats:
    """Return the share of each kind within its row; NaN in a row without any."""
    total = counts.sum(axis=-1, keepdims=True)
    return np.asarray(np.divide(counts, total, out=np.full(counts.shape, np.nan), where=total > 0))


def location_quotient(counts: Floats) -> Floats:
    """Return LQ = (e_is / e_i) / (e_s / e); NaN for a place without anything or a kind found nowhere.

    >>> location_quotient(np.array([[8.0, 2.0], [2.0, 8.0]])).round(2).tolist()
    [[1.6, 0.4], [0.4, 1.6]]
    """
    whole = _shares(counts.sum(axis=0))
    return np.asarray(np.divide(_shares(counts), whole, out=np.full(counts.shape, np.nan), where=whole > 0))


def symmetric(quotient: Floats) -> Floats:
    """Return (LQ - 1) / (LQ + 1), from -1 to 1.

    >>> symmetric(np.array([0.0, 1.0, 3.0])).tolist()
    [-1.0, 0.0, 0.5]
    """
    return np.asarray((quotient - 1) / (quotient + 1))


def herfindahl(counts: Floats, *, normalised: bool = False) -> Floats:
    """Return the sum of squared shares of each row; normalised, 0 for an even mix and 1 for one kind alone.

    >>> herfindahl(np.array([[5.0, 5.0], [10.0, 0.0]])).tolist()
    [0.5, 1.0]
    >>> herfindahl(np.array([[5.0, 5.0], [10.0, 0.0]]), normalised=True).tolist()
    [0.0, 1.0]
    """
    found = np.asarray((_shares(counts) ** 2).sum(axis=-1))
    kinds = counts.shape[-1]
    return np.asarray((found - 1 / kinds) / (1 - 1 / kinds)) if normalised and kinds > 1 else found


def entropy(counts: Floats) -> Floats:
    """Return -Σ s ln s / ln n of each row: 0 one kind alone, 1 all alike; NaN where there is nothing.

    >>> entropy(np.array([[5.0, 5.0], [10.0, 0.0]])).round(6).tolist()
    [1.0, 0.0]
    """
    share = _shares(counts)
    terms = np.where(share > 0, share * np.log(np.where(share > 0, share, 1.0)), 0.0)
    found = -terms.sum(axis=-1) / np.log(max(counts.shape[-1], 2))
    return np.asarray(np.where(np.isnan(share).any(axis=-1), np.nan, found) + 0.0)


def krugman(counts: Floats) -> Floats:
    """Return Σ |s_is - s_s|: 0 the profile of the whole, 2 nothing in common.

    >>> krugman(np.array([[10.0, 0.0], [0.0, 10.0]])).tolist()
    [1.0, 1.0]
    """
    return np.asarray(np.abs(_shares(counts) - _shares(counts.sum(axis=0))).sum(axis=-1))


def davies(counts: Floats) -> tuple[Floats, Floats]:
    """Return the centrality of each place, and what one of each kind is worth: 100 over how many exist.

    Source: W. K. D. Davies, "Centrality and the central place hierarchy", Urban Studies 4, 1967.

    >>> index, value = davies(np.array([[3.0, 1.0], [1.0, 0.0]]))
    >>> index.tolist(), value.tolist()
    ([175.0, 25.0], [25.0, 100.0])
    """
    total = counts.sum(axis=0)
    value = np.divide(100.0, total, out=np.zeros(total.shape), where=total > 0)
    return np.asarray(counts @ value), np.asarray(value)


def complexity(counts: Floats, known: npt.NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Return the share of the kinds known to be counted that each place has, and how many are known.

    Parameters
    ----------
    known
        Whether a source says how many there are, shape (places, kinds); a kind that is present is known.

    >>> complexity(np.array([[2.0, 0.0, 0.0]]), np.array([[True, True, False]]))[0].tolist()
    [0.5]
    """
    present = counts > 0
    told = (known | present).sum(axis=1).astype(np.float64)
    share = np.divide(present.sum(axis=1), told, out=np.full(len(told), np.nan), where=told > 0)
    return np.asarray(share), told
