"""Where points are: in which comune, near the territory or far from it, one on top of the other."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from trama.kernel.places import METRIC_EPSG
from trama.lake import Lake
from trama.lake.checks import SHOWN, Finding
from trama.sources.territory import COMUNI, Territory

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_LETTERS = re.compile(r"[^a-z0-9]+")


def comuni_of(lake: Lake, points: NDArray[Any]) -> NDArray[Any]:
    """Return the ISTAT code of the comune each point lies in; None outside all of them."""
    found = np.full(len(points), None, dtype=object)
    if not lake.has(COMUNI) or not len(points):
        return found
    comuni = lake.version(COMUNI).table(columns=["istat"]).to_crs(METRIC_EPSG)
    tree = shapely.STRtree(shapely.make_valid(comuni.geometry.to_numpy()))
    point, comune = tree.query(points, predicate="intersects")
    codes = comuni["istat"].astype(str).to_numpy()
    for at, which in sorted(zip(point.tolist(), codes[comune].tolist(), strict=True), reverse=True):
        found[at] = which  # on a boundary the lowest code is written last
    return found


def near(territory: Territory, points: NDArray[Any], margin_m: float) -> NDArray[np.bool_]:
    """Tell which points are in the territory or within `margin_m` of it; all where it is not known."""
    if territory.shape is None:
        return np.ones(len(points), dtype=bool)
    around = territory.shape.buffer(margin_m)
    shapely.prepare(around)
    return np.asarray(shapely.intersects(around, points))


def doubles(
    points: NDArray[Any], kinds: Sequence[str], names: Sequence[str], ranks: Sequence[int], within_m: float
) -> list[tuple[int, int]]:
    """Return pairs (kept, left out): same kind, same plain name, within `within_m`.

    The one kept has the highest rank; of equals, the first. Those kept are never that near to each other, so
    the work grows with their number alone, however many stand on one spot.
    """
    xy = shapely.get_coordinates(points)
    cells = np.floor(xy / within_m).astype(np.int64).tolist()
    spots = xy.tolist()
    keys = [(kind, plain_name(name)) for kind, name in zip(kinds, names, strict=True)]
    standing: dict[tuple[tuple[str, str], int, int], list[int]] = {}
    found = []
    for at in sorted(range(len(spots)), key=lambda at: (-ranks[at], at)):
        (column, row), (x, y) = cells[at], spots[at]
        around = (
            kept
            for east in (0, -1, 1)
            for north in (0, -1, 1)
            for kept in standing.get((keys[at], column + east, row + north), ())
        )
        twin = next(
            (kept for kept in around if math.dist((x, y), spots[kept]) <= within_m),
            None,
        )
        if twin is None:
            standing.setdefault((keys[at], column, row), []).append(at)
        else:
            found.append((twin, at))
    return sorted(found)


def plain_name(name: object) -> str:
    """Return a name without accents, capitals, signs.

    >>> plain_name("Scuola «Città Studi»")
    'scuola citta studi'
    """
    text = "" if name is None or name != name else str(name)  # noqa: PLR0124 - NaN
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _LETTERS.sub(" ", letters).strip()


def told(check: str, rows: Sequence[tuple[str, Any, str]], hint: str) -> Finding:
    """Return a finding about rows: (name, its point or None, what is so)."""
    where = tuple(
        {
            "id": name,
            "at": [round(float(point.x), 1), round(float(point.y), 1)] if point else None,
            "why": why,
        }
        for name, point, why in rows[:SHOWN]
    )
    return Finding(check, not rows, len(rows), where, hint if rows else "")
