"""The services inside a perimeter, one by one: which, how far on foot, when open, who says so."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from trama.analyses.lum.context import Context
from trama.analyses.lum.functions import Service
from trama.analyses.lum.stops import Interchange
from trama.kernel.units import format_number

NO_STREETS = "dato mancante: non c'è una rete pedonale"
FAR_FROM_STREETS = "dato mancante: il servizio o la fermata è lontano dalle strade note"


@dataclass(frozen=True, slots=True)
class Inside:
    """A service inside, with the metres on foot from the nearest stop; None with the reason in `note`."""

    service: Service
    metres: float | None
    note: str


def services_inside(context: Context, one: Interchange, inside: Sequence[Service]) -> tuple[Inside, ...]:
    """Return the services of a perimeter with their distance on foot from the stops of its interchange."""
    if context.streets is None:
        return tuple(Inside(service, None, NO_STREETS) for service in inside)
    metres = context.streets.walks(context.rules, one.points, [service.point for service in inside])
    limit = format_number(context.rules.walking("servizi_m"), "m", 0)
    found = []
    for service, far in zip(inside, metres, strict=True):
        if far is None:
            found.append(Inside(service, None, FAR_FROM_STREETS))
        elif math.isinf(far):
            found.append(Inside(service, None, f"oltre {limit}"))
        else:
            found.append(Inside(service, far, ""))
    return tuple(found)
