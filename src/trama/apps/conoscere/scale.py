"""Classes of a legend: bounds rounded to what a person can remember, colours that keep their order in grey.

Palettes are ColorBrewer's sequential ones (Cynthia Brewer, Apache 2.0): one hue, lightness always falling,
so that they survive colour blindness and a grey printer.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from trama.kernel.units import DECIMALS, format_number

PALETTES: dict[str, tuple[str, ...]] = {
    "green": ("#f7fcb9", "#d9f0a3", "#addd8e", "#78c679", "#31a354", "#006837"),
    "blue": ("#eff3ff", "#c6dbef", "#9ecae1", "#6baed6", "#3182bd", "#08519c"),
    "teal": ("#edf8fb", "#ccece6", "#99d8c9", "#66c2a4", "#2ca25f", "#006d2c"),
    "amber": ("#ffffd4", "#fee391", "#fec44f", "#fe9929", "#d95f0e", "#993404"),
    "heat": ("#fef0d9", "#fdd49e", "#fdbb84", "#fc8d59", "#e34a33", "#b30000"),
    "violet": ("#f2f0f7", "#dadaeb", "#bcbddc", "#9e9ac8", "#756bb1", "#54278f"),
}
CLASSES = 6
FEW = 3
"""With fewer classes than these, what is above the least value is divided by itself."""


@dataclass(frozen=True, slots=True)
class LegendClass:
    """One class.

    Attributes
    ----------
    label
        What a person reads.
    colour
        ``#rrggbb``.
    start
        Lower bound, included; None for classes that are names.
    value
        The value itself, for classes that are names.
    count
        How many areas are in it; None where not counted.
    """

    label: str
    colour: str
    start: float | None = None
    value: str | int | None = None
    count: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the class as the front end reads it (`LegendClass` of frontend/src/map/themes.ts)."""
        body = asdict(self)
        return {"from": body.pop("start"), **body}


def quantile_classes(values: NDArray[np.float64], unit: str, palette: str) -> list[LegendClass]:
    """Divide `values` into up to six classes of about as many members each, bounds rounded.

    Parameters
    ----------
    values
        Any shape; NaN is left out.
    unit
        A key of `trama.kernel.units.UNITS`.
    palette
        A key of `PALETTES`.
    """
    known = values[np.isfinite(values)]
    if known.size == 0:
        return []
    return _classes(known, np.quantile(known, np.linspace(0, 1, CLASSES + 1)[1:-1]), unit, palette)


def equal_classes(values: NDArray[np.float64], unit: str, palette: str) -> list[LegendClass]:
    """Divide the range of `values` into up to six equal steps, bounds rounded; see `quantile_classes`."""
    known = values[np.isfinite(values)]
    if known.size == 0:
        return []
    inner = np.linspace(float(known.min()), float(known.max()), CLASSES + 1)[1:-1]
    return _classes(known, inner, unit, palette)


def _classes(
    known: NDArray[np.float64], inner: NDArray[np.float64], unit: str, palette: str
) -> list[LegendClass]:
    digits = _digits(float(known.min()), float(known.max()))
    low = math.floor(float(known.min()) * 10**digits) / 10**digits
    starts = [low, *(edge for edge in _distinct(inner, digits) if low < edge <= float(known.max()))]
    if len(starts) < FEW and (above := known[known > known.min()]).size:  # most are the least: zero, usually
        inner = np.quantile(above, np.linspace(0, 1, CLASSES)[:-1])
        starts = [low, *(edge for edge in _distinct(inner, digits) if low < edge <= float(known.max()))]
    colours = _spread(PALETTES[palette], len(starts))
    counts = np.histogram(known, bins=[*starts, math.inf])[0]
    labels = _labels(starts, unit, digits)
    return [
        LegendClass(label, colour, start, None, int(count))
        for label, colour, start, count in zip(labels, colours, starts, counts, strict=True)
    ]


def _digits(least: float, most: float) -> int:
    """Return how many decimals tell classes apart: two significant digits of the range."""
    span = most - least
    return 0 if span <= 0 else max(0, 2 - math.floor(math.log10(span)) - 1)


def _distinct(edges: Sequence[float] | NDArray[np.float64], digits: int) -> list[float]:
    return sorted({round(float(edge), digits) for edge in edges})


def _spread(palette: tuple[str, ...], count: int) -> list[str]:
    """Return `count` colours from the lightest to the darkest of the palette."""
    if count == 1:
        return [palette[len(palette) // 2]]
    return [palette[round(i * (len(palette) - 1) / (count - 1))] for i in range(count)]


def _labels(starts: list[float], unit: str, digits: int) -> list[str]:
    shown = max(digits, 0) if unit in DECIMALS or digits else 0
    texts = [format_number(start, "1", shown) for start in starts]
    symbol = format_number(0, unit, 0)[1:]
    if len(texts) == 1:
        return [f"{texts[0]}{symbol}"]
    first = _("meno di %(bound)s") % {"bound": texts[1] + symbol}
    between = [
        _("da %(low)s a %(high)s") % {"low": low, "high": high + symbol} for low, high in pairwise(texts[1:])
    ]
    last = _("%(bound)s e oltre") % {"bound": texts[-1] + symbol}
    return [first, *between, last]
