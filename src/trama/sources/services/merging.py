"""New services beside those that are there: which source wins where, and what was replaced, said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from trama.kernel.places import METRIC_EPSG
from trama.lake import Lake
from trama.sources.original import TableReading
from trama.sources.placing import doubles, told
from trama.sources.services.coverage import complete_cells
from trama.sources.services.rows import LIST, Found, counted

if TYPE_CHECKING:
    import geopandas
    import pandas as pd

LAYER = "servizi"


def with_others(
    table: geopandas.GeoDataFrame,
    found: Found,
    coverage: pd.DataFrame,
    lake: Lake,
    ranks: Mapping[str, int],
    apart_m: float,
    reading: TableReading,
) -> geopandas.GeoDataFrame:
    """Return the services of every source.

    The rows that the same source gave before give way. In a comune, for a voice that a source declares
    complete, rows of sources of a lower rank give way; elsewhere all stay, and one written by two sources is
    kept once, of the higher rank. Invented services give way to any.

    Parameters
    ----------
    ranks
        Source → rank, of those that are not lists.
    """
    import pandas as pd

    every = table
    if lake.has(LAYER):
        version = lake.version(LAYER)
        if version.synthetic:
            reading.events.append("I servizi inventati della dimostrazione lasciano il posto a quelli veri.")
        else:
            before = version.table().to_crs(METRIC_EPSG)
            mine = before["fonte"] == found.source
            if mine.any():
                reading.events.append(
                    f"Sostituiti i {int(mine.sum())} servizi che c'erano da «{found.source}»."
                )
            if not mine.all():
                reading.kept, reading.stays = (
                    version,
                    before["fonte"][~mine].value_counts().sort_index().to_dict(),
                )
            every = pd.concat([table, before[~mine]], ignore_index=True)
    rank = every["fonte"].map(lambda one: found.rank if one == found.source else ranks.get(one, LIST))
    every = _without_weaker(every, rank, coverage, {**ranks, found.source: found.rank}, reading)
    return _without_doubles(every, rank.loc[every.index], apart_m, reading).sort_values(
        "id", kind="stable", ignore_index=True
    )


def _without_weaker(
    every: geopandas.GeoDataFrame,
    rank: pd.Series,
    coverage: pd.DataFrame,
    ranks: Mapping[str, int],
    reading: TableReading,
) -> geopandas.GeoDataFrame:
    """Leave out rows where a source of a higher rank declares that it is complete."""
    strength = {cell: ranks.get(source, LIST) for cell, source in complete_cells(coverage)}
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
