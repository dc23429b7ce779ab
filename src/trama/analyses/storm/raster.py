"""STORM on plain files: the very inputs of InVEST's Urban Flood Risk Mitigation, the same results.

Land cover and soil groups are read in blocks, each cell becomes the row of a small table, the tables are
spread into three rasters and the rows are counted by zone. Memory holds a few blocks, whatever the size.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from trama.analyses.rasters.codes import UnknownCodes
from trama.analyses.rasters.errors import no_data
from trama.analyses.rasters.grid import (
    Block,
    Codes,
    Grid,
    common_grid,
    files_of,
    open_codes,
    reading,
    refuse_degrees,
)
from trama.analyses.rasters.made_of import spare_inputs
from trama.analyses.rasters.outputs import (
    NODATA,
    TILE,
    RasterResult,
    RasterWriters,
    whole_folder,
    write_zones,
)
from trama.analyses.rasters.run import FilesRun, Progress, check_compression, rows_of, silent
from trama.analyses.rasters.zones import Labeller, Zones, read_zones
from trama.analyses.storm.curve_number_table import CurveNumbers, read_curve_numbers
from trama.analyses.storm.raster_errors import BadLambda, BadRain, BadSoilCodes
from trama.analyses.storm.zonal_figures import ZonalFigures
from trama.engines.hydrology import (
    CellLookup,
    retained_volume_m3,
    retention_index,
    runoff_mm,
)

GROUPS = (1, 2, 3, 4)
BLOCK_CELLS = 2**20
RESULTS = ("runoff_mm.tif", "retention_index.tif", "retention_m3.tif", "zones.csv")
MOST_RAIN_MM = 3000.0
"""Beyond this no event is (most in a day: 1,825 mm, Foc-Foc, Réunion, 1966, WMO); likely another unit."""


@dataclass(frozen=True, kw_only=True)
class RasterRun(FilesRun):
    """What a run made, and the area of one cell [m²]."""

    cell_area_m2: float


@dataclass(frozen=True)
class _Job:
    """The inputs, checked; `made_of` are the files that the rasters are made of."""

    made_of: tuple[Path, ...]
    grid: Grid
    lulc: Codes
    soils: Codes
    zones: Zones
    lookup: CellLookup
    results: tuple[RasterResult, ...]
    rain_mm: float


def run_raster(  # noqa: PLR0913 - the inputs of InVEST, one by one
    lulc: Path,
    soil_groups: Path,
    biophysical: Path,
    rain_mm: float,
    zones: Path,
    out: Path,
    *,
    lambda_: float,
    compress: str = "zstd",
    progress: Progress | None = None,
) -> RasterRun:
    """Compute runoff, retention and retained volume of an event, by cell and by zone.

    Parameters
    ----------
    lulc
        Raster of land-cover codes in a projected system, any cell.
    soil_groups
        Raster of hydrologic soil groups, 1 to 4 (A to D), any system and cell.
    biophysical
        CSV with `lucode`, `CN_A`, `CN_B`, `CN_C`, `CN_D`.
    rain_mm
        Depth of the event, above zero and up to `MOST_RAIN_MM`.
    zones
        Polygons, in any vector file (its first layer) and system.
    out
        Folder: `runoff_mm.tif`, `retention_index.tif`, `retention_m3.tif`, `zones.csv` appear in it, whole.
    lambda_
        Initial abstraction over potential retention.
    compress
        A key of `COMPRESSIONS`.
    progress
        Called with (cells done, cells in all).

    Raises
    ------
    trama.kernel.errors.BadInput
        One of `raster_errors`; nothing has been written.
    """
    if not _is_depth(rain_mm):
        raise BadRain(value=rain_mm, most=f"{MOST_RAIN_MM:g}")
    if not (isinstance(lambda_, int | float) and 0 <= lambda_ <= 1):
        raise BadLambda(value=lambda_)
    check_compression(compress)
    spare_inputs(Path(out), RESULTS, (lulc, soil_groups, biophysical, zones))
    table = read_curve_numbers(Path(biophysical))
    with reading(), ExitStack() as stack:
        job = _prepare(Path(lulc), Path(soil_groups), table, float(rain_mm), Path(zones), lambda_, stack)
        spare_inputs(Path(out), RESULTS, job.made_of)
        with whole_folder(Path(out)) as folder:
            figures, valid = _compute(job, Path(biophysical), folder, compress, progress or silent)
            write_zones(folder / "zones.csv", job.zones.fids, figures)
    names = [result.name for result in job.results] + ["zones.csv"]
    return RasterRun(
        files={name: Path(out) / name for name in names},
        zones=rows_of(job.zones.fids, figures),
        cells=job.grid.cells,
        valid_cells=valid,
        cell_area_m2=job.grid.cell_area_m2,
        resampled=not job.soils.aligned,
        undeclared=tuple(str(codes.path) for codes in (job.lulc, job.soils) if not codes.states_nodata),
    )


def _is_depth(value: object) -> bool:
    return isinstance(value, int | float) and 0 < value <= MOST_RAIN_MM


def _prepare(
    lulc: Path,
    soil_groups: Path,
    table: CurveNumbers,
    rain_mm: float,
    zones: Path,
    lambda_: float,
    stack: ExitStack,
) -> _Job:
    """Open and check every input, and compute the tables to be spread."""
    cover, soils = open_codes(lulc, stack), open_codes(soil_groups, stack)
    refuse_degrees(lulc, cover)
    outlines = read_zones(zones, cover.crs)
    grid = common_grid(cover, soils, outlines.bounds)
    cover_codes, soil_codes = Codes(lulc, cover, grid, stack), Codes(soil_groups, soils, grid, stack)
    lookup = CellLookup(table.codes, GROUPS, cover_codes.nodata, soil_codes.nodata)
    runoff = runoff_mm(rain_mm, table.numbers, lambda_)
    retention = retention_index(rain_mm, runoff)
    volume = retained_volume_m3(retention, rain_mm, grid.cell_area_m2)
    results = (
        RasterResult("runoff_mm.tif", lookup.spread(runoff, NODATA), "deflusso", "mm"),
        RasterResult("retention_index.tif", lookup.spread(retention, NODATA), "indice di ritenzione", "1"),
        RasterResult("retention_m3.tif", lookup.spread(volume, NODATA), "volume trattenuto", "m3"),
    )
    return _Job(files_of(cover, soils), grid, cover_codes, soil_codes, outlines, lookup, results, rain_mm)


def _compute(
    job: _Job, table: Path, folder: Path, compress: str, progress: Progress
) -> tuple[dict[str, list[Any]], int]:
    """Go through the blocks: write the rasters, count the zones. Returns the columns by zone, valid cells."""
    labeller = Labeller(job.zones, job.grid)
    figures = ZonalFigures(job.zones, job.grid, job.lookup, labeller)
    trouble = _Trouble(job.lookup)
    writers = RasterWriters(folder, job.grid, job.results, compress)
    done = 0
    try:
        for band, lulc, soils in _read_ahead(job):
            for span in job.grid.spans(TILE, BLOCK_CELLS):
                block = (band[0], span.start, band[2], span.stop - span.start)
                rows = job.lookup.rows(lulc[:, span], soils[:, span])
                figures.add(rows, block)
                if not trouble.found(figures.by_row, lulc[:, span], soils[:, span], rows):
                    writers.write(rows, block)
                done += rows.size
                progress(done, job.grid.cells)
    finally:
        writers.close()
    trouble.refuse(table, job.soils.path)
    valid = int(figures.by_row[job.lookup.known].sum())
    if not valid:
        raise no_data(job.lulc.path, job.soils.path)
    figures.add_slivers(lambda block: job.lookup.rows(job.lulc.read(*block), job.soils.read(*block)))
    runoff, retention, volume = (result.table for result in job.results)
    return figures.columns(runoff, retention, volume), valid


def _read_ahead(job: _Job) -> Iterator[tuple[Block, npt.NDArray[np.generic], npt.NDArray[np.generic]]]:
    """Read band after band, the next one while the last is being computed: (place, land cover, soils)."""

    def read(band: Block) -> tuple[Block, npt.NDArray[np.generic], npt.NDArray[np.generic]]:
        return band, job.lulc.read(*band), job.soils.read(*band)

    bands = job.grid.bands(TILE)
    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(read, next(bands))
        for band in bands:
            ready = coming.result()
            coming = reader.submit(read, band)
            yield ready
        yield coming.result()


class _Trouble:
    """Cells whose codes are in no table: collected over the whole raster, to be named all at once."""

    def __init__(self, lookup: CellLookup) -> None:
        self._unknown_class, self._unknown_group = lookup.unknown_class, lookup.unknown_group
        self._seen = 0
        self._classes, self._groups = UnknownCodes(), UnknownCodes()

    def found(
        self,
        by_row: npt.NDArray[np.int64],
        lulc: npt.NDArray[np.generic],
        soils: npt.NDArray[np.generic],
        rows: npt.NDArray[np.intp],
    ) -> bool:
        """Tell whether anything is wrong so far; note the codes of this block."""
        seen = int(by_row[self._unknown_class | self._unknown_group].sum())
        if seen > self._seen:
            self._seen = seen
            self._classes.note(lulc[self._unknown_class[rows]])
            self._groups.note(soils[self._unknown_group[rows]])
        return seen > 0

    def refuse(self, table: Path, soils: Path) -> None:
        """Raise what was found, if anything."""
        self._classes.refuse(table)
        if self._groups:
            raise BadSoilCodes(path=soils, codes=self._groups.named())
