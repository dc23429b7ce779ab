"""Memberships: which comune belongs to which grouping, from when to when, and who says so.

A comune may change grouping, be born of a merger or end in one: belonging is a dated relation, never a
column. A change that was asked for but has no date is written as pending; it has no effect on any day.
"""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from trama.kernel.citations import Status
from trama.kernel.places import is_istat_code
from trama.kernel.trace import ParameterUse
from trama.norms.parameters import CitationText, Name

_CLOSED = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
ROW = ("istat", "comune", "zona", "from", "to", "status", "citation")


class Membership(BaseModel):
    """One row: a comune in a grouping, from a day to another (both included; no end while it lasts)."""

    model_config = _CLOSED
    istat: str
    comune: str
    zona: str
    since: date = Field(alias="from")
    until: date | None = Field(alias="to", default=None)
    status: Status
    citation: str

    @field_validator("istat")
    @classmethod
    def _code(cls, code: str) -> str:
        if not is_istat_code(code):
            raise ValueError(f"«{code}» non è un codice ISTAT di sei cifre")
        return code

    def holds(self, day: date) -> bool:
        """Tell whether the row is in force on `day`."""
        return self.since <= day and (self.until is None or day <= self.until)


class Pending(BaseModel):
    """A change that was asked for and has neither a date nor a destination in any act read."""

    model_config = _CLOSED
    istat: str
    comune: str
    what: str
    status: Status
    citation: str


class Relation(BaseModel):
    """A grouping of comuni with its whole history.

    Attributes
    ----------
    groups
        Code of the grouping → its name.
    citations
        Short name → act, quoted by the rows.
    """

    model_config = _CLOSED
    path: str
    name: Name
    description: str
    groups: dict[str, str]
    citations: dict[str, CitationText]
    rows: list[Membership]
    pending: list[Pending] = []

    @model_validator(mode="after")
    def _coherent(self) -> Relation:
        named = [(row.comune, row.citation) for row in self.rows]
        named += [(wish.comune, wish.citation) for wish in self.pending]
        for comune, citation in named:
            if citation not in self.citations:
                raise ValueError(f"{comune}: la citazione «{citation}» non è tra quelle dichiarate")
        last: dict[str, Membership] = {}
        for row in sorted(self.rows, key=lambda row: (row.istat, row.since)):
            if row.zona not in self.groups:
                raise ValueError(f"{row.comune}: «{row.zona}» non è tra le zone dichiarate")
            before = last.get(row.istat)
            if before is not None and (before.until is None or before.until >= row.since):
                raise ValueError(f"{row.comune} apparterrebbe a due zone il {row.since.isoformat()}")
            last[row.istat] = row
        return self

    def at(self, day: date) -> dict[str, str]:
        """Return ISTAT code → grouping on `day`, by code; a comune that belongs to none is absent."""
        return {row.istat: row.zona for row in sorted(self.rows, key=lambda row: row.istat) if row.holds(day)}

    def use(self, istat: str, day: date) -> ParameterUse | None:
        """Return the record of one membership for a trace; None where the comune belongs to no grouping."""
        for row in self.rows:
            if row.istat == istat and row.holds(day):
                act = self.citations[row.citation].plain()
                return ParameterUse(
                    f"{self.path}[{istat}]", self.name.it, row.zona, "text", row.since, row.status, act
                )
        return None

    def changes(self) -> list[date]:
        """Return both sides of every date: the days on which a membership changes, and the day before."""
        starts = {row.since for row in self.rows}
        ends = {row.until + timedelta(days=1) for row in self.rows if row.until is not None}
        return sorted(starts | ends | {day - timedelta(days=1) for day in starts | ends})


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Read the rows of a relation from CSV; an empty `to` means that it lasts.

    Raises
    ------
    ValueError
        Other columns than `ROW`, or a row with too many or too few cells.
    """
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        if tuple(header := next(reader)) != ROW:
            raise ValueError(f"{path.name}: le colonne devono essere {', '.join(ROW)}")
        rows = list(reader)
    for number, row in enumerate(rows, start=2):
        if len(row) != len(header):
            raise ValueError(f"{path.name}, riga {number}: {len(row)} celle invece di {len(header)}")
    return [{**dict(zip(header, row, strict=True)), "to": row[4] or None} for row in rows]
