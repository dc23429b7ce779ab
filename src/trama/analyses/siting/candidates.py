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
    best
        How many of them are there because alone they would serve most, of all the places where people live; 0
        where that was not asked.
    """

    node: Ints
    lum: Ints
    step_m: float
    best: int = 0


@dataclass(frozen=True)
class Grain:
    """Side of a square outside and inside LUM, and how many candidates at most."""

    step_m: float
    lum_step_m: float
    most: int


def candidates(
    xy: Floats,
    lived: NDArray[np.intp],
    people: Floats,
    lum: Perimeters,
    grain: Grain,
    only_lum: bool = False,
    alone: Floats | None = None,
) -> Candidates:
    """Choose candidate nodes among those where people live.

    Parameters
    ----------
    xy
        Nodes of the network [m], shape ``(nodes, 2)``.
    lived, people
        Nodes where people live in the area, and how many: the one with most stands for its square.
    grain
        How close to one another: the side outside LUM grows until there are few enough, then that inside.
    alone
        What a place in each of those nodes would bring by itself: those that would bring most, apart from one
        another by a step, are a third of the candidates, the first of all among them.
    """
    step_m, lum_step_m, most = grain.step_m, grain.lum_step_m, grain.most
    inside = lum.holding(xy[lived])
    best = np.empty(0, np.intp)
    if alone is not None:
        eligible = np.flatnonzero(inside >= 0) if only_lum else np.arange(len(lived))
        best = eligible[_best_apart(xy[lived[eligible]], alone[eligible], step_m, most // 3)]
        most -= len(best)
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
    chosen = np.unique(np.concatenate((near[chosen_near], far[chosen_far], best)))
    return Candidates(lived[chosen].astype(np.int32), inside[chosen], step_m, len(best))


def _best_apart(xy: Floats, worth: Floats, apart_m: float, most: int) -> NDArray[np.intp]:
    """Return the points of most worth, the first of equals, each at some distance from those before."""
    chosen: list[int] = []
    for one in np.argsort(-worth, kind="stable"):
        if len(chosen) == most or worth[one] <= 0:
            break
        if not chosen or np.hypot(*(xy[chosen] - xy[one]).T).min() >= apart_m:
            chosen.append(int(one))
    return np.array(chosen, np.intp)


def _one_each(xy: Floats, people: Floats, step_m: float) -> NDArray[np.intp]:
    """Return the most peopled point of each square, the first of equals."""
    if not len(xy):
        return np.empty(0, np.intp)
    square = np.floor(xy / step_m).astype(np.int64)
    order = np.lexsort((np.arange(len(xy)), -people, square[:, 1], square[:, 0]))
    sorted_square = square[order]
    first = np.append(True, (sorted_square[1:] != sorted_square[:-1]).any(axis=1))
    return np.asarray(order[first])
