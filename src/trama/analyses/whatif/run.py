"""From drawings to effects: water, heat, sheets, money, cautions, and the explanation of each figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import shapely

from trama import __version__
from trama.analyses.territory.location import ComuneShare, OutsideTerritory, locate
from trama.analyses.whatif.cautions import Caution, cautions_of
from trama.analyses.whatif.drawing import DrawnPiece, Layout, Solutions, lay
from trama.analyses.whatif.events import Rain, rain_of
from trama.analyses.whatif.ground import Ground, read_ground
from trama.analyses.whatif.heat import Heat, HeatNorms, heat_of
from trama.analyses.whatif.money import Money, cost_of, upkeep_of
from trama.analyses.whatif.sheets import GivenAnswers, SheetOutcome, outcomes_of
from trama.analyses.whatif.steps import root_of
from trama.analyses.whatif.water import Water, WaterNorms, water_of
from trama.kernel.trace import Trace
from trama.lake import Lake
from trama.lake.traces import Forgetful
from trama.norms import NormBook


class Subject(Protocol):
    """What is tried: a scenario drawn on the map (see `trama.sources.scenarios.Scenario`)."""

    @property
    def nome(self) -> str:
        """Name given by who draws it."""

    @property
    def pieces(self) -> Sequence[DrawnPiece]:
        """Solutions drawn, the last on top."""

    @property
    def area(self) -> shapely.Geometry | None:
        """Of the whole intervention, EPSG:32632."""

    @property
    def event(self) -> str:
        """A key of the events; empty for the default."""

    @property
    def rain_mm(self) -> float | None:
        """A depth written by hand, which wins."""

    @property
    def answers(self) -> GivenAnswers:
        """Answers to the sheets: sheet id → criterion → value and reason."""


@dataclass(frozen=True)
class Effects:
    """What a scenario does.

    Attributes
    ----------
    water, heat
        None where they cannot be computed: `lacking` says why, by ``acqua`` and ``caldo``.
    trace
        The explanation of every figure; kept in the lake only where asked.
    """

    nome: str
    day: date
    layout: Layout
    comuni: tuple[ComuneShare, ...]
    rain: Rain
    water: Water | None
    heat: Heat | None
    cost: Money
    upkeep: Money
    cautions: tuple[Caution, ...]
    sheets: tuple[SheetOutcome, ...]
    lacking: Mapping[str, str]
    trace: Trace


def run_whatif(
    lake: Lake, book: NormBook, subject: Subject, day: date, *, keep: bool, with_sheets: bool = True
) -> Effects:
    """Return the effects of `subject` on `day`.

    Parameters
    ----------
    keep
        Whether to keep the explanations: not while a corner moves under the hand.
    with_sheets
        Whether to evaluate the sheets too.

    Raises
    ------
    NothingDrawn, UnknownSolution, WrongDrawing, TooWide, BadEvent
        What a person can mend.
    OutsideTerritory
        Nothing is known of the place.
    NotInForce
        A norm has no value on `day`.
    """
    rain = rain_of(book, day, subject.event, subject.rain_mm)
    layout = lay(Solutions.at(book, day), subject.pieces, subject.area)
    where = locate(lake, book, day, layout.site)
    water_norms, heat_norms = WaterNorms.at(book, day), HeatNorms.at(book, day)
    margin_m = max(water_norms.margin_m, heat_norms.margin_m if heat_norms else 0.0)
    ground = read_ground(lake, layout.site, margin_m)
    water = water_of(water_norms, ground, layout, rain) if ground else None
    heat = heat_of(heat_norms, ground, layout) if ground and heat_norms else None
    lacking = _lacking(ground, water, heat, heat_norms)
    cost, upkeep = cost_of(layout.laid), upkeep_of(layout.laid)
    cautions = tuple(cautions_of(lake, ground, layout))
    kept = lake if keep else _forgetful(lake)
    sheets = outcomes_of(kept, book, layout, subject.nome, subject.answers, day) if with_sheets else []
    root = root_of(
        Solutions.at(book, day), layout, rain, ground, water_norms, water, heat_norms, heat, cost, upkeep, sheets, lacking
    )
    trace = Trace(
        subject=f"Scenario: {subject.nome or 'senza nome'}",
        day=day,
        root=root,
        software=__version__,
        asked=_asked(subject, rain),
    )
    kept.traces.save(trace)
    return Effects(
        subject.nome, day, layout, where.comuni, rain, water, heat, cost, upkeep, cautions, tuple(sheets), lacking, trace
    )


def _forgetful(lake: Lake) -> Lake:
    other = Lake(lake.root)
    other.traces = Forgetful(lake.traces.root)
    return other


def _lacking(
    ground: Ground | None, water: Water | None, heat: Heat | None, norms: HeatNorms | None
) -> dict[str, str]:
    found = {}
    if ground is None:
        words = "mancano i livelli uso_suolo o gruppo_idrologico: caricarli con trama layers add"
        return {"acqua": words, "caldo": words}
    if water is None:
        found["acqua"] = "qui i livelli non hanno dati"
    if norms is None:
        found["caldo"] = "le norme caricate non hanno i valori del caldo (WARM) per questo giorno"
    elif heat is None:
        found["caldo"] = "qui la mappa dell'uso del suolo non ha dati"
    return found


def _asked(subject: Subject, rain: Rain) -> dict[str, Any]:
    def wkt(shape: shapely.Geometry) -> str:
        return str(shapely.to_wkt(shape, rounding_precision=2))

    return {
        "nome": subject.nome,
        "pioggia": rain.key,
        "pioggia_mm": rain.rain_mm,
        "area_wkt": wkt(subject.area) if subject.area is not None else None,
        "soluzioni": [
            {"id": piece.id, "quantita": piece.quantity, "geometria_wkt": wkt(piece.geometry)} for piece in subject.pieces
        ],
        "risposte": {key: dict(value) for key, value in subject.answers.items()},
    }


__all__ = ["Effects", "OutsideTerritory", "Subject", "run_whatif"]
