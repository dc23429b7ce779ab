"""What is wanted: which service, for whom, how many places, where, and best in what sense."""

from __future__ import annotations

from dataclasses import dataclass

COVER, WALK, WORST = "copertura", "cammino", "peggio"
GOALS = {
    COVER: "più residenti entro la soglia",
    WALK: "meno cammino in tutto",
    WORST: "prima chi sta peggio",
}
"""Goal → what it seeks, in words: maximal covering, p-median, p-centre."""
MOST_SITES = 20
FREE, PREFERRED, ONLY = "libero", "preferito", "solo"
LUM_WAYS = {FREE: "ovunque", PREFERRED: "meglio se in un LUM", ONLY: "solo nei LUM"}


@dataclass(frozen=True)
class Wanted:
    """A search.

    Attributes
    ----------
    what
        A category of the set of the last access run, or an entry of the taxonomy.
    group
        Who walks.
    count
        How many places; 1 to `MOST_SITES`.
    goal
        A key of `GOALS`.
    minutes
        Threshold; that of the category where None.
    area
        ``""`` the whole territory, an ISTAT code, the name of a comune or of a zone.
    lum
        A key of `LUM_WAYS`.
    """

    what: str
    group: str
    count: int = 1
    goal: str = COVER
    minutes: float | None = None
    area: str = ""
    lum: str = PREFERRED
