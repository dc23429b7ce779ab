"""Depth of the water table: measured points, contour lines, polygons or rasters, onto the layer's grid."""

from __future__ import annotations

import numpy as np
import shapely

from trama.sources.cells import burn, find_gaps
from trama.sources.errors import NoValues
from trama.sources.opening import RASTERS, VECTORS, opened
from trama.sources.original import Original, RasterReading
from trama.sources.plausible import Measured, Plausible
from trama.sources.raster_files import read_cells
from trama.sources.territory import Grid, Territory
from trama.sources.vector_files import pick, read_features

DEPTH_FIELDS = (
    *("SOGGIACENZA", "SOGG", "SOGG_M", "SOGGIACENZ", "PROFONDITA", "PROF", "DEPTH", "DEPTH_M"),
    *("CONTOUR", "VALORE", "VALUE"),
)
NEGATIVE = "Profondità sotto zero: controllare il segno o se sono quote della falda."
_RULES = {
    "cells": "ogni cella prende la profondità della cella d'origine che ne contiene il centro.",
    "polygons": "ogni cella prende la profondità del poligono che ne contiene il centro.",
    "points": "profondità interpolata linearmente tra i punti (triangolazione di Delaunay); fuori dal loro "
    "contorno il dato manca.",
    "lines": "profondità interpolata linearmente tra i vertici delle isolinee (triangolazione di Delaunay); "
    "fuori dal loro contorno il dato manca.",
}


def read_water_table(
    original: Original, grid: Grid, territory: Territory, plausible: Plausible | None = None
) -> RasterReading:
    """Read the depth of the water table below ground onto `grid`: float32 metres, NaN where missing.

    Points and contour lines are interpolated linearly between them and never beyond them. Depths below zero
    (water above the ground, or heights given with the wrong sign) stop the version; with
    ``original.repair`` they become missing. So does what the norms do not expect: see `plausible`.
    """
    reading = RasterReading("", grid=grid, nodata=float("nan"))
    with opened(original.path, VECTORS | RASTERS, inners=original.inners) as file:
        vector = file.kind in VECTORS
    if vector:
        kind, depths = _from_features(original, reading, grid)
    else:
        cells, known = read_cells(original, reading, grid)
        kind, depths = "cells", np.where(known, cells.astype(np.float32), np.float32(np.nan))
    reading.rule = _RULES[kind]
    inside = territory.mask(grid)
    depths[~inside] = np.nan
    measured = Measured(depths, "m", grid, original, reading)
    if np.isnan(depths).all():
        raise NoValues(name=original.name, why="nessuna profondità cade sul territorio.")
    measured.stop_impossible(depths < 0, NEGATIVE)
    measured.stop_unusual(plausible)
    reading.cells = depths
    reading.findings.append(find_gaps(np.isfinite(depths), grid, territory, inside))
    return reading


def _from_features(original: Original, reading: RasterReading, grid: Grid) -> tuple[str, np.ndarray]:
    import pandas as pd

    features = read_features(original, reading, grid.bounds)
    column = pick(features, original, DEPTH_FIELDS, "la profondità")
    depths = pd.to_numeric(features[column], errors="coerce").to_numpy(dtype=np.float64)
    shapes = features.geometry.to_numpy()
    good = np.isfinite(depths) & ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
    if left := int(np.count_nonzero(~good)):
        reading.notes.append(f"{left} elementi non hanno una profondità numerica e non si leggono.")
    if not good.any():
        raise NoValues(name=original.name, why=f"nessun numero nella colonna «{column}».")
    shapes, depths = shapes[good], depths[good]
    dimension = int(shapely.get_dimensions(shapes).max())
    same = shapely.get_dimensions(shapes) == dimension
    shapes, depths = shapes[same], depths[same]
    if dimension == 2:
        return "polygons", burn(shapes, depths, grid, float("nan"), "float32")
    if dimension == 1:
        side = 2 * abs(grid.transform.a)
        shapes = shapely.segmentize(shapes, side)
    points, owner = shapely.get_coordinates(shapes, return_index=True)
    return ("lines" if dimension == 1 else "points"), _interpolate(points, depths[owner], original, grid)


def _interpolate(points: np.ndarray, depths: np.ndarray, original: Original, grid: Grid) -> np.ndarray:
    """Interpolate on the centres of the cells; the mean where several values stand on one point."""
    from scipy.interpolate import LinearNDInterpolator
    from scipy.spatial import QhullError

    places, owner = np.unique(points, axis=0, return_inverse=True)
    means = np.bincount(owner.ravel(), weights=depths) / np.bincount(owner.ravel())
    origin = places.mean(axis=0)
    try:
        surface = LinearNDInterpolator(places - origin, means)
    except (QhullError, ValueError) as error:
        raise NoValues(
            name=original.name, why="servono almeno tre punti non allineati per interpolare."
        ) from error
    x = grid.transform.c + grid.transform.a * (np.arange(grid.columns) + 0.5) - origin[0]
    y = grid.transform.f + grid.transform.e * (np.arange(grid.rows) + 0.5) - origin[1]
    out = np.empty(grid.shape, dtype=np.float32)
    for row in range(grid.rows):
        out[row] = surface(x, np.full(grid.columns, y[row]))
    return out
