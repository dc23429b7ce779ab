"""Parameters: values with a date, an act and a status."""

from __future__ import annotations

import csv
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from trama.kernel.citations import Citation, Status
from trama.kernel.units import UNITS
from trama.norms.errors import NotInForce
from trama.norms.in_force import InForce
from trama.norms.steps import Steps

_CLOSED = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")


class Name(BaseModel):
    """A label in both languages."""

    model_config = _CLOSED
    it: str
    en: str


class CitationText(BaseModel):
    """The act behind a value, as written in YAML."""

    model_config = _CLOSED
    act: str = Field(min_length=3)
    place: str
    url: str | None = None

    def plain(self) -> Citation:
        """Return the kernel's own citation."""
        return Citation(self.act, self.place, self.url)


class DatedValue(BaseModel):
    """A value from a day on; `null` ends the parameter, with its act too."""

    model_config = _CLOSED
    since: date = Field(alias="from")
    value: Any
    status: Status
    citation: CitationText

    @field_validator("since", mode="before")
    @classmethod
    def _day(cls, text: object) -> date:
        if not isinstance(text, str):
            raise ValueError('la data va scritta tra virgolette: "2024-02-28"')
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise ValueError(f'«{text}» non è un giorno: si scrive come "2024-02-28"') from None

    @field_validator("status", mode="before")
    @classmethod
    def _status(cls, text: object) -> Status:
        try:
            return Status(text)
        except ValueError:
            raise ValueError(f"lo stato è uno di questi: {', '.join(one.value for one in Status)}") from None


class Parameter(BaseModel):
    """A parameter and its history, oldest value first."""

    model_config = _CLOSED
    path: str
    name: Name
    description: str
    unit: str
    kind: Literal["scalar", "table", "steps"]
    values: list[DatedValue]

    @field_validator("unit")
    @classmethod
    def _known_unit(cls, unit: str) -> str:
        if unit not in UNITS:
            raise ValueError(f"unità «{unit}» sconosciuta: scegliere tra {', '.join(UNITS)}")
        return unit

    @model_validator(mode="after")
    def _history(self) -> Parameter:
        days = [dated.since for dated in self.values]
        if days != sorted(set(days)):
            raise ValueError("i valori vanno in ordine di data, ciascuno con una data diversa")
        for dated in self.values:
            _check_kind(self.kind, self.unit, dated.value)
        return self

    def at(self, day: date) -> InForce:
        """Return the value in force on `day`.

        Raises
        ------
        NotInForce
            Before the first value, after an end, or where no value is known; the sentence says what to do.
        """
        past = [dated for dated in self.values if dated.since <= day]
        if not past:
            raise self._not_in_force(day, self._why_not_yet())
        dated = past[-1]
        if dated.value is None:
            ended = f"è cessato il {dated.since.isoformat()} ({dated.citation.plain()})."
            raise self._not_in_force(day, f"{ended} Indicare un giorno precedente.")
        value = Steps.model_validate(dated.value) if self.kind == "steps" else dated.value
        return InForce(
            self.path,
            self.name.it,
            value,
            self.unit,
            self.kind,
            dated.since,
            dated.status,
            dated.citation.plain(),
        )

    def changes(self) -> list[date]:
        """Return both sides of every date: the days on which the value changes, and the day before each."""
        days = {dated.since for dated in self.values}
        return sorted(days | {day - timedelta(days=1) for day in days})

    def _why_not_yet(self) -> str:
        if not self.values:
            return "nessun valore è noto. L'ente deve caricarne uno nel proprio pacchetto di norme."
        first = self.values[0]
        return (
            f"vale dal {first.since.isoformat()} ({first.citation.plain()}). "
            "Indicare un giorno da quella data in poi, oppure caricare il valore allora vigente."
        )

    def _not_in_force(self, day: date, why: str) -> NotInForce:
        return NotInForce(label=self.name.it, path=self.path, day=day.isoformat(), why=why)


def unlike(shipped: Parameter | None, own: Parameter) -> str:
    """Return why an institution's own parameter cannot take the place of the shipped one; nothing if it can.

    The sheets and analyses that read it expect the same kind, the same unit, the rows and columns they name.
    """
    if shipped is None:
        return ""
    if shipped.kind != own.kind:
        return f"è di tipo {own.kind}: deve essere {shipped.kind}."
    if shipped.unit != own.unit:
        return f"è in «{own.unit}»: deve essere in «{shipped.unit}»."
    if shipped.kind == "table" and own.unit not in {"text"}:
        return _unlike_rows(shipped, own)
    return ""


def _unlike_rows(shipped: Parameter, own: Parameter) -> str:
    """Compare plain tables of numbers, whose rows are named one by one by those who read them."""
    known = [dated.value for dated in shipped.values if isinstance(dated.value, dict)]
    if not known or not all(_is_number(cell) for cell in known[-1].values()):
        return ""
    for dated in own.values:
        if dated.value is None:
            continue
        if missing := [row for row in known[-1] if row not in dated.value]:
            return f"dal {dated.since.isoformat()} gli mancano le righe {', '.join(missing)}."
        if wrong := [row for row, cell in dated.value.items() if not _is_number(cell)]:
            return f"dal {dated.since.isoformat()} la riga {wrong[0]} non è un numero."
    return ""


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _check_kind(kind: str, unit: str, value: Any) -> None:
    if value is None:
        return
    if kind == "scalar" and unit != "text" and not _is_number(value):
        raise ValueError(f"deve essere un numero solo, senza virgolette, non «{value}»")
    if kind == "scalar" and isinstance(value, dict | list):
        raise ValueError("un parametro scalare ha un solo valore")
    if kind == "table" and not isinstance(value, dict):
        raise ValueError("una tabella è un insieme di righe con chiave")
    if kind == "steps":
        Steps.model_validate(value)


def read_table(path: Path) -> dict[str, dict[str, Any]]:
    """Read a CSV table of the norms: first column the key, numbers as numbers, codes as text, empty as None.

    Raises
    ------
    ValueError
        For a repeated key or a row with too many or too few cells.
    """
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        header = next(reader)
        table: dict[str, dict[str, Any]] = {}
        for number, row in enumerate(reader, start=2):
            if len(row) != len(header):
                raise ValueError(f"{path.name}, riga {number}: {len(row)} celle invece di {len(header)}")
            if row[0] in table:
                raise ValueError(f"{path.name}, riga {number}: la chiave «{row[0]}» è ripetuta")
            table[row[0]] = {name: _cell(text) for name, text in zip(header[1:], row[1:], strict=True)}
    return table


def _cell(text: str) -> Any:
    if text == "":
        return None
    if not _NUMBER.fullmatch(text):
        return text
    return float(text) if "." in text else int(text)
