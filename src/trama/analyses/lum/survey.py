"""What people say by hand: perimeters redrawn by the comuni, answers given on the spot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
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

    from trama.lake.draft import Draft

PERIMETERS, SURVEYS = "lum_perimetri_comunali", "lum_rilievi"
BOARDINGS, CYCLES, COVERED = "saliti_giorno", "posti_bici", "posti_bici_coperti"
COUNTS = (BOARDINGS, CYCLES, COVERED)
"""Questions answered with a number."""
MADE_BY = "lum_comuni"


@dataclass(frozen=True)
class Redrawn:
    """A perimeter that a comune redrew and the office accepted.

    Attributes
    ----------
    fermate
        Ids of the stops it was accepted for, separated by a space; empty where nobody wrote them down.
    dove
        The middle of those stops, metres east and north; empty likewise.
    """

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
    fermate: str = ""
    dove: str = ""


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


def read_perimeters(lake: Lake, version: str | None = None) -> tuple[dict[str, Redrawn], Version | None]:
    """Return LUM → its perimeter by the comune, and the version read; nothing where none was accepted.

    A row without the day of its acceptance no longer stands.
    """
    every, read = read_rows(lake, version)
    return {code: row for code, row in every.items() if row.accolto_il}, read


def read_rows(lake: Lake, version: str | None = None) -> tuple[dict[str, Redrawn], Version | None]:
    """Return the rows of the layer of perimeters, those that no longer stand too; raises `UnknownVersion`."""
    if not lake.has(PERIMETERS):
        return {}, None
    read = lake.version(PERIMETERS, version)
    there = {spec.name for spec in read.manifest.fields}
    names = [name for name in Redrawn.__dataclass_fields__ if name in there]
    rows, shapes = read.features(names, None)
    found = {}
    for at, shape in enumerate(shapes):
        row = {name: str(rows[name][at] or "") for name in names}
        found[row["codice"]] = Redrawn(**row, shape=shape)
    return found, read


def read_replies(
    lake: Lake, version: str | None = None
) -> tuple[dict[str, dict[str, Reply]], Version | None]:
    """Return LUM → question → the answer that stands, and the version read; raises `UnknownVersion`.

    An answer that was withdrawn is a row without an answer: it does not stand.
    """
    found: dict[str, dict[str, Reply]] = {}
    for reply in rows_of_replies(lake, version):
        if reply.risposta:
            found.setdefault(reply.codice, {})[reply.domanda] = reply
    return found, lake.version(SURVEYS, version) if lake.has(SURVEYS) else None


def rows_of_replies(lake: Lake, version: str | None = None) -> list[Reply]:
    """Return the rows of the layer of answers, withdrawn ones too; raises `UnknownVersion`."""
    rows = lake.version(SURVEYS, version).table().to_dict("records") if lake.has(SURVEYS) else []
    return [Reply(**{name: str(row[name] or "") for name in Reply.__dataclass_fields__}) for row in rows]


def standing(lake: Lake) -> dict[str, str]:
    """Return the layers of what people say → their current version, those that are there."""
    return {layer: lake.version(layer).id for layer in (PERIMETERS, SURVEYS) if lake.has(layer)}


def counted(replies: Mapping[str, Reply], question: str) -> float | None:
    """Return the number answered to a question; None where nobody answered."""
    reply = replies.get(question)
    return float(reply.risposta.replace(",", ".")) if reply and reply.risposta else None


@contextmanager
def perimeters_written(
    lake: Lake, book: NormBook, rows: Sequence[Redrawn], day: date, *, who: str
) -> Iterator[Draft]:
    """Write perimeters as a new version of their layer, which takes its place when the block ends.

    Where they cannot be written the block is not entered; where it fails they leave no sign. `who` answers.
    """
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
        yield draft


def publish_perimeters(
    lake: Lake, book: NormBook, rows: Sequence[Redrawn], day: date, *, who: str
) -> Version:
    """Write perimeters as the new version of their layer; `who` answers for it."""
    with perimeters_written(lake, book, rows, day, who=who) as draft:
        pass
    return draft.version


@contextmanager
def replies_written(
    lake: Lake, book: NormBook, rows: Sequence[Reply], day: date, *, who: str
) -> Iterator[Draft]:
    """Write the last answer to each question as a new version of their layer, as `perimeters_written`."""
    import pandas as pd

    with lake.draft(manifest_of(book, SURVEYS), _provenance(day, who)) as draft:
        draft.write_table(pd.DataFrame([asdict(row) for row in rows]))
        yield draft


def _provenance(day: date, who: str) -> Provenance:
    return Provenance(made_by=MADE_BY, synthetic=False, day=day.isoformat(), who=who)
