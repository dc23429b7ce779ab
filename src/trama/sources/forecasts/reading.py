"""Forecasts of the plans: each polygon with its kind, its code and the voice that whoever brings it gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from trama.kernel.layers import Manifest
from trama.kernel.places import METRIC_EPSG
from trama.lake import Lake
from trama.lake.checks import check_table
from trama.sources.class_table import as_text, read_class_table
from trama.sources.errors import BadClassTable, NoValues
from trama.sources.original import Original, TableReading
from trama.sources.placing import plain_name
from trama.sources.services.taxonomy import Taxonomy
from trama.sources.territory import COMUNI, Territory
from trama.sources.vector_files import read_features
from trama.sources.vectors import comune_of
from trama.sources.works.columns import Usual, match_columns
from trama.sources.works.values import text_of

if TYPE_CHECKING:
    import geopandas

FORECASTS = "previsioni"
"""Kind of source of the layer."""
KINDS = "sttm2/registri/previsioni"
OTHER = "altro"
RULE = (
    "i poligoni del file con il loro genere, letto dalla legenda, e il codice della destinazione; la voce è "
    "quella che la tabella data dice per il codice, altrimenti è vuota; i comuni che il file contiene "
    "prendono il posto di com'erano, gli altri restano."
)
NAMES = Usual(
    synonyms={
        "id": ("objectid", "id_poligono", "cod_id", "identificativo", "gid"),
        "comune": ("nome_com", "nome_comune", "nomecom", "comuni"),
        "genere": ("legenda", "legend", "tipo_previsione", "classe"),
        "codice": ("cod_dest1", "cod_dest", "codice_destinazione", "cod_destinazione"),
        "destinazione": ("dcod_dest1", "spec_dest", "destinazione_uso", "descrizione"),
        "scheda": ("url", "link", "url_scheda", "scheda_url"),
    },
    beside=(),
    required=("genere",),
    derived=("istat", "voce", "area_m2"),
)
_SHOWN = 12


def read_forecasts(
    original: Original,
    manifest: Manifest,
    lake: Lake,
    territory: Territory,
    taxonomy: Taxonomy,
    kinds: Mapping[str, Any],
) -> TableReading:
    """Read the polygons of the forecasts as rows of `manifest`.

    Parameters
    ----------
    kinds
        Words of the legend → ``genere``.

    Raises
    ------
    NoValues
        No polygon lies on the territory.
    BadClassTable
        A voice of the table given is not in the taxonomy.
    MissingField
        The file has no legend, and no column was pointed at.
    NoOverlap, MissingCrs, WhichLayer, UnreadableData
        And what `trama.sources.opening.opened` raises.
    """
    reading = TableReading(RULE)
    features = _areas(
        read_features(original, reading, territory.shape.bounds if territory.shape else None),
        original,
        reading,
    )
    present = [str(name) for name in features.columns if name != "geometry"]
    found = match_columns(present, manifest, original, reading, NAMES)
    cells = {name: [text_of(cell) for cell in features[column]] for name, column in found.items()}
    codes = cells.get("codice") or [None] * len(features)
    istat = comune_of(features, lake) if lake.has(COMUNI) else np.full(len(features), None, dtype=object)
    features, keep = _inside(features, istat, territory, original, reading)
    take = np.flatnonzero(keep)
    legends = _texts(cells.get("genere"), take)
    own = cells.get("id") or [f"{number:06d}" for number in range(1, len(keep) + 1)]
    table = features.assign(
        id=[f"{istat[at] or 'fuori'}:{own[at] or f'{at + 1:06d}'}" for at in take],
        istat=istat[take],
        genere=[_kind(legend, kinds) for legend in legends],
        codice=[codes[at] for at in take],
        voce=_voices([codes[at] for at in take], original, taxonomy, reading),
        area_m2=np.asarray(shapely.area(features.geometry.to_numpy())),
        **{name: _texts(cells.get(name), take) for name in ("comune", "destinazione", "scheda")},
    )
    table = table[[*(spec.name for spec in manifest.fields), "geometry"]].reset_index(drop=True)
    _tell_kinds(table["genere"].tolist(), legends, reading)
    table = _with_others(table, manifest, lake, reading)
    reading.table = table.sort_values("id", kind="stable", ignore_index=True)
    reading.findings += [
        finding for finding in check_table(reading.table, manifest) if finding.check != "valid_geometry"
    ]
    return reading


def _areas(
    features: geopandas.GeoDataFrame, original: Original, reading: TableReading
) -> geopandas.GeoDataFrame:
    areas = shapely.get_dimensions(features.geometry.to_numpy()) == 2
    if not areas.any():
        raise NoValues(name=original.name, why="servono poligoni e non ce n'è nessuno.")
    if not areas.all():
        reading.notes.append(f"{int((~areas).sum())} elementi non sono poligoni e non si leggono.")
    return features[areas].reset_index(drop=True)


def _inside(
    features: geopandas.GeoDataFrame,
    istat: np.ndarray,
    territory: Territory,
    original: Original,
    reading: TableReading,
) -> tuple[geopandas.GeoDataFrame, np.ndarray]:
    keep = np.ones(len(features), dtype=bool) if territory.shape is None else ~pd.isna(istat)
    if not keep.any():
        raise NoValues(name=original.name, why="nessun poligono è in un comune del territorio.")
    if not keep.all():
        reading.notes.append(f"{int((~keep).sum())} poligoni sono fuori dal territorio e non si leggono.")
    return features[keep], keep


def _texts(cells: list[str | None] | None, take: np.ndarray) -> list[str | None]:
    return [None] * len(take) if cells is None else [cells[at] for at in take]


def _kind(legend: str | None, kinds: Mapping[str, Any]) -> str:
    words = set(plain_name(legend).split())
    found = (row["genere"] for key, row in kinds.items() if set(plain_name(key).split()) <= words)
    return str(next(found, OTHER)) if words else OTHER


def _voices(
    codes: list[str | None], original: Original, taxonomy: Taxonomy, reading: TableReading
) -> list[str | None]:
    """Return the voice of each code, as the table given says; tell the codes it does not say."""
    if original.classes is None:
        reading.notes.append(
            "La voce resta vuota: per indicarla dare una tabella CSV con le colonne valore (il codice della "
            "destinazione) e codice (la voce, come IST.PRI)."
        )
        return [None] * len(codes)
    table = {}
    for code, written in read_class_table(original.classes).items():
        voce = taxonomy.find(written)
        if voce is None:
            raise BadClassTable(
                name=original.classes.name, why=f"«{written}» non è una voce della tassonomia."
            )
        table[as_text(code)] = voce
    silent = Counter(code for code in codes if code is not None and as_text(code) not in table)
    if silent:
        told = ", ".join(f"{code} ({count})" for code, count in silent.most_common(_SHOWN))
        more = f" e altri {len(silent) - _SHOWN}" if len(silent) > _SHOWN else ""
        reading.notes.append(f"Codici che la tabella non dice, lasciati senza voce: {told}{more}.")
    return [None if code is None else table.get(as_text(code)) for code in codes]


def _tell_kinds(kinds: list[str], legends: list[str | None], reading: TableReading) -> None:
    other = Counter(legend or "vuota" for kind, legend in zip(kinds, legends, strict=True) if kind == OTHER)
    counts = ", ".join(f"{kind} {count}" for kind, count in Counter(kinds).most_common())
    reading.notes.append(f"Poligoni per genere: {counts}.")
    if other:
        told = ", ".join(f"«{legend}» ({count})" for legend, count in other.most_common(_SHOWN))
        reading.notes.append(f"Legende lette come «altro»: {told}.")


def _with_others(
    table: geopandas.GeoDataFrame, manifest: Manifest, lake: Lake, reading: TableReading
) -> geopandas.GeoDataFrame:
    """Keep the polygons of the comuni that the file does not have."""
    if not lake.has(manifest.id) or lake.version(manifest.id).synthetic:
        return table
    version = lake.version(manifest.id)
    before = version.table().to_crs(METRIC_EPSG)
    mine = before["istat"].isin(set(table["istat"].dropna()))
    if mine.any():
        reading.events.append(f"Sostituiti {int(mine.sum())} poligoni dei comuni che il file contiene.")
    others = before[~mine]
    if not len(others):
        return table
    reading.events.append(f"Restano {len(others)} poligoni di altri comuni.")
    reading.kept, reading.stays = version, others["istat"].value_counts().sort_index().to_dict()
    both: geopandas.GeoDataFrame = pd.concat([table, others[table.columns]], ignore_index=True)
    return both
