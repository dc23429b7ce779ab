"""Heat laid on the place with plain numbers (`fixtures_place`): what a run of WARM leaves, made by hand.

The night is 31 degrees to the west (UPA 3b, class 5, supply 0.5) and 25 to the east (UPA 2a, class 1, supply
2). In Cormano live 2,000 under ten and 4,000 over seventy; in Milano, whose fields hold nobody, 100 and 200.
"""

from __future__ import annotations

from dataclasses import replace

import geopandas
import numpy as np
import pandas as pd
from affine import Affine

from tests.fixtures_place import EAST, NORTH, SIZE_M, square
from tests.fixtures_territory import MADE_UP, raster_manifest
from trama.kernel.layers import FieldSpec
from trama.lake import Lake

AGES = {"015086": {5: 2000, 40: 10_000, 75: 4000}, "015146": {5: 100, 40: 500, 75: 200}}


def lay_heat(lake: Lake, *, source: str = "osservata", nights: tuple[float, float] = (31.0, 25.0)) -> None:
    """Write WARM's layers and the residents by age over the place in `lake`."""
    halves = {
        "temperatura_notte": nights,
        "anomalia_notte": (3.0, 0.0),
        "raffrescamento": (0.11, 0.256),
        "offerta_microclima": (0.5, 2.0),
    }
    for layer, (west, east) in halves.items():
        cells = np.full((400, 400), east, np.float32)
        cells[:, :200] = west
        transform = Affine(10, 0, EAST, 0, -10, NORTH + SIZE_M)
        with lake.draft(raster_manifest(layer), MADE_UP) as draft:
            draft.write_raster(cells, transform, nodata=float("nan"))
    lay_units(lake, source)
    lay_residents(lake)


def lay_units(lake: Lake, source: str) -> None:
    """Write the UPA with class and source of the temperature."""
    fields = [("codice", "text"), ("nome", "text"), ("classe", "integer"), ("fonte_temperatura", "text")]
    manifest = replace(
        raster_manifest("warm_upa"),
        geometry="polygon",
        key="codice",
        fields=tuple(FieldSpec(name, kind, "text", "") for name, kind in fields),
    )
    rows = {"codice": ["3b", "2a"], "nome": ["UPA 3b", "Pianura"], "classe": [5, 1]}
    rows["fonte_temperatura"] = [source, source]
    shapes = [square(0, 0, 2000, 4000), square(2000, 0, 2000, 4000)]
    with lake.draft(manifest, MADE_UP) as draft:
        draft.write_table(geopandas.GeoDataFrame(rows, geometry=shapes, crs=32632))


def lay_residents(lake: Lake) -> None:
    """Write residents by single year of age."""
    rows = [(istat, age, total) for istat, ages in AGES.items() for age, total in ages.items()]
    manifest = replace(
        raster_manifest("popolazione_eta"),
        geometry="table",
        fields=tuple(FieldSpec(name, "text", "text", "") for name in ("istat", "eta", "totale")),
    )
    with lake.draft(manifest, MADE_UP) as draft:
        draft.write_table(pd.DataFrame(rows, columns=["istat", "eta", "totale"]))
