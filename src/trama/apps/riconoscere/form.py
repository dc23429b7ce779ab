"""A sheet as a form: what to ask and how, read from the sheet's own data, whatever the sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from trama.kernel.citations import Citation
from trama.kernel.units import UNITS, format_number
from trama.norms import InForce, NormBook
from trama.norms.errors import NotInForce
from trama.norms.sheets import ByCount, ByOption, ByShares, BySteps, Criterion, Question, Sheet

NUMBER, OPTION, SHARES, COUNT = "number", "option", "shares", "count"
_KINDS = {ByOption: OPTION, ByShares: SHARES, ByCount: COUNT}


@dataclass(frozen=True, slots=True)
class Option:
    """A choice; `points` is what it scores, as read, or empty."""

    key: str
    label: str
    points: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A criterion or a question as asked to a person.

    `kind` says how it is answered; `measured` whether the sheet can compute it; `rule` how it scores.
    """

    id: str
    label: str
    asks: str
    help: str
    kind: str
    symbol: str
    options: tuple[Option, ...]
    measured: bool
    scored: bool
    rule: str
    citation: Citation
    minimum: float | None = None
    maximum: float | None = None

    @property
    def bounds(self) -> str:
        """The admitted range in words, or empty."""
        low = None if self.minimum is None else format_number(float(self.minimum), decimals=0)
        high = None if self.maximum is None else format_number(float(self.maximum), decimals=0)
        if low and high:
            return f"da {low} a {high}"
        return f"almeno {low}" if low else f"al massimo {high}" if high else ""

    def words(self, value: Any) -> str | None:
        """Return the label of an option's key; None where `value` is not one."""
        return next((option.label for option in self.options if option.key == value), None)


@dataclass(frozen=True, slots=True)
class FormPart:
    """A part of the sheet with its items in order."""

    id: str
    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """The whole form."""

    sheet: Sheet
    parts: tuple[FormPart, ...]
    questions: tuple[Item, ...]

    def items(self) -> list[Item]:
        """Return every criterion and question, in order."""
        return [*(item for part in self.parts for item in part.items), *self.questions]


def sheet_form(book: NormBook, sheet: Sheet, day: date) -> Form:
    """Return the form of `sheet` with the options in force on `day`."""
    parts = tuple(
        FormPart(
            key,
            part.title,
            tuple(_criterion(book, sheet, day, name, sheet.criteria[name]) for name in part.criteria),
        )
        for key, part in sheet.parts.items()
    )
    return Form(sheet, parts, tuple(_question(key, question) for key, question in sheet.questions.items()))


def _criterion(book: NormBook, sheet: Sheet, day: date, key: str, criterion: Criterion) -> Item:
    kind = _KINDS.get(type(criterion.scores), NUMBER)
    name = getattr(criterion.scores, "table", None)
    table = _table(book, f"{sheet.path}/{name}", day) if name else None
    rule = ""
    if isinstance(criterion.scores, BySteps) and table is not None:
        bands = table.value.bands(criterion.unit)
        rule = "; ".join(f"{text}: {format_number(points, decimals=0)} punti" for text, points in bands)
    return Item(
        id=key,
        label=criterion.label,
        asks=criterion.asks,
        help=criterion.help,
        kind=kind,
        symbol=UNITS[criterion.unit],
        options=_options(table.value) if kind != NUMBER and table is not None else (),
        measured=criterion.measure is not None,
        scored=True,
        rule=rule,
        citation=criterion.citation.plain(),
        minimum=criterion.minimum,
        maximum=criterion.maximum,
    )


def _question(key: str, question: Question) -> Item:
    return Item(
        id=key,
        label=question.label,
        asks=question.asks,
        help=question.help,
        kind=OPTION,
        symbol="",
        options=tuple(Option(name, label) for name, label in question.options.items()),
        measured=question.measure is not None,
        scored=False,
        rule="",
        citation=question.citation.plain(),
    )


def _options(table: Mapping[str, Mapping[str, Any]]) -> tuple[Option, ...]:
    return tuple(
        Option(key, str(row["label"]), format_number(row.get("points"), "point", 0))
        for key, row in table.items()
    )


def _table(book: NormBook, path: str, day: date) -> InForce:
    """Return the options in force on `day`, or the first ever: an early day must not hide the form."""
    try:
        return book.value(path, day)
    except NotInForce:
        return book.value(path, book.parameters[path].values[0].since)
