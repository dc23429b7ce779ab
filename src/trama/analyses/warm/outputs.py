"""What WARM leaves in the lake: five rasters and three tables, each with where it came from."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trama.analyses.territory.grid import frugal
from trama.analyses.territory.made import existing, lay_beside, manifest_of, provenance
from trama.analyses.territory.places import zone_shapes
from trama.analyses.warm.census import Census
from trama.analyses.warm.fields import Fields, Told
from trama.analyses.warm.figures import Place
from trama.analyses.warm.ground import Ground
from trama.analyses.warm.tracing import raster_trace
from trama.kernel.trace import Trace
from trama.lake import Lake
from trama.lake.version import Version
from trama.norms.book import NormBook

MADE_BY = "warm"
RASTERS = (
    "temperatura_notte",
    "anomalia_notte",
    "raffrescamento",
    "offerta_microclima",
    "zone_temperatura",
)
TABLES = ("warm_comuni", "warm_upa", "warm_zone")
WRITERS = 2


@dataclass(frozen=True)
class Writing:
    """Everything the writing of one run needs."""

    lake: Lake
    book: NormBook
    ground: Ground
    fields: Fields
    census: Census
    told: Told

    def rasters(self) -> dict[str, Version]:
        """Write the rasters that are not already there, two at a time, and return their versions.

        A raster depends only on what it was made from: the cooling capacity stays the same version when
        another reference temperature is asked.
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
        ground, made = self.ground, {}
        day = ground.rules.day.isoformat()
        origin = provenance(MADE_BY, ground.versions.values(), dict(trace.asked), day, trace_id)
        for name, shapes, places in (
            ("warm_comuni", ground.comuni, self.census.comuni),
            ("warm_upa", ground.units, self.census.upa),
            ("warm_zone", zone_shapes(ground.comuni, self.census.members), self.census.zone),
        ):
            manifest = manifest_of(self.book, name)
            table = lay_beside(manifest, shapes, self._rows(manifest.key or "", places))
            with self.lake.draft(manifest, origin) as draft:
                draft.write_table(table)
                draft.write_tiles(table)
            made[name] = draft.version
            self.told()
        return made

    def _rows(self, key: str, places: Iterable[Place]) -> list[dict[str, Any]]:
        return [{key: place.key, **place.figures.to_row(self.ground.rules)} for place in places]

    def _raster(self, name: str) -> Version:
        ground = self.ground
        manifest = manifest_of(self.book, name)
        trace = raster_trace(name, ground, self.fields)
        read = [ground.versions[use.layer] for use in trace.layers()]
        trace_id = self.lake.traces.save(trace)
        made = provenance(MADE_BY, read, dict(trace.asked), ground.rules.day.isoformat(), trace_id)
        if there := existing(self.lake, manifest, made):
            return there
        classes = name == "zone_temperatura"
        dtype, nodata = (np.uint8, 0.0) if classes else (np.float32, float("nan"))
        grid, cells = ground.grid, 0
        with self.lake.draft(manifest, made) as draft:
            with draft.open_raster(grid.shape, grid.transform, dtype, nodata, categorical=classes) as out:
                for rows in grid.strips():
                    values = self._values(name, rows)
                    cells += int(np.count_nonzero(values if classes else ~np.isnan(values)))
                    out.write(values, 1, window=grid.window(rows))
            draft.rows = cells
        return draft.version

    def _values(self, name: str, rows: slice) -> NDArray[Any]:
        if name == "temperatura_notte":
            return self.fields.temperature[rows]
        if name == "anomalia_notte":
            return self.fields.anomaly(rows)
        if name == "zone_temperatura":
            return self.fields.zoning[0][rows]
        rules = self.ground.rules
        table = rules.cooling if name == "raffrescamento" else rules.supply
        return table.astype(np.float32)[self.ground.cover[rows]]
