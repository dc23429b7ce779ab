"""An extract as the two layers of the walking network: nodes and edges, made together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from trama.kernel.layers import Manifest
from trama.kernel.places import METRIC_EPSG
from trama.kernel.units import format_number
from trama.sources.original import Original, TableReading
from trama.sources.osm.extract import LIMITS
from trama.sources.osm.network import WalkingNetwork, read_network
from trama.sources.osm.walkable import Walkability
from trama.sources.territory import Territory

if TYPE_CHECKING:
    import geopandas

EDGES = "rete_pedonale_archi"
DRAWN = ("id", "classe", "scale", "nome")
"""Fields of an edge that its tiles carry."""
RULE = (
    "le vie che le norme dicono percorribili a piedi, divise dove si incontrano, lunghezze sull'ellissoide; "
    "nodi e archi si caricano insieme."
)


def read_walking(
    original: Original, manifest: Manifest, walking: Walkability, territory: Territory
) -> TableReading:
    """Read an extract as the layer of `manifest` (nodes or edges), with the other one beside it.

    Raises
    ------
    NoWalkableWay, MissingNodes, DamagedExtract
        And what `trama.sources.opening.opened` raises.
    """
    reading = TableReading(RULE)
    near = territory.shape.buffer(walking.margin_m) if territory.shape is not None else None
    network = read_network(original.path, walking, near, LIMITS, METRIC_EPSG)
    tables = {EDGES: _edges(network), "rete_pedonale_nodi": _nodes(network)}
    reading.table = tables.pop(manifest.id)
    reading.beside = tables
    reading.notes += _notes(network, walking, clipped=near is not None)
    return reading


def _nodes(network: WalkingNetwork) -> geopandas.GeoDataFrame:
    import geopandas

    columns = {"id": np.arange(len(network.x), dtype=np.int64), "osm_id": network.osm_id}
    return geopandas.GeoDataFrame(columns, geometry=shapely.points(network.x, network.y), crs=network.crs)


def _edges(network: WalkingNetwork) -> geopandas.GeoDataFrame:
    import geopandas

    columns = {"id": np.arange(len(network.u), dtype=np.int64), **network.edges_table().to_dict("series")}
    return geopandas.GeoDataFrame(columns, geometry=network.lines(), crs=network.crs)


def _notes(network: WalkingNetwork, walking: Walkability, *, clipped: bool) -> list[str]:
    told = network.report
    length = format_number(float(network.length_m.sum()), "m", 0)
    nodes, edges = format_number(len(network.x)), format_number(len(network.u))
    notes = [f"{nodes} nodi, {edges} archi, {length}; {int(network.steps.sum())} tratti sono scale."]
    if clipped:
        margin = format_number(walking.margin_m, "m", 0)
        notes.append(f"Le vie sono quelle del territorio e di {margin} attorno.")
    notes.append(
        f"Isole staccate dalla rete maggiore: {told['isole']}, con {told['nodi_nelle_isole']} nodi. Non si "
        "uniscono da sé: dove una passerella manca nei dati, manca nella rete."
    )
    unknown = told["generi_sconosciuti"]
    if isinstance(unknown, dict) and unknown:
        kinds = ", ".join(f"{kind} ({count})" for kind, count in list(unknown.items())[:10])
        notes.append(f"Lasciate fuori le vie di genere che le norme non nominano: {kinds}.")
    if told["nodi_mancanti"]:
        notes.append(
            f"Mancano {told['nodi_mancanti']} nodi oltre il ritaglio: i tratti che vi portano non ci sono."
        )
    return notes
