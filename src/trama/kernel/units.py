"""The closed list of units, and numbers as people read them."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from types import MappingProxyType

UNITS = MappingProxyType(
    {
        "1": "",
        "%": "%",
        "m": "m",
        "m2": "m²",
        "ha": "ha",
        "km2": "km²",
        "mm": "mm",
        "m3": "m³",
        "m3/ha": "m³/ha",
        "l/s": "l/s",
        "l/s/ha": "l/s·ha",
        "mm/h": "mm/h",
        "mm/h^n": "mm/hⁿ",
        "h": "h",
        "min": "min",
        "1/h": "all'ora",
        "m/s": "m/s",
        "km/h": "km/h",
        "year": "anni",
        "day": "giorni",
        "um/s": "µm/s",
        "degC": "°C",
        "point": "punti",
        "class": "classe",
        "text": "",
        "inhabitant": "abitanti",
        "inhabitant/km2": "ab/km²",
        "m2/inhabitant": "m²/ab",
        "EUR": "€",
        "EUR/m2": "€/m²",
        "EUR/m3": "€/m³",
        "EUR/m2/year": "€/m²·anno",
        "EUR/inhabitant": "€/ab",
        "m2/ha": "m²/ha",
        "m/ha": "m/ha",
        "m/1000_inhabitant": "m ogni mille ab",
        "inhabitant/ha": "ab/ha",
        "per_mille_inhabitant": "ogni mille ab",
        "vehicle-km/km2": "veicoli·km/km²",
        "ug/m3": "µg/m³",
        "m3/year": "m³/anno",
        "point*ha": "punti·ha",
        "CC*ha": "CC·ha",
        "degC*ha": "°C·ha",
        "degC*inhabitant": "°C·ab",
        "EUR/degC/inhabitant": "€/°C·ab",
        "count": "",
    }
)
"""Unit code → symbol. A unit outside this list is refused wherever a unit is declared."""

DECIMALS = MappingProxyType(
    {
        "1": 2,
        "%": 1,
        "m2": 0,
        "mm": 1,
        "min": 1,
        "1/h": 1,
        "m/s": 2,
        "km/h": 1,
        "m3": 0,
        "h": 1,
        "ha": 2,
        "km2": 2,
        "point": 2,
        "inhabitant": 0,
    }
)
_ONE = MappingProxyType({"point": "punto", "year": "anno", "day": "giorno", "inhabitant": "abitante"})
MISSING = "dato mancante"
_LONG = 1_000_000
_SWAPPED = str.maketrans(",.", ".,")


def format_number(value: float | int | None, unit: str = "1", decimals: int | None = None) -> str:
    """Write a number the Italian way, rounded sensibly for the screen, with its unit.

    Parameters
    ----------
    value
        The number; None and NaN read "dato mancante", never zero.
    unit
        A key of `UNITS`.
    decimals
        Digits after the comma; the unit's own habit where not given.

    >>> format_number(1234567.891, "m3")
    '1.234.568 m³'
    >>> format_number(0.3456)
    '0,35'
    >>> format_number(1, "point")
    '1 punto'
    >>> format_number(3, "class")
    'classe 3'
    >>> format_number(None, "mm")
    'dato mancante'
    >>> format_number(-0.0004, "degC", 3)
    '0,000 °C'
    """
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return MISSING
    digits = 0 if isinstance(value, int) and decimals is None else DECIMALS.get(unit, 2)
    plain = f"{value:,.{digits if decimals is None else decimals}f}"
    if plain.startswith("-") and not plain.strip("-0.,"):
        plain = plain[1:]  # what rounds to zero has no sign
    italian = plain.translate(_SWAPPED)
    symbol = _ONE.get(unit, UNITS[unit]) if plain == "1" else UNITS[unit]
    if unit == "class":
        return f"{symbol} {italian}"
    return f"{italian} {symbol}" if symbol else italian


def format_given(value: float) -> str:
    """Write a number that a person gave, to say what is wrong with it: short, however large.

    >>> format_given(7.5), format_given(900), format_given(1e300), format_given(-4)
    ('7,5', '900', '1e+300', '-4')
    """
    return f"{value:.3g}" if abs(value) >= _LONG else f"{value:g}".replace(".", ",")


def format_change(value: float | int | None, unit: str = "1", decimals: int | None = None) -> str:
    """Write a difference as `format_number`, with its sign; zero has none, what is nearly zero is said so.

    >>> format_change(0.256, "degC", 1)
    '+0,3 °C'
    >>> format_change(-0.256, "degC", 1)
    '−0,3 °C'
    >>> format_change(-0.0004, "degC", 3), format_change(0.0, "degC", 3)
    ('meno di 0,001 °C', '0,000 °C')
    """
    if value is None or not math.isfinite(value):
        return MISSING
    plain = format_number(abs(value), unit, decimals)
    if any(digit in plain for digit in "123456789"):
        return f"{'−' if value < 0 else '+'}{plain}"
    return f"meno di {format_number(10.0**-decimals, unit, decimals)}" if value and decimals else plain


def joined(text: str, *, where: str = "") -> str:
    r"""Return a text in which no number is parted from its unit: a no-break space between them.

    For what is set on a page or on paper: a terminal and a file keep plain spaces, which people search for.
    Words (punti, anni) may go to the next line, symbols may not.

    Parameters
    ----------
    where
        Pattern that must follow a space for it to be changed, where not every space may.

    >>> joined("12 m² su 3,5 ha (±25 %), 10⁻⁵ m/s, 2 punti in 2 prove").replace("\u00a0", "_")
    '12_m² su 3,5_ha (±25_%), 10⁻⁵_m/s, 2 punti in 2 prove'
    """
    return _joint(where).sub("\u00a0", text)


_WORD = re.compile(r"[a-z]{4,}.*")


@lru_cache(maxsize=4)
def _joint(where: str) -> re.Pattern[str]:
    symbols = {*(one for one in UNITS.values() if not _WORD.fullmatch(one)), "MB", "kB"} - {""}
    units = "|".join(re.escape(symbol) for symbol in sorted(symbols, key=len, reverse=True))
    return re.compile(rf"(?<=[\d⁰¹²³⁴⁵⁶⁷⁸⁹]) (?=(?:{units})(?![\w²³])){where}")
