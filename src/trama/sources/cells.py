"""Features and quantities turned into the cells of a layer, and what is missing among them."""

from __future__ import annotations

import numpy as np
import shapely

from trama.kernel.units import format_number
from trama.lake.checks import SHOWN, Finding
from trama.sources.territory import Grid, Territory


def burn(shapes: np.ndarray, values: np.ndarray, grid: Grid, fill: float, dtype: str) -> np.ndarray:
    """Give each cell the value of the polygon that holds its centre.

    Where polygons overlap the smaller one wins, so that the result does not depend on their order.

    Parameters
    ----------
    shapes, values
        Arrays of shape (features,), polygons in the metric system.
    """
    from rasterio.features import rasterize

    order = np.lexsort((values, -shapely.area(shapes)))
    pairs = [(shapes[row], values[row]) for row in order if not shapely.is_empty(shapes[row])]
    if not pairs:
        return np.full(grid.shape, fill, dtype=dtype)
    return np.asarray(
        rasterize(pairs, out_shape=grid.shape, transform=grid.transform, fill=fill, dtype=dtype)
    )


def find_gaps(known: np.ndarray, grid: Grid, territory: Territory, inside: np.ndarray) -> Finding:
    """Tell how many cells of the territory hold no value, and where the first of them lie."""
    if territory.shape is None:
        return Finding("no_gap", ok=False, hint="Vuoti non verificati: manca il livello «comuni».")
    missing = inside & ~known
    count = int(np.count_nonzero(missing))
    if not count:
        return Finding("no_gap", ok=True)
    share = count / max(1, int(np.count_nonzero(inside)))
    where = tuple(
        {"id": "", "at": centre(grid, int(row), int(column)), "why": "cella senza dato"}
        for row, column in np.argwhere(missing)[:SHOWN]
    )
    hint = (
        f"Senza dato {format_number(count * grid.cell_m2 / 1e4, 'ha')} "
        f"({format_number(share * 100, '%', 2)} del territorio): restano «dato mancante», mai zero."
    )
    return Finding("no_gap", ok=False, count=count, where=where, hint=hint)


def first_place(chosen: np.ndarray, grid: Grid) -> list[float] | None:
    """Return the centre of the first chosen cell; None where there is none."""
    flat = int(np.argmax(chosen))
    row, column = divmod(flat, grid.columns)
    return centre(grid, row, column) if chosen[row, column] else None


def centre(grid: Grid, row: int, column: int) -> list[float]:
    """Return x and y of the centre of a cell, to the decimetre."""
    x, y = grid.transform @ (column + 0.5, row + 0.5)
    return [round(float(x), 1), round(float(y), 1)]
