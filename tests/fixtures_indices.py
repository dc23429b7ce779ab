"""The territory of fixtures_territory with what the indices want more: residents, urban fabric, STORM.

The urban fabric is the 2 x 3 cells of dense housing in the upper left corner. The comune di levante has no
residents counted: missing, not zero.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import geopandas
import pandas as pd
from shapely.geometry import box

from tests.fixtures_territory import CELL, COVER, EAST, MADE_UP, NORTH, small_lake, table_manifest
from trama.analyses.storm import run_storm
from trama.kernel.layers import FieldSpec
from trama.lake import Lake
from trama.norms import load_book

DAY = date(2026, 1, 15)
PEOPLE = {"015146": 100, "015002": 8, "015009": None}
FABRIC = (0, 10, 20, 40)
"""Box of the urban fabric, metres from the lower left corner."""


def index_lake(root: Path) -> Lake:
    """Build it under `root`."""
    lake = small_lake(root)
    _count_people(lake)
    south = NORTH - CELL * COVER.shape[0]
    west, low, east, high = FABRIC
    fabric = geopandas.GeoDataFrame(
        {"id": ["t1"], "nome": ["tessuto"]},
        geometry=[box(EAST + west, south + low, EAST + east, south + high)],
        crs=32632,
    )
    with lake.draft(table_manifest("tessuto_urbano_consolidato", "id"), MADE_UP) as draft:
        draft.write_table(fabric)
    run_storm(lake, load_book(), day=DAY, event_mm=50)
    return lake


def _count_people(lake: Lake) -> None:
    known = lake.version("comuni")
    people = FieldSpec("popolazione", "integer", "inhabitant", "")
    manifest = replace(known.manifest, fields=(*known.manifest.fields, people))
    table = known.table()
    table["popolazione"] = pd.array([PEOPLE[str(code)] for code in table["istat"]], dtype="Int64")
    with lake.draft(manifest, MADE_UP) as draft:
        draft.write_table(table)
