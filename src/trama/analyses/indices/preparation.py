"""From the values as they are to a complete matrix: what does not depend on weights."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from trama.analyses.indices.rules import IndexRules
from trama.engines.composites import Composite, Scales, fill_by_group, outside_band, winsorise

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Prepared:
    """A matrix ready to be normalised.

    Attributes
    ----------
    names
        The indicators with data, pillar by pillar; `absent` are the declared ones left out.
    pillars
        Names of the pillars that have at least one of `names`.
    kept
        Which units have an index, shape ``(units,)``; the other arrays have a row for each of those only.
    values
        Treated and complete, shape ``(kept units, names)``; for a ``band`` indicator, distance from the band.
    estimated, treated
        Which values come from the group's median, and which extremes were pulled in.
    missing_share
        Share of the indicators with data elsewhere that each unit lacks, shape ``(units,)``.
    """

    rules: IndexRules
    names: list[str]
    absent: list[str]
    pillars: list[str]
    kept: Flags
    values: Floats
    estimated: Flags
    treated: Flags
    missing_share: Floats

    @cached_property
    def scales(self) -> Scales:
        """Goalposts and directions of `names`."""
        bounds = np.array([self._bounds(name) for name in self.names], dtype=np.float64).reshape(-1, 2)
        rising = [self.rules.indicator(name).direction == "+" for name in self.names]
        return Scales(
            bounds[:, 0],
            bounds[:, 1],
            np.array(rising, dtype=bool),
            z_reach=self.rules.number("ampiezza_zscore"),
        )

    @cached_property
    def composite(self) -> Composite:
        """The pillars of `names`, numbered without holes in the order of `pillars`."""
        owner = {name: key for key, pillar in self.rules.index.pillars.items() for name in pillar.indicators}
        return Composite(
            np.array([self.pillars.index(owner[name]) for name in self.names], dtype=np.intp),
            floor=self.rules.number("pavimento"),
        )

    @property
    def whole(self) -> bool:
        """Whether there is an index at all: some indicator, and every pillar where every pillar is needed."""
        lacking = self.rules.index.needs_every_pillar and len(self.pillars) < len(self.rules.index.pillars)
        return bool(self.names) and bool(self.kept.any()) and not lacking

    def _bounds(self, name: str) -> tuple[float, float]:
        return (0.0, 1.0) if self.rules.indicator(name).direction == "band" else self.rules.bounds(name)


def prepare(rules: IndexRules, values: Floats, groups: NDArray[np.intp]) -> Prepared:
    """Choose indicators and units, pull extremes in, fill what is missing.

    An indicator that too few units have is missing for all; a unit that lacks too many of the others has no
    index; what little is still missing takes the median of the unit's group.

    Parameters
    ----------
    values
        Shape ``(units, declared indicators)``, NaN where missing.
    groups
        Number of the zone of each unit.
    """
    known = np.isfinite(values)
    share_known = known.mean(axis=0) if len(values) else np.zeros(values.shape[1])
    used = (share_known > 0) & (share_known >= rules.number("copertura_indicatore"))
    names = [name for name, here in zip(rules.order, used, strict=True) if here]
    missing_share = (~known[:, used]).mean(axis=1) if names else np.ones(len(values))
    kept = missing_share <= rules.number("mancanti_massimi")
    calm = np.empty((int(kept.sum()), len(names)))
    treated = np.zeros(calm.shape, dtype=bool)
    for at, name in enumerate(names):
        column = values[kept, rules.order.index(name)]
        calm[:, at], treated[:, at] = _calmed(rules, name, column)
    filled, estimated = fill_by_group(calm, groups[kept])
    return Prepared(
        rules=rules,
        names=names,
        absent=[name for name in rules.order if name not in names],
        pillars=[key for key, one in rules.index.pillars.items() if set(one.indicators) & set(names)],
        kept=kept,
        values=filled,
        estimated=estimated,
        treated=treated,
        missing_share=missing_share,
    )


def _calmed(rules: IndexRules, name: str, column: Floats) -> tuple[Floats, Flags]:
    treated, changed = winsorise(
        column,
        most=int(rules.number("estremi_attenuabili")),
        skew_limit=rules.number("asimmetria_massima"),
        kurtosis_limit=rules.number("curtosi_massima"),
    )
    if rules.indicator(name).direction == "band":
        low, high = rules.bounds(name)
        return outside_band(treated, low, *rules.band(name), high), changed
    return treated, changed
