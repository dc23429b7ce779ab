"""An answer: the sites chosen, what they are worth, and how much better any other choice could be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trama.engines.location.question import Ints, Question


@dataclass(frozen=True)
class Siting:
    """Sites chosen for a question.

    Attributes
    ----------
    sites
        Chosen candidates, in growing order.
    value
        What is sought, in its own unit: people served besides (`maximal_cover`), people × mm of walking
        spared (`p_median`), the longest walk in mm (`p_centre`). The first two hold preferences too.
    bound
        No choice does better than this.
    least
        Whether the smaller value is the better.
    """

    question: Question
    sites: tuple[int, ...]
    value: float
    bound: float
    least: bool = False

    @property
    def gap(self) -> float:
        """How much of the bound may still be missing, 0 to 1; 0 where the answer is proved best."""
        if self.bound == self.value:
            return 0.0
        larger = max(abs(self.bound), abs(self.value))
        return float(abs(self.bound - self.value) / larger) if larger else 0.0

    @property
    def how(self) -> str:
        """``proved`` where no other choice is better, else ``bounded``."""
        return "proved" if self.gap < PROOF else "bounded"

    @property
    def after_mm(self) -> Ints:
        """Distance of each place from its closest service, with the chosen sites."""
        return self.question.after_mm(self.sites)

    def gained(self, within_mm: int) -> float:
        """Return the people within a distance who were not before."""
        asked = self.question
        new = (asked.today_mm > within_mm) & (self.after_mm <= within_mm)
        return float(asked.people[new].sum())

    def spared(self) -> float:
        """Return the walking spared, people × mm."""
        asked = self.question
        return float(np.dot(asked.people, (asked.today_mm - self.after_mm).astype(float)))


PROOF = 1e-6
"""A relative gap below this is rounding."""
