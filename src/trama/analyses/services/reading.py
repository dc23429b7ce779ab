"""The atlas as it was left in the lake, read for a page, a sheet or a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from trama.analyses.services.errors import NoAtlas, UnknownPlace
from trama.lake import Lake
from trama.lake.version import Version

if TYPE_CHECKING:
    import pandas as pd

LAYERS = (
    *("servizi_comuni", "servizi_voci", "servizi_standard", "servizi_zone", "servizi_legami"),
    *("servizi_diffusione", "servizi_poli", "servizi_vocazioni", "servizi_nuclei"),
)
FIRST, SERVICES, PLAN = "servizi_comuni", "servizi", "previsioni_piano"
Row = dict[str, Any]


@dataclass(frozen=True)
class Reading:
    """The layers of one run."""

    lake: Lake
    versions: dict[str, Version]

    @property
    def trace(self) -> str:
        """Id of the trace of the run."""
        return str(self.versions[FIRST].provenance.trace)

    @property
    def synthetic(self) -> bool:
        """Whether any of it rests on invented data."""
        return any(version.synthetic for version in self.versions.values())

    def rows(self, layer: str, **where: str) -> list[Row]:
        """Return the rows of a layer whose columns have these values; missing is None, shapes left out."""
        if layer not in self.versions:
            return []
        version = self.versions[layer]
        return [
            row
            for row in _rows(str(version.data), version.sha256)
            if all(row.get(name) == value for name, value in where.items())
        ]

    def comune(self, what: str) -> Row:
        """Return the row of a comune by code or by name; raises `UnknownPlace`."""
        asked = what.strip()
        for row in self.rows("servizi_comuni"):
            if row["istat"] == asked or row["nome"].casefold() == asked.casefold():
                return row
        raise UnknownPlace(what=asked, hint="")

    def services_of(self, istat: str) -> list[Row]:
        """Return the rows of the services of a comune, with ``lon``, ``lat`` in degrees and ``sintetico``."""
        if not self.lake.has(SERVICES):
            return []
        version = self.lake.version(SERVICES)
        rows = _services(str(version.data), version.sha256).get(istat, ())
        whole = version.synthetic
        return [
            {**row, "sintetico": whole if row.get("sintetico") is None else row["sintetico"]} for row in rows
        ]

    def plan_of(self, istat: str) -> list[Row]:
        """Return the areas that the plan of a comune draws, with ``sintetico``."""
        if not self.lake.has(PLAN):
            return []
        version = self.lake.version(PLAN)
        return [
            {**row, "fonte": version.provenance.source, "sintetico": version.synthetic}
            for row in _rows(str(version.data), version.sha256)
            if row["istat"] == istat
        ]


def read_atlas(lake: Lake) -> Reading:
    """Open the layers of the last run, those that had rows; raises `NoAtlas` where there was none."""
    if not lake.has(FIRST):
        raise NoAtlas
    trace = lake.version(FIRST).provenance.trace
    versions = {layer: lake.version(layer) for layer in LAYERS if lake.has(layer)}
    return Reading(lake, {name: made for name, made in versions.items() if made.provenance.trace == trace})


@lru_cache(maxsize=32)
def _rows(path: str, _sha256: str) -> list[Row]:
    """Return the rows of a Parquet as plain values; its version never changes."""
    import pyarrow.parquet as pq

    names = [name for name in pq.read_schema(path).names if name not in {"geometry", "bbox"}]
    return list(_plain(pq.read_table(path, columns=names).to_pandas()))


@lru_cache(maxsize=4)
def _services(path: str, _sha256: str) -> dict[str, list[Row]]:
    import geopandas

    table = geopandas.read_parquet(Path(path))
    degrees = table.geometry.to_crs(4326)
    plain = table.drop(columns=["geometry", "bbox"], errors="ignore").assign(
        lon=degrees.x.round(6).to_numpy(), lat=degrees.y.round(6).to_numpy()
    )
    found: dict[str, list[Row]] = {}
    for row in _plain(plain):
        found.setdefault(str(row["istat"]), []).append(row)
    return found


def _plain(frame: pd.DataFrame) -> Iterator[Row]:
    for row in frame.to_dict("records"):
        yield {str(name): _value(value) for name, value in row.items()}


def _value(value: Any) -> Any:
    if value is None or value is np.ma.masked:
        return None
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and value != value:  # noqa: PLR0124 - NaN is missing
        return None
    return None if type(value).__name__ == "NAType" else value
