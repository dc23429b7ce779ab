"""The rain a scenario is tried with: an event of the norms, or a depth written by hand."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

from trama.analyses.whatif.errors import BadEvent
from trama.kernel.trace import ParameterUse
from trama.norms import NormBook

STORM = "sttm1/storm"
EVENTS = {
    "giorno_estivo": ("pioggia_giorno_estivo", "Giorno di pioggia estivo"),
    "t50_1h": ("pioggia_t50_1h", "Temporale di un'ora, una volta in 50 anni"),
}
BY_HAND = "altro"
DEFAULT = "t50_1h"


@dataclass(frozen=True)
class Rain:
    """Depth of an event and who says so."""

    key: str
    label: str
    rain_mm: float
    parameters: tuple[ParameterUse, ...]


def rain_of(book: NormBook, day: date, event: str, rain_mm: float | None) -> Rain:
    """Return the rain asked for; a depth written by hand wins. Raises `BadEvent`."""
    most = float(book.value(f"{STORM}/pioggia_massima_ammessa", day).value)
    known = " o ".join(f"«{key}»" for key in EVENTS)
    if rain_mm is not None:
        if not (math.isfinite(rain_mm) and 0.1 <= rain_mm <= most):
            raise BadEvent(what=f"{rain_mm:g}", known=known, most=most)
        return Rain(BY_HAND, "Pioggia scelta", float(rain_mm), ())
    if (event or DEFAULT) not in EVENTS:
        raise BadEvent(what=event[:40], known=known, most=most)
    name, label = EVENTS[event or DEFAULT]
    norm = book.value(f"{STORM}/{name}", day)
    return Rain(event or DEFAULT, label, float(norm.value), (norm.use(),))


def events(book: NormBook, day: date) -> list[Rain]:
    """Return the events of the norms, for a person to choose from."""
    return [rain_of(book, day, key, None) for key in EVENTS]
