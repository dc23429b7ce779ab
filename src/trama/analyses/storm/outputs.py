"""What STORM leaves in the lake: five rasters and three tables, each with where it came from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from trama.analyses.storm.census import Census
from trama.analyses.storm.figures import Place
from trama.analyses.storm.ground import Ground
from trama.analyses.storm.tracing import raster_trace
from trama.analyses.territory.made import existing, manifest_of, provenance
from trama.analyses.territory.places import zone_shapes
from trama.analyses.territory.writing import Told, write_rasters, write_tables
from trama.kernel.layers import Provenance
from trama.kernel.trace import Trace
from trama.lake import Lake
from trama.lake.version import Version
from trama.norms.book import NormBook

MADE_BY = "storm"
RASTERS = ("idren", "kdren", "deflusso", "ritenzione", "offerta_eventi_estremi")
TABLES = ("storm_comuni", "storm_upa", "storm_zone")


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
        return write_rasters(RASTERS, self._raster, self.told)

    def tables(self, trace: Trace, trace_id: str) -> dict[str, Version]:
        """Write the three tables of places, with the trace of the run, and return their versions."""
        ground, census = self.ground, self.census
        tables = (
            ("storm_comuni", ground.comuni, partial(self._rows, census.comuni)),
            ("storm_upa", ground.upa, partial(self._rows, census.upa)),
            ("storm_zone", zone_shapes(ground.comuni, census.members), partial(self._rows, census.zone)),
        )
        origin = self._provenance(ground.versions, dict(trace.asked), trace_id)
        return write_tables(self.lake, self.book, tables, origin, self.told)

    def _raster(self, name: str) -> Version:
        manifest = manifest_of(self.book, name)
        trace = raster_trace(name, self.ground, self.census.everywhere)
        made = self._provenance(
            [use.layer for use in trace.layers()], dict(trace.asked), self.lake.traces.save(trace)
        )
        if there := existing(self.lake, manifest, made):
            return there
        values = getattr(self.census.territory.tables, name).astype(np.float32)
        grid = self.ground.grid
        with self.lake.draft(manifest, made) as draft:
            with draft.open_raster(
                grid.shape, grid.transform, np.float32, float("nan"), categorical=False
            ) as out:
                for rows in grid.strips():
                    out.write(values[self.census.kind[rows]], 1, window=grid.window(rows))
            draft.rows = self.census.everywhere.summary(name).known
        return draft.version

    def _provenance(self, layers: Iterable[str], asked: dict[str, Any], trace_id: str) -> Provenance:
        versions = [self.ground.versions[layer] for layer in layers]
        return provenance(MADE_BY, versions, asked, self.ground.rules.day.isoformat(), trace_id)

    def _rows(self, places: tuple[Place, ...], key: str) -> list[dict[str, Any]]:
        rain = {"pioggia_mm": self.ground.rules.rain_mm}
        return [{key: place.key, **place.figures.to_json(), **rain} for place in places]
