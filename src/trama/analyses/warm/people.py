"""Who lives in each comune, by age band, from the layer of single years of age."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trama.analyses.warm.rules import Age
from trama.lake.version import Version


def residents_by_age(version: Version | None, codes: list[str], ages: list[Age]) -> NDArray[np.float64]:
    """Return the residents of each comune by age band, shape ``(comuni, bands)``; NaN where not known.

    Parameters
    ----------
    version
        The layer ``popolazione_eta``; None where the lake has none: nothing is known.
    codes
        ISTAT codes, in the order wanted.
    """
    found = np.full((len(codes), len(ages)), np.nan)
    if version is None:
        return found
    table = version.table(columns=["istat", "eta", "totale"])
    row = table["istat"].astype(str).map({code: number for number, code in enumerate(codes)})
    age = table["eta"].to_numpy()
    for column, band in enumerate(ages):
        within = table[(age >= band.first) & (age <= band.last)]
        sums = within.groupby(row.loc[within.index])["totale"].sum(min_count=1)
        found[sums.index.to_numpy(dtype=int), column] = sums.to_numpy(dtype=float)
    return found
