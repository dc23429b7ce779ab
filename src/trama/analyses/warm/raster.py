"""WARM on plain files: the very inputs of InVEST's Urban Cooling, the same results.

The grid is cut into tiles. A first pass reads each with its halo and gives cooling capacity and heat
mitigation; a second mixes the mitigation into air temperature. Memory holds the mitigation of the whole, four
bytes a cell (on disk when it is large), and two tiles.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from trama.analyses.rasters.codes import UnknownCodes
from trama.analyses.rasters.errors import no_data
from trama.analyses.rasters.grid import (
    Codes,
    Grid,
    Values,
    common_grid,
    files_of,
    open_codes,
    reading,
    refuse_degrees,
)
from trama.analyses.rasters.made_of import spare_inputs
from trama.analyses.rasters.outputs import FloatWriters, whole_folder, write_zones
from trama.analyses.rasters.run import FilesRun, Progress, check_compression, rows_of, silent
from trama.analyses.rasters.zones import Labeller, Zones, read_zones
from trama.analyses.warm.raster_errors import BadEvapotranspiration, NoEvapotranspiration
from trama.analyses.warm.raster_settings import FACTORS, HeatTable, Settings, read_heat_table
from trama.analyses.warm.raster_tiles import (
    Ground,
    Tile,
    cool_tile,
    eto_range,
    eto_tile,
    mix_tile,
    tiles_of,
)
from trama.analyses.warm.raster_zones import ZonalMeans
from trama.analyses.workers import Workers, workers_at
from trama.engines.codes import CodeLookup

RESULTS = {
    "cc.tif": ("capacità di raffrescamento", "1"),
    "hm.tif": ("mitigazione del calore", "1"),
    "t_air.tif": ("temperatura dell'aria", "degC"),
}
ZONES = "zones.csv"
LAID = "eto.tif"
"""Evapotranspiration laid on the grid: kept while it is needed twice."""
DIGITS = 9
"""InVEST rounds the largest evapotranspiration to so many decimals."""
IN_MEMORY_CELLS = 200_000_000
MOST_ETO_MM = 5000.0
"""Beyond this no evapotranspiration is, of a year in a desert either: it is a "no data" left undeclared."""


@dataclass(frozen=True, kw_only=True)
class WarmRun(FilesRun):
    """What a run made.

    Parameters
    ----------
    cell_m
        Side of a cell.
    eto_max
        Largest reference evapotranspiration of the area; None where the method needs none.
    """

    cell_m: float
    eto_max: float | None


def run_raster(  # noqa: PLR0913 - the inputs of InVEST, one by one
    lulc: Path,
    eto: Path,
    biophysical: Path,
    aoi: Path,
    out: Path,
    settings: Settings,
    *,
    compress: str = "zstd",
    cluster: str | None = None,
    progress: Progress | None = None,
) -> WarmRun:
    """Compute cooling capacity, heat mitigation and air temperature, by cell and by zone.

    Parameters
    ----------
    lulc
        Raster of land-cover codes in a projected system, square cells.
    eto
        Raster of reference evapotranspiration [mm], any system and cell; with the method `intensity` it only
        bounds the area, as in InVEST.
    biophysical
        CSV with `lucode`, `green_area`, and `shade`, `albedo`, `kc` or `building_intensity`.
    aoi
        Polygons, in any vector file (its first layer) and system.
    out
        Folder: `cc.tif`, `hm.tif`, `t_air.tif`, `zones.csv` appear in it, whole.
    compress
        A key of `COMPRESSIONS`.
    cluster
        Address of a dask scheduler; this process if not given.
    progress
        Called with (cells done, cells in all), each cell counted twice.

    Raises
    ------
    trama.kernel.errors.BadInput
        One of `rasters.errors` and `raster_errors`; nothing has been written.
    """
    check_compression(compress)
    spare_inputs(Path(out), (*RESULTS, ZONES), (lulc, eto, biophysical, aoi))
    table = read_heat_table(Path(biophysical), settings.cc_method)
    with reading(), ExitStack() as stack:
        job = _prepare(Path(lulc), Path(eto), Path(aoi), table, settings)
        spare_inputs(Path(out), (*RESULTS, ZONES), job.made_of)
        workers = stack.enter_context(workers_at(cluster, reads=(Path(lulc), Path(eto))))
        with whole_folder(Path(out)) as folder:
            job = _watered(job, workers, folder if job.resampled and not cluster else None)
            means = _compute(job, Path(biophysical), folder, compress, workers, progress or silent)
            if not means.valid_cells:
                raise no_data(Path(lulc), *([Path(eto)] if settings.cc_method == FACTORS else []))
            (folder / LAID).unlink(missing_ok=True)
            columns = means.columns(folder, settings.t_ref)
            write_zones(folder / ZONES, job.zones.fids, columns)
    return WarmRun(
        files={name: Path(out) / name for name in (*RESULTS, ZONES)},
        zones=rows_of(job.zones.fids, columns),
        cells=job.ground.grid.cells,
        valid_cells=means.valid_cells,
        cell_m=job.ground.model.cell_m,
        eto_max=job.eto_max,
        resampled=job.resampled,
        undeclared=job.undeclared,
    )


@dataclass(frozen=True)
class _Job:
    """The inputs, checked; `made_of` are the files that the rasters are made of."""

    made_of: tuple[Path, ...]
    ground: Ground
    zones: Zones
    eto_max: float | None
    resampled: bool
    undeclared: tuple[str, ...]


def _prepare(lulc: Path, eto: Path, aoi: Path, table: HeatTable, settings: Settings) -> _Job:
    """Open and check every input."""
    by_day = settings.cc_method == FACTORS
    with ExitStack() as stack:
        cover, water = open_codes(lulc, stack), open_codes(eto, stack)
        refuse_degrees(lulc, cover)
        zones = read_zones(aoi, cover.crs)
        grid = common_grid(cover, water, zones.bounds)
        model = settings.on(grid, lulc)
        codes, values = Codes(lulc, cover, grid, stack), Values(eto, water, grid, stack)
        made_of = files_of(cover, water)
    lookup = CodeLookup(table.codes, codes.nodata)
    fixed, watered = table.capacities(settings.cc_method, settings.weights)
    ground = Ground(
        lulc=lulc.absolute(),
        eto=eto.absolute() if by_day else None,
        grid=grid,
        lookup=lookup,
        fixed=_spread(fixed),
        watered=_spread(watered),
        green=np.concatenate([table.green, [False, False]]),
        model=model,
        labeller=Labeller(zones, grid),
    )
    read = (codes, values) if by_day else (codes,)
    undeclared = tuple(str(one.path) for one in read if not one.states_nodata)
    return _Job(made_of, ground, zones, None, by_day and not values.aligned, undeclared)


def _spread(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """Lay the values of the classes out, with NaN for "no data" and for unknown codes."""
    return np.concatenate([values, [np.nan, np.nan]]).astype(np.float32)


def _watered(job: _Job, workers: Workers, folder: Path | None) -> _Job:
    """Divide what multiplies ET0 by its largest value over the area, land cover or not; refuse nonsense.

    Where `folder` is given, ET0 is laid on the grid once, in a file there that takes its raster's place.
    """
    ground = job.ground
    if ground.eto is None:
        return job
    tiles = tiles_of(ground.grid, 0)
    if folder:
        with FloatWriters(folder, ground.grid, {LAID: ("evapotraspirazione", "mm")}, "none") as writers:
            ranges = []
            for tile, values in zip(tiles, workers.over(eto_tile, ground, tiles), strict=True):
                ranges.append((np.fmin.reduce(values, axis=None), np.fmax.reduce(values, axis=None)))
                writers.write(LAID, values, tile)
    else:
        ranges = list(workers.over(eto_range, ground, tiles))
    low, high = (float(end) for end in (np.fmin.reduce(ranges)[0], np.fmax.reduce(ranges)[1]))
    if np.isnan(high):
        raise NoEvapotranspiration(path=ground.eto)
    largest = round(high, DIGITS)
    if low < 0 or not 0 < largest <= MOST_ETO_MM:
        raise BadEvapotranspiration(
            path=ground.eto, low=f"{low:g}", high=f"{high:g}", most=f"{MOST_ETO_MM:g}"
        )
    watered = (ground.watered.astype(np.float64) / largest).astype(np.float32)
    ground = replace(ground, watered=watered, eto=folder / LAID if folder else ground.eto)
    return replace(job, ground=ground, eto_max=largest)


def _compute(
    job: _Job, table: Path, folder: Path, compress: str, workers: Workers, progress: Progress
) -> ZonalMeans:
    """Go through the tiles twice: write the rasters, add up the zones."""
    ground, unknown = job.ground, UnknownCodes()
    cells, means = ground.grid.cells, ZonalMeans(job.zones, ground.grid, ground.labeller.sheets())
    mitigation = _store(folder, ground.grid)
    done = 0
    with FloatWriters(folder, ground.grid, RESULTS, compress) as writers:
        tiles = tiles_of(ground.grid, ground.model.mitigation_halo_cells)
        for tile, cooled in zip(tiles, workers.over(cool_tile, ground, tiles), strict=True):
            unknown.add(cooled.unknown)
            mitigation[tile.slices] = cooled.mitigation
            means.add("cc", cooled.zones)
            if not unknown:
                writers.write("cc.tif", cooled.capacity, tile)
                writers.write("hm.tif", cooled.mitigation, tile)
            progress(done := done + tile.cells, 2 * cells)
        unknown.refuse(table)
        tiles = tiles_of(ground.grid, ground.model.mixing_halo_cells)
        pieces = _pieces(ground, tiles, mitigation)
        for tile, mixed in zip(tiles, workers.over(mix_tile, ground, pieces), strict=True):
            means.add("t_air", mixed.zones)
            means.valid_cells += mixed.valid_cells
            writers.write("t_air.tif", mixed.temperature, tile)
            progress(done := done + tile.cells, 2 * cells)
    return means


def _store(folder: Path, grid: Grid) -> npt.NDArray[np.float32]:
    """Return where to keep the mitigation of the whole: in memory, or in a file that has no name any more."""
    shape = (grid.height, grid.width)
    if grid.cells <= IN_MEMORY_CELLS:
        return np.empty(shape, dtype=np.float32)
    path = folder / "mitigation.raw"
    store = np.memmap(path, dtype=np.float32, mode="w+", shape=shape)
    path.unlink()
    return store


def _pieces(
    ground: Ground, tiles: list[Tile], mitigation: npt.NDArray[np.float32]
) -> Iterator[tuple[Tile, npt.NDArray[np.float32]]]:
    for tile in tiles:
        window, _ = tile.around(ground.model.mixing_halo_cells, ground.grid)
        yield tile, mitigation[window.slices]
