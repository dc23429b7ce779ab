"""A lake asked again and again about one place: what was read for a gesture serves the next.

Versions never change, so a version read once is good for ever; rows are remembered for the square kilometres
around the place. Which versions are the latest is looked up once for each lake opened: all who ask
through it, threads too, see the same ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from trama.lake.lake import Lake
from trama.lake.version import RECORD, Version, read_version

SNAP_M = 2000.0
"""Rows are read for a box that begins and ends at multiples of this many metres."""
WHOLE_BYTES = 500_000
"""Smaller files are read once, whole: every place finds its rows there."""

Box = tuple[float, float, float, float]


class NearbyVersion(Version):
    """A version that remembers the rows around a place."""

    def features(
        self, columns: Sequence[str], bbox: Box | None
    ) -> tuple[dict[str, list[Any]], np.ndarray[Any, Any]]:
        """Return the rows whose box meets `bbox`, as `Version.features`."""
        if bbox is None:
            return super().features(columns, bbox)
        west, south, east, north = bbox
        wide = (
            float(np.floor(west / SNAP_M)) * SNAP_M,
            float(np.floor(south / SNAP_M)) * SNAP_M,
            float(np.ceil(east / SNAP_M)) * SNAP_M,
            float(np.ceil(north / SNAP_M)) * SNAP_M,
        )
        whole = self.data.is_file() and self.data.stat().st_size < WHOLE_BYTES
        rows, shapes, boxes = _rows(self.folder, self.sha256, tuple(columns), None if whole else wide)
        meets = (
            (boxes[:, 0] <= east) & (boxes[:, 2] >= west) & (boxes[:, 1] <= north) & (boxes[:, 3] >= south)
        )
        chosen = np.flatnonzero(meets)
        return {name: [values[row] for row in chosen] for name, values in rows.items()}, shapes[chosen]


class NearbyLake(Lake):
    """A lake that remembers; open one for each question."""

    def __init__(self, lake: Lake) -> None:
        super().__init__(lake.root)
        self.traces = lake.traces
        self._seen: dict[str, list[str]] = {}

    def version(self, layer: str, version: str | None = None) -> Version:
        """Return one version of `layer`, raising as `Lake.version`."""
        ids = self._ids(layer)
        chosen = version or (ids[-1] if ids else "")
        if chosen not in ids:
            return super().version(layer, version)
        folder = self.root / layer / chosen
        return _version(folder, (folder / RECORD).stat().st_mtime_ns)

    def _ids(self, layer: str) -> list[str]:
        found = self._seen.get(layer)
        return found if found is not None else self._seen.setdefault(layer, super()._ids(layer))


@lru_cache(maxsize=256)
def _version(folder: Path, _changed: int) -> NearbyVersion:
    read = read_version(folder)
    return NearbyVersion(**{one.name: getattr(read, one.name) for one in fields(read)})


@lru_cache(maxsize=128)
def _rows(
    folder: Path, _sha256: str, columns: tuple[str, ...], box: Box | None
) -> tuple[dict[str, list[Any]], np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    import shapely

    rows, shapes = read_version(folder).features(columns, box)
    return rows, shapes, shapely.bounds(shapes).reshape(-1, 4)
