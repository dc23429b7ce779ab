"""A walking network to count by hand: a grid of 10 x 10 crossings, 100 m apart, in the lake's two layers.

Node 10 r + c stands at (EAST + 100 c, NORTH + 100 r). Streets run along rows and columns; the last column
(c = 9) is cut off from the others: it is an island of ten nodes.
"""

from __future__ import annotations

from dataclasses import replace

import geopandas
import numpy as np
import shapely

from tests.fixtures_territory import MADE_UP, raster_manifest
from trama.kernel.layers import FieldSpec, Manifest
from trama.lake import Lake

EAST, NORTH, STEP, SIDE = 500_000.0, 5_030_000.0, 100.0, 10


def grid_xy() -> np.ndarray:
    """Coordinates of the crossings, shape (100, 2)."""
    rows, columns = np.divmod(np.arange(SIDE * SIDE), SIDE)
    return np.column_stack([EAST + STEP * columns, NORTH + STEP * rows])


def grid_edges() -> tuple[np.ndarray, np.ndarray]:
    """Ends of the streets: 80 along the rows (the last column is apart), 90 along the columns."""
    numbers = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    u = np.concatenate([numbers[:, :-2].ravel(), numbers[:-1].ravel()])
    v = np.concatenate([numbers[:, 1:-1].ravel(), numbers[1:].ravel()])
    return u, v


def _manifest(layer: str, geometry: str, *columns: str) -> Manifest:
    fields = tuple(FieldSpec(name, "integer", "count", "") for name in columns)
    return replace(raster_manifest(layer), geometry=geometry, key="id", fields=fields)


def put_network(
    lake: Lake, ids: np.ndarray | None = None, ends: tuple[np.ndarray, np.ndarray] | None = None
) -> None:
    """Write the two layers; `ids` and `ends` take the place of the right ones."""
    put_nodes(lake, ids)
    put_edges(lake, ends)


def put_nodes(lake: Lake, ids: np.ndarray | None = None) -> None:
    """Write the nodes, in an order that is not that of their ids."""
    xy, numbers = grid_xy(), np.arange(SIDE * SIDE) if ids is None else ids
    mixed = np.random.default_rng(3).permutation(len(xy))
    frame = geopandas.GeoDataFrame({"id": numbers[mixed]}, geometry=shapely.points(xy[mixed]), crs=32632)
    with lake.draft(_manifest("rete_pedonale_nodi", "point", "id"), MADE_UP) as draft:
        draft.write_table(frame)


def put_edges(
    lake: Lake,
    ends: tuple[np.ndarray, np.ndarray] | None = None,
    length_m: np.ndarray | None = None,
) -> None:
    """Write the edges."""
    xy, (u, v) = grid_xy(), grid_edges() if ends is None else ends
    metres = np.full(len(u), STEP) if length_m is None else length_m
    lines = shapely.linestrings(np.stack([xy[u % len(xy)], xy[v % len(xy)]], axis=1))
    table = {"id": np.arange(len(u)), "u": u, "v": v, "length_m": metres}
    with lake.draft(_manifest("rete_pedonale_archi", "line", *table), MADE_UP) as draft:
        draft.write_table(geopandas.GeoDataFrame(table, geometry=lines, crs=32632))
