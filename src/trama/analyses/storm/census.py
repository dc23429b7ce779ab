"""The one pass over the cells: each gets its kind, and every place the count of its cells by kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from trama.analyses.storm.figures import Place, Tables
from trama.analyses.storm.ground import Ground, refuse_empty
from trama.analyses.territory.places import named, zone_members
from trama.engines.hydrology import ZonalHistogram
from trama.norms.book import NormBook

Told = Callable[[], None]
"""Called at each step done."""


@dataclass(frozen=True)
class Census:
    """The kind of every cell, and the places counted by kind.

    Attributes
    ----------
    kind
        Kind of each cell of the land-cover grid.
    everywhere, territory
        All the cells of the grid, and those that lie in a comune.
    members
        Zone → ISTAT codes of its comuni on the day; also `CHIEF_TOWN`, and `NO_ZONE` for the others in none.
    """

    kind: NDArray[np.unsignedinteger]
    everywhere: Place
    territory: Place
    comuni: tuple[Place, ...]
    upa: tuple[Place, ...]
    zone: tuple[Place, ...]
    members: dict[str, list[str]]


def take_census(ground: Ground, book: NormBook, day: date, told: Told) -> Census:
    """Count the cells of every place by kind.

    A cell belongs to the comune, and to the UPA, that contains its centre. The figures of the zones and of
    the whole are those of their comuni summed, so the totals agree to the last cell; the UPA count only
    cells that lie in a comune.

    Raises
    ------
    UnknownClasses, NoOverlap
        A layer holds unknown codes, or no cell of the comuni has a land cover.
    """
    comune, upa = ground.zones("comuni"), ground.zones("upa")
    n_comuni, n_upa = len(ground.comuni), len(ground.upa)
    pair = _pairs(comune, upa, n_upa)
    kinds = ground.kinds
    kind = np.empty(ground.grid.shape, dtype=kinds.dtype)
    found = ZonalHistogram(len(pair.values), kinds.count)
    for rows, on_strip in ground.strips():
        kind[rows] = on_strip
        found.add(pair.of(comune[rows], upa[rows]), on_strip.astype(np.intp))
        told()
    by_comune = _gather(found.counts[1:], pair.values // (n_upa + 1), n_comuni)
    by_upa = _gather(found.counts[1:], pair.values % (n_upa + 1), n_upa)
    tables = Tables(ground.rules, kinds)

    def place(key: str, nome: str, cells: NDArray[np.int64]) -> Place:
        return Place(key, nome, cells, tables, ground.grid.cell_area_m2)

    territory = place("territorio", "Intero territorio", by_comune.sum(axis=0))
    refuse_empty(territory.summary("idren").known)
    codes = [str(code) for code in ground.comuni["key"]]
    members, names = zone_members(book, day, codes)
    rows_of = {code: row for row, code in enumerate(codes)}
    return Census(
        kind=kind,
        everywhere=place("griglia", "Tutta la griglia", found.counts.sum(axis=0)),
        territory=territory,
        comuni=tuple(
            place(*name, cells) for name, cells in zip(named(ground.comuni), by_comune, strict=True)
        ),
        upa=tuple(place(*name, cells) for name, cells in zip(named(ground.upa), by_upa, strict=True)),
        zone=tuple(
            place(zone, names[zone], by_comune[[rows_of[code] for code in of_zone]].sum(axis=0))
            for zone, of_zone in members.items()
        ),
        members=members,
    )


@dataclass(frozen=True)
class _Pairs:
    """The pairs (comune, UPA) that occur, numbered from 1."""

    values: NDArray[np.int64]
    number: NDArray[np.int32]
    width: int

    def of(self, comune: NDArray[np.uint16], upa: NDArray[np.uint16]) -> NDArray[np.int32]:
        return np.asarray(self.number[comune.astype(np.int32) * self.width + upa])


def _pairs(comune: NDArray[np.uint16], upa: NDArray[np.uint16], n_upa: int) -> _Pairs:
    width = n_upa + 1
    found = np.zeros((int(comune.max(initial=0)) + 1) * width, dtype=bool)
    for start in range(0, len(comune), 512):
        rows = slice(start, start + 512)
        found[comune[rows].astype(np.int32) * width + upa[rows]] = True
    found[:width] = False  # comune 0: outside the territory
    values = np.flatnonzero(found)
    number = np.zeros(found.size, dtype=np.int32)
    number[values] = np.arange(1, len(values) + 1)
    return _Pairs(values, number, width)


def _gather(counts: NDArray[np.int64], owner: NDArray[np.int64], owners: int) -> NDArray[np.int64]:
    result = np.zeros((owners + 1, counts.shape[1]), dtype=np.int64)
    np.add.at(result, owner, counts)
    return result[1:]
