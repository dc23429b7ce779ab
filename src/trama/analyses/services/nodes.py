"""Nodes of rail and road: stations with a change of line, metro termini, motorway junctions."""

from __future__ import annotations

import numpy as np
import shapely

from trama.analyses.services.inventory import Inventory
from trama.lake.version import Version

RAIL = ("treno", "metro")
TOUCH_M = 0.01
"""Under this distance two lines touch: it only takes up the rounding of their coordinates."""
MEETING, CROSSING = 3, 4
"""Arms from which a joint is a meeting of two ways, and a crossing."""
NAMELESS = "autostrada senza nome"


def nodes(inventory: Inventory) -> list[list[str]]:
    """Return, for each comune, why it is a node (Italian sentences); empty where it is none."""
    found: list[list[str]] = [[] for _ in range(len(inventory.comuni))]
    row_of = {code: row for row, code in enumerate(inventory.comuni["key"])}
    if stops := inventory.versions.get("fermate"):
        _stations(stops, row_of, found)
    if roads := inventory.versions.get("strade"):
        _junctions(roads, inventory, found)
    return found


def _stations(version: Version, row_of: dict[str, int], found: list[list[str]]) -> None:
    table = version.table(columns=["nome", "nodo", "modo", "linee", "capolinea", "istat"])
    rail = table[table["modo"].isin(RAIL) & table["istat"].notna()]
    for (istat, _), group in rail.groupby(["istat", rail["nodo"].fillna(rail["nome"])], sort=True):
        lines = sorted({line for text in group["linee"].fillna("") for line in str(text).split()})
        row = row_of.get(str(istat))
        if row is not None and len(lines) > 1:
            found[row].append(f"stazione con cambio di linea: {group['nome'].iloc[0]} ({', '.join(lines)})")
    ends = rail[(rail["modo"] == "metro") & rail["capolinea"].fillna(False).astype(bool)]
    for istat, name in zip(ends["istat"], ends["nome"], strict=True):
        reason = f"capolinea della metropolitana: {name}"  # once, whatever its platforms
        if (row := row_of.get(str(istat))) is not None and reason not in found[row]:
            found[row].append(reason)


def _junctions(version: Version, inventory: Inventory, found: list[list[str]]) -> None:
    """Say where two motorways meet: once for each pair and comune."""
    table = version.table(columns=["classe", "nome"])
    ways = table[table["classe"] == "autostrada"].reset_index(drop=True)
    names = [str(name).strip() if isinstance(name, str) else "" for name in ways["nome"]]
    comuni = shapely.STRtree(inventory.comuni.geometry.to_numpy())
    told = set()
    for point, meeting in junctions(ways.geometry.to_numpy(), names):
        for row in comuni.query(point, predicate="intersects"):
            told.add((int(row), meeting))
    for row, meeting in sorted(told):
        found[row].append(f"svincolo fra autostrade: {' e '.join(meeting)}")


def junctions(shapes: np.ndarray, names: list[str]) -> list[tuple[shapely.Point, tuple[str, ...]]]:
    """Return the points where two motorways meet, with their names.

    A way drawn in pieces is one: where two pieces merely continue each other (two arms, whatever they are
    called), and where a way parts in two carriageways of the same name, nothing meets. Two names meet where
    there are at least three arms; ways without a name are told apart only where they cross (four arms).

    Parameters
    ----------
    shapes
        Lines in metres; `names` theirs, empty where none.

    >>> ways = shapely.linestrings([[[0, 0], [5, 0]], [[5, 0], [9, 0]], [[5, -5], [5, 0]]])
    >>> [(point.x, meeting) for point, meeting in junctions(ways, ["A4", "A4", "A7"])]
    [(5.0, ('A4', 'A7'))]
    >>> junctions(ways[:2], ["A4", "A8"])
    []
    """
    if not len(shapes):
        return []
    tree = shapely.STRtree(shapes)
    first, second = tree.query(shapes, predicate="intersects")
    apart = first < second
    touched = shapely.intersection(shapes[first[apart]], shapes[second[apart]])
    points = np.unique(np.round(shapely.get_coordinates(touched), 3), axis=0)
    found = []
    for point in shapely.points(points):
        near = tree.query(point, predicate="dwithin", distance=TOUCH_M)
        arms = sum(_arms(shapes[way], point) for way in near)
        known = tuple(sorted({names[way] for way in near} - {""}))
        if len(known) > 1 and arms >= MEETING:
            found.append((point, known))
        elif arms >= CROSSING and any(not names[way] for way in near):
            found.append((point, (*known, NAMELESS) if known else (NAMELESS, NAMELESS)))
    return found


def _arms(way: shapely.Geometry, point: shapely.Point) -> int:
    """Return how many ways lead off along a line from a point on it: one at its end, two within."""
    parts = [part for part in shapely.get_parts(way) if shapely.dwithin(part, point, TOUCH_M)]
    at_end = [
        sum(bool(shapely.dwithin(shapely.Point(part.coords[end]), point, TOUCH_M)) for end in (0, -1))
        for part in parts
    ]
    return sum(1 if ends == 1 else 2 for ends in at_end)
