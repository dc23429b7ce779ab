"""The first scale: what each comune has, against what is expected of it and against standards."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from trama.analyses.services.inventory import Count, Inventory
from trama.analyses.services.rules import Standard

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
MET, UNMET, UNSURE, UNDUE, MISSING = "rispettato", "non rispettato", "incerto", "non dovuto", "dato mancante"
"""How a place stands to a standard; unsure is where what a partial source does not list could change it."""
PRESENT, ABSENT, UNSEEN = "presente", "assente", "non rilevato"
"""How a voice stands in a place; unseen is no service in a source that is not whole."""
EXACT, AT_LEAST = "esatto", "almeno"
"""How a number of services is known, where it is; else `UNSEEN` or `MISSING`."""


@dataclass(frozen=True)
class Figure:
    """A place against a standard.

    Attributes
    ----------
    value
        None where it is missing; with `bound`, at least (for residents for one service: at most) so much.
    services, people
        What it was counted on.
    amount, sized
        What was summed (m2, places, services), and for how many services it is known.
    """

    value: float | None
    outcome: str
    bound: bool
    services: int
    people: float
    amount: float = 0.0
    sized: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return the columns of a row of ``servizi_standard``."""
        return {
            "valore": None if self.value is None else round(self.value, 4),
            "esito": self.outcome,
            "limite": "sì" if self.bound else "no",
            "servizi": self.services,
            "persone": round(self.people, 1),
        }


def standing(count: Count, place: int, column: int) -> str:
    """Return how a voice stands in a place: one of `PRESENT`, `ABSENT`, `UNSEEN`, `MISSING`."""
    if not count.told[place, column]:
        return MISSING
    if count.present[place, column]:
        return PRESENT
    return ABSENT if count.whole[place, column] else UNSEEN


def tallied(number: float, told: Flags, whole: Flags) -> tuple[int | None, str]:
    """Return how many services, None where nobody can say, and how it is known.

    Parameters
    ----------
    number
        Services counted.
    told, whole
        For each voice counted, whether a source covers it, and whether wholly.

    >>> yes, no = np.array([True, True]), np.array([False, False])
    >>> tallied(3, yes, yes), tallied(3, yes, no), tallied(0, yes, yes)
    ((3, 'esatto'), (3, 'almeno'), (0, 'esatto'))
    >>> tallied(0, yes, no), tallied(0, no, no)
    ((None, 'non rilevato'), (None, 'dato mancante'))
    """
    if whole.size and whole.all():
        return int(number), EXACT
    if number > 0:
        return int(number), AT_LEAST
    return None, UNSEEN if told.any() else MISSING


def measure(standard: Standard, columns: list[int], count: Count, place: int, people: float) -> Figure:
    """Measure one standard in one place.

    Parameters
    ----------
    columns
        Columns of the voices it counts.
    people
        Residents of its ages.
    """
    number = float(count.number[place, columns].sum())
    told = count.told[place, columns]
    whole = bool(count.whole[place, columns].all())
    if not told.any() or people <= 0:
        return Figure(None, MISSING, False, int(number), people)
    amount, sized = _amount(standard, columns, count, place, number)
    bound = not whole or sized < number
    if standard.less_is_better:
        found = _per_service(standard, amount, bound, number, people)
        return replace(found, amount=amount, sized=int(sized))
    if sized == 0 and (number > 0 or not whole):
        return Figure(None, MISSING, False, int(number), people)
    value = amount / people * float(standard.row["ogni"] or 1)
    met = value >= standard.goal - 1e-9 if standard.row["verso"] != "max" else value <= standard.goal + 1e-9
    sure = not bound or met == (standard.row["verso"] != "max")
    outcome = (MET if met else UNMET) if sure else UNSURE
    return Figure(value, outcome, bound, int(number), people, amount, int(sized))


def _amount(
    standard: Standard, columns: list[int], count: Count, place: int, number: float
) -> tuple[float, float]:
    """Return what is summed, and for how many services it is known."""
    if standard.kind == "area_ab":
        return float(count.area_m2[place, columns].sum()), float(count.measured[place, columns].sum())
    if standard.kind == "ab_sede":
        return number, number
    return float(count.capacity[place, columns].sum()), float(count.sized[place, columns].sum())


