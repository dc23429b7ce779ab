"""The node-place model: how well served an interchange is, how much there is around it.

Bertolini 1999; goalposts are fixed and dated, so that no figure moves when another LUM joins.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from trama.analyses.lum.amounts import UNTOLD, Amount
from trama.analyses.lum.rules import Rules

NODE, PLACE = "nodo", "luogo"
UNKNOWN = "dato mancante"


@dataclass(frozen=True, slots=True)
class Measured:
    """An indicator: its value, and its place between the goalposts; both None where the datum is missing.

    `note` says what is to be said of the value (`trama.analyses.lum.amounts.Amount`).
    """

    id: str
    side: str
    name: str
    unit: str
    value: float | None
    score: float | None
    note: str = ""


@dataclass(frozen=True)
class NodePlace:
    """The indicators, the two indices (means of those known; None where too few are), the reading."""

    indicators: tuple[Measured, ...]
    node: float | None
    place: float | None
    reading: str

    @property
    def absent(self) -> list[str]:
        """Names of the indicators without a datum."""
        return [one.name for one in self.indicators if one.value is None]


def score(value: float, low: float, high: float, *, logarithm: bool) -> float:
    """Return where `value` stands between two goalposts, kept between 0 and 1.

    score = (x - low) / (high - low), with x → ln(1 + x) for all three where `logarithm`.

    >>> score(4, 1, 7, logarithm=False), score(0, 1, 7, logarithm=False), score(7, 1, 7, logarithm=True)
    (0.5, 0.0, 1.0)
    """
    if logarithm:
        value, low, high = (math.log1p(x) for x in (value, low, high))
    return min(1.0, max(0.0, (value - low) / (high - low)))


def entropy(counts: Mapping[str, int], kinds: int) -> float | None:
    """Return the normalised Shannon entropy of counts among `kinds` possible kinds: 0 one kind, 1 all alike.

    H = -Σ s ln s / ln n. None where nothing is counted.

    >>> entropy({"a": 5, "b": 5}, 2), entropy({"a": 5}, 2), entropy({}, 2)
    (1.0, 0.0, None)
    """
    whole = sum(counts.values())
    if not whole or kinds < 2:
        return None
    shares = [count / whole for count in counts.values() if count]
    return abs(-sum(share * math.log(share) for share in shares) / math.log(kinds))


def assess(rules: Rules, values: Mapping[str, Amount]) -> NodePlace:
    """Return the model for the values of a LUM, by id of indicator; what is not given is missing."""
    found = []
    for key, row in rules.node_place.value.items():
        amount = values.get(key, UNTOLD)
        value = amount.value
        low, high = float(row["low"]), float(row["high"])
        mark = None if value is None else score(value, low, high, logarithm=bool(row["logaritmo"]))
        found.append(
            Measured(key, str(row["lato"]), str(row["name_it"]), str(row["unit"]), value, mark, amount.note)
        )
    node, place = (_mean(rules, [one.score for one in found if one.side == side]) for side in (NODE, PLACE))
    return NodePlace(tuple(found), node, place, read(rules, node, place))


def read(rules: Rules, node: float | None, place: float | None) -> str:
    """Say how node and place stand together."""
    if node is None or place is None:
        return UNKNOWN
    bounds = rules.reading.value
    if min(node, place) >= bounds["sforzo"]:
        return "sotto sforzo: molto servito e molto vissuto"
    if max(node, place) <= bounds["debole"]:
        return "debole: poco servito e poco vissuto"
    if abs(node - place) <= bounds["equilibrio"]:
        return "in equilibrio"
    if node > place:
        return "nodo senza luogo: c'è spazio per servizi e case"
    return "luogo senza nodo: chiede più trasporto"


def _mean(rules: Rules, scores: list[float | None]) -> float | None:
    known = [one for one in scores if one is not None]
    enough = len(known) >= float(rules.reading.value["noti"]) * len(scores)
    return sum(known) / len(known) if known and enough else None
