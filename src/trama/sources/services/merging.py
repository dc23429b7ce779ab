"""New services beside those that are there: which source wins where, and what was replaced, said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from trama.kernel.places import METRIC_EPSG
from trama.lake import Lake
from trama.sources.original import TableReading
from trama.sources.placing import doubles, told
from trama.sources.services.coverage import Cells, complete_cells, invented
from trama.sources.services.rows import INVENTED, LIST, Found, counted

if TYPE_CHECKING:
    import geopandas
    import pandas as pd

LAYER = "servizi"


def with_others(
    table: geopandas.GeoDataFrame,
    found: Found,
    covering: tuple[Cells, pd.DataFrame],
    lake: Lake,
    ranks: Mapping[str, int],
    apart_m: float,
    reading: TableReading,
) -> geopandas.GeoDataFrame:
    """Return the services of every source.

    The rows that the same source gave before give way. Invented services give way in the comuni and for the
    voices that the new source covers, and nowhere else: until a real source comes they stay, marked. In a
    comune, for a voice that a source declares complete, rows of sources of a lower rank give way; elsewhere
    all stay, and one written by two sources is kept once, of the higher rank.

    Parameters
    ----------
    table
        The new rows, with ``sintetico``.
    covering
        What the new source covers, and the whole coverage.
    ranks
        Source → rank, of those that are not lists.
    """
    import pandas as pd

    cells, coverage = covering
    every = table
    if lake.has(LAYER):
        version = lake.version(LAYER)
        before = version.table().to_crs(METRIC_EPSG)
        before = before.assign(sintetico=invented(version, before))
        others = before[_staying(before, found.source, cells, reading)]
        if len(others):
            reading.kept, reading.stays = version, others["fonte"].value_counts().sort_index().to_dict()
            every = pd.concat([table, others], ignore_index=True)
        _tell_invented(others, reading)
    rank = every["fonte"].map(lambda one: found.rank if one == found.source else ranks.get(one, LIST))
    rank = rank.where(~every["sintetico"].astype(bool), INVENTED)
    every = _without_weaker(every, rank, coverage, {**ranks, found.source: found.rank}, reading)
    return _without_doubles(every, rank.loc[every.index], apart_m, reading).sort_values(
        "id", kind="stable", ignore_index=True
    )


def _staying(
    before: geopandas.GeoDataFrame, source: str, cells: Cells, reading: TableReading
) -> npt.NDArray[np.bool_]:
    """Return which rows stay beside those of a source, and tell which give way."""
    false = before["sintetico"].to_numpy(bool)
    mine = (before["fonte"] == source).to_numpy() & ~false
    there = [
        (str(istat), str(voce)) in cells for istat, voce in zip(before["istat"], before["voce"], strict=True)
    ]
    replaced = false & np.array(there, bool)
    if mine.any():
        reading.events.append(f"Sostituiti i {int(mine.sum())} servizi che c'erano da «{source}».")
    if replaced.any():
        voices = counted(Counter(before["voce"][replaced].astype(str)))
        reading.events.append(
            f"{int(replaced.sum())} servizi inventati lasciano il posto, nei comuni e per le voci che la "
            f"fonte copre: {voices}."
        )
    return np.asarray(~mine & ~replaced)


def _tell_invented(others: geopandas.GeoDataFrame, reading: TableReading) -> None:
    """Mark the version, where invented services stay in it."""
    left = int(others["sintetico"].sum())
    reading.synthetic = left > 0
    if left:
        reading.notes.append(
            f"Restano {left} servizi inventati, dove nessuna fonte vera copre la voce: la colonna "
            "«sintetico» dice quali."
        )


def _without_weaker(
    every: geopandas.GeoDataFrame,
    rank: pd.Series,
    coverage: pd.DataFrame,
    ranks: Mapping[str, int],
    reading: TableReading,
) -> geopandas.GeoDataFrame:
    """Leave out rows where a source of a higher rank declares that it is complete."""
    strength: dict[tuple[str, str], int] = {}
    for cell, source in complete_cells(coverage):
        strength[cell] = max(strength.get(cell, 0), ranks.get(source, LIST))
    cells = zip(every["istat"], every["voce"], strict=True)
    least = [strength.get(cell, 0) for cell in cells]
    weaker = rank.to_numpy() < least
    lost = every[weaker]
    lines = [(str(one.id), one.geometry, f"{one.voce}, di «{one.fonte}»") for one in lost.itertuples()]
    hint = "Dove una fonte che vale di più si dichiara completa, restano i suoi servizi soli."
    if lines:
        reading.findings.append(told("replaced", lines, hint))
    for source, rows in lost.groupby("fonte"):
        voices = counted(Counter(rows["voce"]))
        reading.events.append(
            f"{len(rows)} servizi di «{source}» lasciano il posto a una fonte che vale di più e si "
            f"dichiara completa: {voices}."
        )
    return every[~weaker]


def _without_doubles(
    every: geopandas.GeoDataFrame, rank: pd.Series, apart_m: float, reading: TableReading
) -> geopandas.GeoDataFrame:
    every = every.reset_index(drop=True)
    names = every["nome"].fillna(every["id"])
    pairs = doubles(every.geometry.to_numpy(), every["voce"].tolist(), names.tolist(), rank.tolist(), apart_m)
    pairs = [(kept, left) for kept, left in pairs if every["fonte"][kept] != every["fonte"][left]]
    if pairs:
        rows = [
            (
                str(every["id"][left]),
                every.geometry[left],
                f"lo stesso di «{every['fonte'][kept]}», che resta",
            )
            for kept, left in pairs
        ]
        reading.findings.append(told("doubles", rows, "Scritti da due fonti: contati una volta."))
    return every.drop(index=[left for _, left in pairs])
