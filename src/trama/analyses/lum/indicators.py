"""What the node-place model measures of a LUM: departures, directions, reach, people, services around.

A zero is said only where a complete source says so: what no source tells is missing, what a partial one tells
is a minimum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import shapely

from trama.analyses.lum.amounts import LEAST, PARTLY, UNTOLD, Amount, summed
from trama.analyses.lum.context import Context
from trama.analyses.lum.functions import COMPLETE, UNKNOWN, by_category
from trama.analyses.lum.node_place import entropy
from trama.analyses.lum.rules import RAIL
from trama.analyses.lum.stops import Interchange, Stop


def indicators(
    context: Context,
    one: Interchange,
    ten: shapely.Geometry | None,
    residents: Mapping[str, float] | None,
    cycles: Amount,
) -> dict[str, Amount]:
    """Return indicator → its amount; what is not there is missing.

    Parameters
    ----------
    ten
        What is reached within ten minutes on foot, EPSG:32632; None where unknown.
    residents
        Age band → residents there.
    """
    stops = (*one.stops, *one.beside)
    values = {
        "partenze_ferro": departures(context, stops, rail=True),
        "partenze_strada": departures(context, stops, rail=False),
        "posti_bici": cycles,
        "residenti": UNTOLD if residents is None else Amount(sum(residents.values())),
        **_transit(context, stops),
    }
    if ten is None or context.register.lacking:
        return values
    comuni = context.touched(ten)
    counts = by_category(context.rules, context.register.within(ten))
    for name, row in context.rules.node_place.value.items():
        if kinds := str(row["categorie"] or "").split():
            values[name] = services(context, comuni, counts, kinds)
    values["mescolanza"] = mix(context, comuni, counts)
    return values


def services(
    context: Context, comuni: Sequence[str], counts: Mapping[str, int], kinds: Sequence[str]
) -> Amount:
    """Return how many services of some categories are counted in some comuni."""
    voices = [voice for voice in context.voices if context.rules.category(voice) in kinds]
    whole = bool(voices) and all(context.register.covers(comuni, voice) == COMPLETE for voice in voices)
    return summed((counts.get(kind, 0) for kind in kinds), whole=whole)


def mix(context: Context, comuni: Sequence[str], counts: Mapping[str, int]) -> Amount:
    """Return the entropy among the categories that some source knows of; missing where they are not two."""
    known = {voice: context.register.covers(comuni, voice) for voice in context.voices}
    category = context.rules.category
    kinds = {category(voice) for voice, how in known.items() if how != UNKNOWN or counts.get(category(voice))}
    value = entropy({kind: counts.get(kind, 0) for kind in kinds}, len(kinds))
    whole = all(how == COMPLETE for how in known.values())
    return Amount(value, "" if whole or value is None else PARTLY)


def departures(context: Context, stops: Sequence[Stop], *, rail: bool) -> Amount:
    """Return the daily departures of some stops, on rails or on the road."""
    mine = _side(stops, rail=rail)
    return summed((stop.daily for stop in mine), whole=bool(mine) or _told(context, rail=rail))


def _transit(context: Context, stops: Sequence[Stop]) -> dict[str, Amount]:
    """Return directions and reach; missing where no timetable speaks of these stops."""
    lines = context.lines
    if lines is None:
        return {}
    timed = [stop.id for stop in stops if stop.id in lines.stop_at]
    own = {context.place_of.get(stop.id) for stop in stops}
    within = float(context.rules.transit.value["entro_min"])
    reached = {context.place_of.get(stop) for stop in lines.reached(timed, within)}
    note = LEAST if len(timed) < len(stops) else ""
    return {
        "direzioni_ferro": _directions(context, stops, rail=True),
        "direzioni_strada": _directions(context, stops, rail=False),
        "fermate_45": Amount(float(len(reached & context.major - own)), note) if timed else UNTOLD,
    }


def _directions(context: Context, stops: Sequence[Stop], *, rail: bool) -> Amount:
    mine, lines = _side(stops, rail=rail), context.lines
    if not mine:
        return Amount(0.0) if _told(context, rail=rail) else UNTOLD
    timed = [stop.id for stop in mine if lines and stop.id in lines.stop_at]
    if lines is None or not timed:
        return UNTOLD
    found = float(lines.directions(timed, frozenset(stop.mode for stop in mine), context.place_of))
    return Amount(found, LEAST if len(timed) < len(mine) else "")


def _side(stops: Sequence[Stop], *, rail: bool) -> list[Stop]:
    return [stop for stop in stops if (stop.mode in RAIL) == rail]


def _told(context: Context, *, rail: bool) -> bool:
    """Tell whether the list of stops knows any of that side: where it knows none, none here says nothing."""
    return any((mode in RAIL) == rail for mode in context.modes)
