"""Soils: hydrologic group (A to D) and grain size, from polygons or rasters, onto the layer's grid."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import shapely

from trama.kernel.units import format_number
from trama.lake.checks import Finding
from trama.sources.cells import burn, find_gaps
from trama.sources.class_table import as_text, read_class_table
from trama.sources.opening import RASTERS, VECTORS, opened
from trama.sources.original import Original, RasterReading
from trama.sources.raster_files import read_cells
from trama.sources.territory import Grid, Territory
from trama.sources.vector_files import pick, read_features

NODATA = 0
GROUPS: Mapping[str, int] = {"a": 1, "b": 2, "c": 3, "d": 4, "1": 1, "2": 2, "3": 3, "4": 4}
DRAINED_OR_NOT: Mapping[str, int] = {"a/d": 4, "b/d": 4, "c/d": 4}
"""Dual groups, drained / undrained: the soil is taken as it is without drains."""
TEXTURES: Mapping[str, int] = {
    **{"1": 1, "grossolana": 1, "coarse": 1, "sabbiosa": 1},
    **{"2": 2, "media": 2, "medium": 2, "franca": 2},
    **{"3": 3, "fine": 3, "argillosa": 3},
}
GROUP_FIELDS = (
    "GRUPPO_IDR",
    "GRUPPO_IDROLOGICO",
    "GRUPPOIDRO",
    "GRUPPO",
    "IDROLOGICO",
    "HSG",
    "HYDGRP",
    "COD_IDRO",
)
TEXTURE_FIELDS = ("TESSITURA", "TEXTURE", "GRANULOMETRIA", "CLASSE_GRAN", "TESS")
RULE = "ogni cella prende la classe del suolo che ne contiene il centro; fuori dal territorio il dato manca."


def read_soil_groups(original: Original, grid: Grid, territory: Territory) -> RasterReading:
    """Read hydrologic soil groups onto `grid`: uint8, 1 = A, 2 = B, 3 = C, 4 = D, 0 where missing.

    Dual groups such as ``A/D`` read as D, which is what the soil is until it is drained; a class table given
    with the original says otherwise.
    """
    reading = _read(
        original, grid, territory, {**GROUPS, **DRAINED_OR_NOT}, GROUP_FIELDS, "il gruppo idrologico"
    )
    reading.rule += " I gruppi doppi (A/D, B/D, C/D) valgono D, cioè senza drenaggi."
    return reading


def read_texture(original: Original, grid: Grid, territory: Territory) -> RasterReading:
    """Read grain-size classes onto `grid`: uint8, 1 = coarse, 2 = medium, 3 = fine, 0 where missing."""
    return _read(original, grid, territory, TEXTURES, TEXTURE_FIELDS, "la classe granulometrica")


def _read(
    original: Original,
    grid: Grid,
    territory: Territory,
    words: Mapping[str, int],
    usual: tuple[str, ...],
    what: str,
) -> RasterReading:
    reading = RasterReading(RULE, grid=grid, nodata=NODATA)
    table = read_class_table(original.classes) if original.classes else {}
    with opened(original.path, VECTORS | RASTERS, inners=original.inners) as file:
        vector = file.kind in VECTORS
    inside = territory.mask(grid)
    if vector:
        features = read_features(original, reading, grid.bounds)
        column = pick(features, original, usual, what)
        texts = [as_text(value) for value in features[column].to_numpy(dtype=object)]
        shapes = features.geometry.to_numpy()
        classes = _classes(texts, np.nan_to_num(shapely.area(shapes)), words, table, original, reading)
        chosen = np.isin(shapely.get_type_id(shapes), (3, 6)) & (classes != NODATA)
        cells = burn(shapes[chosen], classes[chosen], grid, NODATA, "uint8")
    else:
        found, known = read_cells(original, reading, grid)
        known &= inside
        values, where, counts = np.unique(found[known], return_inverse=True, return_counts=True)
        texts = [as_text(value.item()) for value in values]
        classes = _classes(texts, counts * grid.cell_m2, words, table, original, reading)
        cells = np.full(grid.shape, NODATA, dtype=np.uint8)
        cells[known] = classes[where]
    cells[~inside] = NODATA
    reading.cells = cells
    reading.findings.append(find_gaps(cells != NODATA, grid, territory, inside))
    return reading


def _classes(
    texts: list[str],
    areas_m2: np.ndarray,
    words: Mapping[str, int],
    table: Mapping[str, str],
    original: Original,
    reading: RasterReading,
) -> np.ndarray:
    """Turn the original's words into classes; an unknown one is reported, and missing if so repaired."""
    classes = [words.get(table.get(text, text).lower()) for text in texts]
    unknown: dict[str, float] = {}
    for text, number, area in zip(texts, classes, areas_m2.tolist(), strict=True):
        if number is None:
            unknown[text] = unknown.get(text, 0.0) + area
    where = tuple(
        {
            "id": text,
            "at": None,
            "why": f"classe {'sconosciuta' if text else 'vuota'}: {format_number(area / 1e4, 'ha')}",
            "area_m2": round(area, 1),
        }
        for text, area in sorted(unknown.items(), key=lambda item: -item[1])
    )
    hint = "Dare con --classes una tabella (valore, codice); con --repair diventano «dato mancante»."
    reading.findings.append(
        Finding("known_classes", not unknown, len(unknown), where, hint if unknown else "")
    )
    if unknown and original.repair:
        reading.mended.append("known_classes")
    return np.array([number or NODATA for number in classes], dtype=np.uint8)
