"""Services inside a LUM, and the functions an interchange of its level still lacks.

A voice that no source covers is unknown, never missing; one whose source is partial may be there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely

from trama.analyses.lum.amounts import Amount, summed
from trama.analyses.lum.rules import Rules
from trama.analyses.services.coverage import coverage_of
from trama.lake import Lake
from trama.lake.version import Version

SERVICES, COVERAGE = "servizi", "servizi_copertura"
ACTIVE, PLANNED, CLOSED = "attivo", "previsto", "cessato"
PRESENT, FORESEEN, LACKING, PARTIAL, UNKNOWN = "presente", "prevista", "mancante", "parziale", "ignota"
_WORST = (UNKNOWN, PARTIAL, LACKING)
"""Of voices that stand for one another, how much is known together: the least."""
COMPLETE = "completa"


@dataclass(frozen=True, slots=True)
class Service:
    """A service as the register says it."""

    id: str
    name: str
    voice: str
    state: str
    capacity: float | None
    unit: str
    hours: str
    source: str
    surveyed: str
    point: shapely.Point


@dataclass(frozen=True, slots=True)
class Function:
    """A function advised: whether it is there, how many, which; `count` is None where missing.

    `least` says that there may be more: the source of some of its voices is not complete.
    """

    group: str
    id: str
    voices: tuple[str, ...]
    name: str
    state: str
    count: int | None
    services: tuple[str, ...]
    least: bool = False


@dataclass(frozen=True)
class Register:
    """The services and what their sources cover; `lacking` says which of the two layers is not there."""

    versions: tuple[Version, ...]
    services: tuple[Service, ...]
    points: np.ndarray[Any, Any]
    coverage: Mapping[tuple[str, str], str]
    lacking: str = ""

    @classmethod
    def open(cls, lake: Lake) -> Register:
        """Read both layers; without either, nothing is known."""
        absent = [layer for layer in (SERVICES, COVERAGE) if not lake.has(layer)]
        if absent:
            return cls((), (), np.array([]), {}, f"manca il livello {', '.join(absent)}")
        listed, covered = lake.version(SERVICES), lake.version(COVERAGE)
        columns = ["id", "nome", "voce", "stato", "capienza", "capienza_unita", "orari", "fonte", "rilevato"]
        rows, points = listed.features(columns, None)
        services = [
            _service({name: rows[name][at] for name in columns}, point) for at, point in enumerate(points)
        ]
        placed = [at for at, point in enumerate(points) if point is not None]
        known = coverage_of(covered.table())
        return cls((listed, covered), tuple(services[at] for at in placed), points[placed], known)

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.points)

    def within(self, shape: shapely.Geometry | None) -> list[Service]:
        """Return the services inside `shape`, closed ones left out, in order of voice and name."""
        if shape is None or self.lacking:
            return []
        found = [self.services[at] for at in self._tree.query(shape, predicate="intersects")]
        return sorted(
            (one for one in found if one.state != CLOSED), key=lambda one: (one.voice, one.name, one.id)
        )

    def covers(self, comuni: Iterable[str], voice: str) -> str:
        """Return how much is known of a voice in some comuni: ``completa``, ``parziale``, or `UNKNOWN`."""
        found = {self.coverage.get((istat, voice), UNKNOWN) for istat in comuni} or {UNKNOWN}
        return UNKNOWN if UNKNOWN in found else (COMPLETE if found == {COMPLETE} else PARTIAL)


def functions(
    rules: Rules, register: Register, level: str, comuni: Sequence[str], inside: Sequence[Service]
) -> list[Function]:
    """Return the functions advised for a level, each with whether it is there; in the order of the norms."""
    sets: dict[str, tuple[str, list[str]]] = {}
    for voice, row in rules.functions.value.items():
        if level in str(row["livelli"]).split():
            sets.setdefault(str(row["alternativa"] or voice), (str(row["gruppo"]), []))[1].append(voice)
    return [
        _function(rules, register, group, key, voices, comuni, inside)
        for key, (group, voices) in sets.items()
    ]


def _function(
    rules: Rules,
    register: Register,
    group: str,
    key: str,
    voices: list[str],
    comuni: Sequence[str],
    inside: Sequence[Service],
) -> Function:
    mine = [one for one in inside if one.voice in voices]
    active = [one for one in mine if one.state == ACTIVE]
    known = [register.covers(comuni, voice) for voice in voices]
    absent = [LACKING if how == COMPLETE else how for how in known]
    state = PRESENT if active else FORESEEN if mine else next(one for one in _WORST if one in absent)
    alternative = rules.alternatives.value.get(key)
    name = str(alternative["name_it"]) if alternative else rules.voice_name(key)
    count = len(active) if active or state == LACKING else None
    least = bool(active) and any(how != COMPLETE for how in known)
    names = tuple(one.name for one in active or mine)
    return Function(group, key, tuple(voices), name, state, count, names, least)


def places(inside: Sequence[Service], voice: str, known: str) -> Amount:
    """Return the capacity of a voice inside, in places: at least, where a capacity or a source is missing."""
    mine = (one.capacity for one in inside if one.voice == voice and one.state == ACTIVE)
    return summed(mine, whole=known == COMPLETE)


def active(
    register: Register, voices: Iterable[str], comuni: Sequence[str], inside: Sequence[Service]
) -> Amount:
    """Return how many active services are inside: at least, where the source of any voice is not complete."""
    whole = not register.lacking and all(register.covers(comuni, voice) == COMPLETE for voice in voices)
    return summed((1.0 for one in inside if one.state == ACTIVE), whole=whole)


def by_category(rules: Rules, inside: Sequence[Service]) -> Counter[str]:
    """Return the active services by category of the taxonomy."""
    return Counter(rules.category(one.voice) for one in inside if one.state == ACTIVE)


def _service(row: Mapping[str, Any], point: shapely.Point) -> Service:
    said = {name: str(row[name] or "") for name in row}
    return Service(
        id=said["id"],
        name=said["nome"] or said["id"],
        voice=said["voce"],
        state=said["stato"] or ACTIVE,
        capacity=_number(row["capienza"]),
        unit=said["capienza_unita"],
        hours=said["orari"],
        source=said["fonte"],
        surveyed=said["rilevato"],
        point=point,
    )


def _number(value: Any) -> float | None:
    return None if value is None or value != value else float(value)  # noqa: PLR0124 - NaN is not itself
