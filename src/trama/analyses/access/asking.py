"""A question on the last run: how far a category or an entry is for a group, who is beyond a threshold."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trama import __version__
from trama.analyses.access.bounds import AT_MOST, EXACT, NOTES, least_mm
from trama.analyses.access.errors import AnotherPace, BadMinutes, NotMinutes, UnknownTarget
from trama.analyses.access.figures import AccessOf, CategoryOf, Fifteen, Walk, category_of, fifteen, measure
from trama.analyses.access.memory import Memory
from trama.analyses.access.reach import Target, target_of
from trama.analyses.access.rules import Category, Group, Rules, group_of
from trama.analyses.access.services import MISSING, PARTIAL, WORDS
from trama.analyses.access.tracing import minutes_nodes
from trama.analyses.access.transit import PREFIX, ridden_walk
from trama.analyses.access.transit import category_of as transit_category
from trama.kernel.trace import Node, Trace
from trama.kernel.units import format_given, format_number

ALL = "categorie"
"""The question «how many categories are near»."""


@dataclass(frozen=True)
class Question:
    """What is asked.

    Attributes
    ----------
    what
        A category of the set, or an entry of the taxonomy.
    minutes
        Threshold; the category's own, or the fifteen minutes, where None.
    """

    what: str
    group: str
    minutes: float | None = None


@dataclass(frozen=True)
class Answer:
    """The answer, cell by cell and place by place.

    Attributes
    ----------
    walk
        The category as the group walks to it; None where it does not concern the group.
    places
        Kind, key, name, residents of the group, figures; the territory first.
    """

    memory: Memory
    category: Category
    group: Group
    walk: Walk | None
    places: list[tuple[str, str, str, float | None, CategoryOf]]

    @property
    def whole(self) -> CategoryOf:
        """The territory."""
        return self.places[0][4]

    def trace(self) -> Trace:
        """Return why each number is what it is: figures at ``zona/<key>``, ``comune/<istat>``."""
        memory, pace = self.memory, format_number(self.group.m_s, "m/s")
        threshold = format_number(self.category.minutes, "min")
        groups = tuple(
            Node(kind, title, len(rows), "count", inputs=tuple(self._node(*row[1:]) for row in rows))
            for kind, title in (("zona", "Zone omogenee"), ("comune", "Comuni"))
            if (rows := [row for row in self.places if row[0] == kind])
        )
        whole = self._node(*self.places[0][1:])
        norms = memory.rules.norms
        root = replace(
            whole,
            key="oltre",
            label=f"{self.category.name_it}: residenti oltre {threshold}, {self.group.name_it.lower()}",
            formula=(
                f"Σ residenti delle celle con minuti a piedi ({pace}), d'attesa e di viaggio > {threshold}"
                if self.by_transit
                else f"Σ residenti delle celle con distanza / {pace} > {threshold}"
            ),
            inputs=(*whole.inputs, *groups),
            parameters=(
                norms["velocita"].use(only=self.group.id),
                *memory.rules.uses("serie_pubblicate", "distanza_massima_m", "distanza_nodo_m"),
                *(memory.rules.uses("trasporto_pubblico") if self.by_transit else ()),
                *(memory.rules.taxonomy.use(only=voce) for voce in self.voci if self._in_taxonomy(voce)),
            ),
            layers=(
                memory.version.use(),
                memory.times_version.use(),
                *(version.use() for _layer, version in sorted(memory.inputs.items())),
            ),
        )
        asked = {"che": self.category.id, "gruppo": self.group.id, "minuti": self.category.minutes}
        return Trace(
            "access oltre", memory.rules.day, root, __version__, {**asked, "serie": memory.rules.set_id}
        )

    @property
    def by_transit(self) -> bool:
        """Whether public transport is a leg."""
        return self.category.id.startswith(PREFIX)

    @property
    def voci(self) -> tuple[str, ...]:
        """Entries that answer for the group."""
        return self.walk.target.voci if self.walk else ()

    def _in_taxonomy(self, voce: str) -> bool:
        return voce in self.memory.rules.taxonomy.value

    def _node(self, key: str, name: str, people: float | None, one: CategoryOf) -> Node:
        missing = "dato mancante: nessuna fonte la rileva; non significa che il servizio non ci sia"
        return Node(
            key,
            name,
            None if one.beyond is None else round(one.beyond, 1),
            "inhabitant",
            "Σ residenti delle celle oltre la soglia",
            note=missing if one.state == WORDS[MISSING] else NOTES[one.beyond_word],
            inputs=(
                Node("residenti", "Residenti del gruppo", _rounded(people), "inhabitant", source="mappa"),
                *minutes_nodes(one),
            ),
        )


def ask(memory: Memory, question: Question) -> Answer:
    """Answer a question.

    Raises
    ------
    UnknownTarget, UnknownGroup, BadMinutes
        What was asked is not there; the sentence says what is.
    """
    category, group, walk = walk_of(memory, question)
    by_comune = memory.people.between(group.first, group.last)
    people = memory.cells.people(by_comune)
    places = []
    for kind, key, name, rows in memory.places:
        p = people[rows]
        here = np.isfinite(p) & (p > 0)
        one = (
            category_of(walk, rows[here], p[here])
            if walk
            else CategoryOf(category, "mancante", 0.0, None, None, None, float(p[here].sum()))
        )
        places.append((kind, key, name, _people(memory, kind, key, by_comune), one))
    return Answer(memory, category, group, walk, places)


def _walk(memory: Memory, category: Category, group: Group) -> Walk | None:
    if category.id.startswith(PREFIX):
        target = Target(category.voci)
        level = np.minimum(memory.coverage.of(category.voci)[memory.cells.comune], PARTIAL)
        return ridden_walk(category, target, memory.transit[category.voci[0]], level, memory.rules)
    found = _target(memory, category, group)
    if found is None:
        return None
    return memory.known.walk(category, found, group)


def walk_of(memory: Memory, question: Question) -> tuple[Category, Group, Walk | None]:
    """Return what is asked, who walks, and the walk itself, where it concerns them; raises as `ask`."""
    group = group_of(memory.rules, question.group)
    category = category_called(memory, question.what, question.minutes)
    refuse_beyond_the_search(memory, category, group)
    if category.id.startswith(PREFIX):
        _refuse_another_pace(memory, group)
    return category, group, _walk(memory, category, group)


def refuse_beyond_the_search(memory: Memory, category: Category, group: Group) -> None:
    """Refuse a threshold at which the search has ended: who is further could not be told from who is near.

    Raises
    ------
    BadMinutes
        The sentence says the largest threshold of the group.
    """
    if category.id.startswith(PREFIX):
        limit = float(memory.rules.norms["trasporto_pubblico"].value["minuti_massimi"])
    else:
        limit = memory.rules.limit_mm / group.mm_per_minute
    if category.minutes >= limit:
        most = math.ceil(limit) - 1
        least = int(memory.rules.minutes_allowed[0])
        raise BadMinutes(given=format_given(category.minutes), least=least, most=most)


def refuse_threshold(memory: Memory, question: Question) -> None:
    """Refuse a threshold that the page would refuse, whatever is asked; raises `BadMinutes`, `NotMinutes`."""
    if question.what == ALL:
        refuse_minutes(memory.rules, question.minutes)
        return
    group = group_of(memory.rules, question.group)
    refuse_beyond_the_search(memory, category_called(memory, question.what, question.minutes), group)


def refuse_minutes(rules: Rules, minutes: float | None) -> None:
    """Refuse minutes that are none, or beyond those the norms allow; raises `BadMinutes`, `NotMinutes`."""
    least, most = rules.minutes_allowed
    if minutes is not None and not math.isfinite(minutes):
        raise NotMinutes(least=int(least), most=int(most))
    if minutes is not None and not least <= minutes <= most:
        raise BadMinutes(given=format_given(minutes), least=int(least), most=int(most))


def _refuse_another_pace(memory: Memory, group: Group) -> None:
    """Refuse a journey by public transport for who walks otherwise than the run that measured it."""
    ran = group_of(memory.rules, str(memory.version.provenance.asked["gruppo"]))
    if (ran.m_s, ran.stairs) != (group.m_s, group.stairs):
        raise AnotherPace(ran=ran.name_it, ran_en=ran.name_en, group=group.name_it, id=group.id)


def category_called(memory: Memory, name: str, minutes: float | None) -> Category:
    """Return a category of the set, or an entry as if it were one, with the threshold asked."""
    rules = memory.rules
    refuse_minutes(rules, minutes)
    found = next((one for one in rules.categories if one.id == name), None)
    if name.removeprefix(PREFIX) in memory.transit and name.startswith(PREFIX):
        found = transit_category(rules, name.removeprefix(PREFIX))
    if found is None and Target((name,)) in memory.reach.mm:
        it, en = rules.voce_name(name), rules.voce_name(name, "name_en")
        found = Category(name, it, en, (name,), 1, rules.threshold, ())
    if found is None:
        known = ", ".join([one.id for one in rules.categories] + rules.voci)
        raise UnknownTarget(given=name, known=known)
    return found if minutes is None else replace(found, minutes=minutes)


def near_categories(memory: Memory, group: Group) -> Fifteen:
    """Return how many categories each cell has near, for a group."""
    rules = memory.rules
    return fifteen(rules, group, memory.known, memory.stairs)


def overview(memory: Memory, group: Group) -> list[tuple[str, AccessOf]]:
    """Return the fifteen minutes of every place for a group, by kind, the territory first."""
    found = near_categories(memory, group)
    by_comune = memory.people.between(group.first, group.last)
    people = memory.cells.people(by_comune)
    return [
        (
            kind,
            measure(
                found,
                memory.rules,
                key,
                name,
                rows,
                people,
                _people(memory, kind, key, by_comune) or math.nan,
            ),
        )
        for kind, key, name, rows in memory.places
    ]


def _target(memory: Memory, category: Category, group: Group) -> Target | None:
    """Return what is searched; an entry alone is what was asked, whoever it is for."""
    stairs = memory.stairs
    if category.voci == (category.id,):
        walked = Target(category.voci, 1, group.stairs or not stairs)
        return walked if walked in memory.reach.mm else Target(category.voci)
    return target_of(memory.rules, category, group, stairs)


def _people(memory: Memory, kind: str, key: str, by_comune: NDArray[np.float64]) -> float | None:
    if kind == "comune":
        total = by_comune[memory.codes.index(key)]
    elif kind == "zona":
        total = by_comune[memory.zone_of == list(memory.members).index(key)].sum()
    else:
        total = by_comune.sum()
    return float(total) if np.isfinite(total) else None


def _rounded(value: float | None, digits: int = 1) -> float | None:
    return None if value is None else round(float(value), digits)


def around(memory: Memory, cell: int, group: Group, what: str = ALL) -> list[dict[str, Any]]:
    """Return, for a cell, the minutes of a group to each category and the nearest service of each.

    Parameters
    ----------
    what
        A category or an entry to be told first.
    """
    rules, found = memory.rules, []
    first = [] if what == ALL else [category_called(memory, what, None)]
    others = [one for one in rules.categories if one.id != what]
    for category in [*first, *others]:
        if category.id.startswith(PREFIX):
            _refuse_another_pace(memory, group)
            found.append(_ridden_here(memory, category, cell))
            continue
        target = _target(memory, category, group)
        if target is None:
            continue
        level = int(memory.coverage.of(target.voci)[memory.cells.comune[cell]])
        mm = int(memory.reach.distance(target)[cell])
        near, which = memory.reach.closest(target)
        row = int(which[cell])
        missing = level == 0 or mm < 0
        found.append(
            {
                "categoria": category.id,
                "nome": category.name_it,
                "name_en": category.name_en,
                "k": category.k,
                "soglia_min": category.minutes,
                "dato": WORDS[level],
                "limite": EXACT if missing else _word_here(memory, target, cell),
                "minuti": None if missing else mm / group.mm_per_minute,
                "vicino_min": None if missing or row < 0 else int(near[cell]) / group.mm_per_minute,
                "servizio": None if missing or row < 0 else str(memory.services.name[row]),
                "servizio_id": None if missing or row < 0 else str(memory.services.id[row]),
                "voce": None if missing or row < 0 else rules.voce_name(str(memory.services.voce[row])),
                "punto": None if missing or row < 0 else memory.services.xy[row].tolist(),
            }
        )
    return found


def _word_here(memory: Memory, target: Target, cell: int) -> str:
    """Say whether the minutes of a cell are a bound."""
    level = memory.coverage.of(target.voci)
    here = memory.reach.distance(target)[cell : cell + 1]
    around = memory.known.around
    least = least_mm(here, around.unlisted_mm(level)[cell : cell + 1], target.k, around.limit_mm)
    return AT_MOST if least[0] < here[0] else EXACT


def _ridden_here(memory: Memory, category: Category, cell: int) -> dict[str, Any]:
    """Return the minutes by public transport from a cell: to the nearest service, which one is not kept."""
    level = min(PARTIAL, int(memory.coverage.of(category.voci)[memory.cells.comune[cell]]))
    minutes = float(memory.transit[category.voci[0]][cell])
    known = level > MISSING and math.isfinite(minutes)
    return {
        "categoria": category.id,
        "nome": category.name_it,
        "name_en": category.name_en,
        "k": category.k,
        "soglia_min": category.minutes,
        "dato": WORDS[level],
        "limite": AT_MOST if known else EXACT,
        "minuti": minutes if known else None,
        "mezzi": True,
        **dict.fromkeys(("vicino_min", "servizio", "servizio_id", "voce", "punto")),
    }
