"""The table twin of the map: the same values as rows, to read, sort and take away."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import rasterio

from trama.apps.conoscere import queries, tables
from trama.apps.conoscere.landcover import group_of
from trama.apps.conoscere.themes import Theme
from trama.kernel.layers import FieldSpec
from trama.kernel.spreadsheet import to_csv
from trama.lake import Version

HECTARE_M2 = 10_000.0


@dataclass(frozen=True, slots=True)
class Twin:
    """Columns and rows; each row is a list of values in the order of the columns."""

    columns: list[FieldSpec]
    rows: list[list[Any]]

    def sorted(self, column: str, downwards: bool) -> Twin:
        """Return the rows in the order of a column; missing values last either way."""
        names = [spec.name for spec in self.columns]
        if column not in names:
            return self
        at = names.index(column)
        known = [row for row in self.rows if row[at] is not None]
        known.sort(key=lambda row: row[at], reverse=downwards)
        return Twin(self.columns, known + [row for row in self.rows if row[at] is None])


def of_areas(version: Version, names: dict[str, str] | None = None) -> Twin:
    """Return every row of a layer of areas, geometry left out.

    Parameters
    ----------
    names
        Key → name, put beside the key where the layer itself has no names.
    """
    specs = list(version.manifest.fields)
    table = tables.rows(version)
    columns = [[tables.plain(value) for value in table[spec.name]] for spec in specs]
    if names and "nome" not in {spec.name for spec in specs}:
        keys = [str(value) for value in table[version.manifest.key]]
        specs.insert(1, FieldSpec("nome", "text", "text", "Denominazione"))
        columns.insert(1, [names.get(key) for key in keys])
    return Twin(specs, [list(row) for row in zip(*columns, strict=True)])


def names_first(twin: Twin) -> Twin:
    """Return the rows with the name before the code, for the screen."""
    names = [spec.name for spec in twin.columns]
    if "nome" not in names[1:]:
        return twin
    at = names.index("nome")
    order = [at, *(number for number in range(len(names)) if number != at)]
    return Twin([twin.columns[n] for n in order], [[row[n] for n in order] for row in twin.rows])


def in_percent(twin: Twin, column: str) -> Twin:
    """Return the rows with one column of shares told in hundredths, for the screen."""
    at = next((number for number, spec in enumerate(twin.columns) if spec.name == column), None)
    if at is None:
        return twin
    columns = [replace(spec, unit="%") if number == at else spec for number, spec in enumerate(twin.columns)]
    rows = [
        [100 * value if number == at and value is not None else value for number, value in enumerate(row)]
        for row in twin.rows
    ]
    return Twin(columns, rows)


def of_cells(theme: Theme, version: Version) -> Twin:
    """Return how much ground is in each class of the legend, counting every cell."""
    classes = queries.classes(theme, version)
    counted = _counts(version.raster, theme.subject.scale)

    rows = []
    for number, one in enumerate(classes):
        if one.start is None:
            cells = counted.cells.get(str(one.value), 0)
        else:
            until = classes[number + 1].start if number + 1 < len(classes) else None
            cells = counted.between(one.start if number else None, until)
        area_ha = cells * counted.cell_m2 / HECTARE_M2
        rows.append([one.label, area_ha, 100 * cells / max(1, counted.known)])
    return Twin(
        [
            FieldSpec("classe", "text", "text", "Classe"),
            FieldSpec("superficie_ha", "number", "ha", "Superficie"),
            FieldSpec("quota", "number", "%", "Quota della superficie con dato"),
        ],
        rows,
    )


def italian_csv(twin: Twin) -> str:
    """Write the rows as spreadsheets of this country expect: semicolons, decimal commas, full precision."""
    return to_csv([spec.name for spec in twin.columns], twin.rows)


@dataclass(frozen=True)
class _Counted:
    cells: dict[str, int]
    steps: np.ndarray
    known: int
    cell_m2: float

    def between(self, start: float | None, until: float | None) -> int:
        """Count cells at least `start` and less than `until`; None is no bound."""
        low = 0 if start is None else int(np.searchsorted(self.steps, start, side="left"))
        high = len(self.steps) if until is None else int(np.searchsorted(self.steps, until, side="left"))
        return max(0, high - low)


@lru_cache(maxsize=6)
def _counts(path: Path, scale: str) -> _Counted:
    cells: Counter[str] = Counter()
    parts: list[np.ndarray] = []
    with rasterio.open(path) as source:
        cell_m2 = abs(source.transform.a * source.transform.e)
        for _place, window in source.block_windows(1):
            block = source.read(1, window=window, masked=True).compressed()
            block = block[np.isfinite(block)]
            if scale == "numbers":
                parts.append(block.astype(np.float32))
                continue
            for code, count in zip(*np.unique(block, return_counts=True), strict=True):
                cells[str(int(code))] += int(count)
    steps = np.sort(np.concatenate(parts)) if parts else np.empty(0, dtype=np.float32)
    known = int(steps.size) or sum(cells.values())
    return _Counted(_gathered(cells) if scale == "landcover" else dict(cells), steps, known, cell_m2)


def _gathered(codes: Counter[str]) -> dict[str, int]:
    from trama.apps.conoscere.landcover import GROUPS

    gathered: Counter[str] = Counter()
    for code, count in codes.items():
        row = group_of(int(code))
        gathered[GROUPS[row][0] if row is not None else code] += count
    return dict(gathered)
