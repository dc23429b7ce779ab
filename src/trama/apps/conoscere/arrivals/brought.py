"""What may be brought as a layer: the formats, the columns that may be pointed at, what else is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from trama.kernel.layers import Manifest
from trama.sources.forecasts import FORECASTS
from trama.sources.forecasts.reading import NAMES as FORECAST_NAMES
from trama.sources.opening import CSV, OSM_PBF, OSM_XML, RASTERS, VECTORS
from trama.sources.osm import NETWORK
from trama.sources.services import SERVICES
from trama.sources.services.columns import SERVICES as SERVICE_NAMES
from trama.sources.timetables import TIMETABLES
from trama.sources.timetables.columns import STOPS
from trama.sources.works import LISTS
from trama.sources.works.columns import DERIVED

CLASSED = ("uso_suolo", "gruppo_idrologico", "tessitura")
_SIZE = "Fino a 500 MB: un file più grande si carica dalla riga di comando."
_VECTOR = "GeoPackage, Shapefile in uno .zip, GeoJSON, FlatGeobuf"
_EXTRACT = "Estratto OpenStreetMap (.osm.pbf)"
_CLASSES = "CSV con le colonne valore e codice: a quale {what} corrisponde ogni {value}."
_ALL_ROWS = "Il nome della colonna; oppure {what}, se è {same} per tutte le righe."


@dataclass(frozen=True)
class Brought:
    """What a layer takes.

    Attributes
    ----------
    formats
        Kinds of file, as `trama.sources.opening` names them.
    file
        What is said beside the file.
    classes
        What is said beside a table of classes; empty where none is asked.
    derived
        Fields whose column cannot be pointed at; None where no column can.
    columns
        Field → what is said beside its column, in place of its meaning.
    timetable
        Whether a GTFS archive is taken too.
    tells_all
        Whether the file says its reference system and its layer by itself.
    coverage
        Whether what the file covers is asked.
    """

    formats: frozenset[str]
    file: str
    classes: str = ""
    derived: tuple[str, ...] | None = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    timetable: bool = False
    tells_all: bool = False
    coverage: bool = False


def brought(manifest: Manifest) -> Brought:
    """Return what may be brought as the layer of `manifest`."""
    if found := _BY_KIND.get(manifest.source.kind):
        return found
    classes = ""
    if manifest.id in CLASSED:
        classes = _CLASSES.format(what="codice del livello", value="valore")
    if manifest.geometry == "raster":
        words = f"GeoTIFF, griglia ASCII, oppure {_VECTOR}. {_SIZE}"
        return Brought(frozenset(VECTORS | RASTERS), words, classes, None)
    return Brought(frozenset(VECTORS), f"{_VECTOR}. {_SIZE}", classes)


_BY_KIND = {
    LISTS: Brought(
        frozenset(VECTORS | {CSV}),
        f"CSV, oppure {_VECTOR}. {_SIZE}",
        derived=DERIVED,
    ),
    NETWORK: Brought(
        frozenset({OSM_PBF, OSM_XML}),
        f"{_EXTRACT}. Nodi e archi della rete si caricano insieme, ritagliati sul territorio. {_SIZE}",
        derived=None,
        tells_all=True,
    ),
    SERVICES: Brought(
        frozenset(VECTORS | {CSV, OSM_PBF, OSM_XML}),
        f"Elenco o registro ufficiale in CSV, {_VECTOR}; oppure {_EXTRACT[0].lower()}{_EXTRACT[1:]}. {_SIZE}",
        _CLASSES.format(what="voce della tassonomia", value="genere scritto nel file"),
        SERVICE_NAMES.derived,
        {"voce": _ALL_ROWS.format(what="la voce stessa, come AMB.FON", same="una sola")},
        coverage=True,
    ),
    TIMETABLES: Brought(
        frozenset(VECTORS | {CSV}),
        f"Orario GTFS (.zip), oppure un elenco di fermate in CSV, {_VECTOR}. Più orari si caricano uno dopo "
        f"l'altro. {_SIZE}",
        derived=STOPS.derived,
        columns={"modo": _ALL_ROWS.format(what="il modo stesso, come metro", same="uno solo")},
        timetable=True,
    ),
    FORECASTS: Brought(
        frozenset(VECTORS),
        f"{_VECTOR}. I comuni del file prendono il posto di com'erano, gli altri restano. {_SIZE}",
        _CLASSES.format(what="voce della tassonomia", value="codice di destinazione"),
        FORECAST_NAMES.derived,
    ),
}
"""Kind of source → what is brought."""
