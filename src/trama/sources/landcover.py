"""Land cover: DUSAF polygons, or any raster with a class table, onto the layer's grid as integer codes."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from trama.kernel.units import format_number
from trama.lake.checks import Finding
from trama.sources.cells import burn, find_gaps, first_place
from trama.sources.class_table import as_text, read_class_table
from trama.sources.opening import RASTERS, VECTORS, opened
from trama.sources.original import Original, RasterReading
from trama.sources.raster_files import read_cells
from trama.sources.territory import Grid, Territory
from trama.sources.vector_files import pick, read_features

if TYPE_CHECKING:
    import geopandas

CODE_FIELDS = (
    *("COD_TEMA", "COD_TOT", "COD_DUSAF", "CODICE", "COD", "CODE", "LIVELLO5", "LIV_5", "LIVELLO4"),
    *("LIV_4", "COD_LIV5", "COD_LIV4", "CLC_CODE", "LULC", "LUCODE"),
)
DESCRIPTIONS = ("DESCR", "DESCRIZIONE")
"""Columns in which the regional service writes the code before the description."""
RULE = (
    "ogni cella prende il codice {of} che ne contiene il centro{overlap}; fuori dal territorio il dato manca."
)
NODATA = 0
_LARGEST = np.iinfo(np.uint16).max


def read_landcover(
    original: Original, grid: Grid, territory: Territory, known_codes: Collection[int] | None = None
) -> RasterReading:
    """Read land cover onto `grid` as codes (uint16, 0 where missing).

    Parameters
    ----------
    known_codes
        Codes the norms know. A deeper code that is not among them is brought to its nearest ancestor (the
        legend is a tree: 11231 is a kind of 1123); what has none is reported with count and area, and with
        ``original.repair`` becomes missing. Codes are not checked where None.

    Raises
    ------
    TramaError
        What cannot be read: see `trama.sources.errors` and `trama.sources.opening`.
    """
    table = read_class_table(original.classes) if original.classes else None
    with opened(original.path, VECTORS | RASTERS, inners=original.inners) as file:
        vector = file.kind in VECTORS
    of, overlap = (
        ("del poligono", " (il più piccolo, se più d'uno)") if vector else ("della cella d'origine", "")
    )
    reading = RasterReading(RULE.format(of=of, overlap=overlap), grid=grid, nodata=NODATA)
    inside = territory.mask(grid)
    if vector:
        cells = _from_polygons(original, reading, grid, table, known_codes)
    else:
        cells = _from_cells(original, reading, grid, inside, table, known_codes)
    cells[~inside] = NODATA
    reading.cells = cells
    reading.findings.append(find_gaps(cells != NODATA, grid, territory, inside))
    return reading


def _from_polygons(
    original: Original,
    reading: RasterReading,
    grid: Grid,
    table: dict[str, str] | None,
    known_codes: Collection[int] | None,
) -> np.ndarray:
    features = read_features(original, reading, grid.bounds)
    texts = _codes_or_descriptions(features, original, table)
    shapes = features.geometry.to_numpy()
    areas = np.nan_to_num(shapely.area(shapes))
    codes = _translate(texts, areas, table, known_codes, original, reading)
    polygonal = np.isin(shapely.get_type_id(shapes), (3, 6)) & (codes != NODATA)
    if left := int(np.count_nonzero(~np.isin(shapely.get_type_id(shapes), (3, 6)))):
        reading.notes.append(f"{left} elementi non sono poligoni e non si leggono.")
    return burn(shapes[polygonal], codes[polygonal], grid, NODATA, "uint16")


def _codes_or_descriptions(
    features: geopandas.GeoDataFrame, original: Original, table: dict[str, str] | None
) -> list[str]:
    """Return the column of codes, or a description that holds them or that the class table knows."""
    present = {name.upper(): name for name in features.columns}
    described = [present[name] for name in DESCRIPTIONS if name in present]
    if described and original.value_field is None and not any(name in present for name in CODE_FIELDS):
        texts = [as_text(value) for value in features[described[0]].to_numpy(dtype=object)]
        if table or any(leading_code(text) for text in texts):
            return texts
    column = pick(features, original, CODE_FIELDS, "il codice della classe")
    return [as_text(value) for value in features[column].to_numpy(dtype=object)]


def _from_cells(
    original: Original,
    reading: RasterReading,
    grid: Grid,
    inside: np.ndarray,
    table: dict[str, str] | None,
    known_codes: Collection[int] | None,
) -> np.ndarray:
    cells, known = read_cells(original, reading, grid)
    known &= inside
    values, where, counts = np.unique(cells[known], return_inverse=True, return_counts=True)
    texts = [as_text(value.item()) for value in values]
    codes = _translate(texts, counts * grid.cell_m2, table, known_codes, original, reading)
    out = np.full(grid.shape, NODATA, dtype=np.uint16)
    out[known] = codes[where]
    for finding in reading.findings:
        if finding.check == "known_classes":
            for place in finding.where:
                row = texts.index(place["id"])
                place["at"] = first_place(known & (cells == values[row]), grid)
    return out


def _translate(
    texts: list[str],
    areas_m2: np.ndarray,
    table: dict[str, str] | None,
    known_codes: Collection[int] | None,
    original: Original,
    reading: RasterReading,
) -> np.ndarray:
    """Turn the original's own values into codes, one per text; what is not known stays missing."""
    meaning: dict[str, int | None] = {}
    lifted: dict[str, int] = {}
    for text in sorted(set(texts)):
        code = _number((table or {}).get(text) or leading_code(text, alone=table is None))
        meaning[text] = known = _nearest_known(code, known_codes)
        if known is not None and known != code:
            lifted[text] = known
    if lifted:
        pairs = ", ".join(f"{text} → {code}" for text, code in lifted.items())
        reading.notes.append(f"Codici più fini della tabella, ricondotti al livello superiore: {pairs}.")
    reading.findings.append(_unknown(texts, areas_m2, meaning, has_table=table is not None))
    if original.repair and not reading.findings[-1].ok:
        reading.mended.append("known_classes")
        reading.notes.append("Le classi sconosciute sono diventate «dato mancante».")
    return np.array([meaning[text] or NODATA for text in texts], dtype=np.uint16)


