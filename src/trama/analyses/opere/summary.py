"""Totals of the register by fund, state, comune and UPA: the parts sum to the whole, to the cent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

from trama.analyses.opere.effects import STORM, SUMMER
from trama.analyses.opere.errors import UnknownFilter
from trama.analyses.opere.register import FOLDER, Register, Work
from trama.analyses.opere.run import EFFECTS
from trama.analyses.opere.sharing import Places, Shares, declared_shares, split_cents
from trama.lake import Lake
from trama.lake.version import Version
from trama.norms import InForce, NormBook

NOT_ESTIMATED = "effetti non ancora stimati"
RULE = (
    "Un'opera a cavallo di più comuni (o UPA) si ripartisce in proporzione all'area, alla lunghezza se è una "
    "linea; se non è sulla mappa, in parti uguali tra i comuni che l'elenco nomina."
)
Figures = dict[str, float | None]
_FIGURES = ("m3_giorno_estivo", "m3_t50_1h", "idren_m2")


@dataclass(frozen=True)
class Choice:
    """What to keep of the register: ids of a fund and of a state, ISTAT code of a comune; all where empty."""

    fund: str = ""
    state: str = ""
    comune: str = ""

    @property
    def any(self) -> bool:
        """Whether something is left out."""
        return bool(self.fund or self.state or self.comune)


@dataclass(frozen=True)
class Part:
    """A work, or the part of it that falls in a place: its money in cents, its effects in proportion."""

    work: Work
    share: float
    cents: int | None
    granted_cents: int | None
    figures: Figures
    why: str

    @property
    def estimated(self) -> bool:
        """Whether its effect on water is known."""
        return self.figures[f"m3_{STORM}"] is not None


@dataclass
class Total:
    """The sum of some parts.

    Attributes
    ----------
    works
        Ids, each once.
    unpriced, unestimated
        Of them, those without an amount and those whose effect on water is not known.
    paid_cents
        Amounts of the works that have both an amount and an effect: what a cost per m3 divides.
    """

    key: str | None
    name: str
    works: set[str] = field(default_factory=set)
    cents: int = 0
    granted_cents: int = 0
    unpriced: set[str] = field(default_factory=set)
    ungranted: set[str] = field(default_factory=set)
    unestimated: set[str] = field(default_factory=set)
    figures: Figures = field(default_factory=lambda: dict.fromkeys(_FIGURES))
    paid_cents: int = 0
    paid_m3: float = 0.0

    def add(self, part: Part) -> None:
        """Add a part; what is missing is counted as missing."""
        name = part.work.id
        self.works.add(name)
        self.cents += part.cents or 0
        self.granted_cents += part.granted_cents or 0
        if part.cents is None:
            self.unpriced.add(name)
        if part.granted_cents is None:
            self.ungranted.add(name)
        if not part.estimated:
            self.unestimated.add(name)
        for figure, value in part.figures.items():
            if value is not None:
                self.figures[figure] = (self.figures[figure] or 0.0) + value
        kept = part.figures[f"m3_{STORM}"]
        if kept is not None and part.cents is not None:
            self.paid_cents += part.cents
            self.paid_m3 += kept

    @property
    def eur_m3(self) -> float | None:
        """Euro per cubic metre kept out in the storm of one hour, of the works that have both."""
        return self.paid_cents / 100 / self.paid_m3 if self.paid_m3 >= 0.05 else None

    def to_json(self) -> dict[str, Any]:
        """Return the figures as plain JSON; amounts are None where no work has one."""
        priced = len(self.works) > len(self.unpriced)
        granted = len(self.works) > len(self.ungranted)
        return {
            "codice": self.key,
            "nome": self.name,
            "opere": len(self.works),
            "importo": self.cents / 100 if priced else None,
            "contributo": self.granted_cents / 100 if granted else None,
            "senza_importo": len(self.unpriced),
            "senza_contributo": len(self.ungranted),
            "m3_giorno_estivo": _rounded(self.figures[f"m3_{SUMMER}"]),
            "m3_t50_1h": _rounded(self.figures[f"m3_{STORM}"]),
            "idren_m2": _rounded(self.figures["idren_m2"], 1),
            "costo_m3": _rounded(self.eur_m3, 2),
            "senza_stima": len(self.unestimated),
        }


@dataclass(frozen=True)
class Summary:
    """The register summed, with what could not be.

    Attributes
    ----------
    parts
        What was kept: whole works, or the parts within the comune asked for.
    effects
        The table of the effects; None where nobody has estimated them for this version of the register.
    """

    day: date
    choice: Choice
    register: Register
    effects: Version | None
    parts: tuple[Part, ...]
    total: Total
    by: dict[str, list[Total]]
    least: InForce
    places: dict[str, Version]
    rows: dict[str, dict[str, Any]]

    @property
    def lacking(self) -> dict[str, list[Work]]:
        """Return reason → works whose effect on water is not known for it."""
        found: dict[str, list[Work]] = {}
        for part in self.parts:
            if not part.estimated:
                found.setdefault(part.why, []).append(part.work)
        return found

    @property
    def synthetic_places(self) -> set[str]:
        """Layers of places, among those the works are shared out by, that are synthetic."""
        return {layer for layer, version in self.places.items() if version.synthetic}

    @property
    def synthetic_amounts(self) -> bool:
        """Whether the amounts rest on synthetic data: the register, or the borders of the comune asked."""
        return self.register.version.synthetic or self._cut_by_synthetic

    @property
    def synthetic_effects(self) -> bool:
        """Whether there are effects, and they rest on synthetic data, whatever the register is."""
        return self.effects is not None and (self.effects.synthetic or self._cut_by_synthetic)

    @property
    def _cut_by_synthetic(self) -> bool:
        return bool(self.choice.comune) and "comuni" in self.synthetic_places

    @property
    def unplaced(self) -> list[Work]:
        """Return the works that are not on the map."""
        return [part.work for part in self.parts if part.work.shape is None]


def summarise(lake: Lake, book: NormBook, day: date, choice: Choice | None = None) -> Summary:
    """Sum the register.

    Raises
    ------
    NoRegister, NotInForce
    UnknownFilter
        Nothing in the register answers to what `choice` asks for.
    """
    choice = choice or Choice()
    register = Register.read(lake, book, day)
    least = book.value(f"{FOLDER}/parte_minima", day)
    places = {layer: Places.of(lake.version(layer)) for layer in ("comuni", "upa") if lake.has(layer)}
    effects, rows = _effects(lake, register)
    chosen = [
        work
        for work in register.works
        if choice.fund in ("", work.fund.id) and choice.state in ("", work.state.id)
    ]
    _check(register, choice, places)
    share = _Shares(places, float(least.value))
    parts = [part for work in chosen if (part := _part(work, rows.get(work.id), share, choice.comune))]
    total = Total(None, "Totale")
    for part in parts:
        total.add(part)
    by = {
        "fondi": _grouped(parts, lambda part: {part.work.fund.id: 1.0}, _group_names(parts, "fund")),
        "stati": _grouped(parts, lambda part: {part.work.state.id: 1.0}, _group_names(parts, "state")),
        "comuni": _grouped(parts, lambda part: share.comuni(part.work, choice.comune), share.names("comuni")),
        "upa": _grouped(parts, lambda part: share.upa(part.work), share.names("upa")),
    }
    versions = {layer: found.version for layer, found in places.items()}
    return Summary(day, choice, register, effects, tuple(parts), total, by, least, versions, rows)


class _Shares:
    """Parts of works in comuni and UPA, each computed once."""

    def __init__(self, places: dict[str, Places], least: float) -> None:
        self.places, self.least = places, least
        self._kept: dict[tuple[str, str], Shares] = {}

    def comuni(self, work: Work, only: str = "") -> Shares:
        """Return the parts by comune; all of it in the one asked for, where the part is already taken."""
        if only:
            return {only: 1.0}
        if work.shape is None:
            return declared_shares(work.declared)
        return self._of("comuni", work)

    def upa(self, work: Work) -> Shares:
        return self._of("upa", work)

    def _of(self, layer: str, work: Work) -> Shares:
        if layer not in self.places:
            return {None: 1.0}
        key = (layer, work.id)
        if key not in self._kept:
            self._kept[key] = self.places[layer].shares(work.shape, self.least)
        return self._kept[key]

    def names(self, layer: str) -> dict[str | None, str]:
        """Return key → name, with the words for what is nowhere."""
        nowhere = {"comuni": "Comune non noto", "upa": "Fuori da ogni UPA, o non sulla mappa"}[layer]
        known = self.places[layer].names if layer in self.places else {}
        return {None: nowhere} | dict(known.items())


def _part(work: Work, row: dict[str, Any] | None, share: _Shares, comune: str) -> Part | None:
    part = share.comuni(work).get(comune, 0.0) if comune else 1.0
    if not part:
        return None
    cents, granted = work.cents, work.granted_cents
    if comune:
        shares = share.comuni(work)
        cents = None if cents is None else split_cents(cents, shares)[comune]
        granted = None if granted is None else split_cents(granted, shares)[comune]
    figures: Figures = {name: None if row is None else _scaled(row[name], part) for name in _FIGURES}
    why = "" if row is None else str(row["manca_acqua"] or "")
    return Part(work, part, cents, granted, figures, NOT_ESTIMATED if row is None else why)


def _grouped(
    parts: Iterable[Part], shares_of: Callable[[Part], Shares], names: dict[str | None, str]
) -> list[Total]:
    """Return the totals of each group, the costliest first, what is nowhere last."""
    totals: dict[str | None, Total] = {}
    for part in parts:
        shares = shares_of(part)
        cents = split_cents(part.cents, shares) if part.cents is not None else {}
        granted = split_cents(part.granted_cents, shares) if part.granted_cents is not None else {}
        for key, share in shares.items():
            figures = {name: _scaled(value, share) for name, value in part.figures.items()}
            total = totals.setdefault(key, Total(key, names.get(key, str(key))))
            total.add(Part(part.work, share, cents.get(key), granted.get(key), figures, part.why))
    return sorted(totals.values(), key=lambda total: (total.key is None, -total.cents, total.name))


def _group_names(parts: Iterable[Part], which: str) -> dict[str | None, str]:
    return {getattr(part.work, which).id: getattr(part.work, which).name for part in parts}


def _effects(lake: Lake, register: Register) -> tuple[Version | None, dict[str, dict[str, Any]]]:
    """Return the effects estimated for this very version of the register, by work."""
    if not lake.has(EFFECTS):
        return None, {}
    version = lake.version(EFFECTS)
    if version.provenance.inputs.get(register.version.layer) != register.version.id:
        return None, {}
    table = version.table()
    rows = {
        str(row["id"]): {name: None if pd.isna(value) else value for name, value in row.items()}
        for row in table.to_dict("records")
    }
    return version, rows


def _check(register: Register, choice: Choice, places: dict[str, Places]) -> None:
    known = {
        "il fondo": (choice.fund, Counter(work.fund.id for work in register.works)),
        "lo stato": (choice.state, Counter(work.state.id for work in register.works)),
    }
    for kind, (asked, there) in known.items():
        if asked and asked not in there:
            raise UnknownFilter(kind=kind, what=asked[:60], hint=", ".join(sorted(there)))
    if choice.comune and "comuni" in places and choice.comune not in places["comuni"].names:
        raise UnknownFilter(kind="il comune", what=choice.comune[:60], hint="i codici ISTAT dei comuni")


def _scaled(value: float | None, share: float) -> float | None:
    return None if value is None else float(value) * share


def _rounded(value: float | None, digits: int = 3) -> float | None:
    return None if value is None else round(value, digits) + 0.0
