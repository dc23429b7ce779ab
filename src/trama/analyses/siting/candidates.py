"""Candidate places: nodes of the network, one per square where people live, more of them inside LUM."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from trama.lake import Lake
from trama.lake.version import Version

LUM = "lum"
GROWTH = 1.5
Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Perimeters:
    """The LUM in force.

    Attributes
    ----------
    version
        None where the atlas was never made: nothing is in a LUM, and that is said.
    """

    codes: list[str]
    names: list[str]
    shapes: NDArray[np.object_]
    version: Version | None

    def holding(self, points: Floats) -> Ints:
        """Return the row of the LUM each point is in, the first where two overlap; -1 outside."""
        found = np.full(len(points), -1, np.int32)
        if len(self.shapes):
            tree = shapely.STRtree(self.shapes)
            point, lum = tree.query(shapely.points(points), predicate="intersects")
            order = np.argsort(-lum, kind="stable")
            found[point[order]] = lum[order]
        return found


def read_perimeters(lake: Lake) -> Perimeters:
    """Read the perimeters of the atlas."""
    if not lake.has(LUM):
        return Perimeters([], [], np.empty(0, object), None)
    version = lake.version(LUM)
    rows, shapes = version.features(["codice", "nome"], None)
    return Perimeters(
        [str(one) for one in rows["codice"]], [str(one) for one in rows["nome"]], shapes, version
    )


@dataclass(frozen=True)
class Candidates:
    """Places to choose from.

    Attributes
    ----------
    node
        Of the network; each once.
    lum
        Row of the LUM it is in, -1 outside.
    step_m
        Side of the squares outside LUM, as it had to be.
    """

    node: Ints
    lum: Ints
    step_m: float


def candidates(
    xy: Floats,
    lived: NDArray[np.intp],
    people: Floats,
    lum: Perimeters,
    step_m: float,
    lum_step_m: float,
    most: int,
    only_lum: bool = False,
) -> Candidates:
    """Choose candidate nodes among those where people live.

    Parameters
    ----------
    xy
        Nodes of the network [m], shape ``(nodes, 2)``.
    lived, people
        Nodes where people live in the area, and how many: the one with most stands for its square.
    step_m, lum_step_m
        Side of a square outside and inside LUM; the first grows until there are at most `most` places, then
        the second.
    """
    inside = lum.holding(xy[lived])
    far = np.empty(0, np.intp) if only_lum else np.flatnonzero(inside < 0)
    near = np.flatnonzero(inside >= 0)
    while True:
        chosen_near = _one_each(xy[lived[near]], people[near], lum_step_m)
        chosen_far = _one_each(xy[lived[far]], people[far], step_m)
        if len(chosen_near) + len(chosen_far) <= most:
            break
        if len(chosen_far) > most // 4:
            step_m *= GROWTH
        else:
            lum_step_m *= GROWTH
    chosen = np.sort(np.concatenate((near[chosen_near], far[chosen_far])))
    return Candidates(lived[chosen].astype(np.int32), inside[chosen], step_m)


def _one_each(xy: Floats, people: Floats, step_m: float) -> NDArray[np.intp]:
    """Return the most peopled point of each square, the first of equals."""
    if not len(xy):
        return np.empty(0, np.intp)
    square = np.floor(xy / step_m).astype(np.int64)
    order = np.lexsort((np.arange(len(xy)), -people, square[:, 1], square[:, 0]))
    sorted_square = square[order]
    first = np.append(True, (sorted_square[1:] != sorted_square[:-1]).any(axis=1))
    return np.asarray(order[first])
