"""A work across several places, shared out: money to the cent, effects in proportion.

By its area; by its length if it is a line; by its points. A work that is not on the map goes in equal parts
to the comuni its list names, and to no UPA. Parts below the norms' least part are left to the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from trama.kernel.places import METRIC_EPSG
from trama.lake.version import Version

Shares = dict[str | None, float]
"""Key of a place (None: no place known) → part of a work; the parts sum to one."""


@dataclass(frozen=True)
class Places:
    """Areas of a layer, found by their place."""

    version: Version
    keys: tuple[str, ...]
    names: Mapping[str, str]
    tree: shapely.STRtree

    @classmethod
    def of(cls, version: Version) -> Places:
        """Read a layer of areas with a key and, if it has them, names."""
        key = str(version.manifest.key)
        table = version.table().to_crs(METRIC_EPSG)
        keys = tuple(str(value) for value in table[key])
        names = [str(name) for name in table["nome"]] if "nome" in table.columns else keys
        shapes = shapely.make_valid(table.geometry.to_numpy())
        return cls(version, keys, dict(zip(keys, names, strict=True)), shapely.STRtree(shapes))

    def shares(self, shape: shapely.Geometry | None, least: float) -> Shares:
        """Return the part of `shape` in each place; what lies in none of them is under None."""
        if shape is None:
            return {None: 1.0}
        whole = measure(shape)
        found: Shares = {}
        for at in np.sort(self.tree.query(shape, predicate="intersects")):
            part = measure(
                shapely.intersection(shape, self.tree.geometries[at]), shapely.get_dimensions(shape)
            )
            found[self.keys[at]] = part / whole
        if (twice := sum(found.values())) > 1:  # a point on a border counts on both sides
            found = {key: part / twice for key, part in found.items()}
        outside = 1.0 - sum(found.values())
        found = {key: part for key, part in found.items() if part >= least}
        if outside >= least or not found:
            found[None] = max(outside, 0.0) if found else 1.0
        total = sum(found.values())
        return {key: part / total for key, part in found.items()}


def measure(shape: shapely.Geometry, dimension: int | None = None) -> float:
    """Return area, length or number of points, by the dimension of the shape (or the one given)."""
    of = int(shapely.get_dimensions(shape)) if dimension is None else int(dimension)
    if of == 2:
        return float(shapely.area(shape))
    if of == 1:
        return float(shapely.length(shape))
    return float(shapely.get_num_coordinates(shape))


def declared_shares(codes: Sequence[str]) -> Shares:
    """Return equal parts for the comuni a list names; None where it names none."""
    return {code: 1.0 / len(codes) for code in codes} if codes else {None: 1.0}


def split_cents(cents: int, shares: Shares) -> dict[str | None, int]:
    """Share out an amount so that the parts sum to it: the cents left over go to the largest remainders.

    >>> split_cents(1000, {"a": 1 / 3, "b": 1 / 3, "c": 1 / 3})
    {'a': 334, 'b': 333, 'c': 333}
    """
    exact = {key: cents * part for key, part in shares.items()}
    parts = {key: int(value // 1) for key, value in exact.items()}
    left = cents - sum(parts.values())
    order = sorted(exact, key=lambda key: (-(exact[key] - parts[key]), str(key)))
    for at in range(left):
        parts[order[at % len(order)]] += 1
    return parts
