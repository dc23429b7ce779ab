"""The index itself, its ranks, how sure they are and what moves them: one prepared matrix, one choice."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from trama.analyses.indices.errors import BadWeights
from trama.analyses.indices.preparation import Prepared
from trama.analyses.indices.rules import Choice
from trama.engines.composites import (
    Coherence,
    Draws,
    RankIntervals,
    Removal,
    coherence,
    draw,
    factor_shares,
    intervals,
    leave_one_out,
    ranks,
)
from trama.engines.composites.normalisation import METHODS
from trama.engines.composites.uncertainty import drawn_ranks

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Assessment:
    """Everything that follows from a prepared matrix and a choice; rows are the kept units."""

    prepared: Prepared
    choice: Choice

    @cached_property
    def weights(self) -> Floats:
        """Weight of each indicator with data."""
        return np.array([self.choice.weights[name] for name in self.prepared.names])

    @cached_property
    def pillar_weights(self) -> Floats:
        """Weight of each pillar with data."""
        return np.array([self.choice.pillar_weights[name] for name in self.prepared.pillars])

    @cached_property
    def every_share(self) -> Floats:
        """The three normalisations, shape ``(3, units, indicators)``."""
        return self.prepared.scales.all_methods(self.prepared.values)

    @cached_property
    def shares(self) -> Floats:
        """The chosen normalisation, oriented, shape ``(units, indicators)``."""
        return np.asarray(self.every_share[METHODS.index(self.choice.normalisation)])

    @cached_property
    def scores(self) -> Floats:
        """Score of each pillar, oriented, shape ``(units, pillars)``."""
        return self.prepared.composite.pillar_scores(self.shares, self.weights)

    def check_weights(self) -> None:
        """Refuse a choice under which the index would be none, or another under the same name.

        Raises
        ------
        BadWeights
            No indicator that has data weighs anything; or a pillar does not, where every pillar is needed.
        """
        rules = self.prepared.rules
        counts = np.zeros(len(self.prepared.pillars), dtype=bool)
        counts[self.prepared.composite.pillar_of[self.weights > 0]] = True
        counts &= self.pillar_weights > 0
        file = f"«{self.choice.name or rules.index.title.it}»"
        if len(self.prepared.values) and not counts.any():
            raise BadWeights(file=file, why="nessun indicatore con dati ha un peso. Lasciarne almeno uno.")
        if rules.index.needs_every_pillar and not counts.all():
            pillars = [rules.index.pillars[self.prepared.pillars[at]] for at in np.flatnonzero(~counts)]
            idle = ", ".join(f"«{one.name.it}»" for one in pillars)
            why = f"l'indice vuole tutti i suoi pilastri, e non ha peso {idle}. "
            raise BadWeights(file=file, why=f"{why}Lasciarne al pilastro e a un suo indicatore con dati.")

    @cached_property
    def index(self) -> Floats:
        """The index, 0-1.

        Raises
        ------
        BadWeights
            As `check_weights`.
        """
        self.check_weights()
        return self.prepared.composite.index(self.scores, self.pillar_weights, self.choice.aggregation)

    @cached_property
    def rank(self) -> NDArray[np.int64]:
        """Rank, 1 the highest index."""
        return ranks(self.index)

    @cached_property
    def draws(self) -> Draws:
        """The choices of the draws around this one."""
        return draw(self.prepared.composite, self.prepared.rules.plan, self.weights, self.pillar_weights)

    @cached_property
    def interval(self) -> RankIntervals:
        """Where each unit may stand."""
        found = drawn_ranks(self.prepared.composite, self.every_share, self.draws)
        return intervals(found, self.rank, self.prepared.rules.plan)

    @cached_property
    def removal(self) -> Removal:
        """What happens without each indicator."""
        return leave_one_out(
            self.prepared.composite, self.shares, self.weights, self.pillar_weights, self.choice.aggregation
        )

    @cached_property
    def causes(self) -> dict[str, float]:
        """First-order share of each choice in the variance of the mean rank shift."""
        return factor_shares(self.draws, self.interval.shift)

    @cached_property
    def findings(self) -> list[Coherence]:
        """Pairs of indicators of one pillar that should make one think."""
        rules = self.prepared.rules
        return coherence(
            self.shares,
            self.prepared.composite.pillar_of,
            weak_under=rules.number("correlazione_debole"),
            redundant_over=rules.number("correlazione_ridondante"),
        )
