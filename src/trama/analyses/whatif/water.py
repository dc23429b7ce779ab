"""Rain on a place before and after: draining share, runoff, and what the solutions keep out of the sewers.

The drawn ground takes the place of what the land cover says is there. A solution with storage also receives
the water of sealed surfaces around it, at most what the catalogue says it can serve and what there is within
the collecting distance, shared out in proportion:

    kept = Σ over solutions of min(storage, own runoff + served · Q(98) )
    volume before = Σ a·Q(CN before) + served · Q(98);   after = Σ a·Q(CN after) + served · Q(98) - kept
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely
from numpy.typing import NDArray

from trama.analyses.whatif.drawing import FOLDER, Laid, Layout
from trama.analyses.whatif.events import STORM, Rain
from trama.analyses.whatif.ground import Floats, Ground
from trama.engines.hydrology import potential_retention_mm, runoff_mm
from trama.kernel.trace import ParameterUse
from trama.norms import InForce, NormBook

GROUPS = ("A", "B", "C", "D")
SHEET = "sttm1/scheda_drenaggio"


@dataclass(frozen=True)
class WaterNorms:
    """Norms the water side reads, as in force on a day."""

    cover: InForce
    lambda_: InForce
    lawn: InForce
    sealed: InForce
    collecting: InForce
    surroundings: InForce
    surfaces: InForce
    made: InForce

    @classmethod
    def at(cls, book: NormBook, day: date) -> WaterNorms:
        """Read them; raises `NotInForce`."""
        return cls(
            book.value(f"{STORM}/suolo_dusaf", day),
            book.value(f"{STORM}/lambda", day),
            book.value(f"{FOLDER}/cn_prato", day),
            book.value(f"{FOLDER}/cn_impermeabile", day),
            book.value(f"{FOLDER}/raccolta_m", day),
            book.value(f"{SHEET}/intorno_m", day),
            book.value(f"{SHEET}/superfici", day),
            book.value(f"{SHEET}/superficie_delle_soluzioni", day),
        )

    @property
    def margin_m(self) -> float:
        """How far beyond the site the ground is read."""
        return max(float(self.collecting.value), float(self.surroundings.value))

    def solution_curve_numbers(self, one: Laid) -> Floats:
        """Return the curve number of a solution on groups A to D.

        What infiltrates keeps on other soils the proportion that lawn has: S_g = S_B · S_lawn,g / S_lawn,B.
        What does not is the same on every soil.
        """
        on_b = float(one.row["cn_b"])
        if not one.row["infiltration_mm_h"]:
            return np.full(4, on_b)
        lawn = potential_retention_mm([float(self.lawn.value[group]) for group in GROUPS])
        retention = potential_retention_mm(on_b) * lawn / lawn[1]
        return np.asarray(25400.0 / (retention + 254.0))

    def draining_share(self, one: Laid) -> float:
        """Return how much of a solution's ground drains; raises `KeyError` where the norms do not say."""
        return float(self.surfaces.value[self.made.value[one.id]]["draining_share"])

    def uses(self) -> tuple[ParameterUse, ...]:
        """Quote what every solution shares."""
        return self.lambda_.use(), self.lawn.use(), self.sealed.use(), self.collecting.use()


@dataclass(frozen=True)
class Kept:
    """What one solution does with the water [m3, m2]; of what is served, also the part off the site."""

    key: str
    served_m2: float
    served_outside_m2: float
    inflow_m3: float
    storage_m3: float
    kept_m3: float


