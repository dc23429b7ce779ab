"""Any layer of features: columns matched to the manifest, what can be measured measured, the rest asked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from trama.kernel.layers import FieldSpec, Manifest
from trama.kernel.places import METRIC_EPSG
from trama.lake import Lake
from trama.lake.checks import check_table
from trama.sources.class_table import as_text
from trama.sources.errors import MissingField, NoValues
from trama.sources.original import Original, TableReading
from trama.sources.territory import COMUNI, Territory
from trama.sources.vector_files import read_features

if TYPE_CHECKING:
    import geopandas

RULE = "gli elementi del file come sono, con i campi della scheda del livello."
_DIMENSION = {"point": 0, "line": 1, "polygon": 2}
_NAMED = {0: "punti", 1: "linee", 2: "poligoni"}


def read_vectors(original: Original, manifest: Manifest, lake: Lake, territory: Territory) -> TableReading:
    """Read features as rows of `manifest`.

    A field takes the column of the same name (upper and lower case alike) or the one named in
    ``original.columns`` (then in the manifest's ``source``); an empty name there leaves the field empty.
    ``area_m2`` is measured, ``istat`` is the comune that holds most of the element, a missing key is
    numbered, and the fields that ``source`` says are kept come from the layer's current version.

    Raises
    ------
    MissingField
        A field is neither in the file nor named, nor can it be measured.
    NoValues
        No element has the layer's kind of geometry.
    """
    reading = TableReading(RULE)
    features = read_features(original, reading, territory.shape.bounds if territory.shape else None)
    features = _right_kind(features, manifest, original, reading)
    if manifest.crs != METRIC_EPSG:
        features = features.to_crs(manifest.crs)
    original = replace(original, columns={**_usual_columns(features, manifest), **original.columns})
    columns: dict[str, np.ndarray] = {}
    kept = [spec for spec in manifest.fields if _is_kept(spec, features, manifest, original, lake)]
    for spec in manifest.fields:
        if spec not in kept:
            columns[spec.name] = _column(spec, features, manifest, original, lake, reading)
    if kept:
        columns |= _kept_columns(kept, columns[str(manifest.key)], manifest, lake, reading)
    columns = {spec.name: columns[spec.name] for spec in manifest.fields}
    table = features[["geometry"]].assign(**columns).reset_index(drop=True)
    reading.table = table[[*columns, "geometry"]]
    shape = territory.shape if manifest.crs == METRIC_EPSG else None
    reading.findings += [
        finding
        for finding in check_table(reading.table, manifest, shape)
        if finding.check != "valid_geometry"  # told already, with the numbers the elements have in the file
    ]
    return reading


def _right_kind(
    features: geopandas.GeoDataFrame, manifest: Manifest, original: Original, reading: TableReading
) -> geopandas.GeoDataFrame:
    wanted = _DIMENSION[manifest.geometry]
    dimensions = shapely.get_dimensions(features.geometry.to_numpy())
    other = (dimensions != wanted) & (dimensions >= 0)
    if other.all():
        raise NoValues(name=original.name, why=f"servono {_NAMED[wanted]} e non ce n'è nessuno.")
    if other.any():
        reading.notes.append(f"{int(other.sum())} elementi non sono {_NAMED[wanted]} e non si leggono.")
    return features[~other]


def _column(
    spec: FieldSpec,
    features: geopandas.GeoDataFrame,
    manifest: Manifest,
    original: Original,
    lake: Lake,
    reading: TableReading,
) -> np.ndarray:
    present = {name.lower(): name for name in features.columns if name != "geometry"}
    asked = original.columns.get(spec.name)
    if asked == "":
        reading.notes.append(f"Il campo «{spec.name}» resta vuoto, come richiesto.")
        return np.full(len(features), None, dtype=object)
    found = present.get((asked or spec.name).lower())
    if found is not None:
        return _typed(features[found], spec)
    if asked is None and spec.name == "area_m2":
        return np.asarray(shapely.area(features.geometry.to_numpy()))
    if asked is None and spec.name == "istat" and lake.has(COMUNI):
        reading.notes.append("Il comune di ogni elemento è quello che ne contiene la parte maggiore.")
        return comune_of(features, lake)
    if asked is None and spec.name == manifest.key:
        reading.notes.append(
            f"Il file non ha «{spec.name}»: gli elementi sono numerati nell'ordine del file."
        )
        return np.array(
            [f"{manifest.id}-{number:05d}" for number in range(1, len(features) + 1)], dtype=object
        )
    raise MissingField(
        name=original.name,
        what=f"«{asked or spec.name}» ({spec.meaning})",
        present=", ".join(present.values()) or "nessuno",
        hint=f"Indicare la colonna con --map {spec.name}=COLONNA, o --map {spec.name}= per lasciarlo vuoto.",
    )


def _usual_columns(features: geopandas.GeoDataFrame, manifest: Manifest) -> dict[str, str]:
    """Return the manifest's field → column where the file has it, → "" where it is left empty."""
    present = {name.lower() for name in features.columns}
    usual = manifest.source.columns.items()
    return {
        name: column
        for name, column in usual
        if name.lower() not in present and (column == "" or column.lower() in present)
    }


def _is_kept(
    spec: FieldSpec, features: geopandas.GeoDataFrame, manifest: Manifest, original: Original, lake: Lake
) -> bool:
    present = {name.lower() for name in features.columns}
    if spec.name not in manifest.source.kept or spec.name in original.columns or manifest.key is None:
        return False
    if spec.name.lower() in present or not lake.has(manifest.id):
        return False
    return spec.name in {each.name for each in lake.version(manifest.id).manifest.fields}


def _kept_columns(
    kept: list[FieldSpec], keys: np.ndarray, manifest: Manifest, lake: Lake, reading: TableReading
) -> dict[str, np.ndarray]:
    """Return the fields as the current version has them, element by element; missing where it has none."""
    version = lake.version(manifest.id)
    names = [spec.name for spec in kept]
    before = version.table(columns=[str(manifest.key), *names]).set_index(str(manifest.key))
    reading.notes.append(
        f"L'originale non ha {', '.join(names)}: restano quelli della versione {version.id}."
    )
    found = before[names].reindex(keys)
    if strangers := [str(key) for key in keys if key not in before.index]:
        reading.notes.append(f"Senza quei valori, perché nuovi: {', '.join(strangers[:10])}.")
    return {spec.name: _typed(found[spec.name], spec) for spec in kept}


def _typed(column: pd.Series, spec: FieldSpec) -> np.ndarray:
    if spec.type == "number":
        return pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64)
    if spec.type == "integer":
        return np.asarray(pd.to_numeric(column, errors="coerce").round().astype("Int64").array)
    return np.array([as_text(value) or None for value in column.to_numpy(dtype=object)], dtype=object)


def comune_of(features: geopandas.GeoDataFrame, lake: Lake) -> np.ndarray:
    """Return the ISTAT code of the comune with the largest part of each element; None outside all of them."""
    comuni = lake.version(COMUNI).table(columns=["istat"]).to_crs(features.crs)
    shapes = shapely.make_valid(features.geometry.to_numpy())
    tree = shapely.STRtree(comuni.geometry.to_numpy())
    element, comune = tree.query(shapes, predicate="intersects")
    shared = shapely.intersection(shapes[element], tree.geometries[comune])
    weight = np.where(shapely.area(shared) > 0, shapely.area(shared), shapely.length(shared))
    best: list[str | None] = [None] * len(features)
    codes = comuni["istat"].to_numpy()
    for row in np.lexsort((codes[comune], -weight))[::-1]:  # the heaviest is written last
        best[element[row]] = str(codes[comune[row]])
    return np.array(best, dtype=object)
