"""Whom a service serves: the comuni it declares, else those within the minutes of its voice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from trama.analyses.services.inventory import Inventory
from trama.analyses.services.rules import Rules, Voice

Floats = npt.NDArray[np.float64]
DECLARED, BAND, NONE = "dichiarato", "fascia di tempo", "nessuno"
ANY_MODE = "auto"


@dataclass(frozen=True)
class Catchments:
    """The services above the local level, and whom they serve.

    Attributes
    ----------
    services
        Rows of ``inventory.services``.
    serves
        Shape (services, comuni).
    source
        How each is known: `DECLARED`, `BAND` or `NONE`.
    """

    services: npt.NDArray[np.int64]
    serves: npt.NDArray[np.bool_]
    source: list[str]

    def people(self, people: Floats) -> Floats:
        """Return the residents each serves, of each comune: shape (services, comuni)."""
        return np.asarray(self.serves * people[None, :])


def reach_m(rules: Rules, voice: Voice) -> float | None:
    """Return how far as the crow flies its minutes go; None where the taxonomy gives no time.

    The fastest of its modes counts.
    """
    minutes, modes = voice.row["minuti"], str(voice.row["modo"] or "")
    if minutes is None or not modes:
        return None
    speeds = rules.speeds.value
    fastest = max(float(speeds[ANY_MODE if mode == "qualsiasi" else mode]) for mode in modes.split())
    return fastest / 3.6 * float(minutes) * 60 / float(speeds["sinuosita"])


def catchments(inventory: Inventory) -> Catchments:
    """Return whom each service above the local level serves; its own comune always."""
    rules, table = inventory.rules, inventory.services
    chosen = np.flatnonzero((table["livello"] != "locale").to_numpy())
    centres = shapely.get_coordinates(shapely.point_on_surface(inventory.comuni.geometry.to_numpy()))
    row_of = {code: row for row, code in enumerate(inventory.comuni["key"])}
    xy = shapely.get_coordinates(table.geometry.to_numpy()[chosen])
    serves = np.zeros((len(chosen), len(row_of)), bool)
    names = list(rules.voices)
    source = []
    for number, service in enumerate(chosen):
        one = table.iloc[service]
        declared = [row_of[code] for code in str(one["bacino"] or "").split() if code in row_of]
        reach = reach_m(rules, rules.voices[names[int(one["column"])]])
        if declared:
            serves[number, declared] = True
            source.append(DECLARED)
        elif reach is not None:
            serves[number] = np.hypot(*(centres - xy[number]).T) <= reach
            source.append(BAND)
        else:
            source.append(NONE)
        serves[number, int(one["row"])] = True
    return Catchments(np.asarray(chosen, np.int64), serves, source)


def inflow(inventory: Inventory, found: Catchments) -> Floats:
    """Return, for each comune, the people from outside served there, for each of its residents.

    Residents of a comune are shared alike among the services of a voice that reach them; the mean is over the
    voices above the local level that exist. 0 where a comune has none of them.
    """
    people = inventory.people
    column = inventory.services["column"].to_numpy()[found.services]
    home = inventory.services["row"].to_numpy()[found.services]
    total = np.zeros(len(people))
    voices = np.unique(column)
    for voice in voices:
        rows = np.flatnonzero(column == voice)
        reached = found.serves[rows].sum(axis=0)
        share = np.divide(people, reached, out=np.zeros(len(people)), where=reached > 0)
        for row in rows:
            others = found.serves[row].copy()
            others[home[row]] = False
            total[home[row]] += share[others].sum()
    return np.asarray(total / max(len(voices), 1) / np.maximum(people, 1.0))
