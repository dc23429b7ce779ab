"""Places in an order of financing: who shares one, who has none though nothing is missing, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from trama.engines.priority import ranks
from trama.kernel.units import format_number

NO_GAIN = "nessun guadagno misurato"
NO_WATER = f"{NO_GAIN}: nell'evento non toglie acqua alla fognatura"
MORE_WATER = f"{NO_GAIN}: nell'evento manda in fognatura più acqua di oggi"
NO_PEOPLE = f"{NO_GAIN}: nessuna persona sensibile della UPA vive dove la notte supera la soglia di anomalia"


def places_of(scores: Sequence[float | None]) -> list[int | None]:
    """Return the place of each score, 1 the highest; equal ones share it, those not above zero have none.

    >>> places_of([5.0, None, 7.0, 5.0, 0.0, 1.0])
    [2, None, 1, 2, None, 4]
    """
    gained = [score if score is not None and score > 0 else np.nan for score in scores]
    return [int(place) or None for place in ranks(np.array(gained, dtype=float))]


def no_heat(people: float, solutions: Sequence[Mapping[str, Any]]) -> str:
    """Return why nothing is gained by night, from the people it would reach and the rows of the catalogue."""
    if not people:
        return NO_PEOPLE
    if not solutions:
        return NO_GAIN
    said = []
    for row in solutions:
        least, most = (float(row[f"night_cooling_{end}_degc"] or 0.0) for end in ("min", "max"))
        span = f"tra {format_number(least, '1', 1)} e {format_number(most, 'degC', 1)}"
        said.append(f"di notte «{row['name_it']}» raffresca {span}, in media nulla")
    return f"{NO_GAIN}: {', '.join(said)}; ciò che fa di giorno qui non si misura"