def _per_service(standard: Standard, amount: float, bound: bool, number: float, people: float) -> Figure:
    """Return residents for one service: none is owed where people do not make one up."""
    least = float(standard.row["valore"])
    if amount <= 0:
        if people < least:
            return Figure(None, UNDUE, bound, int(number), people)
        return Figure(None, MISSING if bound else UNMET, bound, int(number), people)
    value = people / amount
    spare = standard.row.get("eccedenza")
    if spare is None:
        met = value <= standard.goal + 1e-9
    else:  # another is owed only past that share of the figure
        whole, rest = divmod(people, standard.goal)
        met = amount >= max(whole + (rest > float(spare) * standard.goal), 1.0)
    return Figure(value, MET if met else UNSURE if bound else UNMET, bound, int(number), people)


@dataclass(frozen=True)
class Endowment:
    """What a comune has of the local voices expected of it.

    Attributes
    ----------
    expected, present, absent, unseen, missing
        How many of the expected voices stand so.
    share
        Present over those with data that decide (present or absent or unseen); None without any.
    grade
        Class of the norms, 1 the poorest.
    lacking
        Voices declared absent.
    """

    expected: int
    present: int
    absent: int
    unseen: int
    missing: int
    share: float | None
    grade: int | None
    lacking: tuple[str, ...]


def endowment(inventory: Inventory, place: int) -> Endowment:
    """Return how a comune stands to the local voices that its people call for (least catchment reached)."""
    rules, people = inventory.rules, float(inventory.people[place])
    stands: dict[str, list[str]] = {PRESENT: [], ABSENT: [], UNSEEN: [], MISSING: []}
    for column, (name, voice) in enumerate(rules.voices.items()):
        least = voice.row["catchment_min"]
        if voice.local and least is not None and people >= float(least):
            stands[standing(inventory.count, place, column)].append(name)
    present, absent, unseen = (len(stands[one]) for one in (PRESENT, ABSENT, UNSEEN))
    told = present + absent + unseen
    share = present / told if told else None
    expected = told + len(stands[MISSING])
    missing = len(stands[MISSING])
    grade = None if share is None else grade_of(share, rules.classes.value)
    return Endowment(expected, present, absent, unseen, missing, share, grade, tuple(stands[ABSENT]))


def grade_of(share: float, classes: dict[str, dict[str, Any]]) -> int:
    """Return the class whose lower end the share reaches."""
    return max(int(name) for name, row in classes.items() if share >= float(row["da"]) - 1e-12)


def figures(inventory: Inventory, count: Count, people_of: Any, *, local: bool) -> list[dict[str, Figure]]:
    """Return, for each place of `count`, standard → figure.

    Parameters
    ----------
    people_of
        Called with the ages of a standard: residents of each place.
    local
        Only the standards of what every comune has; otherwise all of them.
    """
    rules = inventory.rules
    column_of = {name: column for column, name in enumerate(rules.voices)}
    found: list[dict[str, Figure]] = [{} for _ in range(len(count.number))]
    for name, standard in rules.standards.items():
        if local and not any(rules.voices[voice].local for voice in standard.voices):
            continue
        columns = [column_of[voice] for voice in standard.voices]
        people = people_of(*standard.ages)
        for place, row in enumerate(found):
            row[name] = measure(standard, columns, count, place, float(people[place]))
    return found


def tally(row: dict[str, Figure]) -> dict[str, int]:
    """Return how many standards are met, unmet, unsure; what is missing or not due is in none of them."""
    outcomes = [figure.outcome for figure in row.values()]
    return {one: outcomes.count(one) for one in (MET, UNMET, UNSURE)}


def rounded(value: float | None, digits: int = 4) -> float | None:
    """Return a number for a column, or None where it is missing."""
    return None if value is None or not math.isfinite(value) else round(float(value), digits)
