"""The one pass over the cells: what every place sums, and where its people live."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from trama.analyses.territory.grid import refuse_empty
from trama.analyses.territory.places import named, zone_members
from trama.analyses.warm.fields import Fields
from trama.analyses.warm.figures import Place, Sums
from trama.analyses.warm.ground import PEOPLE, Ground
from trama.analyses.warm.people import residents_by_age
from trama.norms.book import NormBook


@dataclass(frozen=True)
class Census:
    """The places and their sums.

    Attributes
    ----------
    territory
        All the cells that lie in a comune.
    members
        Zone → ISTAT codes of its comuni on the day (see `trama.analyses.territory.places`).
    residents
        Residents of each comune by age band, shape ``(comuni, ages)``; NaN where not known.
    weight
        Weight of the residential cells of each comune, shape ``(comuni,)``; its people are spread by it.
    """

    territory: Place
    comuni: tuple[Place, ...]
    upa: tuple[Place, ...]
    zone: tuple[Place, ...]
    members: dict[str, list[str]]
    residents: NDArray[np.float64]
    weight: NDArray[np.float64]


@dataclass(frozen=True)
class _Tally:
    """Sums of the pairs (comune, UPA): plain ones of cells, and those weighed by the residential weight.

    Attributes
    ----------
    weight
        Residential weight by band of anomaly, shape ``(pairs, bands + 1)``.
    above, felt
        Weight above the threshold, and weight times anomaly, shape ``(pairs,)``.
    """

    classes: NDArray[np.int64]
    cells: NDArray[np.int64]
    temperature: NDArray[np.float64]
    anomaly: NDArray[np.float64]
    weight: NDArray[np.float64]
    above: NDArray[np.float64]
    felt: NDArray[np.float64]


def take_census(ground: Ground, fields: Fields, book: NormBook, day: date) -> Census:
    """Sum the cells of every place, and spread the residents of each comune over its residential cells.

    A cell belongs to the comune, and to the UPA, that contains its centre. The sums of the zones and of the
    whole are those of their comuni; the UPA count only cells that lie in a comune. The residents of a comune
    go to its cells in proportion to the weight of their land-cover class, whatever their age.

    Raises
    ------
    NoOverlap
        No cell of the comuni has a land cover.
    """
    n_comuni, n_upa = len(ground.comuni), len(ground.units)
    tally = _tally(ground, fields, n_comuni, n_upa)
    refuse_empty(int(tally.classes[:, 1:].sum()))
    codes = [str(code) for code in ground.comuni["key"]]
    residents = residents_by_age(ground.versions.get(PEOPLE), codes, ground.rules.ages)
    pair = np.arange(n_comuni * (n_upa + 1))
    owner = pair // (n_upa + 1)
    weight = np.zeros(n_comuni)
    np.add.at(weight, owner, tally.weight.sum(axis=1))
    sums = _with_people(tally, residents, weight, owner)
    by_comune = sums.gathered(owner + 1, n_comuni)
    by_upa = sums.gathered(pair % (n_upa + 1), n_upa)
    members, names = zone_members(book, day, codes)
    zone_of = {code: number for number, of_zone in enumerate(members.values(), 1) for code in of_zone}
    by_zone = by_comune.gathered(np.array([zone_of[code] for code in codes]), len(members))
    whole = by_comune.gathered(np.ones(n_comuni, dtype=np.intp), 1)

    def places(names: list[tuple[str, str]], sums: Sums) -> tuple[Place, ...]:
        area_m2, t_ref, source = ground.grid.cell_area_m2, fields.t_ref, fields.source
        return tuple(
            Place(key, nome, sums.row(row), ground.rules, area_m2, t_ref, source)
            for row, (key, nome) in enumerate(names)
        )

    return Census(
        territory=places([("territorio", "Intero territorio")], whole)[0],
        comuni=places(named(ground.comuni), by_comune),
        upa=places(named(ground.units), by_upa),
        zone=places([(zone, names[zone]) for zone in members], by_zone),
        members=members,
        residents=residents,
        weight=weight,
    )


def _tally(ground: Ground, fields: Fields, n_comuni: int, n_upa: int) -> _Tally:
    """Go over the grid strip by strip; pairs are numbered ``comune · (UPA + 1) + UPA``, comuni from 0."""
    rules, pairs = ground.rules, n_comuni * (n_upa + 1)
    size, bands = len(rules.codes) + 1, len(rules.bands) + 1
    ladder, threshold = rules.steps("fasce_anomalia"), rules.number("soglia_sensibili")
    weights = np.nan_to_num(rules.column("residents_weight"))
    classes = np.zeros(pairs * size, dtype=np.int64)
    cells, (temperature, anomaly, above, felt) = np.zeros(pairs, np.int64), np.zeros((4, pairs))
    weight = np.zeros(pairs * bands)
    for rows in ground.grid.strips():
        inside = ground.comune[rows] > 0
        cover = ground.cover[rows][inside]
        pair = (ground.comune[rows][inside].astype(np.intp) - 1) * (n_upa + 1) + ground.upa[rows][inside]
        classes += np.bincount(pair * size + cover, minlength=classes.size)
        warm = fields.temperature[rows][inside].astype(np.float64)
        over = fields.anomaly(rows)[inside].astype(np.float64)
        there = ~np.isnan(warm)
        cells += np.bincount(pair[there], minlength=pairs)
        temperature += np.bincount(pair[there], weights=warm[there], minlength=pairs)
        anomaly += np.bincount(pair[there], weights=over[there], minlength=pairs)
        lived = weights[cover] > 0
        w, at, a = weights[cover[lived]], pair[lived], over[lived]
        known = ~np.isnan(a)
        band = np.zeros(a.shape, dtype=np.intp)
        band[known] = ladder.points_of(a[known]).astype(np.intp)
        weight += np.bincount(at * bands + band, weights=w, minlength=weight.size)
        above += np.bincount(at, weights=w * (known & (a > threshold)), minlength=pairs)
        felt += np.bincount(at, weights=w * np.where(known, a, 0.0), minlength=pairs)
    return _Tally(
        classes.reshape(pairs, size),
        cells,
        temperature,
        anomaly,
        weight.reshape(pairs, bands),
        above,
        felt,
    )


def _with_people(
    tally: _Tally, residents: NDArray[np.float64], weight: NDArray[np.float64], owner: NDArray[np.intp]
) -> Sums:
    """Turn residential weight into people; where a comune's cannot be placed, there are none and it shows."""
    placeable = np.isfinite(residents).all(axis=1) & (weight > 0)
    per_weight = np.where(placeable[:, None], residents, 0.0) / np.where(placeable, weight, 1.0)[:, None]
    share = per_weight[owner]  # (pairs, ages): people for each unit of weight
    return Sums(
        classes=tally.classes,
        cells=tally.cells,
        temperature=tally.temperature,
        anomaly=tally.anomaly,
        people=share[:, :, None] * tally.weight[:, None, :],
        above=share * tally.above[:, None],
        felt=share.sum(axis=1) * tally.felt,
        placed=np.where(placeable[owner], tally.classes.sum(axis=1), 0),
    )
