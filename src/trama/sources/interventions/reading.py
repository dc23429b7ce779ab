"""The one door for a person's file."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from pathlib import Path

from trama.sources.interventions import systems
from trama.sources.interventions.dxf import choose_perimeter, read_dxf
from trama.sources.interventions.formats import Source, recognise, take
from trama.sources.interventions.geojson import read_geojson
from trama.sources.interventions.geopackage import read_geopackage
from trama.sources.interventions.intervention import Intervention, assemble, assemble_each
from trama.sources.interventions.raw import RawFile, shown
from trama.sources.interventions.shapefile import read_shapefile

MAX_BYTES = 50_000_000

_READERS = {
    "geojson": read_geojson,
    "gpkg": read_geopackage,
    "shapefile": read_shapefile,
    "dxf": read_dxf,
}


def read_intervention(
    source: Source,
    filename: str | None = None,
    *,
    crs: int | str | None = None,
    nbs_ids: Collection[str] | None = None,
    surface_classes: Collection[str] | None = None,
    mend: bool = False,
    max_bytes: int = MAX_BYTES,
) -> Intervention:
    """Read an intervention from GeoJSON, GeoPackage, zipped Shapefile or text DXF.

    The format is told from the content, and read by this package alone: bytes of unknown origin reach neither
    GDAL nor the disk, so that no driver can be led to open other files or addresses.

    Parameters
    ----------
    source
        A path, the bytes, or an open binary stream (an upload).
    filename
        What the person calls it; the name of the path where not given.
    crs
        The reference system, where the file does not say it (always for a DXF): one of EPSG 32632, 25832,
        6707, 7791, 3003, 4326. A GeoJSON that says nothing is in lon/lat (RFC 7946). Coordinates come out in
        EPSG:32632: ETRS89 and RDN2008 agree with it within 1 m; Monte Mario (3003) is transformed with seven
        parameters (EPSG:1660), accuracy about 4 m, and a warning says so.
    nbs_ids, surface_classes
        The known ids of the catalogue and of the surface classes (they live in the norms). None leaves ids
        unchecked.
    mend
        Accept the mending proposed by `SelfCrossing`.
    max_bytes
        More than this is refused before being read.

    Raises
    ------
    trama.kernel.errors.TramaError
        One of `trama.sources.interventions.errors`, with what to do. Nothing else, whatever the bytes.
    """
    raw, decided, digest = _read(source, filename, crs, nbs_ids, max_bytes)
    return assemble(raw, decided, digest, nbs_ids=nbs_ids, surface_classes=surface_classes, mend=mend)


def read_interventions(
    source: Source,
    *,
    crs: int | str | None = None,
    nbs_ids: Collection[str] | None = None,
    surface_classes: Collection[str] | None = None,
    mend: bool = False,
) -> tuple[Intervention, ...]:
    """Read a file of one or more projects: elements of one name are one project.

    Parameters and errors are those of `read_intervention`.
    """
    raw, decided, digest = _read(source, None, crs, nbs_ids, MAX_BYTES)
    return assemble_each(raw, decided, digest, nbs_ids=nbs_ids, surface_classes=surface_classes, mend=mend)


def _read(
    source: Source,
    filename: str | None,
    crs: int | str | None,
    nbs_ids: Collection[str] | None,
    max_bytes: int,
) -> tuple[RawFile, int, str]:
    """Return the file as found, the system of its coordinates and the digest of its bytes."""
    name = shown(filename or (Path(source).name if isinstance(source, str | Path) else "file"), 100)
    given = systems.from_name(str(crs)) if crs is not None else None
    data = take(source, name, max_bytes)
    kind = recognise(data, name)
    raw = _READERS[kind](data, name)
    if kind == "dxf":
        raw = choose_perimeter(raw, frozenset(nbs_ids or ()))
    if kind == "geojson" and raw.crs is None and given is None:
        raw.crs = 4326
    return raw, systems.decide(raw, given), hashlib.sha256(data).hexdigest()
