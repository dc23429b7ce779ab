"""Several projects in one file: elements of one name are one project."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from trama.sources.interventions import properties
from trama.sources.interventions.errors import BadProperty
from trama.sources.interventions.raw import RawFeature
from trama.sources.interventions.shapes import Area

Located = list[tuple[RawFeature, Area]]


def outline_and_drawn(located: Sequence[tuple[RawFeature, Area]]) -> tuple[Located, Located]:
    """Return the elements of the perimeter, and the solutions drawn as elements of their own."""
    drawn = [pair for pair in located if properties.get(pair[0], "tipologia") is not None]
    return [pair for pair in located if properties.get(pair[0], "tipologia") is None], drawn


def by_project(located: Sequence[tuple[RawFeature, Area]]) -> list[Located]:
    """Return the elements of each project, in the order of their first names; all together with one name.

    A drawn solution is of the project it names, else of the one that holds most of it.

    Raises
    ------
    BadProperty
        The perimeters have different names, and some none: whose they are cannot be told.
    """
    outline, drawn = outline_and_drawn(located)
    if not outline:
        outline, drawn = drawn, []
    names = [properties.read_name([feature], []) for feature, _ in outline]
    distinct = list(dict.fromkeys(name for name in names if name))
    if len(distinct) < 2:
        return [list(located)]
    if nameless := names.count(""):
        raise BadProperty(
            key="nome",
            why=f"gli elementi hanno nomi diversi, e {nameless} non ne hanno: ogni nome è un progetto, "
            "dare a tutti il loro.",
            why_en=f"the elements have different names, and {nameless} have none: each name is a project, "
            "give every one its own.",
        )
    projects: dict[str, Located] = {name: [] for name in distinct}
    for name, pair in zip(names, outline, strict=True):
        projects[name].append(pair)
    grounds = [shapely.union_all([shape for _, shape in projects[name]]) for name in distinct]
    for feature, shape in drawn:
        given = properties.read_name([feature], [])
        held = shapely.area(shapely.intersection(grounds, shape))
        projects[given if given in projects else distinct[int(np.argmax(held))]].append((feature, shape))
    return list(projects.values())
