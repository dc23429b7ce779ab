"""One LUM: its circle and perimeter, who walks to it, who lives there, what it offers and lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import shapely

from trama.analyses.lum import functions as found_functions
from trama.analyses.lum.amounts import LEAST, Amount, summed
from trama.analyses.lum.context import Context
from trama.analyses.lum.functions import LACKING, PRESENT, Function, Service, active, places
from trama.analyses.lum.indicators import indicators
from trama.analyses.lum.inside import Inside, services_inside
from trama.analyses.lum.node_place import NodePlace, assess
from trama.analyses.lum.stops import Interchange
from trama.analyses.lum.survey import BOARDINGS, COVERED, CYCLES, Redrawn, Reply, counted
from trama.analyses.lum.walking import Catchment, Side, barrier, shed_ratio, sides

CIRCLE, COMUNE = "cerchio", "comune"
QUADRANT = 16
"""Segments of a quarter of the circle: it lacks 0.2 % of its area."""


@dataclass(frozen=True, slots=True)
class Cycles:
    """Cycle parking: needed by the boardings, there by the register or counted; None where missing.

    `least` says that those there may be more.
    """

    boardings: float | None
    needed: float | None
    present: float | None
    covered_needed: float | None
    covered: float | None
    guarded: bool | None
    counted: bool
    least: bool


@dataclass(frozen=True)
class Lum:
    """A LUM as assessed; what could not be told is None."""

    code: str
    interchange: Interchange
    level: str
    radius_m: float
    circle: shapely.Geometry
    perimeter: shapely.Geometry
    redrawn: Redrawn | None
    comuni: tuple[str, ...]
    zone: str
    catchment: Catchment | None
    ratio: float | None
    sides: tuple[Side, ...]
    barrier: str
    people: Mapping[str, float] | None
    people_walk: Mapping[str, float] | None
    people_ten: Mapping[str, float] | None
    services: tuple[Inside, ...]
    active: Amount
    departures: Amount
    functions: tuple[Function, ...]
    cycles: Cycles
    node_place: NodePlace
    replies: Mapping[str, Reply]
    questions: int

    @property
    def name(self) -> str:
        """Name of its interchange."""
        return self.interchange.name

    def count(self, *states: str) -> int:
        """Return how many functions stand in some states."""
        return sum(one.state in states for one in self.functions)

    @property
    def unknown(self) -> int:
        """Functions of which nobody knows whether they are there."""
        return len(self.functions) - self.count(PRESENT, found_functions.FORESEEN, LACKING)

    @property
    def completeness(self) -> float:
        """Share of the items of the sheet that have a datum."""
        answered = sum(
            1 for reply in self.replies.values() if reply.domanda not in (BOARDINGS, CYCLES, COVERED)
        )
        indicators = self.node_place.indicators
        known = [
            len(self.functions) - self.unknown,
            sum(one.value is not None for one in indicators),
            min(answered, self.questions),
            *(value is not None for value in (self.people, self.ratio, self.departures.value)),
            *(value is not None for value in (self.cycles.boardings, self.cycles.present)),
        ]
        return sum(known) / (len(self.functions) + len(indicators) + self.questions + 5)


def circle_of(points: Sequence[shapely.Point], radii_m: float | Sequence[float]) -> shapely.Geometry:
    """Return the union of the circles around the facilities of a stop; one radius, or one for each."""
    return shapely.union_all(shapely.buffer(list(points), radii_m, quad_segs=QUADRANT))


def look_at(context: Context, code: str, one: Interchange) -> Lum:
    """Assess an interchange that has a level with a radius."""
    rules, level = context.rules, one.level or ""
    circle = circle_of(one.points, one.reach_m)
    redrawn = context.perimeters.get(code)
    perimeter = redrawn.shape if redrawn else circle
    reached = context.streets.catchment(rules, one.points, one.reach_m) if context.streets else None
    walk = reached.radius if reached else None
    ten = reached.ten_minutes if reached else None
    comuni = tuple(context.touched(perimeter)) or (one.istat,)
    inside = tuple(context.register.within(perimeter))
    replies = context.replies.get(code, {})
    cut = tuple(sides(rules, circle, context.track_lines(circle), walk))
    cycles = _cycles(context, level, comuni, inside, replies)
    ten_people = context.people.within(ten)
    parked = Amount(cycles.present, LEAST if cycles.least else "")
    return Lum(
        code=code,
        interchange=one,
        level=level,
        radius_m=rules.radius(level) or 0.0,
        circle=circle,
        perimeter=perimeter,
        redrawn=redrawn,
        comuni=comuni,
        zone=context.zone_of.get(one.istat, ""),
        catchment=reached,
        ratio=shed_ratio(circle, walk),
        sides=cut,
        barrier=barrier(rules, cut),
        people=context.people.within(perimeter),
        people_walk=context.people.within(walk),
        people_ten=ten_people,
        services=services_inside(context, one, inside),
        active=active(context.register, context.voices, comuni, inside),
        departures=summed(stop.per_hour for stop in one.stops),
        functions=tuple(found_functions.functions(rules, context.register, level, comuni, inside)),
        cycles=cycles,
        node_place=assess(rules, indicators(context, one, ten, ten_people, parked)),
        replies=replies,
        questions=len(rules.checklist.value),
    )


def _cycles(
    context: Context,
    level: str,
    comuni: Sequence[str],
    inside: Sequence[Service],
    replies: Mapping[str, Reply],
) -> Cycles:
    norm = context.rules.cycle.value
    boardings = counted(replies, BOARDINGS)
    needed = None if boardings is None else float(norm["quota_saliti"]) * boardings
    by_hand = counted(replies, CYCLES)
    voice = str(norm["voce"])
    listed = places(inside, voice, context.register.covers(comuni, voice))
    share = float(norm.get(f"coperti_{level}", 0))
    return Cycles(
        boardings=boardings,
        needed=needed,
        present=listed.value if by_hand is None else by_hand,
        covered_needed=None if needed is None else share * needed,
        covered=counted(replies, COVERED),
        guarded=None if needed is None else needed >= float(norm["custodita_da"]),
        counted=by_hand is not None,
        least=by_hand is None and bool(listed.note),
    )
