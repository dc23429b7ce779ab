"""The outcome of the evaluation sheets for a scenario, by the same code that evaluates an intervention."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import shapely

from trama.analyses.scheda.run import SchedaResult, run_scheda
from trama.analyses.whatif.drawing import Layout
from trama.analyses.whatif.water import Water
from trama.kernel.errors import TramaError
from trama.lake import Lake
from trama.norms import NormBook
from trama.norms.answers import Answer
from trama.norms.sheets import Sheet

MOST_MISSING = 0.01
"""Beyond this share of the site without data, its surfaces after are not known."""
NO_GROUND = "ciò che è disegnato non occupa suolo: disegnare l'area dell'intervento"
GivenAnswers = Mapping[str, Mapping[str, Mapping[str, Any]]]


@dataclass(frozen=True)
class Amount:
    """A solution of the catalogue with its whole quantity, in the catalogue's unit."""

    id: str
    area_m2: float


@dataclass(frozen=True)
class Subject:
    """A scenario as the sheets take an intervention; present and future surfaces are estimated."""

    geometry: shapely.Geometry
    nome: str
    tipologie: tuple[Amount, ...]
    stato_attuale: Mapping[str, float] | None = None
    progetto: Mapping[str, float] | None = None
    warnings: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class SheetOutcome:
    """What a sheet says; where it cannot say anything, the sentence that tells why."""

    sheet: Sheet
    result: SchedaResult | None
    problem: str = ""


def subject_of(layout: Layout, nome: str, surfaces_m2: Mapping[str, float] | None = None) -> Subject | None:
    """Return the scenario as an intervention: quantities of the same solution together; None without ground.

    `surfaces_m2` are the site's after, where the map knows it whole: the solutions lie where they are drawn,
    and the sheet need not guess what they replace.
    """
    if layout.without_ground:
        return None
    amounts: dict[str, float] = {}
    for one in layout.laid:
        amounts[one.id] = amounts.get(one.id, 0.0) + one.quantity
    kinds = tuple(Amount(key, round(quantity, 3)) for key, quantity in amounts.items())
    return Subject(_as_area(layout.site), nome, kinds, progetto=surfaces_m2)


def whole_surfaces(water: Water | None) -> dict[str, float] | None:
    """Return the surfaces after, made to sum to the site; None where too much of it has no data."""
    if water is None or water.missing_m2 > MOST_MISSING * water.site_m2:
        return None
    total = sum(water.surfaces_m2.values())
    return {key: area * water.site_m2 / total for key, area in water.surfaces_m2.items()}


def outcomes_of(
    lake: Lake, book: NormBook, subject: Subject | None, answers: GivenAnswers, day: date
) -> tuple[SheetOutcome, ...]:
    """Evaluate every sheet of the norms; traces go where `lake` keeps them.

    Without a subject (what is drawn takes no ground) the sheets say so.
    """
    if subject is None:
        return tuple(SheetOutcome(sheet, None, NO_GROUND) for sheet in book.sheets.values())
    found = []
    for sheet in book.sheets.values():
        given = {
            key: Answer(answer["valore"], str(answer.get("motivo", "")))
            for key, answer in answers.get(sheet.id, {}).items()
        }
        try:
            found.append(SheetOutcome(sheet, run_scheda(lake, book, sheet, subject, given, day)))
        except TramaError as error:
            found.append(SheetOutcome(sheet, None, error.text()))
    return tuple(found)


def _as_area(site: shapely.Geometry) -> shapely.Geometry:
    """Return polygons alone: slivers and points have no area to evaluate."""
    parts = [part for part in shapely.get_parts(site) if part.geom_type == "Polygon"]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
