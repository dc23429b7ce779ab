"""What WARM leaves in the lake: five rasters and three tables, each with where it came from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trama.analyses.territory.made import existing, manifest_of, provenance
from trama.analyses.territory.places import zone_shapes
from trama.analyses.territory.writing import Told, write_rasters, write_tables
from trama.analyses.warm.census import Census
from trama.analyses.warm.fields import Fields
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
        return write_rasters(RASTERS, self._raster, self.told)

    def tables(self, trace: Trace, trace_id: str) -> dict[str, Version]:
        """Write the three tables of places, with the trace of the run, and return their versions."""
        ground, census = self.ground, self.census
        tables = (
            ("warm_comuni", ground.comuni, partial(self._rows, census.comuni)),
            ("warm_upa", ground.units, partial(self._rows, census.upa)),
            ("warm_zone", zone_shapes(ground.comuni, census.members), partial(self._rows, census.zone)),
        )
        day = ground.rules.day.isoformat()
        origin = provenance(MADE_BY, ground.versions.values(), dict(trace.asked), day, trace_id)
        return write_tables(self.lake, self.book, tables, origin, self.told)

    def _rows(self, places: Iterable[Place], key: str) -> list[dict[str, Any]]:
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
        return np.asarray(table.astype(np.float32)[self.ground.cover[rows]])
