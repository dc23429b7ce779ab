"""Residents inside a perimeter: those of each comune, by age, spread over its built land.

The weights are those of the Schede (`trama.analyses.scheda.people`): square metres of each class of land
cover times the floor space it has. One source for who lives where.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely

from trama.analyses.lum.rules import Rules
from trama.analyses.scheda.people import land_weight
from trama.lake import Lake
from trama.lake.version import Version

COMUNI, COVER, AGES = "comuni", "uso_suolo", "popolazione_eta"


@dataclass(frozen=True)
class People:
    """Who lives where; `versions` are the layers read, all three or the sentence in `lacking`."""

    rules: Rules
    versions: tuple[Version, ...]
    istat: tuple[str, ...]
    shapes: np.ndarray[Any, Any]
    lacking: str = ""

    @classmethod
    def open(cls, lake: Lake, rules: Rules) -> People:
        """Read the comuni; the rest is read where it is needed."""
        absent = [layer for layer in (COMUNI, COVER, AGES) if not lake.has(layer)]
        if absent:
            return cls(rules, (), (), np.array([]), f"manca il livello {', '.join(absent)}")
        versions = tuple(lake.version(layer) for layer in (COMUNI, COVER, AGES))
        rows, shapes = versions[0].features(["istat"], None)
        return cls(rules, versions, tuple(str(code) for code in rows["istat"]), shapes)

    @cached_property
    def _weights(self) -> dict[int, float]:
        table = self.rules.weights.value
        return {int(code): float(row["residents_weight"]) for code, row in table.items()}

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.shapes)

    @cached_property
    def _by_band(self) -> dict[str, Mapping[str, int]]:
        """Age band → comune → residents."""
        import pandas as pd

        rows = pd.read_parquet(self.versions[2].data, columns=["istat", "eta", "totale"])
        found: dict[str, Mapping[str, int]] = {}
        for band, ages in self.rules.bands.value.items():
            chosen = rows[(rows["eta"] >= ages["from"]) & (rows["eta"] <= ages["to"])]
            sums = chosen.groupby("istat")["totale"].sum().reindex(rows["istat"].unique(), fill_value=0)
            found[band] = {str(istat): int(count) for istat, count in sums.items()}
        return found

    def within(self, shape: shapely.Geometry | None) -> dict[str, float] | None:
        """Return the residents inside `shape` by age band; None where they cannot be told."""
        if shape is None or self.lacking:
            return None
        shares = self._shares(shape)
        found = {}
        for band, residents in self._by_band.items():
            if any(istat not in residents for istat in shares):
                return None
            found[band] = sum(residents[istat] * share for istat, share in shares.items())
        return found

    def _shares(self, shape: shapely.Geometry) -> dict[str, float]:
        """Return comune → share of the weight of its built land that is inside."""
        cover, found = self.versions[1].raster, {}
        for at in sorted(self._tree.query(shape, predicate="intersects")):
            part = shape.intersection(self.shapes[at])
            if part.area <= 0:
                continue
            whole = land_weight(cover, self.shapes[at], self._weights)
            inside = land_weight(cover, part, self._weights)
            found[self.istat[at]] = min(1.0, inside / whole) if whole else 0.0
        return found
