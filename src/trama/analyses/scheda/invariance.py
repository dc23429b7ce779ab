"""The volume that hydraulic invariance asks of the project, as a step of the sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from trama.analyses.invarianza import Question, assess
from trama.analyses.scheda.surfaces import Catalogue, Composition
from trama.analyses.territory.location import ComuneShare
from trama.kernel.errors import TramaError
from trama.kernel.trace import Node
from trama.norms import NormBook

KEY, LABEL = "volume_richiesto", "Volume richiesto dall'invarianza idraulica"


def required_volume(
    book: NormBook, day: date, catalogue: Catalogue, project: Composition, comuni: Sequence[ComuneShare]
) -> Node:
    """Return the step that gives the volume due [m3] for the project's surfaces.

    The comune with the largest share gives criticality and rainfall. Where the volume cannot be computed (no
    surface drains, a comune outside the tables) the value is None and the note says why: the sheet then asks.
    """
    try:
        assessment = assess(book, day, _question(catalogue, project, comuni))
    except TramaError as error:
        return Node(KEY, LABEL, None, "m3", source="mancante", note=str(error))
    note = " ".join(assessment.notices)
    return replace(assessment.root, key=KEY, label=LABEL, note=note)


def _question(catalogue: Catalogue, project: Composition, comuni: Sequence[ComuneShare]) -> Question:
    surfaces: dict[str, float] = {}
    for key, area_m2 in project.areas_m2.items():
        kind = str(catalogue.surfaces.value[key]["rr7"])
        surfaces[kind] = surfaces.get(kind, 0.0) + area_m2
    return Question(
        total_m2=project.total_m2,
        surfaces_m2=surfaces,
        comune=comuni[0].istat if comuni else None,
        surfaces_source=project.source,
    )
