"""Which choice moves the ranks: each indicator taken out in turn, the share of variance of each choice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trama.engines.composites.aggregation import Composite, ranks
from trama.engines.composites.uncertainty import Draws, droppable

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Removal:
    """The index without one indicator.

    Attributes
    ----------
    shift
        Places each unit moves, shape ``(indicators, units)``: positive where, without the indicator, its rank
        gets a larger number; NaN rows for indicators alone in their pillar.
    mean
        Mean of the absolute shifts, shape ``(indicators,)``.
    """

    shift: Floats
    mean: Floats

    @property
    def mover(self) -> NDArray[np.intp]:
        """Indicator that moves each unit most; -1 where none moves it."""
        size = np.nan_to_num(np.abs(self.shift), nan=0.0)
        best = np.argmax(size, axis=0)
        return np.where(np.take_along_axis(size, best[None], axis=0)[0] > 0, best, -1)


def leave_one_out(
    composite: Composite, shares: Floats, weights: Floats, pillar_weights: Floats, rule: str
) -> Removal:
    """Take each indicator out in turn, all else as declared.

    Parameters
    ----------
    shares
        One normalisation, shape ``(units, indicators)``.
    """
    reference = ranks(composite.index(composite.pillar_scores(shares, weights), pillar_weights, rule))
    shift = np.full((len(weights), len(shares)), np.nan)
    out = droppable(composite, weights)
    if len(out):
        trial = np.tile(weights, (len(out), 1))
        trial[np.arange(len(out)), out] = 0.0
        index = composite.index(
            composite.pillar_scores(shares, trial), np.tile(pillar_weights, (len(out), 1)), rule
        )
        shift[out] = ranks(index) - reference
    return Removal(shift, np.abs(shift).mean(axis=1))


def factor_shares(draws: Draws, shift: Floats) -> dict[str, float]:
    """Return the first-order share of the variance of the mean rank shift explained by each choice.

    S = Var(E[shift | choice]) / Var(shift), estimated between the groups of draws with the same choice and
    corrected for their number (omega squared), not under 0. ``pesi`` is what remains: weights and
    interactions. All zero where nothing moves.
    """
    total = float(((shift - shift.mean()) ** 2).sum())
    if total <= 0:
        return {"normalizzazione": 0.0, "aggregazione": 0.0, "indicatore_escluso": 0.0, "pesi": 0.0}
    shares = {
        "normalizzazione": _between(draws.method, shift, total),
        "aggregazione": _between(draws.rule, shift, total),
        "indicatore_escluso": _between(draws.out, shift, total),
    }
    return {**shares, "pesi": max(1.0 - sum(shares.values()), 0.0)}


def _between(choice: NDArray[np.intp], shift: Floats, total: float) -> float:
    _values, group = np.unique(choice, return_inverse=True)
    sizes = np.bincount(group)
    means = np.bincount(group, weights=shift) / sizes
    between = float((sizes * (means - shift.mean()) ** 2).sum())
    freedom = len(sizes) - 1
    if freedom == 0 or len(shift) <= len(sizes):
        return 0.0
    within = (total - between) / (len(shift) - len(sizes))
    return max((between - freedom * within) / (total + within), 0.0)
