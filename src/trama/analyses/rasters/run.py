"""What every run from files to files gives back, and what it checks before it reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trama.analyses.rasters.errors import BadCompression
from trama.analyses.rasters.outputs import COMPRESSIONS

Progress = Callable[[int, int], None]
"""Called with (cells done, cells in all)."""


@dataclass(frozen=True, kw_only=True)
class FilesRun:
    """What a run made.

    Parameters
    ----------
    files
        Name → place of the rasters and of the table.
    zones
        One mapping per zone: `fid`, its attributes, and the figures (None where there is no data).
    cells, valid_cells
        Cells of the grid, and those with a result.
    resampled
        Whether the second raster lay on another grid, and was laid on the land cover's.
    undeclared
        The rasters that declare no "no data": there every cell counts.
    """

    files: dict[str, Path]
    zones: list[dict[str, Any]]
    cells: int
    valid_cells: int
    resampled: bool
    undeclared: tuple[str, ...]


def silent(done: int, total: int) -> None:
    """Say nothing."""


def check_compression(name: str) -> None:
    """Refuse a compression that is not a key of `COMPRESSIONS`; raises `BadCompression`."""
    if name not in COMPRESSIONS:
        raise BadCompression(value=name, known=", ".join(COMPRESSIONS))


def rows_of(fids: Sequence[int], columns: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """Return columns of figures as one mapping per zone."""
    return [
        {"fid": fid} | {name: values[place] for name, values in columns.items()}
        for place, fid in enumerate(fids)
    ]
