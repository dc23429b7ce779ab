"""Everything an atlas reads, read once for all its LUM."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from trama.analyses.lum.errors import MissingLayers
from trama.analyses.lum.functions import Register
from trama.analyses.lum.people import People
from trama.analyses.lum.rules import RAIL, Rules
from trama.analyses.lum.stops import Interchange, Stop
from trama.analyses.lum.survey import Redrawn, Reply, read_perimeters, read_replies
from trama.analyses.lum.transit import Lines, open_lines
from trama.analyses.lum.walking import TRACKS, Streets, open_streets
from trama.analyses.territory.places import CHIEF_TOWN, zone_members
from trama.lake import Lake
from trama.lake.version import Version
from trama.norms import NormBook

COMUNI = "comuni"


@dataclass(frozen=True)
class Context:
    """What the lake and the norms say; what is not there is None, with the sentence that says why.

    Attributes
    ----------
    place_of
        Stop → number of the place it belongs to; `major` are the places with a LUM or with trains or metro.
    modes
        Modes of all the stops read: of the others nothing is known.
    """

    rules: Rules
    comuni: Version
    istat: tuple[str, ...]
    names: Mapping[str, str]
    shapes: np.ndarray[Any, Any]
    zone_of: Mapping[str, str]
    streets: Streets | None
    no_streets: str
    people: People
    register: Register
    lines: Lines | None
    place_of: Mapping[str, int]
    major: frozenset[int]
    modes: frozenset[str]
    tracks: Version | None
    perimeters: Mapping[str, Redrawn]
    replies: Mapping[str, Mapping[str, Reply]]
    surveys: tuple[Version, ...] = ()
    stops: Version | None = None
    _lines_of_track: list[np.ndarray[Any, Any]] = field(default_factory=list)

    @property
    def voices(self) -> tuple[str, ...]:
        """Voices of the taxonomy; none where the norms hold none."""
        return tuple(self.rules.taxonomy.value) if self.rules.taxonomy else ()

    def touched(self, shape: shapely.Geometry) -> list[str]:
        """Return the codes of the comuni a shape touches, the most touched first."""
        near = np.flatnonzero(shapely.intersects(self.shapes, shape))
        areas = {self.istat[at]: float(self.shapes[at].intersection(shape).area) for at in near}
        least = float(self.rules.touched.value) * shape.area
        return sorted((k for k, area in areas.items() if area >= least), key=lambda k: -areas[k])

    def track_lines(self, shape: shapely.Geometry) -> np.ndarray[Any, Any]:
        """Return the tracks that cross a shape."""
        if self.tracks is None:
            return np.array([])
        if not self._lines_of_track:
            self._lines_of_track.append(self.tracks.features([], None)[1])
        lines = self._lines_of_track[0]
        found: np.ndarray[Any, Any] = lines[shapely.intersects(lines, shape)]
        return found

    def versions(self) -> list[Version]:
        """Return every version read."""
        found = [self.comuni, *self.people.versions, *self.register.versions, *self.surveys]
        found += self.streets.versions if self.streets else ()
        return [
            *found,
            *(one for one in (self.stops, self.tracks, self.lines and self.lines.version) if one),
        ]


def open_context(
    lake: Lake,
    book: NormBook,
    rules: Rules,
    stops: Version,
    places: Sequence[Interchange],
    others: Sequence[Stop],
) -> Context:
    """Read everything; raises `MissingLayers` without comuni."""
    if not lake.has(COMUNI):
        raise MissingLayers(layers=f"«{COMUNI}»")
    comuni = lake.version(COMUNI)
    rows, shapes = comuni.features(["istat", "nome"], None)
    istat = tuple(str(code) for code in rows["istat"])
    members, zone_names = zone_members(book, rules.day, list(istat))
    points = [stop.point for one in places for stop in one.stops]
    streets, no_streets = open_streets(lake, points, rules.walking("aggancio_m"))
    perimeters, by_comuni = read_perimeters(lake)
    replies, surveyed = read_replies(lake)
    place_of = _places(places, others)
    return Context(
        rules=rules,
        comuni=comuni,
        istat=istat,
        names=dict(zip(istat, (str(name) for name in rows["nome"]), strict=True)),
        shapes=shapes,
        zone_of={k: zone_names[z] for z, codes in members.items() if z != CHIEF_TOWN for k in codes},
        streets=streets,
        no_streets=no_streets,
        people=People.open(lake, rules),
        register=Register.open(lake),
        lines=open_lines(lake, rules, place_of),
        place_of=place_of,
        major=frozenset(range(len(places))) | {place_of[stop.id] for stop in others if stop.mode in RAIL},
        modes=frozenset(stop.mode for stop in (*others, *(stop for one in places for stop in one.stops))),
        tracks=lake.version(TRACKS) if lake.has(TRACKS) else None,
        perimeters=perimeters,
        replies=replies,
        surveys=tuple(one for one in (by_comuni, surveyed) if one),
        stops=stops,
    )


def _places(places: Sequence[Interchange], others: Sequence[Stop]) -> dict[str, int]:
    """Return stop → number of its place: interchanges with the stops beside, then stations, then the rest."""
    found = {stop.id: at for at, one in enumerate(places) for stop in (*one.stops, *one.beside)}
    seats: dict[str, int] = {}
    for stop in others:
        if stop.id not in found:
            found[stop.id] = seats.setdefault(stop.node or stop.id, len(places) + len(seats))
    return found
