"""A version of a layer: immutable files and the record of how they came to be."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trama.kernel.layers import FieldSpec, Manifest, Provenance, SourceSpec
from trama.kernel.trace import LayerUse
from trama.lake.errors import DamagedVersion, SchemaMismatch
from trama.lake.files import sha256_of, sha256_of_json

if TYPE_CHECKING:
    import geopandas
    import numpy as np

TABLE, RASTER, TILES, RECORD = "data.parquet", "data.tif", "tiles.pmtiles", "version.json"


@dataclass(frozen=True)
class Version:
    """One version, as recorded when it was published.

    Attributes
    ----------
    id
        ``v0001``, ``v0002``... in the order of publication.
    created
        ISO instant, UTC.
    sha256
        Hash of the data file.
    bbox
        West, south, east, north in the layer's own CRS.
    rows
        Rows of a table; cells with a value for a raster.
    files
        Name → SHA-256 of every file of the version.
    """

    folder: Path
    id: str
    created: str
    sha256: str
    bbox: tuple[float, float, float, float]
    rows: int
    manifest: Manifest
    provenance: Provenance
    findings: tuple[dict[str, Any], ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def layer(self) -> str:
        """Id of the layer this is a version of."""
        return self.manifest.id

    @property
    def synthetic(self) -> bool:
        """Whether the data are invented, for demonstration."""
        return self.provenance.synthetic

    @property
    def data(self) -> Path:
        """The data file itself."""
        return self.folder / (RASTER if self.manifest.geometry == "raster" else TABLE)

    @property
    def raster(self) -> Path:
        """The cloud-optimised GeoTIFF; raises `SchemaMismatch` for a table, `DamagedVersion` without file."""
        if self.manifest.geometry != "raster":
            raise SchemaMismatch(layer=self.layer, why="è una tabella, non una griglia.")
        if not self.data.is_file():
            raise self._damaged(f"manca il file {RASTER}.")
        return self.data

    @cached_property
    def tiles(self) -> Path | None:
        """The PMTiles archive for the screen, where one was made."""
        path = self.folder / TILES
        return path if path.is_file() else None

    def table(
        self, columns: Sequence[str] | None = None, bbox: tuple[float, float, float, float] | None = None
    ) -> geopandas.GeoDataFrame:
        """Read the rows, optionally only some columns, or only those whose box meets `bbox` (layer's CRS).

        A layer without geometry comes back as a plain pandas DataFrame.
        """
        if self.manifest.geometry == "raster":
            raise SchemaMismatch(layer=self.layer, why="è una griglia, non una tabella.")
        if self.manifest.geometry == "table":
            import pandas as pd

            with self._reading():
                return pd.read_parquet(self.data, columns=list(columns) if columns else None)
        import geopandas

        wanted = [*columns, "geometry"] if columns else None
        with self._reading():
            return geopandas.read_parquet(self.data, columns=wanted, bbox=bbox)

    def features(
        self, columns: Sequence[str], bbox: tuple[float, float, float, float] | None
    ) -> tuple[dict[str, list[Any]], np.ndarray[Any, Any]]:
        """Read the rows whose box meets `bbox` (layer's CRS; None: all) as plain columns and geometries.

        The quick way for a single place: see `trama.lake.rows.read_rows`.
        """
        if self.manifest.geometry in {"raster", "table"}:
            raise SchemaMismatch(layer=self.layer, why="non ha geometrie.")
        from trama.lake.rows import read_rows

        with self._reading():
            return read_rows(self.data, columns, bbox)

    def use(self) -> LayerUse:
        """Return the record of this version for a trace."""
        return LayerUse(self.layer, self.id, self.manifest.title, self.synthetic, self.sha256)

    def verify(self) -> None:
        """Compare every file, and the record itself, with the hashes kept; raises `DamagedVersion`."""
        record = read_record(self.folder)
        if record.get("seal") != seal_of(record):
            raise self._damaged("la sua descrizione (version.json) è stata modificata.")
        for name, sha256 in sorted({**self.files, self.data.name: self.sha256}.items()):
            path = self.folder / name
            if not path.is_file():
                raise self._damaged(f"manca il file {name}.")
            if sha256_of(path) != sha256:
                raise self._damaged(f"l'impronta di {name} non coincide.")

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Say of a table file that is missing or cut short that the version is damaged."""
        import pyarrow

        try:
            yield
        except (OSError, pyarrow.ArrowInvalid) as error:
            raise self._damaged(f"il file {self.data.name} manca o non si legge.") from error

    def _damaged(self, why: str) -> DamagedVersion:
        return DamagedVersion(layer=self.layer, version=self.id, why=why)

    def record(self) -> dict[str, Any]:
        """Return what is written in ``version.json``."""
        return {
            "layer": self.layer,
            "id": self.id,
            "created": self.created,
            "sha256": self.sha256,
            "bbox": list(self.bbox),
            "rows": self.rows,
            "manifest": asdict(self.manifest),
            "provenance": asdict(self.provenance),
            "findings": list(self.findings),
            "files": dict(self.files),
        }


def seal_of(record: Mapping[str, Any]) -> str:
    """Return the hash of a record without its own seal: any change to it shows."""
    return sha256_of_json({key: value for key, value in record.items() if key != "seal"})


def read_record(folder: Path) -> dict[str, Any]:
    """Read the ``version.json`` of a version's folder; raises `DamagedVersion`."""
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _unreadable(folder) from error
    if not isinstance(record, dict):
        raise _unreadable(folder)
    return record


def _unreadable(folder: Path) -> DamagedVersion:
    return DamagedVersion(
        layer=folder.parent.name, version=folder.name, why=f"la sua descrizione ({RECORD}) non si legge."
    )


def read_version(folder: Path) -> Version:
    """Read a version from its folder, whose name is its id; raises `DamagedVersion`."""
    record = read_record(folder)
    try:
        return _from_record(folder, record)
    except (KeyError, TypeError, ValueError) as error:
        raise _unreadable(folder) from error


def _from_record(folder: Path, record: dict[str, Any]) -> Version:
    manifest = dict(record["manifest"])
    source = manifest["source"]
    manifest["source"] = SourceSpec(**{**source, "kept": tuple(source.get("kept", ()))})
    manifest["fields"] = tuple(FieldSpec(**spec) for spec in manifest["fields"])
    manifest["checks"] = tuple(manifest["checks"])
    manifest["known_limits"] = tuple(manifest["known_limits"])
    west, south, east, north = record["bbox"]
    return Version(
        folder=folder,
        id=folder.name,
        created=record["created"],
        sha256=record["sha256"],
        bbox=(west, south, east, north),
        rows=record["rows"],
        manifest=Manifest(**manifest),
        provenance=Provenance(**record["provenance"]),
        findings=tuple(record["findings"]),
        files=dict(record.get("files", {})),
    )
