"""A version being written: a temporary folder that becomes a version whole, or leaves no sign."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from trama.kernel.layers import Manifest, Provenance
from trama.kernel.system import asked_again, refusal
from trama.lake.checks import Finding, check_table
from trama.lake.errors import NotWritten, SchemaMismatch
from trama.lake.rasters import Colours, Unproved, count_valid, writing_cog
from trama.lake.rows import TOGETHER
from trama.lake.tiles import is_whole, write_pmtiles
from trama.lake.version import RASTER, TABLE, TILES, Version

if TYPE_CHECKING:
    import geopandas
    import pandas as pd
    from affine import Affine
    from rasterio.io import DatasetWriter

__all__ = ["Colours", "Draft"]


class Draft:
    """Collects the files of a version-to-be; after the ``with`` block, `version` is what was published."""

    def __init__(self, folder: Path, manifest: Manifest, provenance: Provenance) -> None:
        self.folder = folder
        self.manifest = manifest
        self.provenance = provenance
        self.bbox: tuple[float, float, float, float] | None = None
        self.rows = 0
        self.findings: list[Finding] = []
        self._version: Version | None = None

    @property
    def version(self) -> Version:
        """The published version (the existing one, where the same data were already there)."""
        if self._version is None:
            raise RuntimeError("a draft has a version only after its with-block")
        return self._version

    @property
    def has_data(self) -> bool:
        """Whether the data file of the layer is there."""
        return (self.folder / (RASTER if self.manifest.geometry == "raster" else TABLE)).is_file()

    def write_table(self, table: geopandas.GeoDataFrame | pd.DataFrame) -> None:
        """Write the rows as (Geo)Parquet.

        Parameters
        ----------
        table
            Exactly the manifest's fields, plus ``geometry`` in the manifest's CRS unless the layer is a
            plain table. Column order is the manifest's.

        Raises
        ------
        SchemaMismatch
            Missing or extra columns, another CRS, no rows, no shape at all.
        NotWritten
            The disk is full or does not answer.
        """
        if self.manifest.geometry == "raster":
            raise SchemaMismatch(layer=self.manifest.id, why="è una griglia, non una tabella.")
        names = [spec.name for spec in self.manifest.fields]
        spatial = self.manifest.geometry != "table"
        self._refuse_other_columns(set(table.columns) - ({"geometry"} if spatial else set()), set(names))
        if len(table) == 0:
            raise SchemaMismatch(layer=self.manifest.id, why="non c'è nemmeno una riga.")
        if spatial:
            self._write_shapes(table, names)
        else:
            with self._writing():
                table[names].to_parquet(self.folder / TABLE, index=False)
            self.bbox = (0.0, 0.0, 0.0, 0.0)
        self.rows = len(table)

    def _write_shapes(self, table: geopandas.GeoDataFrame, names: list[str]) -> None:
        if "geometry" not in table.columns:
            raise SchemaMismatch(layer=self.manifest.id, why="manca la geometria.")
        if table.crs is None or table.crs.to_epsg() != self.manifest.crs:
            raise SchemaMismatch(
                layer=self.manifest.id, why=f"il sistema di riferimento non è EPSG:{self.manifest.crs}."
            )
        west, south, east, north = (float(edge) for edge in table.total_bounds)
        if not np.isfinite([west, south, east, north]).all() and self.manifest.geometry == "mixed":
            west, south, east, north = 0.0, 0.0, 0.0, 0.0  # as a table: nothing of it lies anywhere
        if not np.isfinite([west, south, east, north]).all():
            raise SchemaMismatch(layer=self.manifest.id, why="nessuna riga ha una geometria.")
        self.findings = check_table(table, self.manifest)
        with self._writing():
            table[[*names, "geometry"]].to_parquet(
                self.folder / TABLE, index=False, write_covering_bbox=True, row_group_size=TOGETHER
            )
        self.bbox = (west, south, east, north)

    def write_tiles(
        self,
        table: geopandas.GeoDataFrame,
        *,
        min_zoom: int = 6,
        max_zoom: int = 13,
        simplification: float | None = None,
    ) -> None:
        """Write the PMTiles archive of `table` for the screen, one vector layer named after the manifest.

        Parameters
        ----------
        table
            Any columns; any CRS (it is drawn in web Mercator).
        simplification
            Tolerance in tile units, left to the driver where None.
        """
        with self._writing():
            path = self.folder / TILES
            write_pmtiles(path, table, self.manifest, min_zoom, max_zoom, simplification)
            if not is_whole(path):
                raise Unproved("the tile archive is cut short")

    def write_raster(
        self,
        cells: np.ndarray,
        transform: Affine,
        *,
        nodata: float,
        colours: Colours | None = None,
        categorical: bool | None = None,
    ) -> None:
        """Write a whole array of shape (rows, columns) as a cloud-optimised GeoTIFF.

        Parameters
        ----------
        nodata
            Cell value that means "missing".
        colours
            Value → RGBA, for a raster of classes of at most 8 bits.
        categorical
            Whether overviews take the nearest cell (classes) or the average; integers are taken as classes.
        """
        with self.open_raster(
            cells.shape, transform, cells.dtype, nodata, categorical=categorical, colours=colours
        ) as out:
            out.write(cells, 1)

    @contextmanager
    def open_raster(
        self,
        shape: tuple[int, ...],
        transform: Affine,
        dtype: Any,
        nodata: float,
        *,
        categorical: bool | None = None,
        colours: Colours | None = None,
    ) -> Iterator[DatasetWriter]:
        """Open a raster to be written window by window; it becomes a cloud-optimised GeoTIFF at the end."""
        if self.manifest.geometry != "raster":
            raise SchemaMismatch(layer=self.manifest.id, why="è una tabella, non una griglia.")
        path = self.folder / RASTER
        with (
            self._writing() as foreign,
            writing_cog(
                path,
                shape,
                transform,
                self.manifest.crs,
                dtype,
                nodata,
                categorical=categorical,
                colours=colours,
            ) as out,
        ):
            try:
                yield out
            except Exception as error:
                if not str(error).startswith("Write failed"):
                    foreign.append(error)
                raise
            west, south, east, north = (float(edge) for edge in out.bounds)
            self.bbox = (west, south, east, north)
        self.rows = count_valid(path)

    @contextmanager
    def _writing(self) -> Iterator[list[Exception]]:
        """Turn the many ways in which libraries say that a file was not written into one sentence.

        Yields a list for the errors that are not about writing: what is put there passes as it is.
        """
        import pyogrio
        import rasterio.errors
        from rasterio._err import CPLE_BaseError

        foreign: list[Exception] = []
        try:
            yield foreign
        except (
            OSError,
            Unproved,
            CPLE_BaseError,
            rasterio.errors.RasterioError,
            pyogrio.errors.DataSourceError,
            pyogrio.errors.DataLayerError,
        ) as error:
            if any(error is other for other in foreign):
                raise
            raise not_written(
                self.manifest.id, self.folder.parent, asked_again(error, self.folder)
            ) from error

    def _refuse_other_columns(self, present: set[str], declared: set[str]) -> None:
        if missing := sorted(declared - present):
            raise SchemaMismatch(layer=self.manifest.id, why=f"mancano i campi {', '.join(missing)}.")
        if extra := sorted(present - declared):
            raise SchemaMismatch(layer=self.manifest.id, why=f"i campi {', '.join(extra)} non sono previsti.")


def not_written(layer: str, folder: Path, error: BaseException) -> NotWritten:
    """Return the error that says why `layer` could not be written under `folder`, and the room left."""
    free_mb = shutil.disk_usage(folder).free / 1e6
    return NotWritten(layer=layer, free_mb=free_mb, folder=folder, **refusal(error).fields)
