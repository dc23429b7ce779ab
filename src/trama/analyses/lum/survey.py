"""What people say by hand: perimeters redrawn by the comuni, answers given on the spot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import shapely

from trama.analyses.territory.made import manifest_of
from trama.kernel.layers import Provenance
from trama.kernel.places import METRIC_EPSG
from trama.lake import Lake
from trama.lake.version import Version
from trama.norms import NormBook

if TYPE_CHECKING:
    from datetime import date

PERIMETERS, SURVEYS = "lum_perimetri_comunali", "lum_rilievi"
BOARDINGS, CYCLES, COVERED = "saliti_giorno", "posti_bici", "posti_bici_coperti"
COUNTS = (BOARDINGS, CYCLES, COVERED)
"""Questions answered with a number."""
MADE_BY = "lum_comuni"


@dataclass(frozen=True)
class Redrawn:
    """A perimeter that a comune redrew and the office accepted."""

    codice: str
    nome: str
    istat: str
    comune: str
    atto: str
    data_atto: str
    chi: str
    ente: str
    accolto_da: str
    accolto_il: str
    proposta: str
    shape: shapely.Geometry


@dataclass(frozen=True)
class Reply:
    """An answer given on the spot."""

    codice: str
    domanda: str
    risposta: str
    nota: str
    chi: str
    ente: str
    quando: str


def read_perimeters(lake: Lake) -> tuple[dict[str, Redrawn], Version | None]:
    """Return LUM → its perimeter by the comune, and the version read; nothing where none was accepted."""
    if not lake.has(PERIMETERS):
        return {}, None
    version = lake.version(PERIMETERS)
    names = [name for name in Redrawn.__dataclass_fields__ if name != "shape"]
    rows, shapes = version.features(names, None)
    found = {}
    for at, shape in enumerate(shapes):
        row = {name: str(rows[name][at] or "") for name in names}
        found[row["codice"]] = Redrawn(**row, shape=shape)
    return found, version


def read_replies(lake: Lake) -> tuple[dict[str, dict[str, Reply]], Version | None]:
    """Return LUM → question → the answer that stands, and the version read."""
    if not lake.has(SURVEYS):
        return {}, None
    version = lake.version(SURVEYS)
    found: dict[str, dict[str, Reply]] = {}
    for row in version.table().to_dict("records"):
        reply = Reply(**{name: str(row[name] or "") for name in Reply.__dataclass_fields__})
        found.setdefault(reply.codice, {})[reply.domanda] = reply
    return found, version


def counted(replies: Mapping[str, Reply], question: str) -> float | None:
    """Return the number answered to a question; None where nobody answered."""
    reply = replies.get(question)
    return float(reply.risposta.replace(",", ".")) if reply and reply.risposta else None


def publish_perimeters(
    lake: Lake, book: NormBook, rows: Sequence[Redrawn], day: date, *, who: str
) -> Version:
    """Write the perimeters that stand as a new version of their layer; `who` answers for it."""
    import geopandas

    table = geopandas.GeoDataFrame(
        [
            {
                **{name: value for name, value in vars(row).items() if name != "shape"},
                "area_m2": row.shape.area,
            }
            for row in rows
        ],
        geometry=[row.shape for row in rows],
        crs=METRIC_EPSG,
    )
    with lake.draft(manifest_of(book, PERIMETERS), _provenance(day, who)) as draft:
        draft.write_table(table)
        draft.write_tiles(table, max_zoom=15)
    return draft.version


def publish_replies(lake: Lake, book: NormBook, rows: Sequence[Reply], day: date, *, who: str) -> Version:
    """Write the answers that stand as a new version of their layer."""
    import pandas as pd

    with lake.draft(manifest_of(book, SURVEYS), _provenance(day, who)) as draft:
        draft.write_table(pd.DataFrame([asdict(row) for row in rows]))
    return draft.version


def _provenance(day: date, who: str) -> Provenance:
    return Provenance(made_by=MADE_BY, synthetic=False, day=day.isoformat(), who=who)
