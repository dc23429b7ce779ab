"""The norms of access, as in force on a day: sets, walkers, thresholds, decay."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from trama.analyses.access.errors import NotSelectable, UnknownDecay, UnknownGroup, UnknownSet
from trama.engines.network import Decay
from trama.engines.network import decay as decays
from trama.kernel.trace import ParameterUse
from trama.norms import InForce, NormBook

FOLDER = "sttm2/quindici_minuti"
TAXONOMY = "sttm2/servizi/tassonomia"
NAMES = (
    *("serie", "serie_pubblicate", "serie_predefinita", "velocita", "soglia_minuti", "soglie_minuti"),
    *(
        "distanza_massima_m",
        "distanza_nodo_m",
        "distanza_passaggio_m",
        "decadimento",
        "decadimento_zone",
        "zone_bacino",
    ),
    *("decadimento_accesso", "avversione", "trasporto_pubblico", "voci_fermate"),
    *("minuti_ammessi", "anni_di_un_gruppo", "righe_massime"),
)
MM, SECONDS = 1000, 60
EVERYONE = "tutti"
"""The group of the reference map: all residents, at one pace, with every service."""


@dataclass(frozen=True)
class Group:
    """Who walks.

    Attributes
    ----------
    first, last
        Ages, both included.
    stairs
        Whether stairs can be walked.
    every_service
        Whether all services count, or only those for these ages.
    """

    id: str
    name_it: str
    name_en: str
    m_s: float
    first: int
    last: int
    stairs: bool
    every_service: bool

    @property
    def mm_per_minute(self) -> float:
        """Millimetres walked in a minute."""
        return self.m_s * MM * SECONDS

    def reach_mm(self, minutes: float) -> int:
        """Return how far one walks in some minutes, rounded down."""
        return math.floor(minutes * self.mm_per_minute + 1e-6)


@dataclass(frozen=True)
class Category:
    """A category of a set.

    Attributes
    ----------
    voci
        Entries of the taxonomy that answer it; none where it cannot be computed.
    k
        How many of the nearest count.
    minutes
        Within which it is near.
    """

    id: str
    name_it: str
    name_en: str
    voci: tuple[str, ...]
    k: int
    minutes: float
    weights: tuple[float, ...]


@dataclass(frozen=True)
class Rules:
    """Every norm a run uses.

    Attributes
    ----------
    chosen_decay, chosen_catchment
        Function of access, and weights of the two-step catchment, where others than the norms' were chosen.
    """

    day: date
    set_id: str
    norms: dict[str, InForce]
    taxonomy: InForce
    chosen_decay: str = ""
    chosen_catchment: str = ""

    @cached_property
    def categories(self) -> list[Category]:
        """Categories of the set that can be computed, in order."""
        rows = self.norms["serie"].value.values()
        return [_category(row) for row in rows if row["set"] == self.set_id and row["voci"]]

    @cached_property
    def not_computable(self) -> list[str]:
        """Names of the categories of the set without entries."""
        rows = self.norms["serie"].value.values()
        return [row["name_it"] for row in rows if row["set"] == self.set_id and not row["voci"]]

    @cached_property
    def groups(self) -> dict[str, Group]:
        """Walkers, by id."""
        table: dict[str, dict[str, Any]] = self.norms["velocita"].value
        return {key: _group(key, row) for key, row in table.items()}

    @property
    def published(self) -> dict[str, Any]:
        """Row of the set in the register of sets."""
        row: dict[str, Any] = self.norms["serie_pubblicate"].value[self.set_id]
        return row

    @property
    def at_least(self) -> int:
        """Categories that are enough in the reading «at least n»."""
        return int(self.published["at_least"])

    @property
    def threshold(self) -> float:
        """The fifteen minutes."""
        return float(self.norms["soglia_minuti"].value)

    @property
    def minutes_allowed(self) -> tuple[float, float]:
        """The least and the largest threshold that can be asked."""
        norm = self.norms["minuti_ammessi"].value
        return float(norm["minimo"]), float(norm["massimo"])

    @property
    def one_group_years(self) -> int:
        """The widest span of ages that is of one group of walkers."""
        return int(self.norms["anni_di_un_gruppo"].value)

    @property
    def most_rows(self) -> dict[str, int]:
        """Layer → how many rows of it a run takes."""
        return {layer: int(rows) for layer, rows in self.norms["righe_massime"].value.items()}

    @property
    def limit_mm(self) -> int:
        """Where the search ends."""
        return round(float(self.norms["distanza_massima_m"].value) * MM)

    @property
    def passage_m(self) -> float:
        """How far from a street an end of a passage may be drawn."""
        return float(self.norms["distanza_passaggio_m"].value)

    @property
    def snap_m(self) -> float:
        """How far from the network one may live, or a service stand."""
        return float(self.norms["distanza_nodo_m"].value)

    @cached_property
    def voci(self) -> list[str]:
        """Entries that the set reads, and those of every day, in the order of the taxonomy."""
        wanted = {voce for one in self.categories for voce in one.voci}
        return [key for key, row in self.taxonomy.value.items() if key in wanted or row["daily"] == 1]

    def voce_name(self, voce: str, field: str = "nome") -> str:
        """Return the name of an entry; its code where the taxonomy has none."""
        row = self.taxonomy.value.get(voce)
        return voce if row is None else str(row[field])

    def ages_of(self, voce: str) -> tuple[int, int] | None:
        """Return the ages an entry is for, both included; None where it is for no group."""
        row = self.taxonomy.value.get(voce)
        if row is None or row["eta_da"] is None:
            return None
        return int(row["eta_da"]), int(row["eta_a"])

    def serves(self, voce: str, group: Group) -> bool:
        """Tell whether an entry is for a group: for everybody, or for some of its ages."""
        ages = self.ages_of(voce)
        return group.every_service or ages is None or (ages[0] <= group.last and group.first <= ages[1])

    def members(self, category: Category, group: Group) -> tuple[str, ...]:
        """Return the entries of a category that are for a group; none where it does not concern it."""
        return tuple(voce for voce in category.voci if self.serves(voce, group))

    @property
    def decay(self) -> str:
        """The function that turns minutes into access."""
        return self.chosen_decay or str(self.norms["decadimento_accesso"].value)

    @property
    def catchment(self) -> str:
        """The weights of the two-step catchment: zones of minutes, or a function of decay."""
        return self.chosen_catchment or str(self.norms["zone_bacino"].value)

    def catchment_decay(self, group: Group) -> tuple[Decay, int]:
        """Return the weights of the two-step catchment at a group's pace, and where they end [mm]."""
        rows = self.norms["decadimento_zone"].value.values()
        zones = [row for row in rows if row["set"] == self.catchment]
        if zones:
            edges = [group.reach_mm(row["to_min"]) for row in zones]
            return decays.zones(edges, [float(row["weight"]) for row in zones]), edges[-1]
        numbers = self.numbers_of(self.catchment)
        return walked_decay(self.catchment, numbers, group.mm_per_minute, self.limit_mm)

    def access_decay(self) -> tuple[str, dict[str, float]]:
        """Return the function that turns minutes into access, and its numbers."""
        return self.decay, self.numbers_of(self.decay)

    def numbers_of(self, decay: str) -> dict[str, float]:
        """Return the numbers of a function of decay."""
        row = self.norms["decadimento"].value[decay]
        pairs = ((row["first"], row["first_value"]), (row["second"], row["second_value"]))
        return {key: float(value) for key, value in pairs if key}

    @property
    def decays(self) -> list[str]:
        """Functions that can be chosen."""
        return list(self.norms["decadimento"].value)

    @property
    def catchments(self) -> list[str]:
        """Weights of the catchment that can be chosen: the sets of zones, then the functions."""
        return [
            *dict.fromkeys(row["set"] for row in self.norms["decadimento_zone"].value.values()),
            *self.decays,
        ]

    @property
    def asked(self) -> dict[str, str]:
        """What a person chose, where it is not the norms' own: it goes with the run."""
        chosen = {"decadimento": self.chosen_decay, "bacino": self.chosen_catchment}
        return {key: value for key, value in chosen.items() if value}

    def uses(self, *names: str) -> tuple[ParameterUse, ...]:
        """Quote some norms for a trace; of the sets, only the rows of this one."""
        return tuple(self._use(name) for name in names)

    def _use(self, name: str) -> ParameterUse:
        norm = self.norms[name]
        if name == "serie_pubblicate":
            return norm.use(only=self.set_id)
        if name == "serie":
            rows = {key: row for key, row in norm.value.items() if row["set"] == self.set_id}
            return replace(norm.use(), path=f"{norm.path}[{self.set_id}]", value=rows)
        return norm.use()


