"""From drawings to effects: water, heat, sheets, money, cautions, and the explanation of each figure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import shapely

from trama import __version__
from trama.analyses.territory.location import ComuneShare, locate
from trama.analyses.whatif.cautions import Caution, cautions_of
from trama.analyses.whatif.drawing import DrawnPiece, Layout, Solutions, check_crowding, lay
from trama.analyses.whatif.events import Rain, rain_of
from trama.analyses.whatif.findings import Findings
from trama.analyses.whatif.ground import Ground, read_ground
from trama.analyses.whatif.heat import Heat, HeatNorms, heat_of
from trama.analyses.whatif.money import cost_of, upkeep_of
from trama.analyses.whatif.sheets import (
    GivenAnswers,
    SheetOutcome,
    outcomes_of,
    subject_of,
    whole_surfaces,
)
from trama.analyses.whatif.steps import root_of
from trama.analyses.whatif.water import Water, WaterNorms, water_of
from trama.kernel.notices import Notice
from trama.kernel.trace import Trace
from trama.lake import Lake
from trama.lake.nearby import NearbyLake
from trama.lake.traces import Forgetful
from trama.norms import NormBook

_BESIDE = ThreadPoolExecutor(2, thread_name_prefix="schede")
"""The sheets are evaluated beside the heat, whose transforms leave the interpreter free."""


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
class Effects(Findings):
    """What a scenario does, and the explanation of every figure; kept in the lake only where asked."""

    nome: str
    day: date
    comuni: tuple[ComuneShare, ...]
    cautions: tuple[Caution, ...]
    trace: Trace
    unread: tuple[Notice, ...] = ()


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
    NothingDrawn, UnknownSolution, WrongDrawing, WrongQuantity, Crowded, TooWide, BadEvent
        What a person can mend.
    OutsideTerritory
        Nothing is known of the place.
    NotInForce
        A norm has no value on `day`.
    """
    lake = _remembering(lake, keep=keep)
    rain = rain_of(book, day, subject.event, subject.rain_mm)
    layout = lay(Solutions.at(book, day), subject.pieces, subject.area)
    check_crowding(layout, subject.pieces)
    comuni = locate(lake, book, day, layout.site).comuni

    def sheets_of(water: Water | None) -> tuple[SheetOutcome, ...]:
        if not with_sheets:
            return ()
        surfaces = whole_surfaces(water)
        proposal = None if layout.without_ground else subject_of(layout, subject.nome, surfaces)
        return outcomes_of(lake, book, proposal, subject.answers, day)

    found = _find(lake, book, day, layout, rain, sheets_of)
    name = subject.nome or "senza nome"
    trace = Trace(f"Scenario: {name}", day, root_of(found, kept=keep), __version__, _asked(subject, rain))
    lake.traces.save(trace)
    cautions = tuple(cautions_of(lake, found.ground, layout))
    return Effects(
        **vars(found),
        nome=subject.nome,
        day=day,
        comuni=comuni,
        cautions=cautions,
        trace=trace,
        unread=_unread(book, subject),
    )


def _find(
    lake: Lake,
    book: NormBook,
    day: date,
    layout: Layout,
    rain: Rain,
    sheets_of: Callable[[Water | None], tuple[SheetOutcome, ...]],
) -> Findings:
    """Read the ground around the drawings and measure water and heat on it."""
    norms, heat_norms = WaterNorms.at(book, day), HeatNorms.at(book, day)
    ground = read_ground(lake, layout.site, norms.margin_m)
    water = water_of(norms, ground, layout, rain) if ground else None
    sheets = _BESIDE.submit(sheets_of, water)
    heat = None
    if ground and heat_norms:
        reach_m = heat_norms.margin_m
        heat = heat_of(heat_norms, ground, layout, lambda: read_ground(lake, layout.site, reach_m), lake)
    return Findings(
        solutions=Solutions.at(book, day),
        layout=layout,
        rain=rain,
        ground=ground,
        norms=norms,
        water=water,
        heat_norms=heat_norms,
        heat=heat,
        cost=cost_of(layout.laid),
        upkeep=upkeep_of(layout.laid),
        sheets=sheets.result(),
        lacking=_lacking(ground, water, heat, heat_norms),
    )


def _unread(book: NormBook, subject: Subject) -> tuple[Notice, ...]:
    """Name the sheets that are answered and do not exist."""
    names = ", ".join(f"«{key[:60]}»" for key in subject.answers if key not in book.sheets)
    if not names:
        return ()
    there = ", ".join(book.sheets)
    sentence = f"Risposte non lette: {names} non è una Scheda (ci sono: {there})."
    return (
        Notice("scheda_ignota", sentence, f"Answers not read: {names} is no sheet (there are: {there})."),
    )


def _remembering(lake: Lake, *, keep: bool) -> Lake:
    """Return the lake as a gesture wants it: quick the second time, keeping explanations only if asked."""
    nearby = NearbyLake(lake)
    if not keep:
        nearby.traces = Forgetful(lake.traces.root)
    return nearby


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
            {"id": piece.id, "quantita": piece.quantity, "geometria_wkt": wkt(piece.geometry)}
            for piece in subject.pieces
        ],
        "risposte": {key: dict(value) for key, value in subject.answers.items()},
    }
