"""Layers that an analysis makes: which version is still good, how a new one is laid out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from trama.analyses.territory.errors import MissingManifest
from trama.kernel.layers import Manifest, Provenance
from trama.lake import Lake
from trama.lake.version import Version
from trama.norms.book import NormBook

if TYPE_CHECKING:
    import geopandas

Progress = Callable[[int, int], None]
"""Called with (steps done, steps in all)."""


class Steps:
    """Counts the steps done and tells whoever watches."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self.progress, self.total, self.done = progress, total, 0

    def one_more(self) -> None:
        """Say that one more step is done."""
        self.done += 1
        if self.progress:
            self.progress(self.done, self.total)


def manifest_of(book: NormBook, layer: str) -> Manifest:
    """Return the manifest the norms give a layer an analysis makes; raises `MissingManifest` without one."""
    if layer not in book.manifests:
        raise MissingManifest(layer=layer)
    return book.manifests[layer]


def existing(lake: Lake, manifest: Manifest, provenance: Provenance) -> Version | None:
    """Return the current version where it was made from the same things in the same way, else None."""
    if not lake.has(manifest.id):
        return None
    latest = lake.version(manifest.id)
    same = asdict(latest.provenance) == asdict(provenance) and latest.manifest == manifest
    return latest if same and latest.data.is_file() else None


def provenance(
    made_by: str, versions: Iterable[Version], asked: dict[str, Any], day: str, trace_id: str
) -> Provenance:
    """Return the provenance of a layer made from `versions`: synthetic where any of them is."""
    read = {version.layer: version for version in versions}
    return Provenance(
        made_by=made_by,
        synthetic=any(version.synthetic for version in read.values()),
        inputs={layer: version.id for layer, version in sorted(read.items())},
        asked=dict(sorted(asked.items())),
        day=day,
        trace=trace_id,
    )


def lay_beside(
    manifest: Manifest, shapes: geopandas.GeoDataFrame, rows: Iterable[dict[str, Any]]
) -> geopandas.GeoDataFrame:
    """Lay figures beside the shapes of their places, in the manifest's columns; what is missing stays so.

    Parameters
    ----------
    shapes
        Columns ``key`` and ``geometry``.
    rows
        One mapping per place, with the manifest's key and columns.
    """
    import geopandas
    import pandas as pd

    table = pd.DataFrame(rows)
    kinds: dict[str, Any] = {"number": "float64", "integer": "Int64"}
    for spec in manifest.fields:
        if spec.type in kinds:
            table[spec.name] = table[spec.name].astype(kinds[spec.type])
    shape_of = dict(zip(shapes["key"].astype(str), shapes.geometry, strict=True))
    geometry = [shape_of[str(key)] for key in table[manifest.key]]
    return geopandas.GeoDataFrame(table, geometry=geometry, crs=shapes.crs)