def walked_decay(
    name: str, numbers: dict[str, float], mm_per_minute: float, limit_mm: int
) -> tuple[Decay, int]:
    """Return a function of decay as weights of distances at a pace, and where it ends at most.

    Numbers are in minutes, but those of Walk Score, in metres.
    """
    pace = mm_per_minute
    if name == "gradino":
        edge = math.floor(numbers["soglia"] * pace + 1e-6)
        return decays.zones([edge], [1.0]), edge
    if name == "lineare":
        return decays.linear(numbers["soglia"] * pace), min(limit_mm, math.floor(numbers["soglia"] * pace))
    if name == "walkscore":
        full, zero = numbers["piena_m"] * MM, numbers["nulla_m"] * MM
        return decays.plateau(full, zero), min(limit_mm, int(zero))
    smooth = {
        "esponenziale": lambda: decays.exponential(pace / numbers["lambda"]),
        "gaussiana": lambda: decays.gaussian(numbers["beta"] * pace**2),
        "logistica": lambda: decays.logistic(pace / numbers["k"], numbers["t0"] * pace),
        "potenza": lambda: decays.power(numbers["alfa"], pace),
    }
    return smooth[name](), limit_mm


def read_rules(
    book: NormBook, day: date, set_id: str | None = None, decay: str = "", catchment: str = ""
) -> Rules:
    """Read the norms in force on `day`.

    Parameters
    ----------
    decay, catchment
        Function of access and weights of the catchment; the norms' own where empty.

    Raises
    ------
    UnknownSet, NotSelectable, UnknownDecay
        The set or the function is not there, or the members of the set are not published.
    NotInForce
        A norm has no value on that day.
    """
    norms = {name: book.value(f"{FOLDER}/{name}", day) for name in NAMES}
    chosen = set_id or str(norms["serie_predefinita"].value)
    table = norms["serie_pubblicate"].value
    known = ", ".join(key for key, row in table.items() if row["selectable"])
    if chosen not in table:
        raise UnknownSet(given=chosen, known=known)
    if not table[chosen]["selectable"]:
        raise NotSelectable(
            given=chosen, name=table[chosen]["name_it"], why=table[chosen]["why_not"], known=known
        )
    rules = Rules(day, chosen, norms, book.value(TAXONOMY, day))
    for given, among in ((decay, rules.decays), (catchment, rules.catchments)):
        if given and given not in among:
            raise UnknownDecay(given=given, known=", ".join(among))
    return replace(
        rules,
        chosen_decay="" if decay == rules.decay else decay,
        chosen_catchment="" if catchment == rules.catchment else catchment,
    )


def group_of(rules: Rules, name: str) -> Group:
    """Return a group of walkers; raises `UnknownGroup`."""
    if name not in rules.groups:
        raise UnknownGroup(given=name, known=", ".join(rules.groups))
    return rules.groups[name]


def _group(key: str, row: dict[str, Any]) -> Group:
    return Group(
        key,
        str(row["name_it"]),
        str(row["name_en"]),
        float(row["m_s"]),
        int(row["from"]),
        int(row["to"]),
        row["stairs"] == 1,
        row["every_service"] == 1,
    )


def _category(row: dict[str, Any]) -> Category:
    return Category(
        str(row["category"]),
        str(row["name_it"]),
        str(row["name_en"]),
        tuple(str(row["voci"]).split()),
        int(row["k"]),
        float(row["minuti"]),
        tuple(float(weight) for weight in str(row["pesi"] or "").split()),
    )
