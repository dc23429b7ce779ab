"""Nodes of rail and road: stations with a change of line, metro termini, motorway junctions."""

from __future__ import annotations

import numpy as np
import shapely

from trama.analyses.services.inventory import Inventory
from trama.lake.version import Version

RAIL = ("treno", "metro")


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
        if (row := row_of.get(str(istat))) is not None:
            found[row].append(f"capolinea della metropolitana: {name}")


def _junctions(version: Version, inventory: Inventory, found: list[list[str]]) -> None:
    """Say where two motorways meet: a point for each pair and comune."""
    table = version.table(columns=["classe", "nome"])
    ways = table[table["classe"] == "autostrada"].reset_index(drop=True)
    shapes, names = ways.geometry.to_numpy(), ways["nome"].fillna("autostrada").to_numpy()
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    comuni = shapely.STRtree(inventory.comuni.geometry.to_numpy())
    for i, j in zip(first, second, strict=True):
        if i >= j:
            continue
        meeting = shapely.get_parts(shapely.intersection(shapes[i], shapes[j]))
        for row in np.unique(comuni.query(shapely.centroid(meeting), predicate="within")[1]):
            found[int(row)].append(f"svincolo fra autostrade: {names[i]} e {names[j]}")
