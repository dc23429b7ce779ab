"""The small territory with what WARM reads beside: residents by age, and an observed night temperature."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from tests.fixtures_territory import COVER, MADE_UP, put_raster, raster_manifest, small_lake
from trama.kernel.layers import FieldSpec
from trama.lake import Lake

PEOPLE = {
    "015146": {3: 10, 9: 20, 10: 100, 69: 50, 70: 30, 100: 5},
    "015002": {5: 7, 40: 11, 80: 13},
    "015009": {0: 4, 30: 12, 71: 8},
}
"""ISTAT code → age → residents: children 30, adults 150, old 35 in the chief town."""
OBSERVED = np.array(
    [
        [30.0, 30.0, 26.0, 26.0, 28.0, 28.0],
        [30.0, 31.0, 26.0, 26.0, 28.0, 27.0],
        [30.0, 32.0, 25.0, 25.0, np.nan, np.nan],
        [28.0, 28.0, 25.0, 25.0, 27.0, 27.0],
    ],
    dtype=np.float32,
)
"""Night temperature [°C] on the cells of the small territory."""


def put_people(lake: Lake, people: dict[str, dict[int, int]] | None = None) -> None:
    """Write the residents by single year of age."""
    rows = [
        {"istat": code, "eta": age, "femmine": 0, "maschi": count, "totale": count}
        for code, ages in (PEOPLE if people is None else people).items()
        for age, count in ages.items()
    ]
    fields = (
        FieldSpec("istat", "text", "text", ""),
        *(FieldSpec(name, "integer", "inhabitant", "") for name in ("eta", "femmine", "maschi", "totale")),
    )
    manifest = replace(raster_manifest("popolazione_eta"), geometry="table", fields=fields)
    with lake.draft(manifest, MADE_UP) as draft:
        draft.write_table(pd.DataFrame(rows))


def warm_lake(root: Path, cover: np.ndarray = COVER) -> Lake:
    """Build the small territory with its people."""
    lake = small_lake(root, cover)
    put_people(lake)
    return lake


def put_observed(lake: Lake, cells: np.ndarray = OBSERVED, cell_m: float = 10) -> None:
    """Load an observed night temperature."""
    put_raster(lake, "temperatura_notte_osservata", cells, cell_m=cell_m, nodata=float("nan"))
