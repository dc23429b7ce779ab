"""The register as an analysis reads it: works with their fund, state and solution recognised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

import pandas as pd
import shapely

from trama.analyses.opere.errors import NoRegister
from trama.analyses.opere.names import Recogniser, plain
from trama.lake import Lake
from trama.lake.version import Version
from trama.norms import InForce, NormBook

LAYER = "opere_finanziate"
FOLDER = "sttm1/opere"
CATALOGUE = "sttm1/nbs/catalogo"
NONE = "nessuno"
"""Id of the group of works that do not say theirs."""


@dataclass(frozen=True)
class Group:
    """A fund or a state: one of the norms, or one written in the list that the norms do not know."""

    id: str
    name: str
    colour: str
    known: bool
    name_en: str = ""


@dataclass(frozen=True)
class Work:
    """A funded work.

    Attributes
    ----------
    cents, granted_cents
        Amount and contribution in euro cents; None where the list does not say.
    solution
        Id in the catalogue; None where the list names none, or one that is not there (`written_solution`).
    declared
        ISTAT codes of the comuni the list names.
    shape
        EPSG:32632; None where only the comune is known.
    """

    id: str
    name: str
    fund: Group
    state: Group
    measure: str
    cup: str
    comune: str
    declared: tuple[str, ...]
    solution: str | None
    written_solution: str
    quantity: float | None
    unit: str | None
    cents: int | None
    granted_cents: int | None
    start: str
    end: str
    source: str
    row: int
    shape: shapely.Geometry | None

    @property
    def step(self) -> str:
        """Name of its step in an explanation."""
        return quote(self.id, safe="")

    @property
    def amount(self) -> float | None:
        """Amount in euro."""
        return None if self.cents is None else self.cents / 100


@dataclass(frozen=True)
class Register:
    """Every work of a version, and the norms that name funds, states and solutions."""

    version: Version
    works: tuple[Work, ...]
    funds: InForce
    states: InForce
    catalogue: InForce

    @classmethod
    def read(cls, lake: Lake, book: NormBook, day: date) -> Register:
        """Read the current version.

        Raises
        ------
        NoRegister
            There is none.
        NotInForce
            The norms have no list of funds on `day`.
        """
        if not lake.has(LAYER):
            raise NoRegister(what=LAYER, hint="")
        version = lake.version(LAYER)
        norms = [book.value(path, day) for path in (f"{FOLDER}/fondi", f"{FOLDER}/stati", CATALOGUE)]
        return cls(version, tuple(_works(version, *norms)), *norms)

    @property
    def unknown_solutions(self) -> dict[str, list[str]]:
        """Return solution as written → ids of the works, for those the catalogue does not hold."""
        found: dict[str, list[str]] = {}
        for work in self.works:
            if work.solution is None and work.written_solution:
                found.setdefault(work.written_solution, []).append(work.id)
        return found

    @property
    def unknown_funds(self) -> list[str]:
        """Return the funds as written that the norms do not list."""
        return sorted({work.fund.name for work in self.works if not work.fund.known and work.fund.id != NONE})


def _works(version: Version, funds: InForce, states: InForce, catalogue: InForce) -> list[Work]:
    fund_of = _Groups(funds.value, "Fondo non dichiarato", "Fund not declared")
    state_of = _Groups(states.value, "Stato non dichiarato", "State not declared")
    solutions = Recogniser(catalogue.value)
    table = version.table()
    shapes = table.geometry.to_numpy()
    absent = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    works = []
    for at, row in enumerate(table.drop(columns="geometry").to_dict("records")):
        cell = {name: None if pd.isna(value) else value for name, value in row.items()}
        written = str(cell["soluzione"] or "")
        works.append(
            Work(
                id=str(cell["id"]),
                name=str(cell["nome"] or cell["cup"] or cell["id"]),
                fund=fund_of.find(cell["fondo"]),
                state=state_of.find(cell["stato"]),
                measure=str(cell["misura"] or ""),
                cup=str(cell["cup"] or ""),
                comune=str(cell["comune"] or ""),
                declared=tuple(str(cell["istat"] or "").split()),
                solution=solutions.find(written, within=False),
                written_solution=written,
                quantity=cell["quantita"],
                unit=cell["unita"],
                cents=_cents(cell["importo"]),
                granted_cents=_cents(cell["contributo"]),
                start=str(cell["data_inizio"] or ""),
                end=str(cell["data_fine"] or ""),
                source=str(cell["fonte"] or ""),
                row=int(cell["riga"] or 0),
                shape=None if absent[at] else shapes[at],
            )
        )
    return works


class _Groups:
    """Funds, or states, by the way a list writes them."""

    def __init__(self, table: Mapping[str, Mapping[str, Any]], none: str, none_en: str) -> None:
        self.table, self.recogniser = table, Recogniser(table)
        self.none = Group(NONE, none, "#6b7076", known=False, name_en=none_en)

    def find(self, written: Any) -> Group:
        if not written:
            return self.none
        key = self.recogniser.find(str(written))
        if key is None:
            return Group(
                f"altro-{plain(str(written)).replace(' ', '-')}", str(written), "#6b7076", known=False
            )
        row = self.table[key]
        return Group(key, str(row["name_it"]), str(row["colour"]), known=True, name_en=str(row["name_en"]))


def _cents(euro: float | None) -> int | None:
    return None if euro is None else round(euro * 100)