@dataclass(frozen=True)
class Water:
    """The water side of a scenario.

    Attributes
    ----------
    idren_before, idren_after
        Of the site; ``around_*`` of site and surroundings. None where no cell has a value.
    own_before_m3, own_after_m3
        Runoff of the site's own surface.
    served_m2, served_m3
        Sealed surface outside whose water the solutions receive, and its runoff.
    kept
        By solution, in order.
    missing_m2
        Of the site, without land cover or soil group: left out.
    """

    idren_before: float | None
    idren_after: float | None
    around_before: float | None
    around_after: float | None
    own_before_m3: float
    own_after_m3: float
    served_m2: float
    served_m3: float
    kept: tuple[Kept, ...]
    site_m2: float
    missing_m2: float
    codes: Mapping[str, float]

    @property
    def before_m3(self) -> float:
        """Volume that reaches the sewers before."""
        return self.own_before_m3 + self.served_m3

    @property
    def after_m3(self) -> float:
        """Volume that reaches the sewers after."""
        return max(0.0, self.own_after_m3 + self.served_m3 - sum(one.kept_m3 for one in self.kept))

    @property
    def avoided_m3(self) -> float:
        """Volume kept out of the sewers."""
        return self.before_m3 - self.after_m3


def water_of(norms: WaterNorms, ground: Ground, layout: Layout, rain: Rain) -> Water | None:
    """Return the water side of what is drawn; None where the site has no cell with land cover and soil."""
    where, _ = ground.part(shapely.buffer(layout.site, norms.margin_m))
    around_m2 = _on(ground, where, shapely.buffer(layout.site, float(norms.surroundings.value)))
    cells = _Cells.of(norms, ground, where, rain)
    site_m2 = _on(ground, where, layout.site)
    if not (site_m2[cells.known] > 0).any():
        return None
    taking = layout.taking("water_m2_per_unit")
    taken = {one.key: _on(ground, where, one.ground) for one in taking}
    replaced = np.minimum(np.sum(list(taken.values()), axis=0), site_m2) if taken else np.zeros_like(site_m2)
    left = np.where(cells.known, site_m2 - replaced, 0.0)
    site = np.where(cells.known, site_m2, 0.0)
    own = {one.key: _own_m3(norms, one, taken[one.key], cells, rain) for one in taking}
    drained_after = float((left * cells.draining).sum())
    drained_after += sum(_draining(norms, one, taken[one.key], cells) for one in taking)
    pools = _pools(norms, ground, where, layout, cells)
    q_sealed = float(runoff_mm(rain.rain_mm, float(norms.sealed.value), float(norms.lambda_.value)))
    kept = _kept(layout.laid, own, pools, q_sealed)
    known_around = np.where(cells.known, around_m2, 0.0)
    near_before = float((known_around * cells.draining).sum())
    drained_before = float((site * cells.draining).sum())
    outside = sum(one.served_outside_m2 for one in kept)
    return Water(
        idren_before=_ratio(drained_before, site.sum()),
        idren_after=_ratio(drained_after, site.sum()),
        around_before=_ratio(near_before, known_around.sum()),
        around_after=_ratio(near_before - drained_before + drained_after, known_around.sum()),
        own_before_m3=float((site * cells.runoff).sum()) / 1000,
        own_after_m3=float((left * cells.runoff).sum()) / 1000 + sum(own.values()),
        served_m2=sum(one.served_m2 for one in kept),
        served_m3=outside * q_sealed / 1000,
        kept=kept,
        site_m2=float(layout.site.area),
        missing_m2=_dust(float(layout.site.area) - float(site.sum()), float(layout.site.area)),
        codes=cells.areas(site),
    )


@dataclass(frozen=True)
class _Cells:
    """What each cell of a part of the window is worth."""

    codes: NDArray[np.uint16]
    group: NDArray[np.intp]
    known: NDArray[np.bool_]
    runoff: Floats
    draining: Floats

    @classmethod
    def of(cls, norms: WaterNorms, ground: Ground, where: tuple[slice, slice], rain: Rain) -> _Cells:
        codes, groups = ground.codes[where], ground.groups[where]
        present, index = np.unique(codes, return_inverse=True)
        index = index.reshape(codes.shape)
        rows = [norms.cover.value.get(str(code)) for code in present]
        curve = np.array([[float(row[f"cn_{g.lower()}"]) if row else 98.0 for g in GROUPS] for row in rows])
        share = np.array([1 - float(row["sealed_share"]) if row else 0.0 for row in rows])
        runoff = runoff_mm(rain.rain_mm, curve, float(norms.lambda_.value))
        group = np.clip(groups.astype(np.intp) - 1, 0, 3)
        known = np.array([row is not None for row in rows])[index] & (groups > 0)
        return cls(codes, group, known, runoff[index, group], share[index])

    def areas(self, area_m2: Floats) -> dict[str, float]:
        """Return square metres by land-cover code, largest first."""
        present, index = np.unique(self.codes, return_inverse=True)
        sums = np.bincount(index.ravel(), weights=area_m2.ravel(), minlength=len(present))
        pairs = sorted(zip(present.tolist(), sums.tolist(), strict=True), key=lambda pair: -pair[1])
        return {str(code): area for code, area in pairs if area > 0}


