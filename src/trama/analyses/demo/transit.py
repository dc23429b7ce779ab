"""Stops, lines and headways, invented: railways and metro of the sketch, trams and buses along the roads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely

from trama.analyses.demo.ground import Ground
from trama.analyses.demo.noise import chance
from trama.analyses.demo.settlement import Centres
from trama.analyses.demo.sketch import Sketch
from trama.analyses.demo.walks import LINK, Walks
from trama.kernel.places import METRIC_EPSG

if TYPE_CHECKING:
    import geopandas
    import pandas as pd

DAY = "2026-10-14"
"""The weekday the invented timetable is of: a Wednesday."""
HOURS = 15.2
"""Departures of a day over departures of a mean hour between 6 and 20."""
SPEED_KMH = {"treno": 52.0, "metro": 31.0, "tram": 15.0, "bus": 21.0}
LETTER = {"treno": "f", "metro": "m", "tram": "t", "bus": "b"}
"""First letter of a stop's id, the most capable mode first."""
STATION_REACH_M, METRO_EVERY_M, STATIONS_APART_M = 1500.0, 900.0, 1800.0
STOP_M, COUNTRY_STOP_M, SAME_STOP_M, GROUP_M = 420.0, 950.0, 200.0, 150.0
SNAP_M = 450.0
UNKNOWN_TIMETABLE = 0.05
NAMES = (
    *("Tigli", "Olmi", "Platani", "Robinie", "Gelsi", "Pioppi", "Mulino", "Fornace", "Cascina", "Lavatoio"),
    *("Fontanile", "Roggia", "Orti", "Filanda", "Cotonificio", "Borgo", "Ponte", "Piazzetta", "Marcita"),
    *("Ghiacciaia", "Vigna", "Campo lungo", "Porta vecchia", "Dogana", "Sterrato", "Torchio", "Granaio"),
)
Ints = npt.NDArray[np.int64]


@dataclass
class _Line:
    """A line: its stops in order (rows of the network), and how often it runs each way."""

    name: str
    mode: str
    nodes: list[int]
    along_m: list[float]
    per_hour: float
    known: bool = True


@dataclass
class Transit:
    """The two tables: `fermate` and `collegamenti_tpl`."""

    stops: geopandas.GeoDataFrame
    links: pd.DataFrame


@dataclass
class _Town:
    """What laying out lines needs at every step."""

    ground: Ground
    network: Walks
    centres: Centres
    capital: int
    tree: Any
    used: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))


def transit(ground: Ground, sketch: Sketch, centres: Centres, network: Walks) -> Transit:
    """Lay out lines over the walking network; the same seed gives the same lines."""
    from scipy.spatial import cKDTree

    if not len(network.xy):
        return Transit(_stop_table([], ground, network, 0), _link_table([], {}))
    capital = int(np.argmax(ground.people))
    town = _Town(ground, network, centres, capital, cKDTree(network.xy))
    lines = [*_rail_lines(town, sketch), *_road_lines(town)]
    lines = [line for line in lines if len(line.nodes) > 1]
    names = {(line.mode, node): f"{LETTER[line.mode]}{node}" for line in lines for node in line.nodes}
    return Transit(_stop_table(lines, ground, network, capital), _link_table(lines, names))


def _rail_lines(town: _Town, sketch: Sketch) -> Iterable[_Line]:
    for number, course in enumerate(sketch.axes):
        if course.kind not in ("ferrovia", "metropolitana"):
            continue
        rail = course.kind == "ferrovia"
        places = _stations(town, course.line) if rail else np.arange(0.0, course.line.length, METRO_EVERY_M)
        points = shapely.get_coordinates(shapely.line_interpolate_point(course.line, places))
        away, node = town.tree.query(points, distance_upper_bound=SNAP_M)
        kept = np.isfinite(away) & shapely.contains_xy(town.ground.territory, points)
        _, first = np.unique(node[kept], return_index=True)
        chosen = np.flatnonzero(kept)[np.sort(first)]
        luck = float(chance(number, 1, town.ground.seed + 1301)[0])
        often = float(round(2 + 4 * luck)) if rail else float(round(11 + 8 * luck))
        name = f"R{number + 1}" if rail else f"M{course.id[-1].upper()}"
        nodes = [int(one) for one in node[chosen]]
        mode = "treno" if rail else "metro"
        town.used[mode].update(nodes)
        yield _Line(name, mode, nodes, places[chosen].tolist(), often)


