"""What changed between two versions of a layer."""

from __future__ import annotations

from typing import Any, Protocol

from trama.lake.diff_rasters import RasterDifference, compare_rasters
from trama.lake.diff_tables import RowChange, TableDifference, compare_tables
from trama.lake.errors import SchemaMismatch
from trama.lake.version import Version

__all__ = ["Difference", "RasterDifference", "RowChange", "TableDifference", "compare"]


class Difference(Protocol):
    """The answer to "what changed?", for a program and for a person."""

    @property
    def same(self) -> bool:
        """Whether nothing changed."""
        ...

    def to_json(self) -> dict[str, Any]:
        """Return the difference as plain JSON values."""
        ...

    def to_text(self) -> str:
        """Return the difference as Italian sentences, one a line."""
        ...


def compare(old: Version, new: Version) -> Difference:
    """Compare two versions of one layer.

    Raises
    ------
    SchemaMismatch
        They are not of the same layer, or one is a raster and the other a table.
    """
    if old.layer != new.layer:
        raise SchemaMismatch(layer=old.layer, why=f"non si confronta con «{new.layer}», che è altro.")
    if (old.manifest.geometry == "raster") != (new.manifest.geometry == "raster"):
        raise SchemaMismatch(layer=old.layer, why="una versione è una griglia e l'altra una tabella.")
    if old.manifest.geometry == "raster":
        return compare_rasters(old, new)
    return compare_tables(old, new)
