"""What a run over the territory leaves in the lake and says of it: rasters, tables of places, versions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from trama.analyses.territory.grid import frugal
from trama.analyses.territory.made import lay_beside, manifest_of
from trama.kernel.layers import Provenance
from trama.lake import Lake
from trama.lake.version import Version
from trama.norms.book import NormBook

if TYPE_CHECKING:
    import geopandas

Told = Callable[[], None]
"""Called when one more step is done."""
Rows = Callable[[str], Iterable[dict[str, Any]]]
"""Given the name of the manifest's key, the figures of each place."""
WRITERS = 2


def write_rasters(names: Iterable[str], write: Callable[[str], Version], told: Told) -> dict[str, Version]:
    """Write rasters two at a time, and return their versions by name, in order."""
    with frugal(), ThreadPoolExecutor(WRITERS) as pool:
        pending = [(name, pool.submit(write, name)) for name in names]
        versions = {}
        for name, future in pending:
            versions[name] = future.result()
            told()
    return versions


def write_tables(
    lake: Lake,
    book: NormBook,
    tables: Iterable[tuple[str, geopandas.GeoDataFrame, Rows]],
    origin: Provenance,
    told: Told,
) -> dict[str, Version]:
    """Write tables of places, each with its shapes and its tiles, and return their versions by name.

    Parameters
    ----------
    tables
        Layer, shapes of its places (columns ``key`` and ``geometry``), figures.
    origin
        Where all of them come from.
    """
    made = {}
    for name, shapes, rows in tables:
        manifest = manifest_of(book, name)
        table = lay_beside(manifest, shapes, rows(manifest.key or ""))
        with lake.draft(manifest, origin) as draft:
            draft.write_table(table)
            draft.write_tiles(table)
        made[name] = draft.version
        told()
    return made


def versions_json(versions: Mapping[str, Version]) -> list[dict[str, Any]]:
    """Return what an answer says of the layers a run left."""
    return [
        {
            "livello": layer,
            "versione": version.id,
            "sha256": version.sha256,
            "sintetico": version.synthetic,
            "trace": version.provenance.trace,
        }
        for layer, version in versions.items()
    ]
