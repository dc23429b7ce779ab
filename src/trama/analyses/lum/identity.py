"""Which LUM is which: an interchange is known again by its stops and by where it is, never by its order.

A code, once given, stays with its place: a stop of the same name that appears elsewhere gets another one, and
the code of a stop that is gone goes to nobody while a perimeter or an answer waits for it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import shapely

from trama.analyses.lum.outputs import ATLAS, CIRCLES, GEOMETRY, Rows
from trama.analyses.lum.stops import Interchange, plain_name
from trama.analyses.lum.survey import Redrawn
from trama.lake import Lake

CELL_M = 100
"""Side of the square that names a place in a code."""
LONGEST = 60
"""Letters of a stop's name that a code keeps."""


@dataclass(frozen=True)
class Known:
    """A LUM as it was known before.

    Attributes
    ----------
    stops
        Ids of its stops; none where nobody wrote them down.
    stem
        Comune and name, as a code begins.
    area
        Where its stops are to be: the perimeter, which holds them, or the circle.
    place
        The middle of its stops; None where nobody wrote it down.
    binding
        Whether an act hangs on it: it goes to no stop about which there is a doubt.
    """

    code: str
    stops: frozenset[str]
    stem: str
    area: shapely.Geometry
    place: shapely.Point | None = None
    binding: bool = False


def stem_of(istat: str, name: str) -> str:
    """Return how the code of an interchange begins: comune and name.

    >>> stem_of("015009", "Sesto 1° Maggio FS")
    '015009-sesto-1-maggio-fs'
    """
    return f"{istat}-{re.sub(' ', '-', plain_name(name))[:LONGEST] or 'fermata'}"


def known_before(lake: Lake, perimeters: Mapping[str, Redrawn]) -> list[Known]:
    """Return the LUM of the last atlas, and those with an accepted perimeter, whether it had them or not."""
    rows = Rows.read(lake) if lake.has(ATLAS) else Rows.empty()
    circles = {str(row["codice"]): row[GEOMETRY] for row in rows.tables[CIRCLES]}
    stops = {str(row["codice"]): frozenset(str(row["fermate"]).split()) for row in rows.lum}
    found = []
    for code, one in sorted(perimeters.items()):
        ids = frozenset(one.fermate.split()) | stops.get(code, frozenset())
        place = _written(one.dove) or (circles[code].centroid if code in circles else None)
        found.append(Known(code, ids, stem_of(one.istat, one.nome), one.shape, place, binding=True))
    for row in rows.lum:
        code = str(row["codice"])
        if code not in perimeters and code in circles:
            stem, circle = stem_of(str(row["istat"]), str(row["nome"])), circles[code]
            found.append(Known(code, stops[code], stem, circle, circle.centroid))
    return found


def where(points: Sequence[shapely.Point]) -> str:
    """Write down the middle of some stops: metres east and north, EPSG:32632."""
    middle = shapely.multipoints(list(points)).centroid
    return f"{middle.x:.1f} {middle.y:.1f}"


def _written(place: str) -> shapely.Point | None:
    east, _, north = place.partition(" ")
    return shapely.Point(float(east), float(north)) if north else None


def recognise(found: Sequence[Interchange], known: Sequence[Known], near_m: float) -> list[str | None]:
    """Return the code under which each interchange was known; None for those that are new.

    It is the same where one of its stops still is in the area, and either a stop has the same id, or the name
    is the same and it is within `near_m` of the place. Of more than one the most stops in common, then the
    name, then the nearer. The name alone says nothing of a stop whose id is another LUM's; where the name of
    more than one is all that speaks for a binding area, it goes to none.
    """
    pairs = []
    for at, one in enumerate(found):
        for other in known:
            if (rank := _rank(one, other, near_m)) is not None:
                pairs.append((not other.binding, *rank, other.code, at, other))
    pairs.sort(key=lambda pair: pair[:6])
    by_name = Counter(other.code for _, shared, *_, other in pairs if other.binding and not shared)
    by_stop = {other.code for _, shared, *_, other in pairs if shared}
    others = {at for _, shared, *_, at, _ in pairs if shared}
    given: list[str | None] = [None] * len(found)
    taken: set[str] = set()
    for _, shared, *_, at, other in pairs:
        doubtful = not shared and (at in others or (by_name[other.code] > 1 and other.code not in by_stop))
        if given[at] is None and other.code not in taken and not doubtful:
            given[at] = other.code
            taken.add(other.code)
    return given


def codes(
    found: Sequence[Interchange],
    known: Sequence[Known] = (),
    waiting: Collection[str] = (),
    *,
    near_m: float = 0.0,
) -> list[str]:
    """Return a code for each interchange: that under which it was known, else comune and name.

    Where a new one is called as another, or as one that is known or awaited, its place follows the name.

    Parameters
    ----------
    waiting
        Codes that nobody new may take, because something was said of them.
    near_m
        How near a stop with other ids and the same name is the same stop.
    """
    given = recognise(found, known, near_m)
    taken = {one.code for one in known} | set(waiting)
    stems = [stem_of(one.istat, one.name) for one in found]
    alike = Counter(stem for stem, code in zip(stems, given, strict=True) if code is None)
    named = []
    for one, stem, code in zip(found, stems, given, strict=True):
        free = alike[stem] == 1 and stem not in taken
        named.append(code or (stem if free else _placed(one, stem, taken)))
    return named


def _placed(one: Interchange, stem: str, taken: set[str]) -> str:
    first = min(one.stops, key=lambda stop: stop.id)
    code = f"{stem}-{int(first.point.x // CELL_M)}-{int(first.point.y // CELL_M)}"
    if code in taken:
        code = f"{code}-{re.sub(' ', '-', plain_name(first.id))[:LONGEST]}"
    taken.add(code)
    return code


def _rank(one: Interchange, other: Known, near_m: float) -> tuple[int, bool, float] | None:
    """Return how well an interchange answers to a known LUM, least is best; None where it does not."""
    if not any(other.area.covers(point) for point in one.points):
        return None
    shared = len(other.stops & {stop.id for stop in one.stops})
    same = stem_of(one.istat, one.name) == other.stem
    far = shapely.multipoints(one.points).distance(other.place or other.area)
    if not shared and not (same and far <= near_m):
        return None
    return -shared, not same, far
