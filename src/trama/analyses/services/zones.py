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
LEAST_PLACES = 2
"""Places without which nothing is said of how services are spread among them."""


@dataclass(frozen=True)
class VoiceSpread:
    """How a voice above the local level is spread over the zones, against people.

    Attributes
    ----------
    number, outside
        Services in the zones, and beside them (in the chief town, which is no zone).
    zones
        Zones where a source covers the voice: the others are in neither index.
    services_hhi, people_hhi
        Σ of squared shares of those zones.
    ratio
        The first over the second: above 1, more gathered than people; None without any service, or where
        fewer than two zones are known.
    whole
        Whether the sources are whole in every zone.
    """

    voice: str
    number: int
    outside: int
    zones: int
    services_hhi: float | None
    people_hhi: float | None
    ratio: float | None
    whole: bool


@dataclass(frozen=True)
class Zones:
    """The places in the order of ``inventory.places``: the zones, then what stands beside them.

    Attributes
    ----------
    count
        Services by place and voice.
    figures
        Standard → figure, for each place.
    serves
        People of place b reached by services in place a, summed over services: shape (places, places).
    known
        Comuni of each place of whose wide services a source says something.
    within_hhi, people_hhi
        Gathering of the wide services, and of people, among those comuni; NaN beside the zones, and where
        fewer than two comuni are known or nothing was found.
    """

    count: Count
    figures: list[dict[str, Figure]]
    serves: Floats
    known: npt.NDArray[np.int64]
    within_hhi: Floats
    people_hhi: Floats
    spread: list[VoiceSpread]

    def ratio(self, place: int) -> float | None:
        """Return how gathered the services of a place are against its people; None where not known."""
        found = self.within_hhi[place] / self.people_hhi[place]
        return float(found) if np.isfinite(found) else None


def survey_zones(inventory: Inventory, found: Catchments) -> Zones:
    """Sum comuni into zones, and follow the services across their borders."""
    rows = list(inventory.places.values())
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
    told = np.asarray(inventory.count.told[:, wide].any(axis=1))
    known = [one[told[one]] for one in rows]
    within, crowd = _within(inventory, known, wide)
    return Zones(
        count=count,
        figures=figures(inventory, count, people_of, local=False),
        serves=serves,
        known=np.array([len(one) for one in known]),
        within_hhi=within,
        people_hhi=crowd,
        spread=_spread(inventory, count, people_of(0, 100), wide),
    )


def _within(
    inventory: Inventory, known: list[npt.NDArray[np.int64]], wide: list[int]
) -> tuple[Floats, Floats]:
    """Return the gathering of services and of people among the known comuni of each zone."""
    per_comune = inventory.count.number[:, wide].sum(axis=1)
    services, people = np.full(len(known), np.nan), np.full(len(known), np.nan)
    for number, one in enumerate(known[: len(inventory.zones)]):
        if len(one) >= LEAST_PLACES:
            services[number] = float(herfindahl(per_comune[one]))
            people[number] = float(herfindahl(inventory.people[one]))
    return services, people


def _spread(inventory: Inventory, count: Count, people: Floats, wide: list[int]) -> list[VoiceSpread]:
    names, real = list(inventory.rules.voices), len(inventory.zones)
    found = []
    for column in wide:
        if not count.told[:, column].any():
            continue
        number, told = count.number[:, column], count.told[:real, column]
        inside = float(number[:real].sum())
        hhi = crowd = ratio = None
        if told.sum() >= LEAST_PLACES:
            crowd = float(herfindahl(people[:real][told]))
            hhi = float(herfindahl(number[:real][told])) if number[:real][told].sum() else None
            ratio = None if hhi is None or not crowd else hhi / crowd
        whole = bool(count.whole[:real, column].all())
        found.append(
            VoiceSpread(
                *(names[column], int(inside), int(number[real:].sum()), int(told.sum())),
                *(hhi, crowd, ratio, whole),
            )
        )
    return found