def _stations(town: _Town, line: shapely.LineString) -> npt.NDArray[np.float64]:
    """Return where stations stand along a railway: beside main settlements, and often in the chief town."""
    main = shapely.points(town.centres.xy[town.centres.main])
    near = main[shapely.distance(main, line) < STATION_REACH_M]
    places = shapely.line_locate_point(line, near).tolist()
    chief = shapely.intersection(line, town.ground.comuni.geometry.iloc[town.capital])
    every = np.arange(0.0, line.length, 2600.0)
    on_it = shapely.dwithin(shapely.line_interpolate_point(line, every), chief, 1.0)
    kept: list[float] = []
    for place in [*places, *every[on_it].tolist(), 0.0, line.length]:
        if all(abs(place - other) > STATIONS_APART_M for other in kept):
            kept.append(place)
    return np.array(sorted(kept))


def _road_lines(town: _Town) -> Iterable[_Line]:
    """Yield trams and buses: out of the heart of the chief town, elsewhere to stations and hubs."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import dijkstra

    network = town.network
    wide = (network.kind > 0) & (network.kind <= LINK)
    shape = (len(network.xy), len(network.xy))
    length = network.length_m[wide] * np.where(network.kind[wide] == LINK, 3.0, 1.0)
    graph = csr_matrix((length, (network.u[wide], network.v[wide])), shape=shape)
    on_road = np.unique(np.concatenate([network.u[wide], network.v[wide]]))
    if not len(on_road):
        return
    at = on_road[_nearest(network.xy[on_road], town.centres.xy)]
    own = np.flatnonzero(town.centres.comune == town.capital)
    heart, others = own[0], own[1:]
    _, back = dijkstra(graph, directed=False, indices=at[heart], return_predecessors=True)
    for number, other in enumerate(others[::2]):
        mode = "tram" if number % 4 == 0 else "bus"
        often = 5.0 + round(5 * float(chance(number, 2, town.ground.seed + 1302)[0]))
        yield _line(town, f"{'T' if mode == 'tram' else ''}{number + 1}", mode, _path(back, at[other]), often)
    hubs = np.flatnonzero(town.centres.main)[np.argsort(-town.ground.people)[:24]]
    goals = (on_road[_nearest(network.xy[on_road], network.xy[_station_nodes(town)])], at[hubs], at[own])
    for series, goal in enumerate(goals):
        _, back, _ = dijkstra(
            graph, directed=False, indices=np.unique(goal), return_predecessors=True, min_only=True
        )
        yield from _feeders(town, back, at, series)


def _feeders(town: _Town, back: Ints, at: Ints, series: int) -> Iterable[_Line]:
    """Yield a bus from each main settlement (and, in the first series, each large hamlet) to its goal."""
    own = np.flatnonzero(town.centres.comune == town.capital)
    people = town.centres.people
    for number in np.flatnonzero(town.centres.main | ((series == 0) & (people > 2500))):
        owner = int(town.centres.comune[number])
        luck = chance(int(number), np.arange(3) + 10 * series, town.ground.seed + 1303)
        outer = owner == town.capital and (series or number in (own[0], *own[1::2]))
        if outer or (series and luck[0] < 0.25 * series):
            continue
        often = round(float(0.8 + 2.4 * luck[1] + min(town.ground.people[owner] / 40_000, 2.5)), 1)
        known = bool(luck[2] >= UNKNOWN_TIMETABLE)
        name = f"{'ZXY'[series]}{int(number) + 100}"
        yield _line(town, name, "bus", _path(back, at[number]), often, known)


def _line(town: _Town, name: str, mode: str, path: list[int], often: float, known: bool = True) -> _Line:
    """Choose the stops along a path, where other lines of the mode already stop if they do."""
    xy = town.network.xy[path]
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))])
    homes = town.ground.coarse.sample(town.ground.comune_coarse, xy[:, 0], xy[:, 1])
    used, nodes, places = town.used[mode], [], []
    last = -np.inf
    for step, node in enumerate(path):
        since = along[step] - last
        dense = town.ground.density_km2[max(int(homes[step]) - 1, 0)] > 1500
        wanted = STOP_M if dense or mode == "tram" else COUNTRY_STOP_M
        end = step in (0, len(path) - 1)
        if end or since >= wanted or (node in used and since >= SAME_STOP_M):
            nodes.append(node)
            places.append(float(along[step]))
            last = along[step]
    used.update(nodes)
    return _Line(name, mode, nodes, places, often, known)


def _path(back: Ints, node: int) -> list[int]:
    path, here = [], int(node)
    while here >= 0:
        path.append(here)
        here = int(back[here])
    return path


def _nearest(among: npt.NDArray[np.float64], xy: npt.NDArray[np.float64]) -> Ints:
    from scipy.spatial import cKDTree

    return np.asarray(cKDTree(among).query(xy)[1], np.int64)


def _station_nodes(town: _Town) -> list[int]:
    found = sorted(town.used["treno"] | town.used["metro"])
    return found or [int(town.tree.query(town.centres.xy[0])[1])]


def _link_table(lines: list[_Line], names: dict[tuple[str, int], str]) -> pd.DataFrame:
    import pandas as pd

    rows = []
    for line in (one for one in lines if one.known):
        minutes = np.diff(line.along_m) / 1000 / SPEED_KMH[line.mode] * 60 + 0.3
        stops = [names[line.mode, node] for node in line.nodes]
        for way, (first, then) in enumerate(((stops[:-1], stops[1:]), (stops[1:], stops[:-1]))):
            rows += [
                (line.name, way, line.mode, a, b, round(float(m), 1), line.per_hour)
                for a, b, m in zip(first, then, minutes, strict=True)
            ]
    columns = ["linea", "verso", "modo", "da", "a", "minuti", "passaggi_ora"]
    return pd.DataFrame(rows, columns=columns).astype(
        {"verso": np.int64, "minuti": float, "passaggi_ora": float}
    )


def _stop_table(lines: list[_Line], ground: Ground, network: Walks, capital: int) -> geopandas.GeoDataFrame:
    """Return the layer `fermate`: one row for each place where lines of one mode stop."""
    import geopandas

    calls: dict[tuple[str, int], list[_Line]] = defaultdict(list)
    for line in lines:
        for node in dict.fromkeys(line.nodes):
            calls[line.mode, node].append(line)
    order = sorted(calls, key=lambda call: (list(LETTER).index(call[0]), call[1]))
    xy = network.xy[[node for _, node in order]].reshape(-1, 2)
    owner = ground.fine.sample(ground.comune_fine, xy[:, 0], xy[:, 1]).astype(np.int64) - 1
    groups = _groups(order, xy)
    rows = []
    for (mode, node), comune, group in zip(order, owner, groups, strict=True):
        here = calls[mode, node]
        per_hour = sum(
            line.per_hour * (1 if node in (line.nodes[0], line.nodes[-1]) else 2)
            for line in here
            if line.known
        )
        ends = any(node in (line.nodes[0], line.nodes[-1]) for line in here)
        known = any(line.known for line in here)
        rows.append(
            (
                f"{LETTER[mode]}{node}",
                _stop_name(ground, mode, node, int(comune)),
                group,
                mode,
                " ".join(sorted({line.name for line in here})),
                ends,
                float(round(per_hour * HOURS)) if known else np.nan,
                round(per_hour, 1) if known else np.nan,
                DAY if known else None,
                _level(ground, mode, node, int(comune), capital, ends),
                str(ground.comuni["istat"].iloc[comune]) if comune >= 0 else None,
                "orario dimostrativo" if known else "elenco dimostrativo",
            )
        )
    columns = ["id", "nome", "nodo", "modo", "linee", "capolinea", "partenze", "partenze_ora", "giorno"]
    table = geopandas.GeoDataFrame(
        rows, columns=[*columns, "livello", "istat", "fonte"], geometry=shapely.points(xy), crs=METRIC_EPSG
    )
    return table.astype({"partenze": float, "partenze_ora": float})


def _groups(order: list[tuple[str, int]], xy: npt.NDArray[np.float64]) -> list[str | None]:
    """Return the station each stop belongs to: stations close together, and the stops at their door."""
    rail = [row for row, (mode, _) in enumerate(order) if mode in ("treno", "metro")]
    group: list[str | None] = [None] * len(order)
    if not rail:
        return group
    for row in rail:
        near = [other for other in rail if group[other] and np.hypot(*(xy[other] - xy[row])) < 2 * GROUP_M]
        group[row] = group[near[0]] if near else f"n{order[row][1]}"
    from scipy.spatial import cKDTree

    away, found = cKDTree(xy[rail]).query(xy)
    for door in np.flatnonzero(away < GROUP_M).tolist():
        group[door] = group[door] or group[rail[found[door]]]
    return group


def _stop_name(ground: Ground, mode: str, node: int, comune: int) -> str:
    place = str(ground.comuni["nome"].iloc[comune]) if comune >= 0 else "Fuori territorio"
    luck = chance(node, np.arange(2), ground.seed + 1304)
    word = NAMES[int(luck[0] * len(NAMES))]
    if mode == "treno":
        return f"{place}, stazione {word}"
    return f"{place}, {word} {1 + int(luck[1] * 9)}" if mode != "metro" else f"{place}, {word} (metro)"


def _level(ground: Ground, mode: str, node: int, comune: int, capital: int, ends: bool) -> str | None:
    """Return the level that a plan would write, for some of the stops outside the chief town."""
    if comune in (-1, capital):
        return None
    luck = float(chance(node, 3, ground.seed + 1305)[0])
    if mode in ("treno", "metro"):
        return None if luck > 0.8 else "M" if mode == "metro" or ground.people[comune] > 25_000 else "S"
    return "S" if ends and luck < 0.12 else "L" if luck < 0.03 else None
