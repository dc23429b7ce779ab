"""The sheets on the whole demonstration territory: from polygon to kept trace, and the PDF; warm, p95."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import shapely

from benchmarks.demo_home import DAY, demo_home
from benchmarks.report import Measure, Work
from trama.analyses.scheda.document import render_pdf
from trama.analyses.scheda.run import SchedaResult, find_sheet, run_scheda
from trama.lake import Lake
from trama.norms import NormBook, load_book
from trama.norms.answers import Answer

ROUNDS = 40
SIDE_M = 95.0
_Item = TypeVar("_Item")
_Made = TypeVar("_Made")
ANSWERS = {
    "drenaggio": {
        "B1": Answer("depavimentazione"),
        "C3": Answer({"infiltrazione": 0.8, "riuso": 0.2}),
        "C5": Answer(["ombra"]),
        "C6": Answer("piano"),
    },
    "isola-calore": {
        "B1": Answer("depavimentazione_alberata"),
        "C4": Answer(["suolo_per_albero"]),
        "C5": Answer(30),
        "C6": Answer("piano"),
        "tetti": Answer("no"),
    },
}


@dataclass(frozen=True)
class Solution:
    """A solution with its quantity."""

    id: str
    area_m2: float


@dataclass(frozen=True)
class Proposal:
    """A car park of 0.9 ha to be unsealed."""

    geometry: shapely.Polygon
    nome: str = "Parcheggio"
    tipologie: tuple[Solution, ...] = (Solution("permeable_paving", 5000.0), Solution("rain_garden", 600.0))
    stato_attuale: dict[str, float] | None = None
    progetto: dict[str, float] | None = None
    warnings: tuple[str, ...] = field(default=())


def run() -> Work:
    """Evaluate car parks all over the demonstration territory with each sheet, then print each."""
    book, lake = load_book(), Lake(demo_home() / "lake")
    subjects = [Proposal(spot) for spot in _spots(lake)]
    measures: list[Measure] = []
    notes = [
        f"{ROUNDS} car parks of {SIDE_M:g} m side over the 133 comuni, 10 m cells; warm, one thread.",
        "Each evaluation includes 1,000 draws of the weights and writes its trace to disk.",
    ]
    for name in ANSWERS:
        evaluated, printed = _measured(lake, book, subjects, name)
        measures += [
            Measure(f"{name}: polygon to kept trace, p95", _p95(evaluated), None, "ms", gate=300, goal=200),
            Measure(
                f"{name}: PDF/A-2a with map and annex, p95", _p95(printed), None, "ms", gate=1000, goal=500
            ),
        ]
        medians = f"{np.median(evaluated):.0f} ms to the trace, {np.median(printed):.0f} ms to print it"
        notes.append(f"Medians, {name}: {medians}.")
    return Work("Schede Norma: polygon to trace, and PDF", None, measures, notes)


def _measured(
    lake: Lake, book: NormBook, subjects: list[Proposal], name: str
) -> tuple[list[float], list[float]]:
    evaluated, results = _timed(subjects, lambda subject: _evaluate(lake, book, subject, name))
    pairs = list(zip(results, subjects, strict=True))
    printed, _ = _timed(pairs, lambda pair: render_pdf(lake, pair[0], pair[1].geometry))
    return evaluated, printed


def _evaluate(lake: Lake, book: NormBook, subject: Proposal, name: str) -> SchedaResult:
    return run_scheda(lake, book, find_sheet(book, name), subject, ANSWERS[name], DAY)


def _spots(lake: Lake) -> list[shapely.Polygon]:
    comuni = lake.version("comuni").table(columns=["istat"])
    centres = comuni.geometry.representative_point()[:: max(1, len(comuni) // ROUNDS)][:ROUNDS]
    return [shapely.box(p.x, p.y, p.x + SIDE_M, p.y + SIDE_M) for p in centres]


def _timed(items: list[_Item], act: Callable[[_Item], _Made]) -> tuple[list[float], list[_Made]]:
    """Return the milliseconds of `act` on each item, and what it made, after one act that only warms up."""
    act(items[0])
    milliseconds, made = [], []
    for item in items:
        start = time.perf_counter()
        made.append(act(item))
        milliseconds.append(1000 * (time.perf_counter() - start))
    return milliseconds, made


def _p95(milliseconds: list[float]) -> float:
    return float(np.percentile(milliseconds, 95))