def leading_code(text: str, *, alone: bool = True) -> str:
    """Return the code a description begins with; a text that is only a code counts where `alone`.

    >>> leading_code("1111 - tessuto residenziale denso"), leading_code("1111"), leading_code("Cave")
    ('1111', '1111', '')
    """
    code, _, rest = text.partition(" ")
    return code if code.isascii() and code.isdigit() and (alone or rest.strip()) else ""


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and 0 < int(text) <= _LARGEST else None


def _nearest_known(code: int | None, known_codes: Collection[int] | None) -> int | None:
    """Return the code itself if known, or its nearest known ancestor; None where there is none."""
    if code is None or known_codes is None:
        return code
    while code and code not in known_codes:
        code //= 10
    return code or None


def _unknown(
    texts: list[str], areas_m2: np.ndarray, meaning: dict[str, int | None], *, has_table: bool
) -> Finding:
    found: dict[str, tuple[int, float]] = {}
    for text, area in zip(texts, areas_m2.tolist(), strict=True):
        if meaning[text] is None:
            count, total = found.get(text, (0, 0.0))
            found[text] = (count + 1, total + area)
    where: tuple[dict[str, Any], ...] = tuple(
        {
            "id": text,
            "at": None,
            "why": f"{'classe' if text else 'classe vuota'}: {format_number(area / 1e4, 'ha')}"
            + (f" in {count} elementi" if count > 1 else ""),
            "area_m2": round(area, 1),
        }
        for text, (count, area) in sorted(found.items(), key=lambda item: -item[1][1])
    )
    wanted = "Aggiungerle alla tabella data con --classes" if has_table else "Dare con --classes una tabella"
    hint = f"{wanted} (colonne valore, codice); con --repair diventano «dato mancante»." if found else ""
    return Finding("known_classes", not found, len(found), where, hint)
