"""Where a path drawn on the map touches the network: a point along the closest street, or a node."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from trama.analyses.walking.errors import OffTheNetwork
from trama.analyses.walking.network import Network
from trama.engines.network import to_mm
from trama.engines.network.extension import Path, Spot


@dataclass(frozen=True, slots=True)
class Touch:
    """A place on the network close to a point.

    Attributes
    ----------
    spot
        For the engine.
    x, y
        Where it is [m].
    away_m
        How far the point was.
    """

    spot: Spot
    x: float
    y: float
    away_m: float


def touch(network: Network, x: float, y: float, reach_m: float, stairs: bool = True) -> Touch:
    """Return the place of the network that is closest to a point; only the streets around are read.

    Parameters
    ----------
    x, y
        Metres, EPSG:32632.
    stairs
        Whether stairs are streets.

    Raises
    ------
    OffTheNetwork
        No street within `reach_m`, inclusive.
    """
    box = (x - reach_m, y - reach_m, x + reach_m, y + reach_m)
    columns = ["id", "u", "v", "length_m", *([] if stairs else ["scale"])]
    rows, lines = network.edges_version.features(columns, box)
    if not stairs:
        climbed = np.array([bool(one) for one in rows["scale"]], bool)
        rows = {name: np.asarray(column)[~climbed] for name, column in rows.items()}
        lines = lines[~climbed]
    point = shapely.Point(x, y)
    away = shapely.distance(lines, point) if len(lines) else np.empty(0)
    if not len(away) or away.min() > reach_m:
        raise OffTheNetwork(x=round(x), y=round(y), reach=f"{reach_m:g}".replace(".", ","))
    row = min(np.flatnonzero(away == away.min()), key=lambda one: int(rows["id"][one]))
    line, u, v = lines[row], int(rows["u"][row]), int(rows["v"][row])
    mm = int(to_mm(rows["length_m"][row]))
    share = float(shapely.line_locate_point(line, point, normalized=True))
    place = shapely.line_interpolate_point(line, share, normalized=True)
    if _turned(line, network.xy[u], network.xy[v]):
        share = 1 - share
    return Touch(Spot(u, v, round(share * mm), mm), float(place.x), float(place.y), float(away[row]))


def path_between(start: Touch, end: Touch, length_m: float | None = None) -> Path:
    """Return a path between two places: as long as said, or in a straight line."""
    straight = float(np.hypot(start.x - end.x, start.y - end.y))
    return Path(start.spot, end.spot, int(to_mm(straight if length_m is None else length_m)))


def _turned(line: shapely.LineString, u: np.ndarray, v: np.ndarray) -> bool:
    """Tell whether a line is drawn from v to u."""
    first = np.asarray(line.coords[0])
    return float(np.hypot(*(first - v))) < float(np.hypot(*(first - u)))
