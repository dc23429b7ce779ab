"""Tables as Italian spreadsheets read them: semicolons, decimal commas, no cell that runs as a formula."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from numbers import Integral, Real

_RUNS = ("=", "+", "-", "@", "|", "\t", "\r", "\n", "＝", "＋", "－", "＠", "｜")
"""What a spreadsheet takes for the beginning of a formula, or for the end of the cell before one."""
_GUARD = "'"
_SKIPPED = _GUARD + " \u00a0\u2007\u202f\u3000\u200b\ufeff"
"""What a spreadsheet may skip before it: apostrophes, and spaces of every width."""
_NUMBER = re.compile(r"[+-]?\d{1,3}(\.?\d{3})*(,\d+)?|[+-]?\d+([.,]\d+)?|-")
"""Text that is a number however it begins, or the dash of an empty cell: nothing to run."""


def to_csv(names: Sequence[str], rows: Iterable[Sequence[object]], *, significant: int | None = None) -> str:
    r"""Return a table as CSV, marked as UTF-8 for the spreadsheets that would guess otherwise.

    >>> to_csv(["nome", "gradi"], [["=1+1", -0.5], ["Rho; Pero", None]])
    '\ufeffnome;gradi\r\n\'=1+1;-0,5\r\n"Rho; Pero";\r\n'
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([cell(name) for name in names])
    writer.writerows([cell(value, significant=significant) for value in row] for row in rows)
    return "\ufeff" + out.getvalue()


def cell(value: object, *, significant: int | None = None) -> str:
    r"""Write one cell: a number stays a number, a text stays a text.

    Parameters
    ----------
    value
        None and NaN are an empty cell, never a zero.
    significant
        Digits a number is rounded to; all it has where not given.

    >>> cell(-1234.5), cell(-0.0), cell(1e-7), cell(float("nan"))
    ('-1234,5', '0', '0,0000001', '')
    >>> cell("-12,5"), cell("-"), cell("-cmd|' /C calc'!A0"), cell("@somma(1)"), cell("\t=1")
    ('-12,5', '-', "'-cmd|' /C calc'!A0", "'@somma(1)", "'\t=1")
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "sì" if value else "no"
    if isinstance(value, Integral):
        return str(int(value))
    if isinstance(value, Real):
        return _decimal(float(value), significant)
    return guarded(str(value))


def guarded(text: str) -> str:
    r"""Return a text that no spreadsheet runs: one that begins as a formula begins with an apostrophe.

    So does one that begins with an apostrophe and a formula, and `unguarded` gives back either as it was.

    >>> guarded("=1+1"), guarded("'=1+1"), guarded("-12,5"), guarded("l'="), guarded("  =1+1")
    ("'=1+1", "''=1+1", '-12,5', "l'=", "'  =1+1")
    """
    return f"{_GUARD}{text}" if _runs(text) and not _NUMBER.fullmatch(text.strip()) else text


def unguarded(text: str) -> str:
    """Return a text as it was before `guarded`.

    >>> unguarded("'=1+1"), unguarded("''=1+1"), unguarded("'Ndrangheta"), unguarded("-12,5")
    ('=1+1', "'=1+1", "'Ndrangheta", '-12,5')
    """
    return text[1:] if text.startswith(_GUARD) and _runs(text) else text


def _runs(text: str) -> bool:
    return text.lstrip(_SKIPPED).startswith(_RUNS)


def _decimal(value: float, significant: int | None) -> str:
    if math.isnan(value):
        return ""
    if not math.isfinite(value):
        return str(value)
    exact = Decimal(repr(value))
    if significant is not None and exact:
        kept = exact.adjusted() + 1 - significant
        exact = exact.quantize(Decimal(1).scaleb(min(0, kept)))
    text = format(exact, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text.replace(".", ",")
