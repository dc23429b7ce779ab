"""What the pages of access read: the question asked, its classes, rows of places, inequality, supply."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from trama.analyses.access import asking
from trama.analyses.access.answers import kept_with_run
from trama.analyses.access.asking import ALL, Answer, Question
from trama.analyses.access.errors import NoRunOfThatSet
from trama.analyses.access.figures import AccessOf, CategoryOf, Fifteen
from trama.analyses.access.layers import SUPPLY
from trama.analyses.access.memory import Memory, last_run, that_run
from trama.analyses.access.rules import EVERYONE, FOLDER, Group, Rules, group_of
from trama.analyses.access.runs import Run, latest, runs
from trama.analyses.access.tracing import UNREACHED
from trama.analyses.access.transit import PREFIX
from trama.analyses.installation import Installation, open_installation
from trama.apps.conoscere import queries
from trama.apps.conoscere.accesso.tiles import ClassGrid
from trama.apps.conoscere.scale import PALETTES, LegendClass
from trama.kernel.errors import TramaError
from trama.kernel.units import UNITS, format_number
from trama.lake import Lake

FAR, MANY = PALETTES["amber"], PALETTES["teal"]
EVERY_AGE = (0, 100)
FEWER = (6, 4, 2, 1, 0)
"""How many categories short of all each class of the map of categories begins."""


@dataclass(frozen=True)
class Asked:
    """What the page was asked.

    Attributes
    ----------
    what
        A category, an entry, or `ALL` for the map of categories.
    set_id, run
        Set of categories, and key of a run; the last one where empty.
    """

    what: str
    group: str
    minutes: float | None
    set_id: str = ""
    run: str = ""

    @property
    def question(self) -> Question:
        """The question for the analysis."""
        return Question(self.what, self.group, self.minutes)

    def query(self) -> str:
        """Return the question as the query of an address."""
        query = QueryDict(mutable=True)
        query["che"], query["gruppo"] = self.what, self.group
        if self.minutes is not None:
            query["minuti"] = f"{self.minutes:g}"
        if self.run:
            query["calcolo"] = self.run
        return query.urlencode()


def asked(query: QueryDict) -> Asked:
    """Read the question of an address; what is not a number of minutes is not read as one."""
    try:
        text = query.get("minuti", "")
        minutes = float(str(text).replace(",", ".")) if text else None
    except ValueError:
        minutes = float("nan")
    return Asked(
        query.get("che") or ALL,
        query.get("gruppo") or EVERYONE,
        minutes,
        query.get("serie") or "",
        query.get("calcolo") or "",
    )


def asked_of(request: HttpRequest) -> tuple[Memory, Asked]:
    """Return the run a request is about, and its question with its threshold."""
    one = asked(request.GET)
    memory = memory_for(open_installation(), one)
    return memory, own_minutes(memory, one)


def memory_for(installation: Installation, one: Asked) -> Memory:
    """Return the run asked for: the one named, the last of the set, the last of all.

    Raises
    ------
    RunGone, NotComputed, NoRunOfThatSet
        It is not in the lake.
    """
    lake, book = installation.lake, installation.book
    if one.run:
        return that_run(lake, book, one.run)
    if one.set_id and all(found.set_id != one.set_id for found in runs(lake)):
        latest(lake)
        raise NoRunOfThatSet(given=one.set_id)
    return last_run(lake, book, one.set_id or None)


@dataclass(frozen=True)
class Shown:
    """What the page shows: values of the cells, classes of the legend with the residents in each.

    Attributes
    ----------
    missing
        Share of residents whose datum is missing, or who are off the network, 0 to 100.
    without
        How many they are.
    """

    memory: Memory
    group: Group
    classes: list[LegendClass]
    shares: list[float]
    missing: float
    without: float
    grid: ClassGrid


@kept_with_run(6)
def _near(memory: Memory, group: str) -> tuple[Fifteen, list[tuple[str, AccessOf]]]:
    walker = group_of(memory.rules, group)
    return asking.near_categories(memory, walker), asking.overview(memory, walker)


def overview(memory: Memory, group: str) -> list[tuple[str, AccessOf]]:
    """Return the fifteen minutes of every place for a group, kept."""
    return _near(memory, group)[1]


@kept_with_run(12)
def answer(memory: Memory, question: Question) -> Answer:
    """Answer a question, kept."""
    return asking.ask(memory, question)


@kept_with_run(12)
def shown(memory: Memory, one: Asked, language: str) -> Shown:
    """Return what the map shows for a question, kept by language (the legend is in words)."""
    del language
    group = group_of(memory.rules, one.group)
    people = memory.cells.people(memory.people.between(group.first, group.last))
    if one.what == ALL:
        found = _near(memory, one.group)[0]
        values = np.where(np.isfinite(found.pt), found.within, np.nan).astype(np.float64)
        classes = categories_classes(len(found.walks))
        number = np.searchsorted([c.start or 0 for c in classes], np.nan_to_num(values), side="right")
    else:
        walk = answer(memory, one.question).walk
        values = walk.minutes if walk else np.full(len(memory.cells), np.nan)
        classes = minutes_classes(memory.rules)
        number = np.searchsorted([c.start or 0 for c in classes][1:], np.nan_to_num(values), side="left") + 1
    known, lived = np.isfinite(values), np.nan_to_num(people) > 0
    index = np.where(known, number, len(classes) + 1).astype(np.uint8)
    index[~lived] = 0
    sums = np.bincount(index[lived], weights=people[lived], minlength=len(classes) + 2)
    total = sums.sum() or 1.0
    grid = ClassGrid(memory.cells, index, np.nan_to_num(people), tuple(c.colour for c in classes))
    shares = [100 * float(part) / total for part in sums[1:]]
    return Shown(memory, group, classes, shares[:-1], shares[-1], float(sums[-1]), grid)


def minutes_classes(rules: Rules) -> list[LegendClass]:
    """Return the classes of minutes between the thresholds of the norms, each up to its edge, included."""
    edges = sorted(rules.norms["soglie_minuti"].value.values())[: len(FAR) - 1]
    starts = [0, *edges]
    labels = [_("fino a %(to)s min") % {"to": edges[0]}]
    labels += [_("da %(from)s a %(to)s min") % {"from": a, "to": b} for a, b in pairwise(edges)]
    labels.append(_("oltre %(from)s min") % {"from": edges[-1]})
    return [
        LegendClass(label, colour, float(start))
        for label, colour, start in zip(labels, FAR, starts, strict=True)
    ]


def categories_classes(count: int) -> list[LegendClass]:
    """Return the classes of the number of categories near, the fewest first."""
    starts = sorted({max(0, count - less) for less in FEWER} | {0})
    ends = [*(start - 1 for start in starts[1:]), count]
    colours = MANY[len(MANY) - len(starts) :]
    return [
        LegendClass(
            _("tutte e %(n)s") % {"n": count}
            if low == count
            else (f"{low}" if low == high else _("da %(from)s a %(to)s") % {"from": low, "to": high}),
            colour,
            float(low),
        )
        for low, high, colour in zip(starts, ends, colours, strict=True)
    ]


@dataclass(frozen=True)
class Row:
    """A place in the table of a question."""

    key: str
    name: str
    step: str
    figures: CategoryOf
    people: float | None

    @property
    def share(self) -> float | None:
        """Percent beyond, of those with the datum."""
        return share_of(self.figures)


def share_of(one: CategoryOf) -> float | None:
    """Return the percent of residents beyond, of those with the datum."""
    return 100 * one.beyond / one.people if one.beyond is not None and one.people else None


def rows(found: Answer, kind: str) -> list[Row]:
    """Return the places of a kind, where most residents are beyond first; without datum at the end."""
    made = [
        Row(key, name, f"{one}/{key}", figures, people)
        for one, key, name, people, figures in found.places
        if one == kind
    ]
    return sorted(made, key=lambda row: (row.figures.beyond is None, -(row.figures.beyond or 0), row.name))


def near_rows(places: list[tuple[str, AccessOf]], kind: str) -> list[AccessOf]:
    """Return the places of a kind, the longest proximity time first; without datum at the end."""
    made = [of for one, of in places if one == kind]
    return sorted(made, key=lambda of: (of.pt_min is None, -(of.pt_min or 0), of.name))


def choices(memory: Memory) -> dict[str, list[tuple[str, str]]]:
    """Return what can be asked: categories, entries by name, groups, thresholds."""
    rules, english = memory.rules, queries.name_field() == "name_en"
    field = "name_en" if english else "nome"
    present = memory.services.present
    voci = [(voce, rules.voce_name(voce, field)) for voce in rules.voci if voce in present]
    return {
        "categories": [(one.id, one.name_en if english else one.name_it) for one in rules.categories],
        "voci": sorted(voci, key=lambda one: one[1]),
        "rides": sorted(
            ((f"{PREFIX}{voce}", rules.voce_name(voce, field)) for voce in memory.transit),
            key=lambda one: one[1],
        ),
        "groups": [(key, one.name_en if english else one.name_it) for key, one in rules.groups.items()],
        "minutes": [
            (f"{value:g}", format_number(float(value), "min", 0))
            for value in rules.norms["soglie_minuti"].value.values()
        ],
    }


def sets(lake: Lake, memory: Memory) -> list[dict[str, Any]]:
    """Return the sets of the register: which is shown, computed, can be chosen; why the others cannot."""
    field = queries.name_field()
    table = memory.rules.norms["serie_pubblicate"].value
    done = {one.set_id for one in runs(lake)}
    return [
        {"id": key, "name": row[field], "here": key == memory.rules.set_id, "computed": key in done, **row}
        for key, row in table.items()
    ]


def computed(lake: Lake) -> list[tuple[str, str]]:
    """Return the sets with a whole run, by name: those that the page can show at once."""
    field = queries.name_field()
    found: dict[str, str] = {}
    for one in runs(lake):
        use = open_installation().book.value(f"{FOLDER}/serie_pubblicate", _day_of(one))
        found.setdefault(one.set_id, str(use.value[one.set_id][field]))
    return sorted(found.items(), key=lambda one: one[1])


def _day_of(run: Run) -> date:
    return date.fromisoformat(run.cells.provenance.day)


def computing(memory: Memory) -> dict[str, list[tuple[str, str]]]:
    """Return what a run can be asked with: sets, functions of decay, weights of the catchment."""
    field, norms = queries.name_field(), memory.rules.norms
    every = norms["serie_pubblicate"].value
    decays = norms["decadimento"].value
    zones = dict.fromkeys(row["set"] for row in norms["decadimento_zone"].value.values())
    functions = [(key, str(row[field])) for key, row in decays.items()]
    own = str(norms["decadimento_accesso"].value), str(norms["zone_bacino"].value)
    return {
        "sets": [(key, str(row[field])) for key, row in every.items() if row["selectable"]],
        "decays": [(key, name) for key, name in functions if key != own[0]],
        "catchments": [*((key, key) for key in zones if key != own[1]), *functions],
    }


def unreached(lake: Lake, memory: Memory) -> list[dict[str, Any]]:
    """Return the services that nobody can walk to, as the trace of the run lists them, kept."""
    if memory not in _unreached:
        _unreached[memory] = _listed(lake, memory.run.key)
    return _unreached[memory]


_unreached: WeakKeyDictionary[Memory, list[dict[str, Any]]] = WeakKeyDictionary()


def _listed(lake: Lake, key: str) -> list[dict[str, Any]]:
    try:
        node = lake.traces.load(key).root.find(UNREACHED)
    except TramaError:
        return []
    return [
        {"id": one.key, "nome": one.label, "motivo": one.note, "distanza_m": one.value}
        for one in (node.inputs if node else ())
    ]


def supply_rows(memory: Memory) -> dict[str, list[dict[str, Any]]]:
    """Return, entry by entry, the places for the people of the whole, and of the least served zone.

    Entries for some ages (``aged``), and for everyone; nothing where there is no table.
    """
    return _supply_rows(memory, queries.name_field())


@kept_with_run(2)
def _supply_rows(memory: Memory, name_field: str) -> dict[str, list[dict[str, Any]]]:
    version = memory.run.get(SUPPLY)
    if version is None:
        return {}
    table = version.table()
    found = []
    field = "name_en" if name_field == "name_en" else "nome"
    for voce in dict.fromkeys(table["voce"]):
        its = table[table["voce"] == voce]
        whole = its[its["ambito"] == "territorio"].iloc[0].to_dict()
        zones = its[(its["ambito"] == "zona") & its["posti_per_100"].notna()]
        least = zones.loc[zones["posti_per_100"].idxmin()].to_dict() if len(zones) else None
        found.append(
            {
                "voce": str(voce),
                "name": memory.rules.voce_name(str(voce), field),
                "unit": _unit(str(whole["unita"])),
                "ages": (int(whole["eta_da"]), int(whole["eta_a"])),
                "state": str(whole["dato"]),
                "word": str(whole.get("limite") or ""),
                "word_without": str(whole.get("limite_senza") or ""),
                "least_word": "" if least is None else str(least.get("limite") or ""),
                "counted": _count(whole.get("servizi_contati")),
                "silent": _count(whole.get("senza_capienza")),
                "other": _count(whole.get("altra_unita")),
                "per_100": _plain(whole["posti_per_100"]),
                "without": _percent(whole["quota_senza"]),
                "least": None if least is None else str(least["nome"]),
                "least_per_100": None if least is None else _plain(least["posti_per_100"]),
            }
        )
    return {
        "aged": [one for one in found if one["ages"] != EVERY_AGE],
        "everyone": [one for one in found if one["ages"] == EVERY_AGE],
    }


def _unit(code: str) -> str:
    """Write a unit of capacity as people read it."""
    return UNITS.get(code) or (_(code.replace("_", " ")) if code else "")


def _count(value: Any) -> int:
    return 0 if value is None or not np.isfinite(value) else int(value)


def _plain(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None


def _percent(value: Any) -> float | None:
    return 100 * float(value) if np.isfinite(value) else None


def own_minutes(memory: Memory, one: Asked) -> Asked:
    """Return the question with the threshold it has by itself, where none was asked."""
    if one.what == ALL or one.minutes is not None:
        return one
    return replace(one, minutes=asking.category_called(memory, one.what, None).minutes)