def _on(ground: Ground, where: tuple[slice, slice], polygon: shapely.Geometry) -> Floats:
    """Return the square metres of `polygon` on the cells of `where`, which contains it."""
    inner, area = ground.part(polygon)
    whole = np.zeros((where[0].stop - where[0].start, where[1].stop - where[1].start))
    row, column = inner[0].start - where[0].start, inner[1].start - where[1].start
    whole[row : row + area.shape[0], column : column + area.shape[1]] = area
    return whole


def _own_m3(norms: WaterNorms, one: Laid, area_m2: Floats, cells: _Cells, rain: Rain) -> float:
    """Return the runoff of the solution's own ground."""
    curve = norms.solution_curve_numbers(one)
    runoff = runoff_mm(rain.rain_mm, curve, float(norms.lambda_.value))[cells.group]
    return float((np.where(cells.known, area_m2, 0.0) * runoff).sum()) / 1000


def _draining(norms: WaterNorms, one: Laid, area_m2: Floats, cells: _Cells) -> float:
    """Return how much of the solution's ground drains [m2]; as it did, where the norms do not say."""
    area = np.where(cells.known, area_m2, 0.0)
    try:
        return norms.draining_share(one) * float(area.sum())
    except KeyError:
        return float((area * cells.draining).sum())


def _pools(
    norms: WaterNorms, ground: Ground, where: tuple[slice, slice], layout: Layout, cells: _Cells
) -> list[float]:
    """Return the sealed surface near the solutions that collect, and nobody's ground [m2].

    First that within the site, then that beyond it. Trees or paving that serve nothing widen nothing.
    """
    grounds = shapely.union_all([one.ground for one in layout.laid])
    collecting = shapely.union_all([one.ground for one in layout.laid if _could_serve_m2(one) > 0])
    near = shapely.difference(shapely.buffer(collecting, float(norms.collecting.value)), grounds)
    sealed = np.where(cells.known, 1 - cells.draining, 0.0)
    parts = (shapely.intersection(near, layout.site), shapely.difference(near, layout.site))
    return [0.0 if part.is_empty else float((_on(ground, where, part) * sealed).sum()) for part in parts]


def _kept(
    laid: Sequence[Laid], own: Mapping[str, float], pools: list[float], q_sealed: float
) -> tuple[Kept, ...]:
    """Share out the sealed surface in proportion to what each solution could serve; the site's own first."""
    storage = [one.amount("storage_m3_per_unit") or 0.0 for one in laid]
    wanted = [_could_serve_m2(one) for one in laid]
    total = sum(wanted)
    served = min(total, sum(pools))
    share = served / total if total else 0.0
    outside = 1 - min(1.0, pools[0] / served) if served else 0.0
    found = []
    for one, stored, could in zip(laid, storage, wanted, strict=True):
        serves = could * share
        inflow = own.get(one.key, 0.0) + serves * q_sealed / 1000
        found.append(Kept(one.key, serves, serves * outside, inflow, stored, min(stored, inflow)))
    return tuple(found)


def _could_serve_m2(one: Laid) -> float:
    """Return the sealed surface a solution is made for [m2]; none where it stores nothing."""
    return (one.amount("served_m2_per_unit") or 0.0) if one.amount("storage_m3_per_unit") else 0.0


def _ratio(part: float, whole: float) -> float | None:
    return float(part) / float(whole) if whole > 0 else None


def _dust(missing: float, whole: float) -> float:
    return missing if missing > 1e-6 * whole else 0.0
