"""What is asked: people here, candidate sites there, the walks between them, and what already exists."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Question:
    """Places with people, candidate sites, and the walks between them.

    Attributes
    ----------
    people
        Of each place; shape (places,). Places with none count for nothing.
    sites
        How many candidates; they are numbered from 0.
    place, site, distance_mm
        The walks known, one a row: from a place to a candidate, in whole millimetres; shape (walks,). A pair
        that is not listed is out of reach.
    before_mm
        Distance of each place from the closest existing service, `beyond_mm` or more where there is none.
    beyond_mm
        What being out of reach counts as; no distance counts more.
    preference
        What preferring each candidate is worth, in people (`maximal_cover`) or people × mm (`p_median`);
        None where all are alike.

    Raises
    ------
    ValueError
        Arrays that do not go together; negative people, distances, preferences; a place or site beyond.
    """

    people: Floats
    sites: int
    place: Ints
    site: Ints
    distance_mm: Ints
    before_mm: Ints
    beyond_mm: int
    preference: Floats | None = None

    def __post_init__(self) -> None:
        if not len(self.place) == len(self.site) == len(self.distance_mm):
            raise ValueError("place, site and distance_mm go together, walk by walk")
        if len(self.before_mm) != len(self.people):
            raise ValueError("before_mm and people go together, place by place")
        if self.preference is not None and len(self.preference) != self.sites:
            raise ValueError("one preference for each site")
        for name, values, top in (
            ("place", self.place, len(self.people)),
            ("site", self.site, self.sites),
            ("distance_mm", self.distance_mm, None),
            ("before_mm", self.before_mm, None),
            ("people", self.people, None),
            ("preference", self.liking, None),
        ):
            beyond = top is not None and len(values) and values.max() >= top
            if len(values) and (not np.isfinite(values).all() or values.min() < 0 or beyond):
                raise ValueError(f"{name}: a value out of its range")

    @cached_property
    def liking(self) -> Floats:
        """Preference of each site; zeros where none was given."""
        return np.zeros(self.sites) if self.preference is None else np.asarray(self.preference, float)

    @cached_property
    def today_mm(self) -> Ints:
        """Distance of each place today, no more than `beyond_mm`."""
        return np.minimum(self.before_mm, self.beyond_mm).astype(np.int32)

    def after_mm(self, chosen: npt.ArrayLike) -> Ints:
        """Return the distance of each place once services stand at the sites `chosen` besides."""
        opened = np.zeros(self.sites, bool)
        opened[np.asarray(chosen, int)] = True
        walks = opened[self.site]
        after = self.today_mm.copy()
        np.minimum.at(after, self.place[walks], self.distance_mm[walks])
        return after

    def choosable(self, count: int) -> int:
        """Return how many sites can be chosen of the `count` asked; raises ValueError below 1."""
        if count < 1:
            raise ValueError("at least one site")
        return min(count, self.sites)
