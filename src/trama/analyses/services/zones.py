"""The second scale: services of more than one comune in each zona omogenea, and who serves whom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trama.analyses.services.catchments import Catchments
from trama.analyses.services.inventory import Count, Inventory
from trama.analyses.services.local import Figure, figures
from trama.engines.poles import herfindahl

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class VoiceSpread:
    """How a voice above the local level is spread over the zones, against people.

    Attributes
    ----------
    services_hhi, people_hhi
        Σ of squared shares of the zones.
    ratio
        The first over the second: above 1, more gathered than people; None without any service.
    """

    voice: str
    number: int
    services_hhi: float | None
    people_hhi: float
    ratio: float | None


@dataclass(frozen=True)
class Zones:
    """The zones in the order of ``inventory.zones``.

    Attributes
    ----------
    count
        Services by zone and voice.
    figures
        Standard → figure, for each zone.
    serves
        People of zone b reached by services in zone a, summed over services: shape (zones, zones).
    within_hhi, people_hhi
        Gathering of the wide services, and of people, among the comuni of each zone.
    """

    count: Count
    figures: list[dict[str, Figure]]
    serves: Floats
    within_hhi: Floats
    people_hhi: Floats
    spread: list[VoiceSpread]


def survey_zones(inventory: Inventory, found: Catchments) -> Zones:
    """Sum comuni into zones, and follow the services across their borders."""
    rows = list(inventory.zones.values())
    count = inventory.count.summed(rows)

    def people_of(low: int, high: int) -> Floats:
        everyone = inventory.between(low, high)
        return np.array([everyone[one].sum() for one in rows])

    zone = inventory.zone_of
    home = zone[inventory.services["row"].to_numpy()[found.services]]
    served = found.people(inventory.people)
    by_zone = np.stack([served[:, one].sum(axis=1) for one in rows], axis=1)
    serves = np.stack([by_zone[home == number].sum(axis=0) for number in range(len(rows))])
    wide = [number for number, voice in enumerate(inventory.rules.voices.values()) if not voice.local]
    per_comune = inventory.count.number[:, wide].sum(axis=1)
    within = np.array([float(herfindahl(per_comune[one])) for one in rows])
    crowd = np.array([float(herfindahl(inventory.people[one])) for one in rows])
    return Zones(
        count=count,
        figures=figures(inventory, count, people_of, local=False),
        serves=serves,
        within_hhi=within,
        people_hhi=crowd,
        spread=_spread(inventory, count, people_of(0, 100), wide),
    )


def _spread(inventory: Inventory, count: Count, people: Floats, wide: list[int]) -> list[VoiceSpread]:
    names = list(inventory.rules.voices)
    crowd = float(herfindahl(people))
    found = []
    for column in wide:
        number = count.number[:, column]
        told = bool(count.told[:, column].any())
        hhi = float(herfindahl(number)) if number.sum() else None
        ratio = None if hhi is None or not crowd else hhi / crowd
        if told:
            found.append(VoiceSpread(names[column], int(number.sum()), hhi, crowd, ratio))
    return found
