"""The one pass over the cells: each gets its kind, and every place the count of its cells by kind."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from trama.analyses.storm.figures import Place, Tables
from trama.analyses.storm.ground import Ground, refuse_empty
from trama.analyses.storm.survey import count_strip
from trama.analyses.territory.places import named, zone_members
from trama.analyses.territory.writing import Told
from trama.analyses.workers import Workers
from trama.norms.book import NormBook

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


def take_census(ground: Ground, book: NormBook, day: date, workers: Workers, told: Told) -> Census:
    """Count the cells of every place by kind.

    A cell belongs to the comune, and to the UPA, that contains its centre. The figures of the zones and of
    the whole are those of their comuni summed, so the totals agree to the last cell; the UPA count only
    cells that lie in a comune.

    Parameters
    ----------
    workers
        Who counts the strips.

    Raises
    ------
    UnknownClasses, NoOverlap
        A layer holds unknown codes, or no cell of the comuni has a land cover.
    """
    survey, kinds = ground.survey(), ground.kinds
    kind = np.empty(ground.grid.shape, dtype=kinds.dtype)
    found: dict[int, NDArray[np.int64]] = {}
    unknown = Counter[int]()
    for strip in workers.over(count_strip, survey, ground.grid.strips()):
        kind[strip.rows] = strip.kind
        unknown.update(strip.unknown)
        for pair, counts in zip(strip.pairs.tolist(), strip.counts, strict=True):
            found[pair] = found[pair] + counts if pair in found else counts
        told()
    ground.refuse_unknown(unknown)
    inside = np.array(sorted(pair for pair in found if pair >= survey.width), dtype=np.intp)
    counts = np.stack([found[pair] for pair in inside]) if inside.size else np.zeros((0, kinds.count), int)
    by_comune = _gather(counts, inside // survey.width, len(ground.comuni))
    by_upa = _gather(counts, inside % survey.width, len(ground.upa))
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
        everywhere=place("griglia", "Tutta la griglia", np.sum(list(found.values()), axis=0)),
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


def _gather(counts: NDArray[np.int64], owner: NDArray[np.int64], owners: int) -> NDArray[np.int64]:
    result = np.zeros((owners + 1, counts.shape[1]), dtype=np.int64)
    np.add.at(result, owner, counts)
    return result[1:]
