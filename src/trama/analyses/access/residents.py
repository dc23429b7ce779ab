"""Where people live: residents spread over the built land of their comune, by cells of 100 m, on the network.

Each comune's residents go to its land-cover cells in proportion to the weight of their class (floor space for
living per square metre), whatever their age; the sums of a comune, at any age, are its own. A cell of 100 m
that lies across two comuni is two places.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trama.analyses.territory.grid import Grid, frugal, grid_of, zones
from trama.engines.network import snap
from trama.lake.version import Version

CELL_M = 100
OLDEST = 100
"""The last year of age of the layer: 100 and over."""
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class People:
    """Residents of each comune by single year of age; NaN rows where a comune is not known.

    Attributes
    ----------
    by_age
        Shape ``(comuni, 101)``.
    """

    codes: list[str]
    by_age: Floats

    def between(self, first: int, last: int) -> Floats:
        """Return the residents of each comune between two ages, both included; shape ``(comuni,)``."""
        return np.asarray(self.by_age[:, first : min(last, OLDEST) + 1].sum(axis=1))


def read_people(version: Version, codes: list[str]) -> People:
    """Read the residents of the comuni, in the order wanted; an age without a row is without residents."""
    table = version.table(columns=["istat", "eta", "totale"])
    row = table["istat"].astype(str).map({code: number for number, code in enumerate(codes)})
    known = row.notna().to_numpy()
    rows = row[known].to_numpy(dtype=np.intp)
    ages = np.clip(table["eta"].to_numpy()[known].astype(np.intp), 0, OLDEST)
    found = np.full((len(codes), OLDEST + 1), np.nan)
    found[np.unique(rows)] = 0.0
    np.add.at(found, (rows, ages), table["totale"].to_numpy()[known].astype(float))
    return People(codes, found)


@dataclass(frozen=True)
class Cells:
    """Inhabited cells: pairs of a 100 m square and a comune.

    Attributes
    ----------
    east, north
        South-west corner, in hundreds of metres; int32.
    comune
        Row of the comune.
    share
        Part of the comune's residents that lives here: the shares of a comune sum to 1.
    point
        Where its people are, on average, in metres; shape ``(cells, 2)``.
    node
        Node of the network, -1 where none is near enough.
    gap_m
        Metres to it in a straight line; infinite without.
    """

    east: NDArray[np.int32]
    north: NDArray[np.int32]
    comune: NDArray[np.intp]
    share: Floats
    point: Floats
    node: NDArray[np.int32]
    gap_m: Floats

    def __len__(self) -> int:
        """How many cells."""
        return len(self.share)

    @property
    def keys(self) -> list[str]:
        """Names of the cells: east and north in hundreds of metres, row of the comune apart."""
        return [f"{e}-{n}" for e, n in zip(self.east.tolist(), self.north.tolist(), strict=True)]

    def people(self, by_comune: Floats) -> Floats:
        """Return residents of each cell given those of each comune; NaN where the comune's are not known."""
        return np.asarray(self.share * by_comune[self.comune])

    def at_nodes(self, people: Floats, nodes: int) -> Floats:
        """Return the people on each node; cells off the network, and people not known, count nothing."""
        placed = (self.node >= 0) & np.isfinite(people)
        return np.bincount(self.node[placed], weights=people[placed], minlength=nodes).astype(np.float64)


def spread(
    cover: Version,
    comuni: list[object],
    weights: dict[int, float],
    xy: Floats,
    limit_m: float,
) -> Cells:
    """Spread the residents of each comune over the cells of 100 m, and put the cells on the network.

    Parameters
    ----------
    cover
        The land cover, a raster of codes.
    comuni
        Shapes, in the order of their rows.
    weights
        Land-cover code → weight of residents per square metre; 0 where nobody lives.
    xy
        Nodes of the network; shape ``(nodes, 2)``.
    limit_m
        Largest distance of a cell from its node.
    """
    import rasterio

    grid = grid_of(cover)
    by_code = np.zeros(65536)
    for code, weight in weights.items():
        by_code[code] = weight
    found: list[tuple[NDArray[np.int64], Floats]] = []
    with frugal(), rasterio.open(cover.raster) as source:
        for rows in grid.strips():
            lived = by_code[source.read(1, window=grid.window(rows))]
            if lived.any():
                found.append(_cells_of(lived, zones(comuni, grid, rows), grid, rows))
    keys, sums = _gathered(found)
    share, keep = _shares(keys[:, 2], sums[:, 0], len(comuni))
    keys, sums = keys[keep], sums[keep]
    point = sums[:, 1:] / sums[:, :1]
    node, gap = snap(xy, point, limit_m)
    return Cells(
        keys[:, 0].astype(np.int32),
        keys[:, 1].astype(np.int32),
        keys[:, 2].astype(np.intp),
        share[keep],
        point,
        node,
        gap,
    )


def _cells_of(
    lived: Floats, owner: NDArray[np.uint16], grid: Grid, rows: slice
) -> tuple[NDArray[np.int64], Floats]:
    """Return the (east, north, comune) of the pieces of a strip and their sums of weight, w·x and w·y."""
    row, column = np.nonzero((lived > 0) & (owner > 0))
    x, y = grid.centres()
    px, py = x[column], y[rows][row]
    weight = lived[row, column] * grid.cell_area_m2
    key = np.stack(
        [np.floor(px / CELL_M), np.floor(py / CELL_M), owner[row, column].astype(float) - 1], axis=1
    ).astype(np.int64)
    return _summed(key, np.stack([weight, weight * px, weight * py], axis=1))


def _summed(key: NDArray[np.int64], values: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Sum the rows with the same key, in the order of (comune, north, east)."""
    if not len(key):
        return key, values
    order = np.lexsort((key[:, 0], key[:, 1], key[:, 2]))
    key, values = key[order], values[order]
    starts = np.flatnonzero(np.r_[True, (key[1:] != key[:-1]).any(axis=1)])
    return key[starts], np.add.reduceat(values, starts, axis=0)


def _gathered(found: list[tuple[NDArray[np.int64], Floats]]) -> tuple[NDArray[np.int64], Floats]:
    if not found:
        return np.empty((0, 3), np.int64), np.empty((0, 3))
    return _summed(np.concatenate([key for key, _ in found]), np.concatenate([value for _, value in found]))


def _shares(comune: NDArray[np.int64], weight: Floats, comuni: int) -> tuple[Floats, NDArray[np.bool_]]:
    """Return each cell's part of its comune, summing to one."""
    total = np.bincount(comune, weights=weight, minlength=comuni)
    keep = weight > 0
    return np.divide(weight, total[comune], out=np.zeros(len(weight)), where=keep), keep
