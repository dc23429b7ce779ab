"""A source of services as the layers of services and of their coverage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from trama.kernel.layers import Manifest
from trama.lake import Lake
from trama.lake.checks import SHOWN, Finding
from trama.sources.opening import OSM_PBF, OSM_XML, kind_of
from trama.sources.original import Original, TableReading
from trama.sources.osm.features import OSM, read_tagged
from trama.sources.services.coverage import COMPLETE, apart, covered, joined
from trama.sources.services.coverage import LAYER as COVERAGE
from trama.sources.services.listed import read_listed
from trama.sources.services.merging import with_others
from trama.sources.services.registers import Register
from trama.sources.services.rows import EXTRACT, REGISTER, settled
from trama.sources.services.taxonomy import Taxonomy
from trama.sources.territory import Territory

if TYPE_CHECKING:
    import pandas as pd

LIST_RULE = (
    "ogni riga con una voce e una posizione è un servizio; vale il registro sull'elenco e l'elenco su "
    "OpenStreetMap, dove chi vale di più si dichiara completo."
)
TAGS_RULE = (
    "punti e aree con le etichette OpenStreetMap che la tassonomia fa corrispondere a una voce; di un'area "
    "vale un punto al suo interno; ciò che è riservato non si conta."
)


def read_services(
    original: Original,
    manifest: Manifest,
    lake: Lake,
    territory: Territory,
    taxonomy: Taxonomy,
    registers: Sequence[Register],
    margin_m: float = 3000.0,
    apart_m: float = 30.0,
) -> TableReading:
    """Read a list, a register or an extract as rows of the services; their coverage comes beside.

    Raises
    ------
    NoService, MissingField, UnknownCoverage, UnreadableData
        And what the readers of lists and of extracts raise.
    """
    extract = original.path.is_file() and kind_of(original.path) in (OSM_PBF, OSM_XML)
    reading = TableReading(TAGS_RULE if extract else LIST_RULE)
    if extract:
        found = read_tagged(original, taxonomy, territory, margin_m, reading)
    else:
        found = read_listed(original, manifest, taxonomy, registers, territory, reading)
    table = settled(found, original, lake, territory, margin_m, apart_m, reading).assign(fonte=found.source)
    cells = covered(found, table, original, lake)
    before = apart(lake.version(COVERAGE)) if lake.has(COVERAGE) else None
    coverage = joined(cells, found.source, original.edition, before)
    ranks = {each.source: REGISTER for each in registers} | {OSM: EXTRACT}
    table = with_others(
        table.assign(sintetico=False), found, (cells, coverage), lake, ranks, apart_m, reading
    )
    reading.table = table[[*(spec.name for spec in manifest.fields), "geometry"]]
    if len(coverage):
        reading.beside = {COVERAGE: coverage}
        reading.notes.append(_told(coverage))
    repeated = table["id"][table["id"].duplicated()]
    where = tuple({"id": str(one), "at": None, "why": "identificativo ripetuto"} for one in repeated[:SHOWN])
    hint = "Dare a ogni servizio un identificativo diverso."
    reading.findings.append(Finding("unique_id", repeated.empty, len(repeated), where, hint))
    return reading


def _told(coverage: pd.DataFrame) -> str:
    """Return how many pairs of comune and voice are covered, and by whom."""
    pair = ["istat", "voce"]
    count = len(coverage.drop_duplicates(pair))
    complete = len(coverage[coverage["copertura"] == COMPLETE].drop_duplicates(pair))
    known = "una coppia" if count == 1 else f"{count} coppie"
    who = ", ".join(
        f"«{name}» {pairs}" for name, pairs in coverage["fonte"].value_counts().sort_index().items()
    )
    return (
        f"Copertura nota per {known} di comune e voce, completa per {complete} (per fonte: {who}); "
        "altrove il dato manca."
    )
