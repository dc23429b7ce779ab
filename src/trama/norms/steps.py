"""Scores by steps: the first step that holds gives the points."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, model_validator

from trama.kernel.units import DECIMALS, format_number

Floats = npt.NDArray[np.float64]
Comparison = Literal["at_least", "above", "at_most", "below"]
_HOLDS: dict[str, Callable[[Any, float], Any]] = {
    "at_least": lambda value, bound: value >= bound,
    "above": lambda value, bound: value > bound,
    "at_most": lambda value, bound: value <= bound,
    "below": lambda value, bound: value < bound,
}
_SYMBOLS = {"at_least": "≥", "above": ">", "at_most": "≤", "below": "<"}
_OPPOSITE = {"at_least": "<", "above": "≤", "at_most": ">", "below": "≥"}


class Step(BaseModel):
    """One step: exactly one comparison, and the points it gives."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    points: float | int
    at_least: float | int | None = None
    above: float | int | None = None
    at_most: float | int | None = None
    below: float | int | None = None

    @model_validator(mode="after")
    def _one_comparison(self) -> Step:
        if sum(getattr(self, name) is not None for name in _HOLDS) != 1:
            raise ValueError("un gradino vuole un solo confronto: at_least, above, at_most o below")
        return self

    @property
    def comparison(self) -> str:
        """Name of the comparison this step makes."""
        return next(name for name in _HOLDS if getattr(self, name) is not None)

    @property
    def bound(self) -> float:
        """Threshold of the comparison, in the parameter's unit."""
        return float(getattr(self, self.comparison))

    def holds(self, value: float) -> bool:
        """Tell whether `value` meets this step."""
        return bool(_HOLDS[self.comparison](value, self.bound))

    def text(self, unit: str, symbols: Mapping[str, str] = _SYMBOLS) -> str:
        """Write the step as a person reads it, e.g. ``≥ 0,70``."""
        return f"{symbols[self.comparison]} {format_number(self.bound, unit, 2)}"


class Steps(BaseModel):
    """A whole ladder of steps, read from the top; `otherwise` is what is left.

    >>> steps = [{"at_least": 0.7, "points": 1}, {"at_least": 0.5, "points": 2}]
    >>> ladder = Steps.model_validate({"steps": steps, "otherwise": 3})
    >>> [ladder.points(value) for value in (0.9, 0.7, 0.6, 0.1)]
    [1.0, 1.0, 2.0, 3.0]
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    steps: list[Step]
    otherwise: float | int

    @model_validator(mode="after")
    def _ordered(self) -> Steps:
        rising = [step.bound for step in self.steps if step.comparison in {"at_most", "below"}]
        falling = [step.bound for step in self.steps if step.comparison in {"at_least", "above"}]
        if rising and falling:
            raise ValueError("i gradini vanno tutti nello stesso verso")
        if rising != sorted(rising) or falling != sorted(falling, reverse=True):
            raise ValueError("i gradini non sono in ordine: uno non sarebbe mai raggiunto")
        return self

    def points(self, value: float) -> float:
        """Return the points of the first step that `value` meets."""
        return float(next((step.points for step in self.steps if step.holds(value)), self.otherwise))

    def faithful(self, value: float, unit: str) -> str:
        """Write `value` with as many decimals as it takes not to look like it met another step.

        >>> ladder = Steps.model_validate({"steps": [{"at_least": 1.25, "points": 4}], "otherwise": 3})
        >>> ladder.faithful(1.2493, "1"), ladder.faithful(1.25, "1")
        ('1,249', '1,25')
        """
        usual = DECIMALS.get(unit, 2)
        enough = (d for d in range(usual, usual + 7) if self.points(round(value, d)) == self.points(value))
        return format_number(float(value), unit, next(enough, usual + 7))

    def points_of(self, values: Floats) -> Floats:
        """Return the points of every one of `values`, an array of any shape."""
        found = np.full(values.shape, float(self.otherwise))
        for step in reversed(self.steps):
            found[_HOLDS[step.comparison](values, step.bound)] = step.points
        return found

    def bands(self, unit: str) -> list[tuple[str, float]]:
        """Return the ladder as (text, points); the last band is what no step took."""
        taken = [(step.text(unit), float(step.points)) for step in self.steps]
        left = self.steps[-1].text(unit, _OPPOSITE) if self.steps else "sempre"
        return [*taken, (left, float(self.otherwise))]
