"""An index as the norms declare it on a day, in the form the computation wants."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trama.analyses.indices.errors import UnknownIndex
from trama.engines.composites import Plan
from trama.kernel.trace import ParameterUse
from trama.norms.book import NormBook
from trama.norms.composites import CompositeIndex, Indicator
from trama.norms.in_force import InForce

Floats = NDArray[np.float64]
SHARED = (
    "normalizzazione",
    "aggregazione",
    "pavimento",
    "ampiezza_zscore",
    "mancanti_massimi",
    "copertura_indicatore",
    "asimmetria_massima",
    "curtosi_massima",
    "estremi_attenuabili",
    "correlazione_debole",
    "correlazione_ridondante",
    "estrazioni",
    "variazione_pesi",
    "seme",
    "intervallo_posti",
)


@dataclass(frozen=True)
class Choice:
    """How a person wants the index: the norms' own way, or another.

    Attributes
    ----------
    weights, pillar_weights
        By name, not negative, on any scale.
    """

    normalisation: str
    aggregation: str
    weights: dict[str, float]
    pillar_weights: dict[str, float]
    name: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the choice as the weights file and the page write it."""
        return {
            "nome": self.name,
            "normalizzazione": self.normalisation,
            "aggregazione": self.aggregation,
            "pesi": self.weights,
            "pesi_pilastri": self.pillar_weights,
        }


@dataclass(frozen=True)
class IndexRules:
    """Every norm one index uses on a day.

    Attributes
    ----------
    shared
        The rules common to all indices, by name (`SHARED`).
    """

    index: CompositeIndex
    day: date
    goalposts: InForce
    weights: InForce
    pillar_weights: InForce
    bands: InForce | None
    classes: InForce
    shared: dict[str, InForce] = field(default_factory=dict)

    @cached_property
    def order(self) -> list[str]:
        """Names of the indicators, pillar by pillar."""
        return self.index.order

    @cached_property
    def pillar_of(self) -> NDArray[np.intp]:
        """Number of the pillar of each indicator."""
        return np.repeat(
            np.arange(len(self.index.pillars)), [len(p.indicators) for p in self.index.pillars.values()]
        ).astype(np.intp)

    @property
    def choice(self) -> Choice:
        """The norms' own way."""
        return Choice(
            str(self.shared["normalizzazione"].value),
            str(self.shared["aggregazione"].value),
            {name: float(self.weights.value[name]) for name in self.order},
            {name: float(self.pillar_weights.value[name]) for name in self.index.pillars},
        )

    def number(self, name: str) -> float:
        """Return a shared rule that is a number."""
        return float(self.shared[name].value)

    def indicator(self, name: str) -> Indicator:
        """Return the declaration of an indicator."""
        return self.index.indicators[name]

    def bounds(self, name: str) -> tuple[float, float]:
        """Return the goalposts of an indicator."""
        row = self.goalposts.value[name]
        return float(row["low"]), float(row["high"])

    def band(self, name: str) -> tuple[float, float]:
        """Return the best band of an indicator whose direction is ``band``."""
        assert self.bands is not None
        row = self.bands.value[name]
        return float(row["from"]), float(row["to"])

    @property
    def plan(self) -> Plan:
        """What may vary in the draws."""
        ends = self.shared["intervallo_posti"].value
        return Plan(
            draws=int(self.number("estrazioni")),
            seed=int(self.number("seme")),
            spread=self.number("variazione_pesi"),
            low=float(ends["basso"]),
            high=float(ends["alto"]),
        )

    def class_of(self, value: float | None) -> int | None:
        """Return the class of a value of the index; None where it is missing."""
        if value is None or not np.isfinite(value):
            return None
        return max(
            int(key) for key, row in self.classes.value.items() if value >= float(row["from"]) or key == "1"
        )

    def class_name(self, number: int | None) -> str | None:
        """Return the Italian name of a class."""
        return None if number is None else str(self.classes.value[str(number)]["name_it"])

    def uses(self) -> tuple[ParameterUse, ...]:
        """Quote the rules the whole index leans on."""
        return (*(one.use() for one in self.shared.values()), self.classes.use())


def read_index_rules(book: NormBook, index_id: str, day: date) -> IndexRules:
    """Read an index and its tables as in force on `day`.

    Raises
    ------
    UnknownIndex, NotInForce
        The norms do not declare it, or one of its tables has no value on that day.
    """
    if index_id not in book.indices:
        raise UnknownIndex(what=index_id, hint=", ".join(sorted(book.indices)) or "nessuno")
    index = book.indices[index_id]

    def table(name: str) -> InForce:
        return book.value(f"{index.path}/{name}", day)

    return IndexRules(
        index=index,
        day=day,
        goalposts=table(index.goalposts),
        weights=table(index.weights),
        pillar_weights=table(index.pillar_weights),
        bands=table(index.bands) if index.bands else None,
        classes=book.value(index.classes, day),
        shared={name: book.value(f"{index.rules}/{name}", day) for name in SHARED},
    )
