"""The land-cover raster: towns of blocks, industrial belts, fields, woods, then roads and waters on top.

Every cell is computed from its own place alone, in strips, so the result does not depend on the strips.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from trama.analyses.demo import countryside, parcels
from trama.analyses.demo.countryside import Country
from trama.analyses.demo.covers import Cover
from trama.analyses.demo.ground import Grid, Ground
from trama.analyses.demo.noise import Floats, chance, smooth
from trama.analyses.demo.parcels import Districts, Pieces
from trama.analyses.demo.settlement import Pull

STRIP_ROWS = 180
STREET_M = 10.0
WORKERS = 2
Codes = npt.NDArray[np.uint16]


@dataclass(frozen=True)
class Scene:
    """All that a strip needs, in coordinates counted from `origin`.

    Attributes
    ----------
    coarse
        The coarse grid, moved.
    comune
        Row number of the comune plus one, coarse.
    density_km2
        Residents per square kilometre by that number; index 0 unused.
    park
        Smooth field whose heights become large parks, coarse.
    """

    origin: tuple[float, float]
    coarse: Grid
    comune: npt.NDArray[np.uint16]
    density_km2: Floats
    pull: Pull
    park: Floats
    districts: Districts
    country: Country
    seed: int


def scene(ground: Ground, pull: Pull, country: Country, spring_y: float) -> Scene:
    """Gather what every strip reads."""
    west, south, east, north = ground.territory.bounds
    origin = (float(np.floor(west / 1000) * 1000), float(np.floor(south / 1000) * 1000))
    bounds = (west - origin[0], south - origin[1], east - origin[0], north - origin[1])
    x, y = ground.coarse.mesh()
    return Scene(
        origin=origin,
        coarse=ground.coarse.near(origin),
        comune=ground.comune_coarse,
        density_km2=np.append(np.zeros(1), ground.density_km2).astype(np.float32),
        pull=pull,
        park=smooth(x, y, 1500, ground.seed + 501, octaves=2),
        districts=parcels.lay_districts(bounds, spring_y - origin[1], ground.seed),
        country=country,
        seed=ground.seed,
    )


def land_cover(
    ground: Ground,
    view: Scene,
    drawn: list[tuple[shapely.Geometry, int]],
    progress: Callable[[float], None] | None = None,
) -> Codes:
    """Compute the whole raster on the fine grid.

    Parameters
    ----------
    drawn
        Shapes with their code, drawn on top in this order.
    progress
        Called with the share done.

    Returns
    -------
    DUSAF codes, `Cover.OUTSIDE` outside the territory; shape of ``ground.fine``.
    """
    grid = ground.fine.near(view.origin)
    owner = ground.comune_fine
    cover = np.zeros(grid.shape, np.uint16)
    firsts = range(0, grid.rows, STRIP_ROWS)

    def strip(first: int) -> None:
        last = min(first + STRIP_ROWS, grid.rows)
        x, y = grid.centres(first, last)
        row, column = np.nonzero(owner[first:last])
        if len(row):
            codes = _codes(view, x[column].astype(np.float32), y[row].astype(np.float32))
            cover[first:last][row, column] = codes

    with ThreadPoolExecutor(WORKERS) as pool:
        for done, _ in enumerate(pool.map(strip, firsts), start=1):
            if progress:
                progress(done / len(firsts))
    top = ground.fine.burn(drawn)
    np.copyto(cover, top, where=(top != 0) & (owner != 0))
    return cover


def _codes(view: Scene, x: Floats, y: Floats) -> Codes:
    """Return the code of each point before roads and waters are drawn."""
    at = parcels.turn(view.districts, x, y)
    block = parcels.blocks(view.districts, at)
    group = parcels.blocks(view.districts, at, times=2)
    depth, owner = _depth(view, block, view.pull.home_rank, view.pull.home_share)
    work, _ = _depth(view, group, view.pull.work_rank, view.pull.work_share)
    home, works = depth < 1, work < 1
    codes = np.empty(x.shape, np.uint16)
    rural = np.flatnonzero(~(home | works))
    codes[rural] = countryside.codes(
        view.country,
        view.districts,
        _take(at, rural),
        x[rural],
        y[rural],
        depth[rural],
        view.coarse,
        view.seed,
    )
    yard = np.flatnonzero(works & ~home)
    codes[yard] = _works(at.district[yard], group, yard, view.seed)
    town = np.flatnonzero(home)
    codes[town] = _homes(view, at.district[town], block, group, town, depth[town], owner[town])
    park = (view.coarse.blend(view.park, x, y) > 0.755) & (depth > 0.12) & (depth < 1.35)
    codes[park] = Cover.PARK
    street = ((group.edge_u_m < STREET_M) | (group.edge_v_m < STREET_M)) & (home | works) & ~park
    codes[street] = Cover.ROAD
    return codes


def _depth(view: Scene, piece: Pieces, rank: Floats, share: Floats) -> tuple[Floats, npt.NDArray[np.uint16]]:
    """Return how far from the heart of its town a piece lies (0 the heart, 1 the edge), and its comune."""
    owner = np.asarray(view.coarse.sample(view.comune, piece.x, piece.y), np.uint16)
    here = np.asarray(view.coarse.sample(rank, piece.x, piece.y), np.float32)
    depth = np.where(owner > 0, here / np.maximum(share[owner], np.float32(1e-4)), np.float32(99))
    return depth.astype(np.float32), owner


def _take(at: parcels.Turned, chosen: npt.NDArray[np.intp]) -> parcels.Turned:
    return parcels.Turned(at.district[chosen], at.u[chosen], at.v[chosen])


def _homes(
    view: Scene,
    district: npt.NDArray[np.int32],
    block: Pieces,
    group: Pieces,
    chosen: npt.NDArray[np.intp],
    depth: Floats,
    owner: npt.NDArray[np.uint16],
) -> Codes:
    key = block.column[chosen] * 7919 + block.row[chosen]
    wide = group.column[chosen] * 7919 + group.row[chosen]
    luck, use = (chance(key, district, view.seed + 511 + k) for k in (0, 1))
    large = chance(wide, district, view.seed + 521)
    crowd = np.clip(np.log10(np.maximum(view.density_km2[owner], 1) / 300) / 1.5, 0, 1)
    score = 0.55 * (1 - depth) + 0.45 * crowd + 0.3 * (luck - 0.5)
    fabric = np.asarray(
        (Cover.SCATTERED, Cover.SPARSE, Cover.DISCONTINUOUS, Cover.MEDIUM, Cover.DENSE), np.uint16
    )[np.searchsorted((0.11, 0.27, 0.56, 0.75), score, side="right")]
    bands = (0.035, 0.05, 0.065, 0.085, 0.093, 0.098, 0.103)
    others = (
        Cover.PARK,
        Cover.ROUGH_GREEN,
        Cover.SERVICES,
        Cover.INDUSTRY,
        Cover.ALLOTMENTS,
        Cover.DERELICT,
        Cover.BUILDING_SITE,
    )
    codes = np.append(np.asarray(others, np.uint16), np.uint16(0))[np.searchsorted(bands, use, side="right")]
    codes = np.where(codes == 0, fabric, codes)
    codes[large < 0.035] = Cover.SERVICES
    codes[(large >= 0.035) & (large < 0.055)] = Cover.PARK
    return codes.astype(np.uint16)


def _works(district: npt.NDArray[np.int32], group: Pieces, chosen: npt.NDArray[np.intp], seed: int) -> Codes:
    key = group.column[chosen] * 7919 + group.row[chosen]
    luck = chance(key, district, seed + 541)
    bands = (0.03, 0.05, 0.07, 0.10, 0.13)
    kinds = (
        Cover.DERELICT,
        Cover.BUILDING_SITE,
        Cover.PLANT,
        Cover.ROUGH_GREEN,
        Cover.SERVICES,
        Cover.INDUSTRY,
    )
    return np.asarray(kinds, np.uint16)[np.searchsorted(bands, luck, side="right")]
