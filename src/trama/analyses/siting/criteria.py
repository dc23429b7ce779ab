"""A site judged by the siting criteria of services, as a sheet judges an intervention."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely

from trama import __version__
from trama.analyses.scheda.answer import evaluation_json
from trama.analyses.siting.errors import NoCriteria, UnknownEntry
from trama.analyses.siting.measures import site_measures
from trama.analyses.siting.site import Site
from trama.kernel.trace import Trace
from trama.lake import Lake
from trama.norms import NormBook
from trama.norms.answers import Answer
from trama.norms.evaluation import Evaluation, evaluate
from trama.norms.sheets import Sheet

TAXONOMY = "sttm2/servizi/tassonomia"
CRITERIA = "localizzazione_servizi"


@dataclass(frozen=True)
class Judged:
    """A site, the outcome, and the trace that was kept."""

    site: Site
    name: str
    voce_name: str
    evaluation: Evaluation
    trace: Trace
    by_point: bool = False
    """Whether it was given as a point, and the norms drew the area around it."""

    def to_json(self) -> dict[str, Any]:
        """Return the answer of ``trama localizza``, its envelope apart."""
        inner = self.site.shape.representative_point()
        body = evaluation_json(self.evaluation, self.trace)
        return {
            "criteri": body.pop("scheda"),
            "nome": self.name,
            "voce": self.site.voce,
            "voce_nome": self.voce_name,
            "x": round(inner.x, 2),
            "y": round(inner.y, 2),
            "area_m2": round(float(self.site.shape.area), 2),
            "comuni": [
                {"istat": one.istat, "nome": one.nome, "quota": round(one.share, 6)}
                for one in self.site.where.comuni
            ],
            "avvisi": [*(str(notice) for notice in self.site.where.notices), *self.evaluation.notices],
            **body,
        }


def criteria_of(book: NormBook) -> Sheet:
    """Return the siting criteria of services; raises `NoCriteria` where the norms have none."""
    if CRITERIA not in book.sitings:
        raise NoCriteria()
    return book.sitings[CRITERIA]


def judge(
    lake: Lake,
    book: NormBook,
    shape: shapely.Geometry,
    voce: str,
    answers: Mapping[str, Answer],
    day: date,
    name: str = "",
) -> Judged:
    """Judge a site for a service of entry `voce` on `day`, and keep the trace in the lake.

    Parameters
    ----------
    shape
        Point or polygon, EPSG:32632.

    Raises
    ------
    TramaError
        Whatever the person can mend: an unknown entry, a site outside, answers out of the list, a day before
        the norms, access never computed.
    """
    sheet = criteria_of(book)
    taxonomy = book.value(TAXONOMY, day).value
    if voce not in taxonomy:
        raise UnknownEntry(given=voce[:40], known=", ".join(list(taxonomy)[:12]) + "...")
    site = Site.at(lake, book, sheet, day, shape, voce)
    known = site_measures(site)
    measures = {key: known[key]() for key in sheet.measures() if key in known}
    evaluation = evaluate(book, sheet, day, measures, answers)
    title = f"{sheet.title.it}: {name or taxonomy[voce]['nome']}"
    asked = {
        "criteri": sheet.id,
        "nome": name,
        "voce": voce,
        "geometria_wkt": shapely.to_wkt(site.shape, rounding_precision=2),
        "risposte": {
            key: {"valore": answer.value, "motivo": answer.reason} for key, answer in answers.items()
        },
    }
    trace = Trace(title, day, evaluation.root, __version__, asked)
    lake.traces.save(trace)
    by_point = shape.geom_type == "Point"
    return Judged(site, name, str(taxonomy[voce]["nome"]), evaluation, trace, by_point)
