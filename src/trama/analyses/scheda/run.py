"""From an intervention to a motivated outcome: measure, evaluate, keep the explanation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import shapely

from trama import __version__
from trama.analyses.scheda.heat_project import heat_measures
from trama.analyses.scheda.invariance import required_volume
from trama.analyses.scheda.place import Measures, Place, shared_measures
from trama.analyses.scheda.project import Project, project_measures
from trama.analyses.scheda.surfaces import (
    Catalogue,
    Composition,
    Solution,
    declared,
    estimated_present,
    estimated_project,
)
from trama.analyses.scheda.warmth import warm_measures
from trama.analyses.scheda.water import water_measures
from trama.analyses.territory.location import ComuneShare, Location, locate
from trama.kernel.errors import NotFound
from trama.kernel.trace import Node, Trace
from trama.lake import Lake
from trama.norms import NormBook
from trama.norms.answers import Answer
from trama.norms.evaluation import Evaluation, evaluate
from trama.norms.sheets import Sheet


class Subject(Protocol):
    """What is evaluated: an intervention as read from a file or drawn on the map."""

    @property
    def geometry(self) -> shapely.Geometry:
        """Polygon or multipolygon, EPSG:32632."""

    @property
    def nome(self) -> str:
        """Name given by who proposes it."""

    @property
    def tipologie(self) -> Sequence[Solution]:
        """Solutions of the catalogue, with their quantities."""

    @property
    def stato_attuale(self) -> Mapping[str, float] | None:
        """Present surfaces [m2] by class; None to estimate them."""

    @property
    def progetto(self) -> Mapping[str, float] | None:
        """Surfaces of the project [m2] by class; None to estimate them."""


@dataclass(frozen=True)
class SchedaResult:
    """The outcome, the comuni it falls in, the surfaces and solutions used, and the trace that was kept."""

    subject_name: str
    area_m2: float
    where: Location
    present: Composition
    project: Composition
    catalogue: Catalogue
    solutions: tuple[Solution, ...]
    evaluation: Evaluation
    trace: Trace


def find_sheet(book: NormBook, name: str) -> Sheet:
    """Return the sheet called ``scheda_<name>`` (or `name`); raises `NotFound` with those that exist."""
    wanted = name.replace("-", "_")
    for sheet_id in (wanted, f"scheda_{wanted}"):
        if sheet_id in book.sheets:
            return book.sheets[sheet_id]
    raise NotFound(what=name, hint=f"Schede caricate: {', '.join(book.sheets)}.")


def companions(book: NormBook, sheet: Sheet) -> list[Sheet]:
    """Return the sheets that one declaration of an intervention serves: those that share its surfaces."""
    return [other for other in book.sheets.values() if other.vocabulary == sheet.vocabulary]


def run_scheda(
    lake: Lake, book: NormBook, sheet: Sheet, subject: Subject, answers: Mapping[str, Answer], day: date
) -> SchedaResult:
    """Evaluate `subject` with `sheet` on `day` and keep the trace in the lake.

    Raises
    ------
    TramaError
        Whatever the person can mend: surfaces that do not sum, answers out of the list, a day before the
        norms, a polygon outside the territory.
    """
    polygon, area = subject.geometry, float(subject.geometry.area)
    where = locate(lake, book, day, polygon)
    comuni = where.comuni
    catalogue = Catalogue.at(book, sheet.vocabulary, day)
    catalogue.check(subject.tipologie, area)
    place = Place.at(lake, book, sheet.path, day, polygon)
    of_place = {**shared_measures(place), **water_measures(place), **warm_measures(place)}
    present, after = _surfaces(catalogue, subject, area, of_place["luogo.quota_sigillata"])
    project = Project(book, sheet.path, day, catalogue, present, after, subject.tipologie)
    known: Measures = {
        **of_place,
        **project_measures(project, lambda: required_volume(book, day, catalogue, after, comuni)),
        **heat_measures(project, place),
    }
    measures = {name: known[name]() for name in sheet.measures() if name in known}
    evaluation = evaluate(book, sheet, day, measures, answers)
    trace = Trace(
        subject=f"{sheet.title.it}: {subject.nome or 'intervento senza nome'}",
        day=day,
        root=evaluation.root,
        software=__version__,
        asked=_asked(sheet, subject, answers, comuni),
    )
    lake.traces.save(trace)
    solutions = tuple(subject.tipologie)
    return SchedaResult(subject.nome, area, where, present, after, catalogue, solutions, evaluation, trace)


def _surfaces(
    catalogue: Catalogue, subject: Subject, area_m2: float, sealed: Callable[[], Node]
) -> tuple[Composition, Composition]:
    if subject.stato_attuale:
        present = declared(catalogue, "stato attuale", subject.stato_attuale, area_m2)
    else:
        share = sealed().value
        present = estimated_present(None if share is None else float(share), area_m2)
    if subject.progetto:
        return present, declared(catalogue, "progetto", subject.progetto, area_m2)
    return present, estimated_project(catalogue, present, subject.tipologie)


def _asked(
    sheet: Sheet, subject: Subject, answers: Mapping[str, Answer], comuni: Sequence[ComuneShare]
) -> dict[str, Any]:
    return {
        "scheda": sheet.id,
        "nome": subject.nome,
        "geometria_wkt": shapely.to_wkt(subject.geometry, rounding_precision=2),
        "stato_attuale": dict(subject.stato_attuale or {}),
        "progetto": dict(subject.progetto or {}),
        "tipologie": [{"id": solution.id, "area_m2": solution.area_m2} for solution in subject.tipologie],
        "risposte": {
            key: {"valore": answer.value, "motivo": answer.reason} for key, answer in answers.items()
        },
        "comuni": [{"istat": share.istat, "quota": share.share} for share in comuni],
    }
