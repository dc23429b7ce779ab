"""A version being written: a temporary folder that becomes a version whole, or leaves no sign."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from trama.kernel.layers import Manifest, Provenance
from trama.lake.checks import Finding, check_table
from trama.lake.errors import SchemaMismatch
from trama.lake.version import RASTER, TABLE, TILES, Version

if TYPE_CHECKING:
    import geopandas
    import pandas as pd
    from affine import Affine
    from rasterio.io import DatasetWriter

Colours = Mapping[int, tuple[int, int, int, int]]


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
            Missing or extra columns, another CRS, no rows.
        """
        names = [spec.name for spec in self.manifest.fields]
        spatial = self.manifest.geometry != "table"
        self._refuse_other_columns(set(table.columns) - ({"geometry"} if spatial else set()), set(names))
        if len(table) == 0:
            raise SchemaMismatch(layer=self.manifest.id, why="non c'è nemmeno una riga.")
        if not spatial:
            table[names].to_parquet(self.folder / TABLE, index=False)
            self.bbox, self.rows = (0.0, 0.0, 0.0, 0.0), len(table)
            return
        if table.crs is None or table.crs.to_epsg() != self.manifest.crs:
            raise SchemaMismatch(
                layer=self.manifest.id, why=f"il sistema di riferimento non è EPSG:{self.manifest.crs}."
            )
        self.findings = check_table(table, self.manifest)
        table[[*names, "geometry"]].to_parquet(self.folder / TABLE, index=False, write_covering_bbox=True)
        west, south, east, north = (float(edge) for edge in table.total_bounds)
        self.bbox, self.rows = (west, south, east, north), len(table)

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
        import pyogrio

        options: dict[str, Any] = {"MINZOOM": min_zoom, "MAXZOOM": max_zoom}
        if simplification is not None:
            options["SIMPLIFICATION"] = simplification
        pyogrio.write_dataframe(
            table.to_crs(3857),
            self.folder / TILES,
            driver="PMTiles",
            layer=self.manifest.id,
            dataset_options={"NAME": self.manifest.title},
            layer_options={},
            **options,
        )

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
        self.rows = int(np.count_nonzero(np.isfinite(cells) if np.isnan(nodata) else cells != nodata))

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
        import rasterio
        from rasterio.shutil import copy as translate

        work = self.folder / ".work.tif"
        kind = np.dtype(dtype)
        rows, columns = shape
        layout = {"tiled": True, "blockxsize": 512, "blockysize": 512, "compress": "zstd", "zstd_level": 1}
        options = {"driver": "GTiff", "count": 1, "dtype": kind.name, "nodata": nodata, **layout}
        with rasterio.open(
            work,
            "w",
            height=rows,
            width=columns,
            transform=transform,
            crs=self.manifest.crs,
            BIGTIFF="IF_SAFER",
            **options,
        ) as out:
            if colours:
                out.write_colormap(1, dict(colours))
            yield out
            west, south, east, north = (float(edge) for edge in out.bounds)
            self.bbox = (west, south, east, north)
        classes = np.issubdtype(kind, np.integer) if categorical is None else categorical
        translate(
            work,
            self.folder / RASTER,
            driver="COG",
            COMPRESS="DEFLATE",
            LEVEL="1",
            PREDICTOR="NO" if classes else "YES",
            OVERVIEW_RESAMPLING="NEAREST" if classes else "AVERAGE",
            NUM_THREADS="2",
            BIGTIFF="IF_SAFER",
        )
        work.unlink()

    def _refuse_other_columns(self, present: set[str], declared: set[str]) -> None:
        if missing := sorted(declared - present):
            raise SchemaMismatch(layer=self.manifest.id, why=f"mancano i campi {', '.join(missing)}.")
        if extra := sorted(present - declared):
            raise SchemaMismatch(layer=self.manifest.id, why=f"i campi {', '.join(extra)} non sono previsti.")
