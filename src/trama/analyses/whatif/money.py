"""What a scenario costs to make and to keep, and what each unit of what it does costs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from trama.analyses.whatif.drawing import Laid

LEAST_M3 = 0.05
"""Below this volume a cost per cubic metre says nothing."""
LEAST_PERSON_DEGC = 0.01
"""Below these degrees times residents a cost for each says nothing."""


@dataclass(frozen=True)
class Money:
    """Euro: from least to most. None where the catalogue has no value for one of the solutions."""

    least: float | None
    middle: float | None
    most: float | None

    def per(self, amount: float | None, least: float = LEAST_M3) -> Money:
        """Return euro per unit of `amount`; nothing where it is not known, or next to none."""
        if amount is None or amount < least:
            return Money(None, None, None)
        return Money(
            *(None if value is None else value / amount for value in (self.least, self.middle, self.most))
        )


def cost_of(laid: Iterable[Laid]) -> Money:
    """Return the cost of making the solutions."""
    return _sum(list(laid), ("cost_min_eur", "cost_eur", "cost_max_eur"))


def upkeep_of(laid: Iterable[Laid]) -> Money:
    """Return what the solutions cost to keep in a year: least, halfway, most."""
    ends = _sum(
        list(laid), ("maintenance_min_eur_year", "maintenance_min_eur_year", "maintenance_max_eur_year")
    )
    middle = None if ends.least is None or ends.most is None else (ends.least + ends.most) / 2
    return Money(ends.least, middle, ends.most)


def _sum(laid: list[Laid], columns: tuple[str, str, str]) -> Money:
    found = []
    for column in columns:
        amounts = [one.amount(column) for one in laid]
        found.append(None if None in amounts else sum(amount or 0.0 for amount in amounts))
    return Money(*found)
