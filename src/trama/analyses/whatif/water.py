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

from trama.analyses.whatif.cells import GROUPS, Cells, on_cells
from trama.analyses.whatif.collecting import Kept, pools_m2, share_out
from trama.analyses.whatif.drawing import FOLDER, Laid, Layout
from trama.analyses.whatif.events import STORM, Rain
from trama.analyses.whatif.ground import Floats, Ground
from trama.engines.hydrology import potential_retention_mm, runoff_mm
from trama.kernel.trace import ParameterUse
from trama.norms import InForce, NormBook

SHEET = "sttm1/scheda_drenaggio"
SEALED, GREEN = "impermeabile", "verde_profondo"
"""Surface classes that the land cover's sealed share tells apart, as the sheets take it."""


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

    def uses(self) -> tuple[ParameterUse, ...]:
        """Quote what every solution shares."""
        return self.lambda_.use(), self.lawn.use(), self.sealed.use(), self.collecting.use()


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
    surfaces_m2
        Of the site, after, by surface class of the sheets.
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
    surfaces_m2: Mapping[str, float]

    @property
    def before_m3(self) -> float:
        """Volume that reaches the sewers before."""
        return self.own_before_m3 + self.served_m3

    @property
    def after_m3(self) -> float:
        """Volume that reaches the sewers after."""
        return max(0.0, self._arriving_m3)

    @property
    def spare_m3(self) -> float:
        """Volume the solutions would keep beyond all that there is: it is kept by none."""
        return max(0.0, -self._arriving_m3)

    @property
    def _arriving_m3(self) -> float:
        return self.own_after_m3 + self.served_m3 - sum(one.kept_m3 for one in self.kept)

    @property
    def avoided_m3(self) -> float:
        """Volume kept out of the sewers."""
        return self.before_m3 - self.after_m3


def water_of(norms: WaterNorms, ground: Ground, layout: Layout, rain: Rain) -> Water | None:
    """Return the water side of what is drawn; None where the site has no cell with land cover and soil."""
    where, _ = ground.part(shapely.buffer(layout.site, norms.margin_m))
    lambda_ = float(norms.lambda_.value)
    cells = Cells.of(norms.cover, lambda_, ground, where, rain.rain_mm)
    site_m2 = on_cells(ground, where, layout.site)
    if not (site_m2[cells.known] > 0).any():
        return None
    site = np.where(cells.known, site_m2, 0.0)
    taking = layout.taking("water_m2_per_unit")
    taken = {one.key: np.where(cells.known, on_cells(ground, where, one.ground), 0.0) for one in taking}
    left = site - np.minimum(sum(taken.values(), np.zeros_like(site)), site)
    own = {one.key: _own_m3(norms, one, taken[one.key], cells, rain) for one in taking}
    spared = {key: float((area * cells.runoff).sum()) / 1000 - own[key] for key, area in taken.items()}
    q_sealed = float(runoff_mm(rain.rain_mm, float(norms.sealed.value), lambda_))
    pools = pools_m2(float(norms.collecting.value), ground, where, layout, cells)
    kept = share_out(layout.laid, own, spared, pools, q_sealed)
    surfaces = _surfaces(norms, taking, taken, left, cells)
    around = on_cells(ground, where, shapely.buffer(layout.site, float(norms.surroundings.value)))
    return Water(
        **_draining(norms, around, site, surfaces, cells),
        own_before_m3=float((site * cells.runoff).sum()) / 1000,
        own_after_m3=float((left * cells.runoff).sum()) / 1000 + sum(own.values()),
        served_m2=sum(one.served_m2 for one in kept),
        served_m3=sum(one.served_outside_m2 for one in kept) * q_sealed / 1000,
        kept=kept,
        site_m2=float(layout.site.area),
        missing_m2=_dust(float(layout.site.area) - float(site.sum()), float(layout.site.area)),
        codes=cells.areas(site),
        surfaces_m2=surfaces,
    )


def _draining(
    norms: WaterNorms, around_m2: Floats, site: Floats, surfaces: Mapping[str, float], cells: Cells
) -> dict[str, float | None]:
    """Return the draining share of the site, and of the site with its surroundings, before and after."""
    around = np.where(cells.known, around_m2, 0.0)
    near, before = float((around * cells.draining).sum()), float((site * cells.draining).sum())
    after = sum(float(norms.surfaces.value[key]["draining_share"]) * m2 for key, m2 in surfaces.items())
    return {
        "idren_before": _ratio(before, site.sum()),
        "idren_after": _ratio(after, site.sum()),
        "around_before": _ratio(near, around.sum()),
        "around_after": _ratio(near - before + after, around.sum()),
    }


def _own_m3(norms: WaterNorms, one: Laid, area_m2: Floats, cells: Cells, rain: Rain) -> float:
    """Return the runoff of the solution's own ground."""
    curve = norms.solution_curve_numbers(one)
    runoff = runoff_mm(rain.rain_mm, curve, float(norms.lambda_.value))[cells.group]
    return float((area_m2 * runoff).sum()) / 1000


def _surfaces(
    norms: WaterNorms, taking: Sequence[Laid], taken: Mapping[str, Floats], left: Floats, cells: Cells
) -> dict[str, float]:
    """Return the site's square metres after, by surface class: what the map says, what solutions make.

    Where the norms do not say what a solution makes, its ground stays what it was.
    """
    found: dict[str, float] = {}
    as_it_was = left.copy()
    for one in taking:
        area = taken[one.key]
        made = norms.made.value.get(one.id)
        if made is None:
            as_it_was += area
        else:
            found[made] = found.get(made, 0.0) + float(area.sum())
    green = float((as_it_was * cells.draining).sum())
    for key, area_m2 in ((GREEN, green), (SEALED, float(as_it_was.sum()) - green)):
        found[key] = found.get(key, 0.0) + area_m2
    return {key: area_m2 for key, area_m2 in found.items() if area_m2 > 0}


def _ratio(part: float, whole: float) -> float | None:
    return float(part) / float(whole) if whole > 0 else None


def _dust(missing: float, whole: float) -> float:
    return missing if missing > 1e-6 * whole else 0.0
