"""What STORM leaves in the lake: five rasters and three tables, each with where it came from."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from trama.analyses.storm.census import Census, Told
from trama.analyses.storm.errors import MissingManifest
from trama.analyses.storm.figures import Place
from trama.analyses.storm.grid import frugal
from trama.analyses.storm.ground import Ground
from trama.analyses.storm.tracing import raster_trace
from trama.kernel.layers import Manifest, Provenance
from trama.kernel.trace import Trace
from trama.lake import Lake
from trama.lake.version import Version
from trama.norms.book import NormBook

if TYPE_CHECKING:
    import geopandas

MADE_BY = "storm"
RASTERS = ("idren", "kdren", "deflusso", "ritenzione", "offerta_eventi_estremi")
TABLES = ("storm_comuni", "storm_upa", "storm_zone")
WRITERS = 2


@dataclass(frozen=True)
class Writing:
    """Everything the writing of one run needs."""

    lake: Lake
    book: NormBook
    ground: Ground
    census: Census
    told: Told

    def rasters(self) -> dict[str, Version]:
        """Write the rasters that are not already there, two at a time, and return their versions.

        A raster depends only on what it was made from: the draining share stays the same version
        when another rain is asked.
        """
        with frugal(), ThreadPoolExecutor(WRITERS) as pool:
            pending = [(name, pool.submit(self._raster, name)) for name in RASTERS]
            versions = {}
            for name, future in pending:
                versions[name] = future.result()
                self.told()
        return versions

    def tables(self, trace: Trace, trace_id: str) -> dict[str, Version]:
        """Write the three tables of places, with the trace of the run, and return their versions."""
        comuni, upa = self.ground.comuni, self.ground.upa
        zone_of = {code: zone for zone, codes in self.census.members.items() for code in codes}
        zones = (
            comuni[["key", "geometry"]].assign(key=comuni["key"].map(zone_of)).dissolve("key").reset_index()
        )
        provenance = self._provenance(self.ground.versions, dict(trace.asked), trace_id)
        made = {}
        for name, shapes, places in (
            ("storm_comuni", comuni, self.census.comuni),
            ("storm_upa", upa, self.census.upa),
            ("storm_zone", zones, self.census.zone),
        ):
            manifest = manifest_of(self.book, name)
            table = _table(manifest, shapes, places, self.ground.rules.rain_mm)
            with self.lake.draft(manifest, provenance) as draft:
                draft.write_table(table)
                draft.write_tiles(table)
            made[name] = draft.version
            self.told()
        return made

    def _raster(self, name: str) -> Version:
        manifest = manifest_of(self.book, name)
        trace = raster_trace(name, self.ground, self.census.everywhere)
        provenance = self._provenance(
            [use.layer for use in trace.layers()], dict(trace.asked), self.lake.traces.save(trace)
        )
        if existing := _existing(self.lake, manifest, provenance):
            return existing
        values = getattr(self.census.territory.tables, name).astype(np.float32)
        grid = self.ground.grid
        with self.lake.draft(manifest, provenance) as draft:
            with draft.open_raster(
                grid.shape, grid.transform, np.float32, float("nan"), categorical=False
            ) as out:
                for rows in grid.strips():
                    out.write(values[self.census.kind[rows]], 1, window=_window(rows, grid.shape[1]))
            draft.rows = self.census.everywhere.summary(name).known
        return draft.version

    def _provenance(self, layers: Iterable[str], asked: dict[str, Any], trace_id: str) -> Provenance:
        versions = {layer: self.ground.versions[layer] for layer in layers}
        return Provenance(
            made_by=MADE_BY,
            synthetic=any(version.synthetic for version in versions.values()),
            inputs={layer: version.id for layer, version in sorted(versions.items())},
            asked=dict(sorted(asked.items())),
            day=self.ground.rules.day.isoformat(),
            trace=trace_id,
        )


def manifest_of(book: NormBook, layer: str) -> Manifest:
    """Return the manifest the norms give a layer STORM makes; raises `MissingManifest` without one."""
    if layer not in book.manifests:
        raise MissingManifest(layer=layer)
    return book.manifests[layer]


def _existing(lake: Lake, manifest: Manifest, provenance: Provenance) -> Version | None:
    if not lake.has(manifest.id):
        return None
    latest = lake.version(manifest.id)
    same = asdict(latest.provenance) == asdict(provenance) and latest.manifest == manifest
    return latest if same and latest.data.is_file() else None


def _window(rows: slice, columns: int) -> Any:
    from rasterio.windows import Window

    return Window(0, rows.start, columns, rows.stop - rows.start)


def _table(
    manifest: Manifest, shapes: geopandas.GeoDataFrame, places: tuple[Place, ...], rain_mm: float
) -> geopandas.GeoDataFrame:
    """Lay the figures beside the shapes, in the manifest's columns; a missing class stays missing."""
    import geopandas
    import pandas as pd

    rows = pd.DataFrame(
        {manifest.key: place.key, **place.figures.to_json(), "pioggia_mm": rain_mm} for place in places
    )
    numbers = [spec.name for spec in manifest.fields if spec.type == "number"]
    rows[numbers] = rows[numbers].astype("float64")
    rows["classe"] = rows["classe"].astype("Int64")
    shape_of = dict(zip(shapes["key"].astype(str), shapes.geometry, strict=True))
    geometry = [shape_of[str(key)] for key in rows[manifest.key]]
    return geopandas.GeoDataFrame(rows, geometry=geometry, crs=shapes.crs)
