"""The level of an interchange: what the plan wrote, and what the rule computes; the plan's wins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from trama.analyses.lum.rules import ON_TRACKS, Rules
from trama.analyses.lum.stops import Interchange, Stop, beside, group, lines_of, merge, rail_lines, total

ANY = "*"
UNKNOWN = "dato mancante: i passaggi non sono noti"
NO_RULE = "nessuna riga della regola vale per questa fermata"


@dataclass(frozen=True, slots=True)
class Computed:
    """A level by the rule, why, and the row that gave it; None where nothing holds or data are missing."""

    level: str | None
    reason: str
    row: str = ""


def compute_level(rules: Rules, stops: Sequence[Stop]) -> Computed:
    """Return the level the rule gives to stops that are one place.

    The first row that holds gives the level. A row that wants headways nobody knows cannot be told: if it
    gives a higher level than the first that holds, or if none holds, the level is missing.
    """
    untold: list[str] = []
    for name, row in rules.level_rule.value.items():
        holds = _holds(row, stops)
        level = str(row["livello"])
        if holds is None:
            untold.append(level)
        elif holds:
            higher = [other for other in untold if rules.order[other] < rules.order[level]]
            return Computed(None, UNKNOWN) if higher else Computed(level, str(row["motivo"]), name)
    return Computed(None, UNKNOWN if untold else NO_RULE)


def interchanges(rules: Rules, stops: Sequence[Stop]) -> list[Interchange]:
    """Return the interchanges that have a LUM, each with both levels, in order of comune and name.

    Those nearer than the norm's distance are one, with the higher level; stops close by that have no LUM of
    their own are kept beside, for what the interchange offers.
    """
    distance = float(rules.node_distance.value)
    alone = [_levelled(rules, members) for members in group(stops, distance)]
    ours = [one for one in alone if rules.radius(one.level) is not None]
    others = [stop for one in alone if rules.radius(one.level) is None for stop in one.stops]
    found = []
    for places in merge(ours, distance):
        parts = [ours[at] for at in places]
        together = tuple(stop for part in parts for stop in part.stops)
        one = _levelled(rules, together) if len(places) > 1 else parts[0]
        found.append(
            replace(one, beside=beside(others, together, distance), reach_m=_reach(rules, one, parts))
        )
    return sorted(found, key=lambda one: (one.istat, one.name, one.stops[0].id))


def _reach(rules: Rules, one: Interchange, parts: Sequence[Interchange]) -> tuple[float, ...]:
    """Return the radius around each stop: that of its own level, so that a bus beside a metro stays a bus.

    Where the place has a higher level than any of its parts (a train and a tram make a change), what is on
    tracks takes the radius of the place.
    """
    whole = rules.radius(one.level) or 0.0
    own = [rules.radius(part.level) or 0.0 for part in parts]
    raised = whole > max(own)
    return tuple(
        whole if raised and stop.mode in ON_TRACKS else min(whole, radius)
        for part, radius in zip(parts, own, strict=True)
        for stop in part.stops
    )


def _levelled(rules: Rules, stops: tuple[Stop, ...]) -> Interchange:
    computed = compute_level(rules, stops)
    declared = rules.highest([stop.declared for stop in stops if stop.declared])
    return Interchange(stops, declared, computed.level, computed.reason, computed.row)


def _holds(row: dict[str, Any], stops: Sequence[Stop]) -> bool | None:
    """Tell whether a row of the rule holds; None where that cannot be told."""
    mine = [stop for stop in stops if row["modo"] in (ANY, stop.mode)]
    asked = (
        bool(mine),
        len(rail_lines(stops)) >= (row["linee_ferro_min"] or 0),
        len(lines_of(mine)) >= (row["linee_min"] or 0),
        not row["capolinea"] or any(stop.terminus for stop in mine),
    )
    return all(asked) and _frequent(mine, row["partenze_ora_min"])


def _frequent(stops: Sequence[Stop], least: float | None) -> bool | None:
    """Tell whether stops have at least that many departures an hour together."""
    if least is None or sum(stop.per_hour or 0.0 for stop in stops) >= least:
        return True
    return None if total(stop.per_hour for stop in stops) is None else False
