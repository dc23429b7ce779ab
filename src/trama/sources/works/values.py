"""What a cell of a list says: Italian numbers, amounts of money, days, units of measure."""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from typing import Any

_MONEY_MARKS = re.compile(r"€|\beuro\b|\beur\b", re.IGNORECASE)
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_GROUPED = re.compile(r"-?\d{1,3}(\.\d{3})+")
_DAY = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")
_YEAR = re.compile(r"(19|20)\d\d")
_YES = frozenset({"sì", "si", "s", "x", "vero", "true", "yes", "y", "1"})
_NO = frozenset({"no", "n", "falso", "false", "0"})
UNITS = {
    "m2": ("m2", 1.0),
    "m²": ("m2", 1.0),
    "mq": ("m2", 1.0),
    "ha": ("m2", 10_000.0),
    "m": ("m", 1.0),
    "ml": ("m", 1.0),
    "km": ("m", 1000.0),
    "m3": ("m3", 1.0),
    "m³": ("m3", 1.0),
    "mc": ("m3", 1.0),
} | dict.fromkeys(
    ("count", "n", "nr", "num", "numero", "pezzi", "alberi", "albero", "piante", "pozzi", "unit", "tree"),
    ("count", 1.0),
)
"""Unit as written → unit of the register and how many of it."""


class Unclear(ValueError):
    """A cell that cannot be read; the text says why and how to write it."""


def is_blank(value: Any) -> bool:
    """Tell whether a cell is empty, or a dash that stands for nothing."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return True
    return str(value).strip().lower() in {"", "-", "--", "n.d.", "nd", "nan", "nat", "none", "null", "<na>"}


def text_of(value: Any) -> str | None:
    """Return a cell as text on one line; None where it is empty.

    >>> text_of(1111.0), text_of("  Vasca   e prato "), text_of("-")
    ('1111', 'Vasca e prato', None)
    """
    if is_blank(value):
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split())[:500]


def number_of(value: Any, *, grouped: bool = False) -> float | None:
    """Return a number written the Italian way (``1.234,5``) or the plain one (``1234.5``); None where empty.

    Parameters
    ----------
    grouped
        Whether a dot followed by three digits parts the thousands; where False that is refused, for it could
        be either.

    >>> number_of("1.234,5"), number_of("1234.5"), number_of("1.234", grouped=True)
    (1234.5, 1234.5, 1234.0)
    """
    if is_blank(value):
        return None
    if isinstance(value, int | float):
        return _finite(float(value), value)
    text = re.sub(r"[\s\u00a0\u202f']", "", _MONEY_MARKS.sub("", str(value)))
    if "," in text:
        whole, _, rest = text.rpartition(",")
        if not re.fullmatch(r"-?(\d+|\d{1,3}(\.\d{3})+)", whole) or not rest.isdigit():
            raise Unclear(f"«{shown(value)}» non è un numero: scriverlo come 1.234,56")
        text = f"{whole.replace('.', '')}.{rest}"
    elif _GROUPED.fullmatch(text):
        if text.count(".") == 1 and not grouped and not text.startswith(("0.", "-0.")):
            raise Unclear(
                f"«{shown(value)}» può valere mille volte tanto: scriverlo senza punto, o con la virgola"
            )
        if text.count(".") > 1 or grouped:
            text = text.replace(".", "")
    if not _NUMBER.fullmatch(text):
        raise Unclear(f"«{shown(value)}» non è un numero: scriverlo come 1.234,56")
    return _finite(float(text), value)


def money_of(value: Any) -> float | None:
    """Return an amount in euro, to the cent; a dot before three digits parts the thousands.

    >>> money_of("€ 50.194.050,00"), money_of("1.234")
    (50194050.0, 1234.0)
    """
    amount = number_of(value, grouped=True)
    if amount is None:
        return None
    if amount < 0:
        raise Unclear(f"«{shown(value)}» è negativo: un importo è zero o più")
    if abs(amount * 100 - round(amount * 100)) > 1e-3:
        raise Unclear(f"«{shown(value)}» ha più di due decimali: scrivere gli euro al centesimo")
    return round(amount * 100) / 100


def quantity_of(value: Any, unit: Any) -> tuple[float | None, str | None]:
    """Return a quantity and its unit among ``m2``, ``m``, ``m3``, ``count``; hectares and km are converted.

    >>> quantity_of("1,5", "ha"), quantity_of("120", "mq")
    ((15000.0, 'm2'), (120.0, 'm2'))
    """
    amount = number_of(value)
    if amount is not None and amount <= 0:
        raise Unclear(f"«{shown(value)}» non è una quantità: deve essere più di zero, o vuota")
    if is_blank(unit):
        return amount, None
    word = str(unit).strip().lower().rstrip(".")
    if word not in UNITS:
        raise Unclear(f"l'unità «{shown(unit)}» non si conosce: usare m2, ha, m, m3 oppure n")
    name, factor = UNITS[word]
    return (None if amount is None else amount * factor), name


def yes_of(value: Any) -> bool:
    """Return whether a cell says yes; an empty one says no.

    >>> yes_of("Sì"), yes_of(True), yes_of("no"), yes_of(None)
    (True, True, False, False)
    """
    if is_blank(value):
        return False
    word = str(value).strip().lower().removesuffix(".0")
    if word not in _YES | _NO:
        raise Unclear(f"«{shown(value)}» non dice né sì né no")
    return word in _YES


def day_of(value: Any) -> str | None:
    """Return a day as ``2024-12-31``, or a year as it is; None where empty.

    >>> day_of("31/12/2024"), day_of("2024"), day_of("2024-12-31 00:00:00")
    ('2024-12-31', '2024', '2024-12-31')
    """
    if is_blank(value):
        return None
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d")
    text = str(text_of(value))
    if _YEAR.fullmatch(text):
        return text
    try:
        if found := _DAY.fullmatch(text):
            day, month, year = (int(part) for part in found.groups())
            return date(year, month, day).isoformat()
        return datetime.fromisoformat(text).date().isoformat()
    except ValueError:
        raise Unclear(f"«{shown(value)}» non è un giorno: scriverlo come 31/12/2024") from None


def shown(value: Any) -> str:
    """Return a cell as a sentence quotes it: one line, not too long."""
    return "".join(c if c.isprintable() else " " for c in str(value))[:60]


def _finite(number: float, value: Any) -> float:
    if not math.isfinite(number) or abs(number) > 1e13:
        raise Unclear(f"«{shown(value)}» non è un numero utilizzabile")
    return number
